"""The role walk: every door of the desk and every operation, tried with every role in every situation.

What opens a door is one action of the table of permissions; DOORS and ACTS say which. A new address, a new act at the
desk or a new operation that nobody has placed here makes a test fail. Doors that the table leaves closed answer nothing
about the matter, and nothing whatever is different afterwards.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from tests.project import town
from tests.project.test_every_door import OPEN, address, answers, doors, real, said

from panjereh.cases import operations as cases
from panjereh.cases.models import Case, Decision, Draft, Inquiry, Note, Payment, Task
from panjereh.cases.operations.tasks import target_of
from panjereh.cases.signatures import Occasion
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence.models import Message
from panjereh.desk.acts import ACTS as ACTS_OF_THE_DESK
from panjereh.identity import operations as identity
from panjereh.identity import policy
from panjereh.identity.models import (
    Account,
    AuthorityEvent,
    Circle,
    Delegation,
    Mandate,
    Official,
    Party,
    RoleGrant,
    Site,
    SiteLink,
    Tie,
)
from panjereh.identity.policy import Target
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import PanjerehError
from panjereh.kernel.ids import new_id
from panjereh.payments.models import BankLine, Discrepancy, Match, Suggestion
from panjereh.registries.models import Proposal, Record

STAFF = policy.OF_OFFICIALS
ANY = "any official"

OF_PERSONS = {"intake:", "portal:", "api:"}
"""Namespaces whose doors lead to what belongs to the person who is signed in: test_every_door tries them; or to what
belongs to a program: tests/api/test_walk.py tries those."""

DOORS: dict[str, tuple[str, tuple[str, ...]]] = {
    "desk:home": ("place", ("case.take",)),
    "desk:next": ("place", ("case.take",)),
    "desk:inquiries": ("place", ("inquiry.answer",)),
    "desk:inquiry": ("inquiry", ("inquiry.answer",)),
    "desk:inquiry_file": ("inquiry", ("inquiry.answer",)),
    "desk:search": ("place", ("case.search",)),
    "desk:bills": ("place", ("bill.see",)),
    "desk:load": ("place", ("bill.see",)),
    "desk:load_bad": ("place", ("bill.see",)),
    "desk:books": ("place", ("money.see",)),
    "desk:books_table": ("place", ("money.see",)),
    "desk:books_report": ("place", ("money.see",)),
    "desk:posting": ("place", ("money.reverse",)),
    "desk:refunds": ("place", ("money.refund", "money.refund_agree")),
    "desk:bank": ("place", ("money.see",)),
    "desk:bank_days": ("place", ("money.see",)),
    "desk:bank_day": ("place", ("money.see",)),
    "desk:bank_line": ("bank", ("money.see",)),
    "desk:bank_match": ("bank", ("money.reconcile",)),
    "desk:bank_difference": ("bank", ("money.reconcile",)),
    "desk:reports": ("place", ("access.oversee",)),
    "desk:report": ("report", ("access.oversee",)),
    "desk:report_table": ("report", ("access.oversee",)),
    "desk:visitor_seen": ("party", ("access.print",)),
    "desk:visitor_data": ("party", ("export.hand_out",)),
    "desk:figures": ("place", ("figures.see",)),
    "desk:visitors": ("place", ("case.assist",)),
    "desk:visitor_new": ("place", ("party.make",)),
    "desk:registers": ("place", ("registry.view", "registry.confirm")),
    "desk:changes": ("place", ("registry.view", "registry.confirm")),
    "desk:register": ("place", ("registry.view",)),
    "desk:letters": ("place", ("letter.post",)),
    "desk:officials": ("place", ("official.manage",)),
    "desk:official_new": ("place", ("official.manage",)),
    "desk:accounts": ("place", ("account.confirm_recovery",)),
    "desk:account": ("party", ("account.recover", "account.confirm_recovery", "account.close", "account.reopen")),
    "desk:seals": ("place", ("seal.see",)),
    "desk:clients": ("place", ("client.manage",)),
    "desk:client": ("place", ("client.manage",)),
    "desk:sites": ("place", ("site.manage",)),
    "desk:site_new": ("place", ("site.manage",)),
    "desk:site": ("site", ("site.manage",)),
    "desk:offices": ("place", ("official.manage", "office.manage")),
    "desk:office": ("place", ("office.manage",)),
    "desk:permissions": ("place", (ANY,)),
    "desk:me": ("place", (ANY,)),
    "desk:substitute": ("place", ("delegation.give",)),
    "assist:start": ("nobody", ()),
    "desk:take": ("case", ("case.take_out_of_turn",)),
    "desk:case": ("case", ("case.see",)),
    "desk:file": ("case", ("case.see",)),
    "desk:document": ("case", ("case.see",)),
    "desk:print": ("case", ("case.print",)),
    "desk:visitor": ("party", ("case.assist",)),
    "desk:begin": ("party", ("case.assist",)),
    **dict.fromkeys((f"assist:{name}" for name in ("document", "decline", "signed")), ("signs", ("case.assist",))),
    "assist:document_to_sign": ("helped", ()),
    "desk:visitor_withdraw": ("helped", ("case.assist",)),
    "desk:visitor_appeal": ("helped", ("case.assist",)),
    "desk:letter": ("letter", ("letter.post",)),
    "desk:entry": ("entry", ("registry.view",)),
    "desk:entry_correct": ("entry", ("registry.correct",)),
    "desk:entry_annul": ("entry", ("registry.annul",)),
    "desk:change": ("entry", ("registry.view", "registry.confirm")),
    "desk:official": ("official", ("official.manage",)),
    "desk:official_roles": ("official", ("official.manage",)),
    "desk:official_move": ("official", ("official.manage",)),
    "desk:official_end": ("official", ("official.manage",)),
    **dict.fromkeys(
        (
            f"assist:{name}"
            for name in ("draft", "check", "send", "discard", "remove", "question", "to_sign", "going_round")
        ),
        ("helped", ()),
    ),
    **dict.fromkeys(
        (f"assist:{name}" for name in ("sent", "correction", "correct", "send_correction", "correction_to_sign")),
        ("helped", ()),
    ),
}
"""Door → what it is about, and the actions of which one opens it. What was entered without help nobody helps with."""

LEADING_ON = {"assist:question", "desk:home"}
"""Whatever draft is named, an answer leads to its beginning, closed itself; the desk leads to a place that is open."""

ACTS: dict[str, tuple[str, ...]] = {
    "accept": ("case.check",),
    "correct": ("case.check", "case.decide"),
    "approve": ("case.decide",),
    "refuse": ("case.decide",),
    "confirm": ("case.confirm",),
    "return": ("case.confirm",),
    "pay": ("case.pay",),
    "review": ("case.review",),
    "put-back": ("case.take",),
    "hand-over": ("case.hand_over", "case.reassign"),
    "extend": ("case.extend",),
    "await": ("case.await",),
    "answered": ("case.await",),
    "note": ("case.note",),
    "message": ("case.message",),
}


@dataclass(frozen=True)
class Visit:
    """Somebody before the doors: their browser, and what they are when they act."""

    client: Client
    actor: Actor
    values: dict[str, str]


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: Any) -> Iterator[town.Belongings]:
    """Made once: each test undoes what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        town.publish()
        yield town.settle()
        transaction.set_rollback(True)
    catalogue.forget()


