"""A fee that is due stands in the agency's books: asked for, paid, or not owed any more."""

import pytest
from django.db import transaction

from panjereh.cases import fees, progress
from panjereh.cases import operations as cases
from panjereh.cases.models import Case, Payment
from panjereh.correspondence.models import Message
from panjereh.kernel.actor import SOMEBODY, SYSTEM
from panjereh.localisation import digits
from panjereh.payments import operations as payments
from panjereh.payments import queries, verify
from panjereh.payments.books import Claim
from panjereh.payments.errors import UnknownWayToPay
from panjereh.payments.gateways import demo
from panjereh.payments.gateways.port import Call
from panjereh.payments.models import Bill, Posting

PAID = {"task": "payment", "receipt": "84-1"}


def bill_of(case: Case) -> Bill:
    found = fees.bill_of(case)
    assert found is not None
    return found


def owed(case: Case) -> int:
    return queries.owed_on(bill_of(case).number)


def bill_number(case: Case) -> str:
    found = fees.bill_of(case)
    return found.number if found else case.number


def late(house, *then: object) -> Case:
    return house.case("late", "accept", "approve", *then, on="2026-12-20")


def kinds(case: Case) -> list[str]:
    return list(Posting.objects.filter(subject=bill_number(case)).order_by("number").values_list("kind", flat=True))


def test_what_is_free_is_in_no_book(house):
    case = house.case("mother", "accept", "approve")

    assert kinds(case) == []


def test_a_fee_is_owed_from_the_moment_in_which_it_is_asked_for(house):
    case = late(house)

    assert kinds(case) == ["charge"]
    assert owed(case) == case.fee


def test_a_fee_that_was_paid_at_the_counter_is_in_the_till(house):
    case = late(house, PAID)

    (line,) = Posting.objects.get(subject=bill_number(case), kind="receipt").lines.filter(amount__gt=0)
    assert (line.account.kind, line.amount) == ("cash", case.fee)
    assert owed(case) == 0
    assert list(verify.books()) == []


def test_a_fee_that_was_asked_for_before_there_were_bills_can_be_paid(house):
    amini = house.official("amini")
    case = late(house)
    old = Claim(case.agency, case.number)
    payments.charge(old, case.fee, key="as in earlier versions", actor=amini)
    Bill.objects.filter(subject=case.number).update(subject="of another matter", key="of another matter")

    cases.record_payment(house.task(case, amini).pk, actor=amini, receipt="84-2", how="card")

    assert queries.owed(old) == 0
    assert owed(case) == 0
    assert queries.charged(old) == 0


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
    assert owed(case) == 0


def paid_online(house, case: Case, habit: str = "pay") -> None:
    payment, _way = payments.begin(bill_of(case).number, "demo", back="http://us/?order={order}", actor=SOMEBODY)
    fields = demo.press(payment.reference, habit)[1]
    if fields:
        payments.hear("demo", Call(fields))
    house.let_workers_run()


def test_a_case_goes_on_at_once_when_money_has_come_and_its_history_says_so(house):
    case = late(house)

    paid_online(house, case)

    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "approved")
    paid = case.events.get(kind="paid")
    assert (paid.public["rials"], paid.public["how"], paid.public["receipt"]) == (500_000, "online", bill_number(case))
    assert list(verify.bills()) == list(verify.books()) == []


def test_the_notice_names_the_bill_so_that_anybody_can_pay_it(house):
    case = late(house)

    told = Message.objects.filter(case=case.number, key__contains=":payment:").get()

    assert digits.for_language(bill_number(case), told.language) in told.text


def test_a_payment_that_failed_leaves_the_case_where_it_was(house):
    case = late(house)

    paid_online(house, case, "refuse")

    case.refresh_from_db()
    assert case.state == "open"
    assert not Payment.objects.filter(case=case).exists()


def test_paid_at_the_counter_and_online_it_counts_once_and_what_is_over_is_owed_back(house):
    amini, case = house.official("amini"), late(house)
    payment, _way = payments.begin(bill_of(case).number, "demo", back="http://us/?order={order}", actor=SOMEBODY)
    cases.record_payment(house.task(case, amini).pk, actor=amini, receipt="84-2")

    payments.hear("demo", Call(demo.press(payment.reference, "pay")[1]))
    house.let_workers_run()

    assert case.events.filter(kind="paid").count() == 1
    assert queries.over_on(bill_number(case)) == 500_000


def test_money_for_a_case_that_lapsed_meanwhile_is_owed_back(house):
    case = late(house)
    payment, _way = payments.begin(bill_of(case).number, "demo", back="http://us/?order={order}", actor=SOMEBODY)
    with transaction.atomic():
        progress.cancel(progress.locked(case.pk), actor=SYSTEM)

    payments.hear("demo", Call(demo.press(payment.reference, "pay")[1]))
    house.let_workers_run()

    assert queries.over_on(bill_number(case)) == 500_000
