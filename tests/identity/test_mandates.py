"""Who may act for whom: given and accepted, limited, taken back, and written down so that nobody changes it unseen."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from tests.identity.factories import person

from panjereh.identity import history, mandates, operations
from panjereh.identity.errors import ContactIsWrong, MandateHasEnded, MandateIsWrong, MandateNotOpen
from panjereh.identity.models import AuthorityEvent, Mandate
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Level
from panjereh.kernel.errors import NotFound

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


def at(day: date, time: str) -> AbstractContextManager[None]:
    return clock.at(datetime.fromisoformat(f"{day}T{time}:00+03:30"))


@pytest.fixture(autouse=True)
def today():
    with at(TODAY, "10:00"):
        yield


@pytest.fixture
def giver() -> Actor:
    return person("giver@example.org", given_name="نیلوفر", family_name="راد")[1]


@pytest.fixture
def receiver() -> Actor:
    return person("receiver@example.org", given_name="آرش", family_name="کاوه")[1]


def offer(giver: Actor, **terms: object) -> Mandate:
    wanted = {"to": "receiver@example.org", "called": "Arash", "until": TODAY + timedelta(days=30), **terms}
    return operations.give_mandate(actor=giver, **wanted)  # type: ignore[arg-type]


def accepted(giver: Actor, receiver: Actor, **terms: object) -> Mandate:
    return operations.accept_mandate(offer(giver, **terms).pk, actor=receiver)


def test_who_is_offered_a_mandate_finds_it_accepts_it_and_acts(giver, receiver):
    made = offer(giver)
    assert [one.pk for one in mandates.offered_to(receiver)] == [made.pk]
    assert mandates.held_by(receiver) == []

    operations.accept_mandate(made.pk, actor=receiver)

    [held] = mandates.held_by(receiver)
    acting = mandates.act_for(receiver, held)
    assert acting.party == receiver.party
    assert acting.applicant == giver.party
    assert mandates.offered_to(receiver) == []


def test_an_offer_names_people_by_a_proven_number_too(giver):
    _account, knows = person("third@example.org", national_id="0499370899")
    offer(giver, to="۰۴۹-۹۳۷۰۸۹-۹")

    assert len(mandates.offered_to(knows)) == 1


def test_nobody_else_accepts_declines_or_sees_it(giver, receiver):
    made = offer(giver)
    _account, stranger = person()

    for act in (operations.accept_mandate, operations.decline_mandate, operations.revoke_mandate):
        with pytest.raises(NotFound):
            act(made.pk, actor=stranger)
    with pytest.raises(NotFound):
        mandates.seen_by(stranger, made.pk)
    with pytest.raises(NotFound):
        operations.accept_mandate(made.pk, actor=giver)
    made.refresh_from_db()
    assert made.state == "offered"
    assert AuthorityEvent.objects.count() == 1


def test_an_answer_counts_once(giver, receiver):
    made = offer(giver)
    operations.decline_mandate(made.pk, actor=receiver)

    with pytest.raises(NotFound):
        operations.accept_mandate(made.pk, actor=receiver)
    assert mandates.held_by(receiver) == []


@pytest.mark.parametrize("who", ["giver", "receiver"])
def test_either_ends_it_and_from_then_on_nobody_acts_by_it(giver, receiver, who):
    made = accepted(giver, receiver)
    operations.revoke_mandate(made.pk, actor=giver if who == "giver" else receiver, reason="moved away")

    made.refresh_from_db()
    assert made.end == {"giver": "revoked", "receiver": "laid_down"}[who]
    with pytest.raises(MandateHasEnded):
        mandates.act_for(receiver, mandates.of_agent(receiver, made.pk))
    assert not mandates.still_stands(made.pk)


def test_its_last_day_is_whole_and_the_next_is_too_late(giver, receiver):
    made = accepted(giver, receiver, until=TODAY)

    with at(TODAY, "23:59"):
        assert mandates.act_for(receiver, mandates.of_agent(receiver, made.pk)).applicant == giver.party
    with at(TODAY + timedelta(days=1), "00:00"):
        assert mandates.held_by(receiver) == []
        assert not mandates.still_stands(made.pk)
        with pytest.raises(MandateHasEnded):
            mandates.act_for(receiver, mandates.of_agent(receiver, made.pk))


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"to": "12345"}, "to"),
        ({"to": "nobody@"}, "to"),
        ({"to": "giver@example.org"}, "to"),
        ({"called": "  "}, "called"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"until": date(2032, 1, 1)}, "until"),
    ],
)
def test_what_cannot_be_given_is_said_at_its_box_and_nothing_is_offered(giver, terms, field):
    with pytest.raises((ContactIsWrong, MandateIsWrong)) as refused:
        offer(giver, **terms)

    assert refused.value.params["field"] == field
    assert not Mandate.objects.exists()
    assert not AuthorityEvent.objects.exists()


def test_a_mandate_cannot_be_handed_on(giver, receiver):
    acting = mandates.act_for(receiver, accepted(giver, receiver))

    with pytest.raises(MandateIsWrong):
        offer(acting, to="third@example.org")


def test_what_a_register_says_nobody_takes_back(giver, receiver):
    made = accepted(giver, receiver)
    Mandate.objects.filter(pk=made.pk).update(kind=Mandate.Kind.PARENT)

    with pytest.raises(MandateNotOpen):
        operations.revoke_mandate(made.pk, actor=receiver)


def test_nobody_is_surer_in_anothers_name_than_they_are_or_the_giver_was(giver, receiver):
    made = accepted(replace(giver, level=Level.LOW), receiver)

    assert mandates.act_for(replace(receiver, level=Level.HIGH), made).level == Level.LOW
    assert mandates.act_for(replace(receiver, level=Level.NONE), made).level == Level.NONE


def test_its_history_is_chained_and_cannot_be_changed(giver, receiver):
    made = accepted(giver, receiver)
    operations.revoke_mandate(made.pk, actor=giver, reason="why")

    events = history.of(f"mandate:{made.pk}")
    assert [event.kind for event in events] == ["offered", "accepted", "ended"]
    assert [event.public["actor"] for event in events] == [str(giver.party), str(receiver.party), str(giver.party)]
    assert events[2].personal == {"reason": "why"}
    assert list(history.verify()) == []
    for change in ("UPDATE identity_authorityevent SET kind = 'x'", "DELETE FROM identity_authorityevent"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


@pytest.mark.parametrize(
    "change",
    [
        {"until": None},
        {"reads_only": True},
        {"services": ["other"]},
        {"state": "offered"},
        {"head": "0" * 64},
    ],
)
def test_a_row_that_says_otherwise_than_its_history_is_found(giver, receiver, change):
    made = accepted(giver, receiver)
    Mandate.objects.filter(pk=made.pk).update(**change)

    [fault] = history.verify()
    assert str(made.pk) in fault


def test_a_mandate_without_its_history_is_found(giver, receiver):
    made = offer(giver)
    Mandate.objects.filter(pk=made.pk).update(id=uuid4())

    gone, without = history.verify()
    assert gone.endswith("gone")
    assert without.endswith("without history")
