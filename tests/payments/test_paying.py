"""Whatever a gateway tells, however often and in whatever order: what was paid is entered once, as it was asked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from panjereh.config.handlers import HANDLERS
from panjereh.kernel import clock
from panjereh.kernel.actor import SOMEBODY, SYSTEM, Actor
from panjereh.kernel.errors import Invalid, NotAllowed
from panjereh.outbox import operations as outbox
from panjereh.payments import gateways, queries, verify
from panjereh.payments import operations as payments
from panjereh.payments.errors import (
    BillIsClosed,
    GatewayIsAway,
    MoreThanCame,
    NoSuchGateway,
    NoSuchPayment,
    NotOfTheGateway,
    ReceiptIsUsed,
    RefundIsClosed,
    SameHands,
)
from panjereh.payments.gateways import demo
from panjereh.payments.gateways.port import Answer, Call, State
from panjereh.payments.models import Bill, DemoCharge, GatewayNews, Payment, Posting, Refund
from panjereh.payments.operations import NewBill, NewLine, paying

pytestmark = pytest.mark.django_db
CASHIER = Actor(party=uuid4(), agency="municipality", roles=frozenset({"officer"}))
ACCOUNTANT = Actor(party=uuid4(), agency="municipality", roles=frozenset({"accountant"}))
TEXT = {"fa": "عوارض", "en": "Duty"}
BACK = "http://testserver/pay/back/demo/?order={order}"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(datetime(2026, 11, 23, 10, tzinfo=UTC)):
        yield


@pytest.fixture
def bill() -> Bill:
    lines = [NewLine("municipality", 300_000, TEXT), NewLine("ministry", 200_000, TEXT)]
    return payments.issue(NewBill("b1", "municipality", "1404-77", TEXT, lines), actor=SYSTEM)


def begin(bill: Bill) -> Payment:
    payment, way = payments.begin(bill.number, "demo", back=BACK, actor=SOMEBODY)
    assert way.address == f"/demo-gateway/{payment.reference}/"
    return payment


def press(payment: Payment, habit: str) -> Call:
    """What the browser brings back."""
    return Call(demo.press(payment.reference, habit)[1])


def later(**time: int) -> None:
    clock.advance(timedelta(**time))
    outbox.run_until_idle(HANDLERS)


def now(payment: Payment) -> Payment:
    payment.refresh_from_db()
    assert list(verify.bills()) == list(verify.books()) == []
    return payment


def test_who_pays_and_comes_back_has_paid_and_the_money_waits_at_the_gateway_for_each_agency(bill):
    payment = begin(bill)

    payments.hear("demo", press(payment, "pay"))

    assert now(payment).state == "settled"
    assert queries.bill(bill.number).state == "settled"
    left = {book: queries.balances(book, clock.today()) for book in ("municipality", "ministry")}
    assert {str(place): amount for place, amount in left["ministry"].items() if amount} == {
        "gateway/demo//IRR": 200_000,
        "revenue///IRR": -200_000,
    }


@pytest.mark.parametrize("habit", ["pay", "doubled", "late", "away"])
def test_however_often_and_late_it_is_told_it_is_settled_once(bill, habit):
    payment = begin(bill)
    call = press(payment, habit)
    for _ in range(2 if call.fields else 0):
        payments.hear("demo", call)

    later(minutes=3)
    later(minutes=3)

    assert now(payment).state == "settled"
    assert Posting.objects.filter(kind="receipt").count() == 2  # one in each book
    assert GatewayNews.objects.filter(verdict="entered").count() == 1


def test_when_nobody_comes_back_and_nothing_calls_the_clock_finds_it(bill):
    payment = begin(bill)
    press(payment, "away")

    later(seconds=10)
    assert now(payment).state == "sent"
    later(seconds=11)

    assert now(payment).state == "settled"


def test_it_is_asked_about_fast_at_first_then_slowly_and_given_up_after_three_days(bill, monkeypatch):
    payment, asked = begin(bill), []
    monkeypatch.setattr(demo.Demo, "ask", lambda *_: asked.append(clock.now()) or Answer(State.PENDING, payment.order))

    for _ in range(60):
        later(seconds=20)
    in_twenty_minutes = len(asked)
    for _ in range(80):
        later(hours=1)

    assert 40 <= in_twenty_minutes <= 48
    assert 60 <= len(asked) - in_twenty_minutes <= 75
    assert (now(payment).state, payment.failure) == ("failed", "never_paid")


def test_a_payment_that_was_given_up_still_counts_when_the_gateway_tells_of_it(bill):
    payment = begin(bill)
    paying._close(payment.pk, Payment.State.FAILED, failure="never_paid")

    payments.hear("demo", press(payment, "pay"))

    assert now(payment).state == "settled"


@pytest.mark.parametrize(("habit", "failure"), [("refuse", "declined"), ("cancel", "cancelled")])
def test_what_was_not_paid_is_not_paid(bill, habit, failure):
    payment = begin(bill)

    payments.hear("demo", press(payment, habit))

    assert (now(payment).state, payment.failure, payment.captured) == ("failed", failure, 0)
    assert queries.owed_on(bill.number) == 500_000


def test_a_call_back_that_was_changed_on_the_way_is_refused_and_kept(bill):
    payment = begin(bill)
    call = press(payment, "forged")

    with pytest.raises(NotOfTheGateway):
        payments.hear("demo", call)

    assert now(payment).state == "sent"
    assert GatewayNews.objects.get().verdict == "forged"


def test_a_rightly_signed_call_back_of_a_payment_that_was_refused_pays_nothing(bill):
    payment = begin(bill)
    press(payment, "refuse")
    fields = {"order": payment.order, "reference": payment.reference, "state": "paid"}

    payments.hear("demo", Call({**fields, "signature": demo.signature(fields)}))

    assert now(payment).state == "failed"


def test_a_call_back_of_an_order_that_we_never_gave_is_refused(bill):
    fields = {"order": "123", "reference": "x", "state": "paid"}

    with pytest.raises(NoSuchPayment):
        payments.hear("demo", Call({**fields, "signature": demo.signature(fields)}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": "999"},
        {"reference": "of-another"},
        {"currency": "EUR"},
        {"amount": 500_001},
        {"amount": 0},
        {"amount": -500_000},
    ],
)
def test_what_is_not_what_we_asked_for_pays_nothing_and_somebody_must_look(bill, wrong):
    payment = begin(bill)
    right = Answer(State.PAID, payment.order, payment.reference, 500_000, "IRR")

    paying.enter(payment.pk, replace(right, **wrong))

    assert (now(payment).state, payment.failure) == ("sent", "differs")
    assert GatewayNews.objects.get().verdict == "differs"
    assert queries.owed_on(bill.number) == 500_000


def test_a_partial_capture_pays_a_part_and_the_rest_is_still_owed(bill):
    payment = begin(bill)

    payments.hear("demo", press(payment, "part"))

    assert (now(payment).state, payment.captured) == ("settled", 250_000)
    assert queries.owed_on(bill.number) == 250_000
    assert queries.bill(bill.number).is_open


def test_when_a_bill_was_paid_otherwise_meanwhile_the_money_is_owed_back_and_a_refund_is_proposed(bill):
    first, second = begin(bill), begin(bill)
    payments.hear("demo", press(first, "pay"))

    payments.hear("demo", press(second, "pay"))

    assert now(second).state == "settled"
    assert queries.over_on(bill.number) == 500_000
    refund = Refund.objects.get()
    assert (refund.payment, refund.amount, refund.is_over, refund.state) == (second, 500_000, True, "proposed")


def test_what_was_over_is_given_back_by_the_gateway_when_an_official_agrees(bill):
    first, second = begin(bill), begin(bill)
    for payment in (first, second):
        payments.hear("demo", press(payment, "pay"))

    payments.decide_refund(Refund.objects.get().pk, agree=True, actor=ACCOUNTANT)
    outbox.run_until_idle(HANDLERS)

    assert now(second)
    assert Refund.objects.get().state == "done"
    assert queries.over_on(bill.number) == 0
    assert queries.bill(bill.number).state == "settled"
    assert DemoCharge.objects.get(order=second.order).refunds.get().amount == 500_000


def test_a_refund_needs_two_officials_and_neither_is_who_paid(bill):
    payment = begin(bill)
    payments.hear("demo", press(payment, "pay"))
    refund = payments.propose(payment.order, 200_000, actor=ACCOUNTANT, reason="Charged wrongly.")

    with pytest.raises(SameHands):
        payments.decide_refund(refund.pk, agree=True, actor=ACCOUNTANT)
    with pytest.raises(NotAllowed):
        payments.decide_refund(refund.pk, agree=True, actor=CASHIER)
    Payment.objects.update(by=CASHIER.party)
    with pytest.raises(NotAllowed):
        payments.propose(payment.order, 1, actor=CASHIER, reason="Mine.")

    assert Refund.objects.get().state == "proposed"
    assert queries.owed_back(bill.number) == {}


def test_what_was_paid_is_given_back_at_most_once(bill):
    payment = begin(bill)
    payments.hear("demo", press(payment, "pay"))
    refund = payments.propose(payment.order, 400_000, actor=CASHIER, reason="Charged wrongly.")

    for amount in (100_001, 0, -5):
        with pytest.raises(MoreThanCame):
            payments.propose(payment.order, amount, actor=CASHIER, reason="More.")
    payments.decide_refund(refund.pk, agree=True, actor=ACCOUNTANT)
    with pytest.raises(RefundIsClosed):
        payments.decide_refund(refund.pk, agree=True, actor=ACCOUNTANT)
    assert (
        queries.owed_back(bill.number) == {"ministry": 100_000, "municipality": 300_000}
        or sum(queries.owed_back(bill.number).values()) == 400_000
    )
    outbox.run_until_idle(HANDLERS)

    refund.refresh_from_db()
    assert refund.state == "done"
    assert queries.owed_back(bill.number) == {}
    assert now(payment).state == "settled"


def test_a_refund_that_is_refused_moves_nothing(bill):
    payment = begin(bill)
    payments.hear("demo", press(payment, "pay"))
    refund = payments.propose(payment.order, 100, actor=CASHIER, reason="Asked for it.")

    payments.decide_refund(refund.pk, agree=False, actor=ACCOUNTANT)
    outbox.run_until_idle(HANDLERS)

    assert Refund.objects.get().state == "refused"
    assert not Posting.objects.filter(kind="refund").exists()


def test_what_the_gateway_can_not_give_back_is_paid_out_by_hand(bill, monkeypatch):
    payment = begin(bill)
    payments.hear("demo", press(payment, "pay"))
    monkeypatch.setattr(demo.Demo, "refund", lambda *_: Answer(State.FAILED, "", failure="card_closed"))
    refund = payments.propose(payment.order, 500_000, actor=CASHIER, reason="Charged wrongly.")
    payments.decide_refund(refund.pk, agree=True, actor=ACCOUNTANT)
    outbox.run_until_idle(HANDLERS)
    refund.refresh_from_db()
    assert (refund.state, refund.failure) == ("failed", "card_closed")

    payments.pay_out(refund.pk, reference="TR-77", actor=CASHIER)

    refund.refresh_from_db()
    assert (refund.state, refund.reference) == ("done", "TR-77")
    assert queries.owed_back(bill.number) == {}
    assert now(payment)


def test_what_the_bank_takes_back_is_owed_again(bill):
    payment = begin(bill)
    payments.hear("demo", press(payment, "dispute"))
    assert queries.bill(bill.number).state == "settled"

    later(minutes=3)

    assert now(payment).state == "returned"
    assert queries.owed_on(bill.number) == 500_000
    assert queries.bill(bill.number).is_open


def test_while_the_gateway_is_away_nothing_is_lost(bill, monkeypatch):
    payment = begin(bill)
    call = press(payment, "pay")
    with monkeypatch.context() as away:
        away.setattr(demo.Demo, "ask", _away)
        assert payments.hear("demo", call).state == "sent"
        later(seconds=30)
    assert now(payment).state == "sent"

    later(seconds=30)

    assert now(payment).state == "settled"


def test_a_gateway_that_does_not_answer_at_the_start_leaves_a_failed_payment_and_a_sentence(bill, monkeypatch):
    monkeypatch.setattr(demo.Demo, "begin", _away)

    with pytest.raises(GatewayIsAway, match=r"Nothing was paid|چیزی پرداخت نشد"):
        begin(bill)

    assert (Payment.objects.get().state, Payment.objects.get().failure) == ("failed", "gateway_is_away")


def _away(*_: Any) -> Any:
    raise GatewayIsAway


def test_a_paid_bill_and_another_currency_are_not_begun(bill):
    payments.take_for(bill.number, 500_000, how="cash", receipt="84-1", actor=CASHIER)
    with pytest.raises(BillIsClosed):
        begin(bill)
    odd = payments.issue(
        NewBill("b2", "municipality", "s", TEXT, [NewLine("municipality", 5, TEXT)], currency="XAU"), actor=SYSTEM
    )
    with pytest.raises(Invalid):
        begin(odd)
    with pytest.raises(NoSuchGateway):
        payments.begin(odd.number, "bitcoin", back=BACK, actor=SOMEBODY)


def test_at_the_counter_a_receipt_counts_once(bill):
    payments.take_for(bill.number, 100_000, how="card", receipt="84-1", actor=CASHIER)

    with pytest.raises(ReceiptIsUsed):
        payments.take_for(bill.number, 100_000, how="card", receipt="۸۴-۱ ", actor=CASHIER)

    assert queries.owed_on(bill.number) == 400_000
    assert list(verify.bills()) == []


def test_gateways_hear_nothing_that_names_a_person(bill, monkeypatch):
    orders = []
    begin_ = demo.Demo.begin
    monkeypatch.setattr(demo.Demo, "begin", lambda self, order: orders.append(order) or begin_(self, order))
    payer = Actor(party=uuid4(), name="Sara Karimi")

    payments.begin(bill.number, "demo", back=BACK, actor=payer, text="Duty")

    assert "Sara" not in repr(orders)
    assert str(payer.party) not in repr(orders)


def test_production_refuses_the_gateway_that_takes_no_real_money(settings):
    from django.core.exceptions import ImproperlyConfigured

    gateways.configured.cache_clear()
    settings.PRODUCTION = True
    try:
        with pytest.raises(ImproperlyConfigured, match="no real money"):
            gateways.offered("IRR")
    finally:
        gateways.configured.cache_clear()


def test_unknown_gateways_and_doubled_ones_are_refused(settings):
    from django.core.exceptions import ImproperlyConfigured

    for wrong in (["bitcoin:"], ["demo:", "demo:"]):
        settings.GATEWAYS = wrong
        with pytest.raises(ImproperlyConfigured):
            gateways.offered("IRR")