@pytest.fixture
def hers(settled: town.Belongings, db: None) -> town.Belongings:
    return settled


def visit(account: Account, hers: town.Belongings) -> Visit:
    return Visit(town.signed_in(account), town.actor_of(account, as_official=True), real(hers))


def everything() -> list[object]:
    """Whatever somebody could have changed."""
    return [
        list(Case.objects.order_by("pk").values_list("number", "state", "head", "office")),
        list(Task.objects.order_by("pk").values_list("pk", "assignee", "done_at")),
        list(Draft.objects.order_by("pk").values_list("pk", "case", "position")),
        list(Inquiry.objects.order_by("pk").values_list("pk", "outcome")),
        list(RoleGrant.objects.order_by("pk").values_list("role", "taken_at")),
        list(Official.objects.order_by("pk").values_list("office", "ended_at")),
        list(Proposal.objects.order_by("pk").values_list("state")),
        list(Mandate.objects.order_by("pk").values_list("state", "head")),
        list(Party.objects.order_by("pk").values_list("pk", "entity", "email")),
        list(Site.objects.order_by("pk").values_list("state", "secret_at")),
        list(SiteLink.objects.order_by("pk").values_list("scopes", "ended_at")),
        list(Discrepancy.objects.order_by("pk").values_list("owner", "closed_at")),
        list(Match.objects.order_by("pk").values_list("stands")),
        [model.objects.count() for model in (BankLine, Suggestion)],
        [model.objects.count() for model in (Decision, Note, Payment, Message, AuthorityEvent, Delegation, Record)],
    ]


