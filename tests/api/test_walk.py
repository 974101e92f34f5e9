"""Every operation for programs, tried by everybody who is not wanted there: the role walk of the interface."""

from collections.abc import Iterator

import pytest
from django.test import Client as Browser
from tests.api.conftest import Caller, program
from tests.project import town

from panjereh.api.documentation import Offer, groups
from panjereh.identity.policy import OF_OFFICIALS
from panjereh.identity.software import Scope
from panjereh.kernel.ids import new_id

OPEN = {"POST /api/v1/token"}
NOWHERE = {"{number}": "123456789012"}


def offers() -> list[Offer]:
    return [offer for each in groups().values() for offer in each if f"{offer.method} {offer.path}" not in OPEN]


def where(offer: Offer) -> str:
    path = offer.path
    for name, value in NOWHERE.items():
        path = path.replace(name, value)
    return path


def tried(browser: Browser, **headers: str) -> Iterator[tuple[Offer, int]]:
    for offer in offers():
        sent = {"content_type": "application/json"} if offer.method != "GET" else {}
        all_headers = {"Idempotency-Key": str(new_id()), **headers}
        answer = getattr(browser, offer.method.lower())(where(offer), headers=all_headers, **sent)
        yield offer, answer.status_code


def test_without_a_token_nothing_opens(db):
    assert {status for _offer, status in tried(Browser())} == {401}


@pytest.mark.parametrize("role", [*OF_OFFICIALS, "applicant"])
def test_no_sign_in_of_a_person_opens_anything(db, role):
    account = town.person("sara@example.org") if role == "applicant" else town.official(role)

    assert {status for _offer, status in tried(town.signed_in(account))} == {401}


@pytest.mark.parametrize("scope", Scope)
def test_a_token_opens_what_its_scope_names_and_nothing_else(db, scope):
    caller = program(town.AGENCY, scope)

    for offer, status in tried(caller.browser, Authorization=f"Bearer {caller.token}"):
        if offer.scope not in ("", scope):
            assert status == 403, offer
        else:
            assert status in (200, 404, 422, 400), offer


def test_every_operation_but_the_two_of_access_names_a_scope():
    assert {offer.path for offer in offers() if not offer.scope} == {"/api/v1/client"}


def test_unknown_addresses_and_methods_are_problem_documents(caller: Caller):
    for answer, status in (
        (caller.get("/nothing"), 404),
        (caller.browser.get("/api/"), 404),
        (caller.browser.get("/api/v1/"), 404),
        (caller.post("/client", {}), 405),
        (caller.browser.delete("/api/v1/client"), 405),
    ):
        assert answer.status_code == status
        if answer.headers["Content-Type"].startswith("text/html"):
            pytest.fail(f"a page for people: {answer.content[:80]!r}")
