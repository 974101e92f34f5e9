"""Whatever happens in whatever order, doubled or refused: the books balance, and what is owed is what was not paid."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import PanjerehError
from panjereh.payments import operations as payments
from panjereh.payments import queries, verify
from panjereh.payments.books import Claim
from panjereh.payments.models import Line, Posting

NOON = datetime(2026, 11, 23, 10, tzinfo=UTC)
CASHIER = Actor(party=UUID(int=1), agency="municipality", roles=frozenset({"officer"}))
ACCOUNTANT = Actor(party=UUID(int=2), agency="municipality", roles=frozenset({"accountant"}))

matters = st.sampled_from(["4058317263", "1111111111"])
amounts = st.integers(min_value=-5, max_value=10**6)
acts = st.one_of(
    st.tuples(st.just("charge"), matters, amounts),
    st.tuples(st.just("take"), matters, amounts),
    st.tuples(st.just("release"), matters, st.just(0)),
    st.tuples(st.just("reverse"), matters, st.integers(1, 12)),
    st.tuples(st.just("night"), matters, st.just(0)),
)


class Crash(Exception):
    """The program was killed before it could commit."""


def do(number: int, act: str, subject: str, amount: int) -> None:
    claim, key = Claim("municipality", subject), f"{act}:{number}"
    if act == "charge":
        payments.charge(claim, amount, key=key, actor=SYSTEM)
    elif act == "take":
        payments.take(claim, amount, how="card", reference=key, key=key, actor=CASHIER)
    elif act == "release":
        payments.release(claim, key=key, actor=SYSTEM)
    elif act == "reverse":
        payments.reverse("municipality", amount, actor=ACCOUNTANT, reason="A mistake.")
    else:
        clock.advance(timedelta(days=1))


class TestHistories(TestCase):
    @given(st.lists(st.tuples(acts, st.sampled_from(["once", "twice", "crash"])), max_size=15))
    def test_money_is_neither_made_nor_lost(self, history):
        with clock.at(NOON):
            for number, ((act, subject, amount), how) in enumerate(history):
                self.happen(number, act, subject, amount, how)

            today = clock.today()
            assert sum(queries.balances("municipality", today).values()) == 0
            assert list(Posting.objects.order_by("number").values_list("number", flat=True)) == list(
                range(1, Posting.objects.count() + 1)
            )
            assert list(verify.books()) == []

    def happen(self, number: int, act: str, subject: str, amount: int, how: str) -> None:
        owed = queries.owed(Claim("municipality", subject))
        for _ in range(2 if how == "twice" and act != "night" else 1):
            try:
                with transaction.atomic():
                    do(number, act, subject, amount)
                    if how == "crash" and act != "night":
                        raise Crash
            except Crash:
                assert queries.owed(Claim("municipality", subject)) == owed
            except PanjerehError:
                pass


def test_a_changed_line_and_a_changed_entry_are_found(db):
    with clock.at(NOON):
        claim = Claim("municipality", "4058317263")
        payments.charge(claim, 500_000, key="c", actor=SYSTEM)
        payments.take(claim, 500_000, how="cash", reference="1", key="t", actor=CASHIER)
    assert list(verify.books()) == []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("DROP TRIGGER payments_line_no_update")
        cursor.execute("UPDATE payments_line SET amount = 900000 WHERE amount = 500000")

    assert Line.objects.filter(amount=900_000).exists()
    assert any("does not balance" in fault or "hash" in fault for fault in verify.books())
