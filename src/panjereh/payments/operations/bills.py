"""Asking for money, taking back that it was asked for, and money that comes for it. Each act has a key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid
from panjereh.outbox import operations as outbox
from panjereh.payments import queries, rows
from panjereh.payments.books import Moves, Part, Place, Share, spread
from panjereh.payments.errors import BillIsClosed, KeyIsUsed, NoSuchBill, NotAnAmount
from panjereh.payments.models import MOST, Bill, BillLine, Posting
from panjereh.payments.operations import ledger
from panjereh.storage import insert

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NewLine:
    """One row to ask for: in whose book, how much, for what (by language), by which law; negative: a reduction."""

    book: str
    amount: int
    text: Texts
    fund: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True)
class NewBill:
    """A bill to issue; see `models.Bill` for what the fields mean."""

    key: str
    agency: str
    subject: str
    title: Texts
    lines: Sequence[NewLine]
    payer: UUID | None = None
    currency: str = "IRR"
    due: date | None = None
    reply_to: dict[str, Any] | None = field(default=None)

    @property
    def parts(self) -> dict[Part, int]:
        """What is asked for each fund of each book. Raises NotAnAmount for nothing, less than nothing, or too much."""
        sums: dict[Part, int] = {}
        for line in self.lines:
            part = Part(line.book, line.fund)
            sums[part] = sums.get(part, 0) + line.amount
        amounts = [*sums.values(), *(abs(line.amount) for line in self.lines)]
        if not sums or not all(0 <= amount <= MOST for amount in amounts) or not 0 < sum(sums.values()) <= MOST:
            raise NotAnAmount(_("A bill asks for an amount that is greater than nothing."), amount=sum(sums.values()))
        return {part: amount for part, amount in sums.items() if amount}


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of money that came for a bill: it paid what was owed; what is over is owed back to the payer."""

    applied: int
    over: int


def issue(new: NewBill, *, actor: Actor) -> Bill:
    """Ask for money: the bill and its entries in the books. The same key again gives the bill that stands.

    Raises NotAnAmount, KeyIsUsed, DayIsClosed.
    """
    return issue_many([new], actor=actor)[0]


@transaction.atomic
def issue_many(news: Sequence[NewBill], *, actor: Actor) -> list[Bill]:
    """As `issue`, many in one transaction, in their order. None is issued when one is refused."""
    parts = {new.key: new.parts for new in news}
    known = {bill.key: bill for bill in Bill.objects.filter(key__in=list(parts)).prefetch_related("lines")}
    bills: list[Bill] = []
    for new in news:
        bill = known.get(new.key)
        if bill is not None:
            _must_be_the_same(bill, new)
        bills.append(bill or _row(new))
    fresh = [(bill, new) for bill, new in zip(bills, news, strict=True) if new.key not in known]
    insert([bill for bill, _new in fresh])
    insert([line for bill, new in fresh for line in _lines(bill, new)])
    ledger.post_many(
        [
            ledger.Entry(book, Posting.Kind.CHARGE, moves, f"bill:{bill.pk}:charged:{book}", bill.number)
            for bill, new in fresh
            for book, moves in _charge(parts[new.key], bill.currency)
        ],
        actor=actor,
    )
    return bills


def _row(new: NewBill) -> Bill:
    return Bill(
        key=new.key,
        agency=new.agency,
        subject=new.subject,
        title=_plain(new.title),
        payer_id=new.payer,
        currency=new.currency,
        due=new.due,
        reply_to=new.reply_to,
        issued_at=clock.now(),
    )


def _plain(texts: Texts) -> dict[str, str]:
    """As JSON keeps it. Many bills share one title."""
    return texts if isinstance(texts, dict) else dict(texts)


def _lines(bill: Bill, new: NewBill) -> Iterable[BillLine]:
    for number, line in enumerate(new.lines, 1):
        yield BillLine(
            bill_id=bill.pk,
            number=number,
            book=line.book,
            fund=line.fund,
            amount=line.amount,
            text=_plain(line.text),
            law=line.law,
        )


def _charge(parts: Mapping[Part, int], currency: str, *, sign: int = 1) -> Iterable[tuple[str, Moves]]:
    """What is entered in each book when parts are asked for, or (sign -1) not asked for any more."""
    for book in sorted({part.book for part in parts}):
        moves: dict[Place, int] = {}
        for part, amount in parts.items():
            if part.book == book:
                moves[Place("receivable", fund=part.fund, currency=currency)] = sign * amount
                moves[Place("revenue", fund=part.fund, currency=currency)] = -sign * amount
        yield book, moves