def target(kind: str, hers: town.Belongings) -> Target:
    if kind == "case":
        return target_of(Case.objects.get(pk=hers.case.pk))
    if kind == "inquiry":
        return Target(agency=town.ASKED_AGENCY, parties=target("case", hers).parties)
    parties = {
        "party": {hers.account.party_id},
        "signs": {hers.account.party_id},
        "letter": {hers.message.party_id},
        "official": {hers.held.party_id},
    }
    return Target(agency=town.AGENCY, parties=frozenset(one for one in parties.get(kind, set()) if one))


def is_open(door: str, visitor: Visit, hers: town.Belongings, actions: tuple[str, ...] | None = None) -> bool:
    kind, opened_by = DOORS[door] if actions is None else ("case", actions)
    if ANY in opened_by:
        return True
    if kind == "helped":
        return False
    about = Target(agency=visitor.actor.agency) if kind == "place" else target(kind, hers)
    return any(policy.may(visitor.actor, action, about) for action in opened_by)


def walk(visitor: Visit, hers: town.Belongings, *, kinds: set[str] | None = None) -> set[str]:
    """Try every closed door, look through every open one. Returns the doors that showed something."""
    before, opened = everything(), set()
    for door in doors():
        if door.name not in DOORS or (kinds is not None and DOORS[door.name][0] not in kinds):
            continue
        for where in address(door, visitor.values):
            if is_open(door.name, visitor, hers):
                response = visitor.client.get(where)
                town.finish(response)
                if response.status_code == 200:
                    opened.add(door.name)
            else:
                nothing_is_said(visitor, where, leads_back=door.name in LEADING_ON)
    for name, actions in ACTS.items():
        if kinds is None or "case" in kinds:
            where = f"/desk/case/{hers.case.number}/do/{name}/"
            if not is_open("desk:act", visitor, hers, actions):
                nothing_is_said(visitor, where, sees=policy.may(visitor.actor, "case.see", target("case", hers)))
    assert everything() == before
    return opened


def nothing_is_said(visitor: Visit, where: str, *, sees: bool = False, leads_back: bool = False) -> None:
    """sees: the case itself is open to them, so that its page may be what they are sent to.
    leads_back: see LEADING_ON"""
    usual = {302, 403, 404, 405, 409, 422} if sees else {302, 403, 404, 405} if leads_back else {403, 404, 405}
    for method, response in answers(visitor.client, where, visitor.values):
        assert response.status_code in usual, (
            f"{method} {where}: {response.status_code} for {sorted(visitor.actor.roles)}"
        )
        assert sees or town.SECRET not in said(response, {})[2], f"{method} {where}"
        town.finish(response)


def test_every_door_and_every_act_has_its_place_in_the_walk():
    names = {door.name for door in doors()} - OPEN - {"desk:act"}
    placed = {name for name in names if any(name.startswith(space) for space in OF_PERSONS)} | DOORS.keys()

    assert names - placed == set()
    assert DOORS.keys() - names == set()
    assert ACTS.keys() == ACTS_OF_THE_DESK.keys()
    known = {action for _kind, opened_by in DOORS.values() for action in opened_by}
    assert known | {action for actions in ACTS.values() for action in actions} <= policy.TABLE.keys() | {ANY}


@pytest.mark.parametrize("role", STAFF)
def test_no_door_opens_that_the_table_does_not_open(hers, role):
    opened = walk(visit(town.official(role), hers), hers)

    assert {"desk:me", "desk:permissions"} <= opened


def test_the_agency_that_is_asked_finds_the_question_and_nothing_else(hers):
    kinds = {"case", "letter", "entry", "inquiry"}

    assert walk(visit(town.official(*STAFF, agency=town.ASKED_AGENCY), hers), hers, kinds=kinds) == {"desk:inquiry"}


def test_another_agency_opens_nothing(hers):
    walk(
        visit(town.official(*STAFF[:-1], agency=town.OTHER_AGENCY), hers),
        hers,
        kinds={"case", "letter", "entry", "official", "inquiry", "bank"},
    )


def test_somebody_with_every_role_finds_nearly_every_door_open(hers):
    opened = walk(visit(town.official(*STAFF), hers), hers)

    assert {"desk:home", "desk:case", "desk:print", "desk:visitor", "desk:entry", "desk:official"} <= opened


def test_another_office_opens_no_case(hers):
    Case.objects.filter(pk=hers.case.pk).update(office="shiraz")
    Task.objects.filter(case=hers.case).update(office="shiraz")
    official = town.official("officer", "registrar", office="tehran")

    assert "desk:case" not in walk(visit(official, hers), hers, kinds={"case"})


