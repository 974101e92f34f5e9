"""Every rial is entered twice, nothing is entered two times, and nothing that stands is changed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import Invalid, NotAllowed
from panjereh.kernel.ids import new_id
from panjereh.payments import operations as payments
from panjereh.payments import queries, verify
from panjereh.payments.books import Claim, Place
from panjereh.payments.errors import (
    DayIsClosed,
    IsReversed,
    KeyIsUsed,
    NotAnAmount,
    NotBalanced,
    NothingIsOwed,
    SameHands,
)
from panjereh.payments.models import Account, Book, Line, Posting
from panjereh.signing import keys

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 10, tzinfo=UTC)
CLAIM = Claim("municipality", "4058317263")
CASHIER = Actor(party=uuid4(), agency="municipality", roles=frozenset({"officer"}))
ACCOUNTANT = Actor(party=uuid4(), agency="municipality", roles=frozenset({"accountant"}))
CASH, OWED, EARNED = Place("cash"), Place("receivable"), Place("revenue")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def charge(fee: int, key: str = "c1") -> Posting | None:
    return payments.charge(CLAIM, fee, key=key, actor=SYSTEM)


def take(amount: int, key: str = "t1", how: str = "cash") -> Posting:
    return payments.take(CLAIM, amount, how=how, reference="84-1", key=key, actor=CASHIER)


def left() -> dict[str, int]:
    return {place.kind: amount for place, amount in queries.balances("municipality", clock.today()).items()}


def test_what_is_asked_is_owed_and_what_is_paid_is_not_owed_any_more():
    charge(500_000)
    assert queries.owed(CLAIM) == 500_000

    take(500_000)

    assert queries.owed(CLAIM) == 0
    assert left() == {"cash": 500_000, "receivable": 0, "revenue": -500_000}


def test_doing_the_same_twice_enters_it_once():
    first, second = charge(500_000), charge(500_000)
    paid, again = take(500_000), take(500_000)

    assert second is None
    assert first is not None
    assert paid == again
    assert Posting.objects.count() == 2


def test_a_key_that_stands_for_something_else_is_refused_and_nothing_is_entered():
    charge(500_000)

    with pytest.raises(KeyIsUsed):
        payments.post("municipality", "charge", {OWED: 7, EARNED: -7}, key="c1", subject="other", actor=SYSTEM)

    assert left() == {"receivable": 500_000, "revenue": -500_000}


def test_a_fee_that_changes_is_entered_by_its_difference():
    charge(500_000)
    charge(700_000, "c2")
    charge(200_000, "c3")

    assert queries.owed(CLAIM) == 200_000
    assert [posting.kind for posting in Posting.objects.order_by("number")] == ["charge", "charge", "release"]


def test_what_is_not_paid_is_released_and_what_was_paid_is_not():
    charge(500_000)
    take(100_000)

    payments.release(CLAIM, key="gone", actor=SYSTEM)

    assert queries.owed(CLAIM) == 0
    assert left() == {"cash": 100_000, "receivable": 0, "revenue": -100_000}
    assert payments.release(CLAIM, key="again", actor=SYSTEM) is None


def test_more_than_is_owed_is_not_taken():
    charge(500_000)

    with pytest.raises(NothingIsOwed):
        take(500_001)

    assert left() == {"receivable": 500_000, "revenue": -500_000}


@pytest.mark.parametrize("amount", [0, -1, 10**17 + 1])
def test_nothing_less_than_nothing_and_more_than_the_world_has_are_no_amounts(amount):
    charge(500_000)

    with pytest.raises((NotAnAmount, NothingIsOwed)):
        take(amount)

    assert Posting.objects.count() == 1


def test_it_is_said_how_it_was_paid():
    charge(500_000)

    with pytest.raises(Invalid, match=r"cash|نقد"):
        take(500_000, how="barter")


def test_an_entry_that_does_not_balance_is_refused():
    with pytest.raises(NotBalanced):
        payments.post("municipality", "charge", {OWED: 5, EARNED: -4}, key="k", subject="s", actor=SYSTEM)
    moves = {OWED: 5, Place("revenue", currency="EUR"): -5}
    with pytest.raises(NotBalanced):
        payments.post("municipality", "charge", moves, key="k", subject="s", actor=SYSTEM)

    assert not Posting.objects.exists()


def forged(*amounts: int, book: str = "municipality", number: int = 2) -> None:
    """Write an entry past our program, as somebody at the database could try to."""
    charge(500_000)
    account = Account.objects.first()
    posting = Posting(id=new_id(), key="forged", book_id=book, number=number, kind="charge", day=clock.today())
    with transaction.atomic():
        for amount in amounts:
            Line.objects.create(posting_id=posting.pk, account=account, amount=amount)
        posting.previous = posting.hash = "0" * 64
        posting.save(force_insert=True)


@pytest.mark.parametrize("amounts", [(), (5,), (5, -4), (5, 5)])
def test_the_database_itself_refuses_what_does_not_balance(amounts):
    with pytest.raises(IntegrityError):
        forged(*amounts)

    assert Posting.objects.count() == 1


def test_the_database_refuses_accounts_of_another_book():
    Book.objects.create(agency="civil-registry")

    with pytest.raises(IntegrityError):
        forged(5, -5, book="civil-registry")


def test_the_database_refuses_a_line_for_an_entry_that_stands():
    posting = charge(500_000)

    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(posting=posting, account=Account.objects.first(), amount=5)


@pytest.mark.parametrize("table", ["posting", "line", "account"])
@pytest.mark.parametrize("act", ["UPDATE payments_{} SET id = id + 1", "DELETE FROM payments_{}"])
def test_nothing_in_the_books_is_changed_or_deleted(table, act):
    charge(500_000)
    sql = act.format(table)
    if table == "posting" and sql.startswith("UPDATE"):
        sql = "UPDATE payments_posting SET subject = 'other'"

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_mistake_is_taken_back_by_a_counter_entry_of_another_official():
    charge(500_000)
    wrong = take(500_000)

    back = payments.reverse("municipality", wrong.number, actor=ACCOUNTANT, reason="It was another case.")

    assert (back.kind, back.reverses_id, back.subject) == ("reversal", wrong.pk, CLAIM.subject)
    assert queries.owed(CLAIM) == 500_000
    with pytest.raises(IsReversed):
        payments.reverse("municipality", wrong.number, actor=ACCOUNTANT, reason="Again.")
    with pytest.raises(IsReversed):
        payments.reverse("municipality", back.number, actor=ACCOUNTANT, reason="Back and forth.")


def test_whoever_made_an_entry_does_not_undo_it_and_needs_the_role_and_a_reason():
    both = Actor(party=CASHIER.party, agency="municipality", roles=frozenset({"accountant"}))
    charge(500_000)
    wrong = take(500_000)

    with pytest.raises(SameHands):
        payments.reverse("municipality", wrong.number, actor=both, reason="Mine.")
    with pytest.raises(NotAllowed):
        payments.reverse("municipality", wrong.number, actor=CASHIER, reason="No role.")
    elsewhere = Actor(party=uuid4(), agency="civil-registry", roles=frozenset({"accountant"}))
    with pytest.raises(NotAllowed):
        payments.reverse("municipality", wrong.number, actor=elsewhere, reason="Not my book.")
    with pytest.raises(Invalid):
        payments.reverse("municipality", wrong.number, actor=ACCOUNTANT, reason="  ")

    assert Posting.objects.count() == 2


class TestClosing:
    @pytest.fixture(autouse=True)
    def ring(self, tmp_path: Path) -> Iterator[None]:
        """The agency has a seal."""
        ring = keys.KeyRing(tmp_path, demonstration=True)
        ring.prepare({"municipality": {"fa": "شهرداری", "en": "Municipality"}})
        with keys.use(ring):
            yield

    def test_a_closed_day_takes_no_entry_any_more_and_bears_what_it_came_to(self):
        charge(500_000)
        clock.advance(timedelta(days=1))

        closing = payments.close_day("municipality", date(2026, 11, 23), actor=ACCOUNTANT)

        assert closing.balances == {"receivable///IRR": "500000", "revenue///IRR": "-500000"}
        assert list(verify.books()) == []
        with clock.at(NOON), pytest.raises(DayIsClosed):
            take(500_000)
        assert take(500_000).day == date(2026, 11, 24)
        assert list(verify.books()) == []

    def test_only_a_day_that_is_over_is_closed_and_only_once(self):
        with pytest.raises(Invalid):
            payments.close_day("municipality", clock.today(), actor=ACCOUNTANT)
        clock.advance(timedelta(days=2))
        payments.close_day("municipality", date(2026, 11, 24), actor=ACCOUNTANT)
        with pytest.raises(DayIsClosed):
            payments.close_day("municipality", date(2026, 11, 23), actor=ACCOUNTANT)
        with pytest.raises(NotAllowed):
            payments.close_day("municipality", date(2026, 11, 23), actor=CASHIER)
