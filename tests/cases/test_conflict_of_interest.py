"""Nobody handles the case of a relative or of a company of theirs: the registers know, and the queue passes on."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from tests.standing import standing_country

from panjereh.audit import queries as audit
from panjereh.cases import operations as cases
from panjereh.cases import queries as case_queries
from panjereh.cases.errors import ConflictOfInterest
from panjereh.cases.models import Case, Task
from panjereh.cases.operations.tasks import barred_from
from panjereh.config.handlers import HANDLERS
from panjereh.definitions import Country
from panjereh.definitions.types import Form
from panjereh.identity import mandates, operations
from panjereh.identity import queries as identity
from panjereh.identity.models import Account, Official, Tie
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor, Channel
from panjereh.kernel.errors import NotFound
from panjereh.outbox import operations as outbox
from panjereh.registries import operations as registries
from panjereh.registries.types import Cause

pytestmark = pytest.mark.django_db
CAUSE = Cause(law="civil-registration-act#1", actor=SYSTEM, reason="test")
AGENCY = "municipality"


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[Country]:
    with standing_country(django_db_blocker) as made:
        yield made


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(datetime.fromisoformat("2026-11-23T10:00:00+03:30")):
        yield


def citizen(name: str) -> Actor:
    return identity.actor_of(operations.create_account(f"{name}@example.org"))


def official(name: str, *roles: str) -> Actor:
    """Somebody who lives in the country and works for the municipality."""
    held = operations.put_in_office(f"{name}@example.org", agency=AGENCY, roles=roles or ("registrar",))
    return identity.actor_of(held.account, as_official=True, channel=Channel.DESK)


def stranger(*roles: str) -> Actor:
    held = Official.objects.filter(agency=AGENCY, account__email="moradi@example.org").get()
    return identity.actor_of(Account.objects.get(pk=held.account_id), as_official=True, channel=Channel.DESK)


def permit_for(actor: Actor) -> Case:
    draft = cases.start_draft("stall-permit", actor=actor)
    opens = {"opens_on.day": ["21"], "opens_on.month": ["12"], "opens_on.year": ["2026"]}
    pages: dict[str, dict[str, list[str]]] = {
        "goods": {"goods": ["books"]},
        "square": {"square": ["x"]},
        "opens_on": opens,
    }
    for path, boxes in pages.items():
        assert cases.answer(draft.pk, actor=actor, path=path, form=Form(boxes), language="en").ok
    case = cases.submit(draft.pk, actor=actor)
    outbox.run_until_idle(HANDLERS)
    return case


def relate(country: Country, whom: Actor, **data: str) -> None:
    entity = identity.party(whom.party or UUID(int=0)).entity or UUID(int=0)
    registries.update(
        country.registries["population"], entity, data, valid_from=clock.today(), cause=CAUSE, key=f"{entity}:{data}"
    )


def number_of(actor: Actor) -> str:
    return identity.party(actor.party or UUID(int=0)).national_id or ""


def person_in_register(country: Country, number: str, **data: str) -> str:
    given = {"given_name": "الف", "family_name": "ب", "sex": "male", "birth_date": "1960-01-01", **data}
    registries.create(
        country.registries["population"], {"national_id": number, **given}, valid_from=date(1960, 1, 1), cause=CAUSE,
        key=number,
    )  # fmt: skip
    return number


def relation(country: Country, name: str, me: Actor, them: Actor) -> None:
    """Make them relatives by the register."""
    mine, theirs = number_of(me), number_of(them)
    parent = "0499370899"
    if name == "parent":
        relate(country, me, mother=theirs)
    elif name == "child":
        relate(country, them, father=mine)
    elif name == "sibling":
        person_in_register(country, parent)
        relate(country, me, mother=parent)
        relate(country, them, mother=parent)
    elif name == "grandparent":
        person_in_register(country, parent, father=theirs)
        relate(country, me, mother=parent)
    elif name == "grandchild":
        person_in_register(country, parent, father=mine)
        relate(country, them, mother=parent)
    elif name == "spouse":
        relate(country, me, spouse=theirs)


@pytest.mark.parametrize("name", ["parent", "child", "sibling", "grandparent", "grandchild", "spouse"])
def test_the_queue_passes_a_relatives_case_on_silently_and_taking_it_is_refused_with_a_reason(country, name):
    me, them = official("maryam"), citizen("kamran")
    relation(country, name, me, them)
    case = permit_for(them)
    task = Task.objects.get(case=case, done_at=None)

    assert cases.take_next(actor=me) is None
    assert case_queries.queue(me).lines == []
    with pytest.raises(ConflictOfInterest):
        cases.take(task.pk, actor=me, reason="in a hurry")
    with pytest.raises(NotFound):
        case_queries.for_official(me, case.number)
    task.refresh_from_db()
    assert task.assignee is None
    assert cases.take_next(actor=stranger()) == task


def test_a_stranger_of_the_same_agency_is_not_kept_away(country):
    me, case = official("maryam"), permit_for(citizen("kamran"))

    assert cases.take_next(actor=me) == Task.objects.get(case=case, done_at=None)


def test_nobody_hands_a_task_to_a_relative_of_the_applicant(country):
    me, them = official("maryam"), citizen("kamran")
    relation(country, "spouse", me, them)
    operations.read_circle(me, country)
    case = permit_for(them)
    task = Task.objects.get(case=case, done_at=None)

    assert me.party in barred_from(task)


@pytest.mark.parametrize("field", ["representatives", "employees"])
def test_a_companys_case_is_left_to_others_by_those_who_represent_or_work_for_it(country, field):
    me, laleh = official("maryam"), citizen("laleh")
    operations.find_registered(laleh, country)
    [mandate] = [one for one in mandates.held_by(laleh) if one.kind == "representative"]
    signs = [number_of(laleh)]
    data = (
        {"representatives": [*signs, number_of(me)]} if field == "representatives" else {"employees": [number_of(me)]}
    )
    registries.update(
        country.registries["companies"], mandate.entity or UUID(int=0), data, valid_from=clock.today(), cause=CAUSE,
        key="joins",
    )  # fmt: skip
    permit_for(mandates.act_for(laleh, mandate))

    assert cases.take_next(actor=me) is None
    assert cases.take_next(actor=stranger()) is not None


def test_whoever_sent_it_for_somebody_else_does_not_handle_it_nor_do_their_relatives(country):
    me, laleh = official("maryam"), citizen("laleh")
    relation(country, "spouse", me, laleh)
    operations.find_registered(laleh, country)
    [mandate] = [one for one in mandates.held_by(laleh) if one.kind == "representative"]
    permit_for(mandates.act_for(laleh, mandate))

    assert cases.take_next(actor=me) is None


def test_the_circle_is_read_through_the_one_door_once_a_day_and_follows_the_register(country):
    me, them = official("maryam"), citizen("kamran")
    relation(country, "spouse", me, them)
    cases.take_next(actor=me)
    entity = identity.party(them.party or UUID(int=0)).entity

    looks = [one for one in audit.accesses_of(f"population:{entity}") if one.purpose == "conflict_of_interest"]
    assert [(one.actor, one.agency, one.law) for one in looks] == [
        (me.party, AGENCY, "administrative-complaints-act#9")
    ]
    cases.take_next(actor=me)
    assert len(audit.accesses_of(f"population:{entity}")) == len(looks)

    relate(country, me, spouse="")
    with clock.at(datetime.fromisoformat("2026-11-26T10:00:00+03:30")):
        operations.keep_circles(country)
    assert not Tie.objects.filter(holder=me.party, entity=entity).exists()