def test_the_own_case_is_closed_whatever_the_roles(hers):
    identity.put_in_office("nilufar@example.org", agency=town.AGENCY, roles=STAFF)
    account = Account.objects.get(email="nilufar@example.org")

    assert walk(visit(account, hers), hers, kinds={"case", "letter"}) == set()


def test_a_relatives_case_is_closed_whatever_the_roles(hers):
    account = town.official(*STAFF)
    entity = new_id()
    Party.objects.filter(pk=hers.account.party_id).update(entity=entity, linked_by="papers")
    Circle.objects.create(holder_id=account.party_id, read_at=clock.now())
    Tie.objects.create(holder_id=account.party_id, entity=entity, relation="siblings")

    assert walk(visit(account, hers), hers, kinds={"case"}) == set()


def test_a_substitute_finds_the_doors_closed_again_when_the_time_is_over(hers):
    giver = town.official("supervisor")
    account = town.official("operator")
    receiver = Official.objects.get(account=account)
    terms: dict[str, Any] = {"roles": ["supervisor"], "first": clock.today(), "last": clock.today(), "reason": "leave"}
    identity.delegate(actor=town.actor_of(giver, as_official=True), to=receiver.pk, **terms)
    assert "desk:case" in walk(visit(account, hers), hers, kinds={"case"})

    with clock.at(clock.now() + timedelta(days=1)):
        assert walk(visit(account, hers), hers, kinds={"case"}) == set()


def test_who_acts_by_a_mandate_that_ended_is_told_so_at_every_door_of_the_giver(hers):
    friend = town.person("friend@example.org", "دوست")
    mandate = identity.accept_mandate(hers.mandate.pk, actor=town.actor_of(friend))
    client = town.signed_in(friend)
    assert client.post("/my/acting/", {"mandate": str(mandate.pk)}).status_code == 302
    assert town.SECRET in client.get(f"/my/cases/{hers.case.number}/").content.decode()
    identity.revoke_mandate(mandate.pk, actor=town.actor_of(hers.account))
    before = everything()

    for door in doors():
        if door.name.startswith(("portal:", "intake:")) and door.secrets - {"mandate_id"}:
            for where in address(door, real(hers)):
                for method, response in answers(client, where, real(hers)):
                    leads_back = {302} if door.name in ("intake:question", "portal:data_file") else set()
                    assert response.status_code in {403, 404, 405} | leads_back, f"{method} {where}"
                    page = said(response, {})[2].replace(f"{town.SECRET} {town.SECRET}", "")  # for whom it was
                    assert town.SECRET not in page, f"{method} {where}"
    assert everything() == before


