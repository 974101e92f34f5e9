"""Nobody gets in where they should not: every address that the resolver knows, tried by everybody who is not wanted.

A new address is covered by itself. One with a parameter that no table below knows makes a test fail until somebody
has said what it stands for; one that may be opened without signing in has to be named in OPEN.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.project import town

from panjereh.audit.models import AccessLog
from panjereh.cases.models import Case, Draft, Event, Signatory
from panjereh.identity import policy
from panjereh.identity.models import Account, Mandate, RoleGrant
from panjereh.identity.policy import Target
from panjereh.kernel import ids
from panjereh.kernel.actor import Actor
from panjereh.localisation import digits
from panjereh.oversight.models import DataExport, Report

OPEN = {
    "account_login", "account_signup", "account_request_login_code", "account_confirm_login_code", "account_inactive",
    "account_logout", "portal:home", "portal:search", "portal:services", "portal:life_event", "portal:audience",
    "portal:agencies", "portal:agency", "portal:offices", "portal:service", "portal:privacy", "portal:paper_form",
    "portal:linked_data", "portal:drawn", "portal:promises", "portal:accessibility", "portal:help", "portal:feedback",
    "portal:catalogue_jsonld", "portal:catalogue_turtle",
    "portal:track", "portal:check", "portal:check_code", "portal:demonstration", "portal:passkey_signin",
    "portal:passkey_question", "portal:password_signin", "portal:phone_signin",
    "portal:check_offline", "portal:check_worker", "portal:check_manifest", "portal:check_keys", "portal:status_list",
    "portal:proof_by_code", "portal:log", "log:checkpoint", "log:tile", "log:key", "log:script", "log:signature_script",
    "log:add_checkpoint", "log:witnessed", "log:witness_key",
    "pki:root", "pki:certificate", "pki:list", "pki:ocsp", "pki:ocsp_by_get",
    "portal:credential_type", "portal:wallet_token", "portal:wallet_nonce", "portal:wallet_credential",
    "api:openapi-json", "api:api-root", "api:token", "developers:page",
    "portal:pay", "portal:pay_back", "portal:bill", "portal:payment", "portal:payment_receipt", "portal:demo_gateway",
    "portal:pay_utility", "portal:paper_bill",
    "portal:wallet_issuer", "portal:wallet_server", "portal:wallet_keys",
    "idp:oidc:configuration", "idp:oidc:jwks", "idp:oidc:authorization", "idp:oidc:token", "idp:oidc:userinfo",
    "idp:oidc:revoke", "idp:oidc:logout",
    "portal:provider", "portal:provider_back", "portal:provider_link", "portal:provider_out",
}  # fmt: skip
"""What anybody may open. Everything else asks first who is there."""

PUBLIC = {
    "service": "complaint",
    "service_id": "complaint",
    "event": "something-went-wrong",
    "audience": "people",
    "agency": town.AGENCY,
    "office": "tehran",
    "path": "what",
    "asked": "AAAA",
    "origin": "0" * 64,
    "bill": "100000000000",  # whose page asks for a second fact
    "payment_id": "00000000-0000-7000-8000-000000000000",  # of whoever paid: not to be guessed, and names nobody
    "gateway": "demo",
    "reference": "0" * 20,
    "result": "answer",
    "provider_id": "national",
    "kind": "balance",
    "act": "withdraw",
}
"""Parameters that name what everybody may know."""

WEEK = date(2026, 11, 14)
ACTS = ("accept", "correct", "approve", "refuse", "put-back", "hand-over", "extend", "note", "message", "pay")

PERMITS: dict[str, tuple[str, ...]] = {
    "number": ("case.see",),
    "task_id": ("case.take",),
    "upload_id": ("case.see",),
    "code": ("case.see",),
    "draft_id": (),
    "message_id": (),
    "signatory_id": ("case.assist",),
    "passkey_id": (),
    "mandate_id": (),
    "copy_id": (),
    "party_id": ("party.find",),
    "entity": ("registry.view",),
    "access_id": (),
    "export_id": (),
    "report_id": ("access.oversee",),
    "proposal_id": ("registry.view", "registry.confirm"),
    "official_id": ("official.manage",),
    "client_id": ("client.manage",),
    "load_id": ("bill.see",),
    "account_id": (),
    "site_id": ("site.manage",),
    "inquiry_id": (),
    "line_id": ("money.see",),
    "match_id": ("money.reconcile",),
    "difference_id": ("money.reconcile",),
}
"""Parameters that name somebody's own, and what lets an official have to do with them: one action is enough."""


