"""What is asked for is in the books of whoever it belongs to; what comes pays it once, and the asker is told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from panjereh.kernel import clock, ids
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.outbox.models import Effect
from panjereh.payments import operations as payments
from panjereh.payments import queries, verify
from panjereh.payments.books import Part, Place
from panjereh.payments.errors import BillIsClosed, KeyIsUsed, NoSuchBill, NotAnAmount
from panjereh.payments.models import Bill, BillLine, Posting
from panjereh.payments.operations import NewBill, NewLine

pytestmark = pytest.mark.django_db
ACCOUNTANT = Actor(party=uuid4(), agency="municipality", roles=frozenset({"accountant"}))
CARD = Place("card")
TEXT = {"fa": "عوارض", "en": "Duty"}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(datetime(2026, 11, 23, 10, tzinfo=UTC)):
        yield


def line(amount: int, book: str = "municipality", fund: str = "") -> NewLine:
    return NewLine(book, amount, TEXT, fund=fund, law="municipal-duties#3")


def issue(*lines: NewLine, **more: Any) -> Bill:
    given: dict[str, Any] = {"key": "b1", "agency": "municipality", "subject": "1404-77", "title": TEXT, **more}
    return payments.issue(NewBill(lines=lines or (line(500_000),), **given), actor=SYSTEM)


def settle(bill: Bill, amount: int, key: str = "p1", **more: Any) -> payments.Settled:
    return payments.settle(bill.number, amount, into=CARD, key=key, actor=SYSTEM, **more)


def left(book: str) -> dict[str, int]:
    return {str(place): amount for place, amount in queries.balances(book, clock.today()).items() if amount}


def state(bill: Bill) -> str:
    return str(queries.bill(bill.number).state)


def test_a_bill_is_owed_in_the_books_of_every_agency_that_gets_a_part():
    bill = issue(line(300_000, fund="roads"), line(200_000, "ministry"), line(-50_000, fund="roads"))

    assert queries.owed_parts(bill.number) == {Part("municipality", "roads"): 250_000, Part("ministry"): 200_000}
    assert left("municipality") == {"receivable//roads/IRR": 250_000, "revenue//roads/IRR": -250_000}
    assert left("ministry") == {"receivable///IRR": 200_000, "revenue///IRR": -200_000}
    assert list(verify.bills()) == list(verify.books()) == []


def test_its_number_has_a_check_digit():
    number = issue().number

    assert ids.is_bill_number(number)
    assert not ids.is_bill_number(number[:-1] + str((int(number[-1]) + 1) % 10))
    assert not ids.is_tracking_code(number)


def test_the_same_key_gives_the_bill_that_stands_and_another_bill_with_it_is_refused():
    bill = issue()

    assert issue() == bill
    with pytest.raises(KeyIsUsed):
        issue(line(1))
    assert Bill.objects.count() == 1
    assert queries.owed_on(bill.number) == 500_000


@pytest.mark.parametrize("amounts", [(), (0,), (-1,), (5, -5), (5, -6), (10**17 + 1,), (10**17, 1)])
def test_a_bill_of_nothing_less_or_far_too_much_is_refused(amounts):
    with pytest.raises(NotAnAmount):
        payments.issue(
            NewBill("b", "municipality", "s", TEXT, [line(amount) for amount in amounts]),
            actor=SYSTEM,
        )

    assert not Bill.objects.exists()
    assert not Posting.objects.exists()


def test_of_many_bills_none_is_issued_when_one_is_refused():
    good = NewBill("b1", "municipality", "s", TEXT, [line(5)])

    with pytest.raises(NotAnAmount):
        payments.issue_many([good, NewBill("b2", "municipality", "s", TEXT, [line(-5)])], actor=SYSTEM)

    assert not Bill.objects.exists()


def test_what_comes_in_parts_settles_it_when_nothing_is_owed_any_more_and_the_asker_is_told_once():
    bill = issue(line(300_000), line(200_000, "ministry"), reply_to={"kind": "asker.told", "payload": {"case": "1"}})

    settle(bill, 400_000)
    assert state(bill) == "open"
    assert not Effect.objects.exists()
    settle(bill, 100_000, "p2")

    assert state(bill) == "settled"
    assert left("municipality") == {"card///IRR": 300_000, "revenue///IRR": -300_000}
    assert left("ministry") == {"card///IRR": 200_000, "revenue///IRR": -200_000}
    told = Effect.objects.get()
    assert (told.kind, told.payload) == ("asker.told", {"case": "1", "bill": bill.number})


def test_the_same_money_told_again_counts_once():
    bill = issue()

    first, again = settle(bill, 500_000), settle(bill, 500_000)

    assert first == again == payments.Settled(500_000, 0)
    assert Posting.objects.filter(kind="receipt").count() == 1


def test_money_that_was_not_owed_is_owed_back():
    bill = issue()
    settle(bill, 500_000)

    late = settle(bill, 500_000, "p2")

    assert late == payments.Settled(0, 500_000)
    assert queries.over_on(bill.number) == 500_000
    assert left("municipality") == {"card///IRR": 1_000_000, "payable///IRR": -500_000, "revenue///IRR": -500_000}


def test_shares_that_were_fixed_beforehand_stay_in_their_books():
    bill = issue(line(300_000), line(200_000, "ministry"))
    settle(bill, 300_000, shares={"municipality": 300_000})

    late = settle(bill, 500_000, "p2", shares={"municipality": 300_000, "ministry": 200_000})

    assert late == payments.Settled(200_000, 300_000)
    assert left("municipality") == {"card///IRR": 600_000, "payable///IRR": -300_000, "revenue///IRR": -300_000}
    assert left("ministry") == {"card///IRR": 200_000, "revenue///IRR": -200_000}


@pytest.mark.parametrize("amount", [0, -1, 10**17 + 1])
def test_no_amount_is_no_payment(amount):
    bill = issue()

    with pytest.raises(NotAnAmount):
        settle(bill, amount)

    assert queries.owed_on(bill.number) == 500_000


def test_a_cancelled_bill_is_not_owed_and_what_was_paid_stays():
    bill = issue()
    settle(bill, 100_000)

    payments.cancel(bill.number, key="c", actor=SYSTEM)
    payments.cancel(bill.number, key="c", actor=SYSTEM)

    assert state(bill) == "cancelled"
    assert left("municipality") == {"card///IRR": 100_000, "revenue///IRR": -100_000}
    assert settle(bill, 400_000, "late") == payments.Settled(0, 400_000)
    assert list(verify.bills()) == []


def test_a_paid_bill_is_not_cancelled():
    bill = issue()
    settle(bill, 500_000)

    with pytest.raises(BillIsClosed):
        payments.cancel(bill.number, key="c", actor=SYSTEM)


def test_a_bill_that_is_not_there_takes_no_money():
    with pytest.raises(NoSuchBill):
        payments.settle(ids.new_bill_number(), 5, into=CARD, key="p", actor=SYSTEM)


def test_when_money_is_taken_back_by_a_counter_entry_the_bill_is_open_again():
    bill = issue()
    settle(bill, 500_000)
    wrong = Posting.objects.get(kind="receipt")

    payments.reverse("municipality", wrong.number, actor=ACCOUNTANT, reason="Of another person.")

    assert state(bill) == "open"
    assert queries.owed_on(bill.number) == 500_000
    assert list(verify.bills()) == []


def test_a_mark_that_the_books_do_not_bear_out_is_found():
    bill = issue()
    Bill.objects.update(settled_at=clock.now())

    assert list(verify.bills()) == [f"bill {bill.number}: is settled, but 500000 is owed"]


def test_no_row_of_a_bill_can_be_changed():
    issue()

    with pytest.raises(IntegrityError), transaction.atomic():
        BillLine.objects.update(amount=1)