Call = Callable[[Actor, town.Belongings], object]
OPERATIONS: dict[str, tuple[tuple[str, ...], Call]] = {
    "accept": (("case.check",), lambda a, h: cases.accept(h.task.pk, actor=a)),
    "act_to_sign": (
        (),
        lambda a, h: cases.act_to_sign(h.case.number, actor=a, act="withdraw", occasion=Occasion.now("fa")),
    ),
    "add_note": (("case.note",), lambda a, h: cases.add_note(h.case.number, actor=a, text="x")),
    "agency_answered": (("case.await",), lambda a, h: cases.agency_answered(h.case.number, actor=a)),
    "answer": ((), lambda a, h: cases.answer(h.draft.pk, actor=a, path="what", form=town.Form({}), language="fa")),
    "answer_correction": (
        (),
        lambda a, h: cases.answer_correction(
            h.case.number, actor=a, path="what", form=town.Form({"what": ["x"]}), language="fa"
        ),
    ),
    "appeal": ((), lambda a, h: cases.appeal(h.case.number, actor=a, reason="x")),
    "ask_correction": (
        ("case.check", "case.decide"),
        lambda a, h: cases.ask_correction(h.task.pk, actor=a, screens=["what"], message="x"),
    ),
    "ask_to_sign": ((), lambda a, h: cases.ask_to_sign(h.draft.pk, actor=a)),
    "assign": (
        ("case.hand_over", "case.reassign"),
        lambda a, h: cases.assign(h.task.pk, actor=a, to=h.held.party_id, reason="x"),
    ),
    "await_agency": (
        ("case.await",),
        lambda a, h: cases.await_agency(h.case.number, actor=a, agency="inspectorate", reason="x"),
    ),
    "call_off": ((), lambda a, h: cases.call_off(h.draft.pk, actor=a)),
    "confirm": (("case.confirm",), lambda a, h: cases.confirm(h.task.pk, actor=a, agree=True)),
    "decide": (("case.decide",), lambda a, h: cases.decide(h.task.pk, actor=a, outcome="approve")),
    "decline": (("case.assist",), lambda a, h: cases.decline(h.signatory.pk, actor=a, reason="x")),
    "discard_draft": ((), lambda a, h: cases.discard_draft(h.draft.pk, actor=a)),
    "follow_up": ((), lambda a, h: cases.follow_up("complaint", UUID(int=1), actor=a)),
    "extend": (("case.extend",), lambda a, h: cases.extend(h.case.number, actor=a, reason="x")),
    "prefill": ((), lambda a, h: cases.prefill(h.draft.pk, actor=a, answers={"what": "x"})),
    "put_back": (("case.take",), lambda a, h: cases.put_back(h.task.pk, actor=a, reason="x")),
    "rate_case": ((), lambda a, h: cases.rate_case(h.case.number, actor=a, score=1)),
    "receive": ((), lambda a, h: cases.receive(h.inquiry.pk, actor=a, form=town.Form({"reply": ["x"]}))),
    "record_payment": (("case.pay",), lambda a, h: cases.record_payment(h.task.pk, actor=a, receipt="12345")),
    "remove_item": ((), lambda a, h: cases.remove_item(h.draft.pk, actor=a, group="x", index=0)),
    "review": (("case.review",), lambda a, h: cases.review(h.task.pk, actor=a, outcome="uphold", reason="x")),
    "say": (("case.message",), lambda a, h: cases.say(h.case.number, actor=a, text="x")),
    "send_correction": ((), lambda a, h: cases.send_correction(h.case.number, actor=a)),
    "sign": (("case.assist",), lambda a, h: cases.sign(h.signatory.pk, actor=a, papers="x")),
    "start_draft": (
        ("case.assist",),
        lambda a, h: cases.start_draft("complaint", actor=a, applicant=h.account.party_id),
    ),
    "submit": ((), lambda a, h: cases.submit(h.draft.pk, actor=a)),
    "take": (("case.take_out_of_turn",), lambda a, h: cases.take(h.task.pk, actor=a, reason="x")),
    "withdraw": ((), lambda a, h: cases.withdraw(h.case.number, actor=a)),
}
"""Operation → the actions that let an official do it to a case that came without help, and how it is called."""

FOR_NOBODY_IN_PARTICULAR = {
    "Answered",
    "fee_came",
    "may_begin_for_another",
    "migrate",
    "plans",
    "rate",
    "take_next",
    "to_sign",
}
"""A type; what only the command line calls; what anybody may; the next task, which the doors of the queue try; and what
is done with a draft that was read on somebody's behalf."""


def test_every_operation_on_cases_has_its_place_in_the_walk():
    assert set(cases.__all__) == OPERATIONS.keys() | FOR_NOBODY_IN_PARTICULAR


def is_refused(call: Call, actor: Actor, hers: town.Belongings) -> bool:
    try:
        call(actor, hers)
    except PanjerehError:
        return True
    return False


def refuses_all(actor: Actor, hers: town.Belongings) -> None:
    before = everything()
    case = target_of(Case.objects.get(pk=hers.case.pk))
    service = Target(agency=catalogue.current("complaint").service.agency, parties=case.parties)
    for name, (opened_by, call) in OPERATIONS.items():
        about = service if name == "start_draft" else case
        if actor.is_official and any(policy.may(actor, action, about) for action in opened_by):
            continue
        assert is_refused(call, actor, hers), f"{name} for {sorted(actor.roles)}"
    assert everything() == before


@pytest.mark.parametrize("role", STAFF)
def test_no_operation_does_what_the_table_does_not_allow(hers, role):
    refuses_all(town.actor_of(town.official(role), as_official=True), hers)


def test_no_operation_reaches_into_another_agency(hers):
    refuses_all(town.actor_of(town.official(*STAFF, agency=town.OTHER_AGENCY), as_official=True), hers)


def test_no_operation_does_anything_for_a_stranger_or_in_the_own_case(hers):
    refuses_all(town.actor_of(town.person("arash@example.org", "آرش")), hers)
    refuses_all(Actor(party=None), hers)
    identity.put_in_office("nilufar@example.org", agency=town.AGENCY, roles=STAFF)
    account = Account.objects.select_related("party").get(email="nilufar@example.org")
    refuses_all(town.actor_of(account, as_official=True), hers)