@dataclass(frozen=True)
class Door:
    """One address of the installation, with the names of its parameters."""

    name: str
    parameters: frozenset[str]

    @property
    def is_of_the_desk(self) -> bool:
        return self.name.startswith(("desk:", "assist:"))

    @property
    def secrets(self) -> frozenset[str]:
        return self.parameters & PERMITS.keys() if self.name not in OPEN else frozenset()


def doors() -> list[Door]:
    found = {door.name: door for door in _below(get_resolver(), "", frozenset())}
    return sorted(found.values(), key=lambda door: door.name)


def _below(resolver: URLResolver, namespace: str, outer: frozenset[str]) -> Iterator[Door]:
    for each in resolver.url_patterns:
        parameters = outer | each.pattern.regex.groupindex.keys()
        if isinstance(each, URLPattern):
            yield Door(namespace + (each.name or ""), frozenset(parameters))
        else:
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _below(each, inner, frozenset(parameters))


@pytest.fixture
def hers(db: None) -> town.Belongings:
    town.publish()
    return town.settle()


def real(hers: town.Belongings) -> dict[str, str]:
    return {
        **PUBLIC,
        "name": "population",
        "number": hers.case.number,
        "task_id": str(hers.task.pk),
        "upload_id": str(hers.upload.pk),
        "code": hers.certificate.code,
        "draft_id": str(hers.draft.pk),
        "message_id": str(hers.message.pk),
        "signatory_id": str(hers.signatory.pk),
        "passkey_id": str(hers.passkey.pk),
        "mandate_id": str(hers.mandate.pk),
        "party_id": str(hers.account.party_id),
        "entity": str(hers.entity),
        "copy_id": str(hers.copy.pk),
        "export_id": str(DataExport.objects.get_or_create(party=hers.account.party_id)[0].pk),
        "report_id": str(Report.objects.get_or_create(agency=town.AGENCY, week=WEEK, content={})[0].pk),
        "access_id": str(AccessLog.objects.filter(subject=f"party:{hers.account.party_id}").order_by("pk")[0].pk),
        "proposal_id": str(hers.proposal.pk),
        "official_id": str(hers.held.pk),
        "client_id": str(hers.program.pk),
        "load_id": str(hers.load.pk),
        "account_id": str(hers.looked.pk),
        "site_id": str(hers.site.pk),
        "inquiry_id": str(hers.inquiry.pk),
        "line_id": f"{hers.bank.line_id:012}",
        "match_id": str(hers.bank.match_id),
        "difference_id": str(hers.bank.difference_id),
    }


def unknown(hers: town.Belongings) -> dict[str, str]:
    """The same with what nobody has ever had."""
    new = {name: str(ids.new_id()) for name in PERMITS}
    new["line_id"] = "987654321098"
    return {**real(hers), **new, "number": ids.new_tracking_code(), "code": hers.certificate.code[::-1]}


def address(door: Door, values: dict[str, str]) -> list[str]:
    """Where the door stands. Acts have a name each, so one door can be several."""
    needed = {name: values[name] for name in door.parameters if name in values and name != "face"}
    if door.name == "desk:act":
        return [reverse(door.name, kwargs={**needed, "name": act}) for act in ACTS]
    return [reverse(door.name, kwargs=needed)]


def answers(client: Client, where: str, values: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """What the door says to somebody who looks, and to somebody who pushes."""
    pushed = {
        "task": values["task_id"], "service": "complaint", "reason": "چون", "text": "سلام", "screens": "what",

        "do": "revoke" if "/mandates/" in where else "confirm", "mandate": values["mandate_id"],
        "message": "سلام", "receipt": "12345", "conditions": "clear", "declared": "yes", "outcome": "uphold",
        "what": "سلام", "to": values["official_id"], "roles": "administrator", "law": "civil-registration-act",
        "article": "1", "group": "x", "index": "0", "score": "5", "papers": "x",
    }  # fmt: skip
    yield "GET", client.get(where)
    yield "POST", client.post(where, pushed)


def said(response: Any, values: dict[str, str]) -> tuple[int, str, str]:
    """Status, where to, and the page; without what differs because the question did."""
    is_text = not response.streaming and response.headers.get("Content-Type", "").startswith("text/")
    body = response.content.decode() if is_text else ""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body)
    where = response.headers.get("Location", "")
    for value in values.values():
        if len(value) >= 10:
            for form in (value, quote(value), digits.to_persian(value)):
                body, where = body.replace(form, "…"), where.replace(form, "…")
    return response.status_code, where, body


