"""What an entry is before it is written: moves between accounts that sum to nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from panjereh.payments.errors import NotAnAmount, NotBalanced
from panjereh.payments.models import MOST, Account


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """An account by what it is: made in the book when money first comes there."""

    kind: str
    holder: str = ""
    fund: str = ""
    currency: str = "IRR"

    @classmethod
    def of(cls, account: Account) -> "Place":
        return cls(account.kind, account.holder, account.fund, account.currency)

    def __str__(self) -> str:
        return "/".join((self.kind, self.holder, self.fund, self.currency))


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody may owe: one matter (the number of a case or bill) in the books of one agency."""

    book: str
    subject: str
    fund: str = ""
    currency: str = "IRR"

    @property
    def owed(self) -> Place:
        return Place("receivable", fund=self.fund, currency=self.currency)

    @property
    def earned(self) -> Place:
        return Place("revenue", fund=self.fund, currency=self.currency)


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Whose money a part of a bill is: a fund of an agency's book."""

    book: str
    fund: str = ""


@dataclass(slots=True)
class Share:
    """What one book gets of money that came: what it pays, by fund, and what is over."""

    paid: dict[str, int] = field(default_factory=dict)
    over: int = 0

    @property
    def amount(self) -> int:
        return sum(self.paid.values()) + self.over


Moves = Mapping[Place, int]
"""How much is added to each place (debit) or, negative, taken off (credit), in the currency's smallest unit."""


def transfer(amount: int, *, to: Place, off: Place) -> Moves:
    """Debit one, credit the other. Raises NotAnAmount."""
    if not 0 < amount <= MOST:
        raise NotAnAmount(amount=amount)
    return {to: amount, off: -amount}


def spread(
    amount: int, owed: Mapping[Part, int], *, home: str, shares: Mapping[str, int] | None = None
) -> dict[str, Share]:
    """What each book gets of money that came for a bill, and which funds it pays there.

    owed: what is asked for each part; home: the book of whoever asks, which gets what is over
    shares: what lies in which book, where that was fixed beforehand; the first ones are filled if less came
    """
    found: dict[str, Share] = {}
    limits = dict(shares) if shares is not None else {part.book: amount for part in owed}
    for part, wanted in sorted(owed.items()):
        paid = min(wanted, limits.get(part.book, 0), amount)
        if paid > 0:
            found.setdefault(part.book, Share()).paid[part.fund] = paid
            limits[part.book] -= paid
            amount -= paid
    for book, limit in sorted(limits.items()) if shares is not None else ():
        over = min(limit, amount)
        if over > 0:
            found.setdefault(book, Share()).over += over
            amount -= over
    if amount:
        found.setdefault(home, Share()).over += amount
    return found


def must_balance(moves: Moves) -> None:
    """Raises NotBalanced or NotAnAmount. The database asks the same."""
    sums: dict[str, int] = defaultdict(int)
    for place, amount in moves.items():
        if amount == 0 or abs(amount) > MOST:
            raise NotAnAmount(amount=amount, currency=place.currency)
        sums[place.currency] += amount
    if len(moves) < 2 or any(sums.values()):
        raise NotBalanced(sums={currency: total for currency, total in sums.items() if total})


def stated(posting: Any, lines: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """What the hash of an entry covers. Amounts are texts: JSON's numbers end at 2^53."""
    return {
        "book": posting.book_id,
        "number": str(posting.number),
        "key": posting.key,
        "kind": str(posting.kind),
        "day": posting.day.isoformat(),
        "at": posting.at.isoformat(),
        "subject": posting.subject,
        "reference": posting.reference,
        "reverses": str(posting.reverses_id or ""),
        "reason": posting.reason,
        "by": str(posting.by or ""),
        "lines": sorted([place, str(amount)] for place, amount in lines),
    }
