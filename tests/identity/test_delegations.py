"""Substitutes: for an absence, at most what the giver holds, never lent on, and four eyes stay four people."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from tests.identity.factories import official

from panjereh.identity import history, operations, policy
from panjereh.identity import queries as identity
from panjereh.identity.errors import DelegationIsWrong, ReasonMissing
from panjereh.identity.models import Account, Delegation, Official
from panjereh.identity.policy import Target
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
AGENCY = Target(agency="civil-registry")


def at(day: date) -> AbstractContextManager[None]:
    return clock.at(datetime.fromisoformat(f"{day}T10:00:00+03:30"))


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with at(TODAY):
        yield


def now(held: Official) -> Actor:
    return identity.actor_of(Account.objects.get(pk=held.account_id), as_official=True, channel=Channel.DESK)


def lend(giver: Actor, receiver: Official, *roles: str, days: int = 7, **more: object) -> list[Delegation]:
    terms = {"roles": roles, "first": TODAY, "last": TODAY + timedelta(days=days), "reason": "leave", **more}
    return operations.delegate(actor=giver, to=receiver.pk, **terms)  # type: ignore[arg-type]


def test_a_substitute_does_what_was_lent_from_the_first_to_the_last_day_and_no_longer():
    _held, giver = official("registrar")
    receiver, _before = official("officer")
    lend(giver, receiver, "registrar", first=TODAY + timedelta(days=1))

    assert not policy.may(now(receiver), "case.decide", AGENCY)
    for day, allowed in ((1, True), (7, True), (8, False)):
        with at(TODAY + timedelta(days=day)):
            assert policy.may(now(receiver), "case.decide", AGENCY) is allowed, day


def test_what_was_lent_is_not_lent_on():
    _held, giver = official("registrar")
    receiver, _before = official("officer")
    third, _third = official("officer")
    lend(giver, receiver, "registrar")

    with pytest.raises(DelegationIsWrong):
        lend(now(receiver), third, "registrar")
    assert Delegation.objects.count() == 1


@pytest.mark.parametrize(
    ("roles", "more"),
    [
        (("supervisor",), {}),
        ((), {}),
        (("registrar",), {"last": TODAY - timedelta(days=1)}),
        (("registrar",), {"last": TODAY + timedelta(days=800)}),
    ],
)
def test_more_than_one_holds_no_role_at_all_and_impossible_days_are_refused(roles, more):
    _held, giver = official("registrar")
    receiver, _before = official("officer")

    with pytest.raises(DelegationIsWrong):
        lend(giver, receiver, *roles, **more)
    with pytest.raises(ReasonMissing):
        lend(giver, receiver, "registrar", reason=" ")
    assert not Delegation.objects.exists()


def test_colleagues_of_another_agency_or_office_stand_in_for_nobody():
    _held, giver = official("registrar", office="tehran")
    elsewhere, _a = official("officer", agency="inspectorate")
    other_office, _b = official("officer", office="shiraz")
    everywhere, _c = official("officer")

    for receiver in (elsewhere, other_office, everywhere):
        with pytest.raises(DelegationIsWrong):
            lend(giver, receiver, "registrar")


def test_it_ends_with_the_givers_own_role_and_when_it_is_taken_back():
    held, giver = official("registrar", "officer")
    receiver, _before = official("officer")
    _operator, operator = official("operator")
    lend(giver, receiver, "registrar")
    assert policy.may(now(receiver), "case.decide", AGENCY)

    operations.change_roles(held.pk, actor=operator, roles=["officer"], reason="x")
    assert not policy.may(now(receiver), "case.decide", AGENCY)
    operations.change_roles(held.pk, actor=operator, roles=["registrar"], reason="x")
    assert policy.may(now(receiver), "case.decide", AGENCY)
    assert operations.end_delegations(actor=now(held), to=receiver.pk) == 1
    assert not policy.may(now(receiver), "case.decide", AGENCY)


def test_a_lent_role_does_nothing_in_the_lenders_own_matter():
    _held, giver = official("registrar")
    receiver, _before = official("officer")
    lend(giver, receiver, "registrar")
    own = Target(agency="civil-registry", parties=frozenset({giver.party} - {None}))

    assert policy.may(now(receiver), "case.decide", AGENCY)
    assert not policy.may(now(receiver), "case.decide", own)


def test_lending_and_taking_back_are_in_the_chained_history():
    held, giver = official("registrar")
    receiver, _before = official("officer")
    lend(giver, receiver, "registrar")
    operations.end_delegations(actor=giver, to=receiver.pk)

    assert [event.kind for event in history.of(f"official:{held.pk}")] == ["appointed", "delegated", "taken_back"]
    assert list(history.verify()) == []