def everything_hers(hers: town.Belongings) -> list[object]:
    """What must be the same afterwards, whatever others tried."""
    party = hers.account.party_id
    return [
        list(Case.objects.filter(applicant=party).order_by("pk").values_list("number", "state", "answers", "head")),
        list(Draft.objects.filter(applicant=party).order_by("pk").values_list("pk", "answers", "case", "saved_at")),
        Event.objects.filter(case__applicant=party).count(),
        list(Mandate.objects.filter(principal=party).values_list("state", "head")),
        list(RoleGrant.objects.filter(official=hers.held).values_list("role", "taken_at")),
        list(Signatory.objects.filter(party=party).values_list("state", "at")),
    ]


def test_every_parameter_of_an_address_is_known_here():
    known = PUBLIC.keys() | PERMITS.keys() | {"name", "face"}
    strange = {door.name: door.parameters - known for door in doors() if door.parameters - known}

    assert strange == {}
    assert {door.name for door in doors()} >= OPEN


def test_whoever_is_not_signed_in_is_asked_who_they_are_and_sees_nothing(hers):
    client, before = town.signed_in(None), everything_hers(hers)
    for door in doors():
        for where in address(door, real(hers)):
            for method, response in answers(client, where, real(hers)):
                assert town.SECRET not in said(response, {})[2], f"{method} {where}"
                if door.name in OPEN:
                    assert response.status_code < 500, f"{method} {where}"
                elif door.name.startswith("api:"):
                    assert response.status_code in (401, 405, 415), f"{method} {where}: {response.status_code}"
                elif response.status_code != 405:
                    assert response.status_code == 302, f"{method} {where}: {response.status_code}"
                    assert response.headers["Location"].startswith("/signin/?next="), f"{method} {where}"
    assert everything_hers(hers) == before


def test_another_person_finds_the_same_as_for_what_does_not_exist(hers):
    strangers_find_nothing(hers, town.person("arash@example.org", "آرش"), None)


def test_somebody_without_an_office_finds_the_desk_closed(hers):
    client = town.signed_in(town.person("arash@example.org", "آرش"))
    for door in doors():
        if door.is_of_the_desk:
            for where in address(door, real(hers)):
                statuses = {response.status_code for _method, response in answers(client, where, real(hers))}
                assert statuses <= {403, 405}, where


@pytest.mark.parametrize("role", policy.OF_OFFICIALS)
@pytest.mark.parametrize("agency", [town.AGENCY, town.OTHER_AGENCY])
def test_officials_find_nothing_that_their_roles_and_agency_do_not_open(hers, role, agency):
    account = town.official(role, agency=agency)

    strangers_find_nothing(hers, account, town.actor_of(account, as_official=True))


def strangers_find_nothing(hers: town.Belongings, account: Account, official: Actor | None) -> None:
    """Foreign things answer like unknown ones, show nothing, and stay as they were."""
    client, before = town.signed_in(account), everything_hers(hers)
    known, other = real(hers), unknown(hers)
    tried = 0
    for door in doors():
        if not door.secrets or is_let_in(door, official):
            continue
        pairs = zip(address(door, known), address(door, other), strict=True)
        for there, nowhere in pairs:
            asked = zip(answers(client, there, known), answers(client, nowhere, other), strict=True)
            for (method, hers_says), (_method, nothing_says) in asked:
                tried += 1
                assert said(hers_says, known) == said(nothing_says, other), f"{method} {there}"
                assert town.SECRET not in said(hers_says, {})[2], f"{method} {there}"
                assert hers_says.status_code < 500, f"{method} {there}"
    assert everything_hers(hers) == before
    assert tried > 20


def is_let_in(door: Door, official: Actor | None) -> bool:
    """Whether the table of permissions lets this official have to do with what the address names."""
    if official is None or not door.is_of_the_desk:
        return False
    target = Target(agency=town.AGENCY)
    return any(policy.may(official, action, target) for name in door.secrets for action in PERMITS[name])


def test_an_official_finds_nothing_about_their_own_case_at_the_desk(hers):
    account = Account.objects.get(pk=town.official("officer", "registrar", "supervisor", "helpdesk").pk)
    town.complaint(town.actor_of(account))
    case = Case.objects.get(applicant=account.party_id)
    client = town.signed_in(account)

    assert client.get(f"/desk/case/{case.number}/").status_code == 404
