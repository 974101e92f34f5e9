"""What stands in the books. Every balance is a sum of lines, made anew each time."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min, QuerySet, Sum

from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel.actor import Actor
from panjereh.payments.books import Claim, Place
from panjereh.payments.models import Account, Closing, Line, Posting


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal entry with its sides, debit first."""

    posting: Posting
    lines: list[tuple[Place, int]]
    is_reversed: bool

    @property
    def amount(self) -> int:
        """What it moves: the sum of its debits."""
        return sum(amount for _place, amount in self.lines if amount > 0)


@dataclass(frozen=True, slots=True)
class Balance:
    """One line of the trial balance: what was added and taken off, and what is left (debit positive)."""

    place: Place
    debit: int
    credit: int

    @property
    def left(self) -> int:
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is owed and not paid: for which matter, how much, and since when."""

    subject: str
    amount: int
    currency: str
    since: date


def charged(claim: Claim) -> int:
    """What was asked for a matter in all, less what was released."""
    kinds = [Posting.Kind.CHARGE, Posting.Kind.RELEASE]
    return _sum(_of(claim, Account.Kind.RECEIVABLE).filter(posting__kind__in=kinds, posting__reversed_by=None))


def owed(claim: Claim) -> int:
    """What is asked for a matter and not paid yet."""
    return _sum(_of(claim, Account.Kind.RECEIVABLE))


def _of(claim: Claim, kind: Account.Kind) -> QuerySet[Line]:
    return Line.objects.filter(
        posting__book=claim.book, posting__subject=claim.subject, account__kind=kind, account__currency=claim.currency
    )


def _sum(lines: QuerySet[Line]) -> int:
    return int(lines.aggregate(total=Sum("amount"))["total"] or 0)


def balances(book: str, until: date) -> dict[Place, int]:
    """What is on each account at the end of a day."""
    return {each.place: each.left for each in _balances(book, until)}


def _balances(book: str, until: date) -> list[Balance]:
    lines = Line.objects.filter(posting__book=book, posting__day__lte=until)
    names = ("account__kind", "account__holder", "account__fund", "account__currency")
    found: dict[Place, list[int]] = {}
    for sign, side in enumerate((lines.filter(amount__gt=0), lines.filter(amount__lt=0))):
        for *named, total in side.values_list(*names).annotate(total=Sum("amount")).order_by(*names):
            found.setdefault(Place(*named), [0, 0])[sign] += abs(int(total))
    return [Balance(place, debit, credit) for place, (debit, credit) in sorted(found.items())]


def day_book(actor: Actor, day: date) -> list[Entry]:
    """The entries of a day in the actor's agency, in their order. Raises NotAllowed."""
    return entries_of(Posting.objects.filter(book=_book_of(actor), day=day))


def entries_of(postings: QuerySet[Posting], most: int | None = None) -> list[Entry]:
    """Entries with their sides, in the order of their numbers."""
    whole = postings.select_related("reversed_by").order_by("number")
    return [
        Entry(
            posting,
            sorted(((Place.of(line.account), line.amount) for line in posting.lines.all()), key=lambda side: -side[1]),
            hasattr(posting, "reversed_by"),
        )
        for posting in whole.prefetch_related("lines__account")[:most]
    ]


def entry(actor: Actor, number: int) -> Entry | None:
    """One entry of the actor's agency; None where its book has none of that number. Raises NotAllowed."""
    return next(iter(entries_of(Posting.objects.filter(book=_book_of(actor), number=number))), None)


def trial_balance(actor: Actor, until: date) -> list[Balance]:
    """Every account of the actor's agency at the end of a day; all that is left sums to nothing. Raises NotAllowed."""
    return _balances(_book_of(actor), until)


def open_items(actor: Actor) -> list[OpenItem]:
    """What is owed to the actor's agency, the oldest first. Raises NotAllowed."""
    lines = Line.objects.filter(posting__book=_book_of(actor), account__kind=Account.Kind.RECEIVABLE)
    sums = lines.values_list("posting__subject", "account__currency").annotate(
        left=Sum("amount"), since=Min("posting__day")
    )
    items = [OpenItem(subject, int(left), currency, since) for subject, currency, left, since in sums if left]
    return sorted(items, key=lambda item: (item.since, item.subject))


def closed_until(actor: Actor) -> date | None:
    """The last day of the actor's agency that is closed; None when none is. Raises NotAllowed."""
    last: date | None = Closing.objects.filter(book=_book_of(actor)).aggregate(last=Max("day"))["last"]
    return last


def _book_of(actor: Actor) -> str:
    agency = actor.agency or ""
    policy.require(actor, "money.see", Target(agency=agency))
    return agency