def _must_be_the_same(bill: Bill, new: NewBill) -> None:
    lines = [(line.book, line.fund, line.amount) for line in sorted(bill.lines.all(), key=lambda line: line.number)]
    asked = [(line.book, line.fund, line.amount) for line in new.lines]
    if (bill.agency, bill.subject, bill.currency, lines) != (new.agency, new.subject, new.currency, asked):
        raise KeyIsUsed(_("Another bill was issued with this key."), key=new.key)


@transaction.atomic
def cancel(number: str, *, key: str, actor: Actor, reason: str = "") -> Bill:
    """What is still owed on a bill is not asked for any more. What was paid stays: it is refunded by itself.

    Raises NoSuchBill, BillIsClosed when it is paid.
    """
    bill = locked(number)
    if bill.cancelled_at is not None:
        return bill
    if bill.settled_at is not None:
        raise BillIsClosed(_("Bill %(number)s is paid. What was paid can be refunded instead.") % {"number": number})
    ledger.post_many(
        [
            ledger.Entry(book, Posting.Kind.RELEASE, moves, f"{key}:{book}", number, reason=reason)
            for book, moves in _charge(queries.owed_parts(number), bill.currency, sign=-1)
        ],
        actor=actor,
    )
    bill.cancelled_at = clock.now()
    bill.save(update_fields=["cancelled_at"])
    return bill


@transaction.atomic
def settle(
    number: str,
    amount: int,
    *,
    into: Place,
    key: str,
    actor: Actor,
    reference: str = "",
    shares: Mapping[str, int] | None = None,
) -> Settled:
    """Money came for a bill. It pays what is owed, line by line; what is over is `payable`: owed back.

    into: where it is now (cash, card, bank, or the gateway that holds it); key: of the money, so that it counts once
    shares: how much of it lies in which book, where that was fixed beforehand; else it follows what is owed
    When nothing is owed any more the bill's asker is told, in this transaction. Raises NoSuchBill, NotAnAmount.
    """
    if not 0 < amount <= MOST:
        raise NotAnAmount(_("An amount that came is greater than nothing."), amount=amount)
    return receive(locked(number), amount, into=into, key=key, actor=actor, reference=reference, shares=shares)


def receive(
    bill: Bill,
    amount: int,
    *,
    into: Place,
    key: str,
    actor: Actor,
    reference: str = "",
    shares: Mapping[str, int] | None = None,
) -> Settled:
    """As `settle`, for a bill that the caller has locked."""
    number = bill.number
    if into.currency != bill.currency:
        raise Invalid(_("Bill %(number)s is in another currency.") % {"number": number})
    stood = queries.came_with(number, key)
    if stood is not None:
        return Settled(*stood)
    owed = queries.owed_parts(number)
    came = spread(amount, owed, home=bill.agency, shares=shares)
    ledger.post_many(
        [
            ledger.Entry(book, Posting.Kind.RECEIPT, _receipt(share, into), f"{key}:{book}", number, reference)
            for book, share in sorted(came.items())
        ],
        actor=actor,
    )
    over = sum(share.over for share in came.values())
    _mark(bill, sum(owed.values()) - (amount - over))
    return Settled(amount - over, over)


def _receipt(share: Share, into: Place) -> Moves:
    moves = {Place("receivable", fund=fund, currency=into.currency): -paid for fund, paid in share.paid.items()}
    if share.over:
        moves[Place("payable", currency=into.currency)] = -share.over
    return {**moves, into: share.amount}


def mark(bill: Bill) -> None:
    """Let the marks of a bill follow its books; the caller holds it locked. Whoever asked is told once it is paid."""
    _mark(bill, queries.owed_on(bill.number))


def _mark(bill: Bill, owed: int) -> None:
    if bill.cancelled_at is None and (owed > 0) == (bill.settled_at is not None):
        bill.settled_at = clock.now() if owed <= 0 else None
        bill.save(update_fields=["settled_at"])
        if bill.settled_at is not None and bill.reply_to is not None:
            payload = {**bill.reply_to["payload"], "bill": bill.number}
            outbox.queue(bill.reply_to["kind"], payload, key=f"bill:{bill.pk}:settled")


def locked(number: str) -> Bill:
    """The bill, for this transaction alone. Raises NoSuchBill."""
    bill = rows.BILL.first(number)
    if bill is None:
        raise NoSuchBill(_("There is no such bill. Look at its number again."))
    return bill
