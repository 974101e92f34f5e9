"""A fee that is due stands in the agency's books: asked for, paid, or not owed any more."""

import pytest
from django.db import transaction

from panjereh.cases import operations as cases
from panjereh.cases import progress
from panjereh.cases.models import Case, Payment
from panjereh.kernel.actor import SYSTEM
from panjereh.payments import operations as payments
from panjereh.payments import queries, verify
from panjereh.payments.books import Claim
from panjereh.payments.errors import UnknownWayToPay
from panjereh.payments.models import Posting

PAID = {"task": "payment", "receipt": "84-1"}


def late(house, *then: object) -> Case:
    return house.case("late", "accept", "approve", *then, on="2026-12-20")


def kinds(case: Case) -> list[str]:
    return list(Posting.objects.filter(subject=case.number).order_by("number").values_list("kind", flat=True))


def test_what_is_free_is_in_no_book(house):
    case = house.case("mother", "accept", "approve")

    assert kinds(case) == []


def test_a_fee_is_owed_from_the_moment_in_which_it_is_asked_for(house):
    case = late(house)

    assert kinds(case) == ["charge"]
    assert queries.owed(Claim(case.agency, case.number)) == case.fee


def test_a_fee_that_was_paid_at_the_counter_is_in_the_till(house):
    case = late(house, PAID)

    (line,) = Posting.objects.get(subject=case.number, kind="receipt").lines.filter(amount__gt=0)
    assert (line.account.kind, line.amount) == ("cash", case.fee)
    assert queries.owed(Claim(case.agency, case.number)) == 0
    assert list(verify.books()) == []


def test_a_fee_that_was_asked_for_before_there_were_books_can_be_paid(house):
    amini = house.official("amini")
    case = late(house)
    other = Claim(case.agency, case.number)
    payments.release(other, key="as if it had never been entered", actor=amini)

    cases.record_payment(house.task(case, amini).pk, actor=amini, receipt="84-2", how="card")

    assert queries.owed(other) == 0
    assert kinds(case)[-2:] == ["charge", "receipt"]


def test_how_it_was_paid_is_one_of_three_ways_and_otherwise_nothing_happens(house):
    amini = house.official("amini")
    case = late(house)

    with pytest.raises(UnknownWayToPay):
        cases.record_payment(house.task(case, amini).pk, actor=amini, receipt="84-2", how="barter")

    assert kinds(case) == ["charge"]
    assert not Payment.objects.filter(case=case).exists()


def test_what_is_not_paid_when_a_case_lapses_is_not_owed(house):
    case = late(house)

    with transaction.atomic():
        progress.cancel(progress.locked(case.pk), actor=SYSTEM)

    assert kinds(case) == ["charge", "release"]
    assert queries.owed(Claim(case.agency, case.number)) == 0
