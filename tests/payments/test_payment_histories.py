"""Whatever is paid, told twice, told late, disputed, given back or cut off in the middle: not a rial is lost or made.

The bank's own memory (`DemoCharge`) is the measure: in the end the books say the same as it does.
"""

from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from panjereh.config.handlers import HANDLERS
from panjereh.kernel import clock
from panjereh.kernel.actor import SOMEBODY, SYSTEM, Actor
from panjereh.kernel.errors import PanjerehError
from panjereh.outbox import operations as outbox
from panjereh.outbox.models import Effect
from panjereh.payments import operations as payments
from panjereh.payments import queries, verify
from panjereh.payments.books import Place
from panjereh.payments.gateways import demo
from panjereh.payments.gateways.port import Call
from panjereh.payments.models import Bill, DemoCharge, DemoRefund, Line, Payment, Posting, Refund
from panjereh.payments.operations import NewBill, NewLine

TEXT = {"fa": "عوارض", "en": "Duty"}
BOOKS = ("municipality", "ministry")
CASHIER = Actor(party=UUID(int=1), agency="municipality", roles=frozenset({"officer"}))
ACCOUNTANT = Actor(party=UUID(int=2), agency="municipality", roles=frozenset({"accountant"}))
WORK = {**HANDLERS, "asker.told": lambda _payload, _context: None}
AT_THE_BANK = Place("gateway", holder="demo")


class Crash(Exception):
    """The program was killed here."""


class Histories(RuleBasedStateMachine):
    bills = Bundle("bills")
    attempts = Bundle("attempts")

    def __init__(self) -> None:
        super().__init__()
        self.world = ExitStack()
        self.world.enter_context(clock.at(datetime(2026, 11, 23, 10, tzinfo=UTC)))
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.calls: dict[UUID, Call] = {}

    def teardown(self) -> None:
        try:
            self.everything_comes_to_an_end()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)
            self.world.close()

    @rule(target=bills, parts=st.lists(st.integers(1, 10**6), min_size=1, max_size=2))
    def is_issued(self, parts: list[int]) -> Any:
        lines = [NewLine(book, amount, TEXT) for book, amount in zip(BOOKS, parts, strict=False)]
        told = {"kind": "asker.told", "payload": {}}
        new = NewBill(str(uuid4()), "municipality", "1404-77", TEXT, lines, reply_to=told)
        return payments.issue(new, actor=SYSTEM).number

    @rule(target=attempts, bill=bills)
    def is_begun(self, bill: str) -> Any:
        with suppress(PanjerehError):
            return payments.begin(bill, "demo", back="http://us/?order={order}", actor=SOMEBODY)[0].pk
        return multiple()

    @rule(bill=bills)
    def we_die_when_the_gateway_has_heard_of_it(self, bill: str) -> None:
        begin = demo.Demo.begin

        def dies(gateway: demo.Demo, order: Any) -> Any:
            begin(gateway, order)
            raise Crash

        with patch.object(demo.Demo, "begin", dies), suppress(PanjerehError, Crash):
            payments.begin(bill, "demo", back="http://us/?order={order}", actor=SOMEBODY)

    @rule(attempt=attempts, habit=st.sampled_from(demo.HABITS))
    def somebody_presses(self, attempt: UUID, habit: str) -> None:
        reference = Payment.objects.get(pk=attempt).reference
        fields = demo.press(reference, habit)[1]
        if fields:
            self.calls[attempt] = Call(fields)

    @rule(attempt=attempts, times=st.integers(1, 3), dies=st.booleans())
    def it_is_told(self, attempt: UUID, times: int, dies: bool) -> None:
        for _ in range(times if attempt in self.calls else 0):
            with suppress(PanjerehError, Crash), transaction.atomic():
                payments.hear("demo", self.calls[attempt])
                if dies:
                    raise Crash

    @rule(attempt=attempts)
    def we_die_in_the_middle_of_entering_it(self, attempt: UUID) -> None:
        with patch("panjereh.payments.operations.bills.mark", side_effect=Crash), suppress(Crash):
            payments.look(attempt)

    @rule(bill=bills, amount=st.integers(-5, 10**6), number=st.integers(100, 110))
    def it_is_paid_at_the_counter(self, bill: str, amount: int, number: int) -> None:
        with suppress(PanjerehError):
            payments.take_for(bill, amount, how="cash", receipt=f"84-{number}", actor=CASHIER)

    @rule(bill=bills)
    def it_is_not_asked_for_any_more(self, bill: str) -> None:
        with suppress(PanjerehError):
            payments.cancel(bill, key=f"cancel:{bill}", actor=SYSTEM)

    @rule(attempt=attempts, amount=st.integers(-5, 10**6), agree=st.booleans())
    def it_is_proposed_to_give_back(self, attempt: UUID, amount: int, agree: bool) -> None:
        with suppress(PanjerehError):
            order = Payment.objects.get(pk=attempt).order
            refund = payments.propose(order, amount, actor=CASHIER, reason="Charged wrongly.")
            payments.decide_refund(refund.pk, agree=agree, actor=ACCOUNTANT)

    @rule(seconds=st.sampled_from([1, 30, 300, 4000]))
    def workers_run(self, seconds: int) -> None:
        clock.advance(timedelta(seconds=seconds))
        outbox.run_until_idle(WORK)

    @invariant()
    def the_books_balance(self) -> None:
        for book in BOOKS:
            assert sum(queries.balances(book, clock.today()).values()) == 0

    def everything_comes_to_an_end(self) -> None:
        """Days go by, every refund is agreed to; then the bank's memory and ours must be the same."""
        for hours in (0, 1, 1, 70, 2, 2):
            clock.advance(timedelta(hours=hours))
            outbox.run_until_idle(WORK)
        for refund in Refund.objects.filter(state="proposed"):
            payments.decide_refund(refund.pk, agree=True, actor=ACCOUNTANT)
        outbox.run_until_idle(WORK)
        self.is_the_same_as_at_the_bank()
        assert list(verify.books()) == list(verify.bills()) == []

    def is_the_same_as_at_the_bank(self) -> None:
        for charge in DemoCharge.objects.all():
            payment = Payment.objects.get(order=charge.order)
            if payment.reference:  # else nobody was ever sent to its page
                assert (payment.settled_at is not None) == (charge.captured > 0), (payment.state, charge.state)
                assert payment.captured == charge.captured
                assert (payment.state == "returned") == (charge.state == "returned")
                receipts = Posting.objects.filter(kind="receipt", key__startswith=f"{payment.key}:")
                came = Line.objects.filter(posting__in=receipts, account__kind="gateway").aggregate(s=Sum("amount"))[
                    "s"
                ]
                assert (came or 0) == charge.captured
        kept = DemoCharge.objects.filter(state="paid").aggregate(s=Sum("captured"))["s"] or 0
        given = DemoRefund.objects.filter(charge__state="paid").aggregate(s=Sum("amount"))["s"] or 0
        ours = sum(queries.balances(book, clock.today()).get(AT_THE_BANK, 0) for book in BOOKS)
        disputed = DemoRefund.objects.filter(charge__state="returned").aggregate(s=Sum("amount"))["s"] or 0
        assert ours == kept - given - disputed
        for bill in Bill.objects.all():
            assert Effect.objects.filter(key=f"bill:{bill.pk}:settled").count() <= 1
        assert not Effect.objects.filter(state="dead").exists()


def test_the_books_and_the_bank_agree_whatever_happens(db):
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
