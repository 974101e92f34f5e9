"""Reports of the books over some days: the journal, every account, what the agency asked and got, what is owed."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Min, Q, Sum

from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid
from panjereh.payments.books import Place
from panjereh.payments.models import Account, Line, Posting
from panjereh.payments.queries.ledger import Entry, OpenItem, entries_of

LONGEST = 366
MOST_ENTRIES = 20_000
NAMES = ("account__kind", "account__holder", "account__fund", "account__currency")


@dataclass(frozen=True, slots=True)
class PeriodBalance:
    """One account over some days: what was on it before, what was added and taken off. Debit is positive."""

    place: Place
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class Flow:
    """One line of an agency's statement: what kind of thing happened, on which account, and how much in all."""

    kind: str
    place: Place
    amount: int


def journal(actor: Actor, first: date, last: date) -> list[Entry]:
    """The entries of some days, in their order. Raises NotAllowed, Invalid."""
    postings = Posting.objects.filter(book=_book(actor, first, last), day__gte=first, day__lte=last)
    return entries_of(postings, MOST_ENTRIES)


def period_balances(actor: Actor, first: date, last: date) -> list[PeriodBalance]:
    """Every account that has something; openings, and closings, sum to nothing. Raises NotAllowed."""
    lines = Line.objects.filter(posting__book=_book(actor, first, last), posting__day__lte=last)
    within, added = Q(posting__day__gte=first), Q(amount__gt=0)
    sums = lines.values_list(*NAMES).annotate(
        opening=Sum("amount", filter=~within, default=0),
        debit=Sum("amount", filter=within & added, default=0),
        credit=Sum("amount", filter=within & ~added, default=0),
    )
    return sorted(
        (
            PeriodBalance(Place(*named), int(opening), int(debit), -int(credit))
            for *named, opening, debit, credit in sums.order_by()
        ),
        key=lambda one: one.place,
    )


def statement(actor: Actor, first: date, last: date) -> list[Flow]:
    """What an agency asked for and let go, by fund; what came and went back, by way; what it cost. Raises NotAllowed.

    Amounts are in the reader's sense: what was asked or came is positive, what was let go, given back or kept negative.
    """
    lines = Line.objects.filter(
        posting__book=_book(actor, first, last), posting__day__gte=first, posting__day__lte=last
    )
    earned, kept = Account.Kind.REVENUE, (Account.Kind.COMMISSION, Account.Kind.DIFFERENCE)
    money = (Account.Kind.CASH, Account.Kind.CARD, Account.Kind.BANK, Account.Kind.GATEWAY)
    # a counter-entry counts with what it takes back
    flows = lines.annotate(what=F("posting__reverses__kind")).values_list("posting__kind", "what", *NAMES)
    found: dict[tuple[str, Place], int] = {}
    for kind, taken_back, *named, total in flows.annotate(total=Sum("amount")).order_by():
        place, of = Place(*named), str(taken_back or kind)
        if place.kind == earned:
            _add(found, "asked" if of == Posting.Kind.CHARGE else "let_go", place, -int(total))
        elif place.kind in money and of != Posting.Kind.SETTLEMENT:
            _add(found, "came" if of == Posting.Kind.RECEIPT else "went_back", place, int(total))
        elif place.kind in kept:
            _add(found, str(place.kind), place, -int(total))
    order = ("asked", "let_go", "came", "went_back", *map(str, kept))
    sums = (Flow(kind, place, amount) for (kind, place), amount in found.items() if amount)
    return sorted(sums, key=lambda flow: (order.index(flow.kind), flow.place))


def _add(found: dict[tuple[str, Place], int], kind: str, place: Place, amount: int) -> None:
    found[kind, place] = found.get((kind, place), 0) + amount


def owed_at(actor: Actor, first: date, last: date) -> list[OpenItem]:
    """What was owed at the end of the last day, the oldest first. Raises NotAllowed."""
    lines = Line.objects.filter(
        posting__book=_book(actor, first, last), posting__day__lte=last, account__kind=Account.Kind.RECEIVABLE
    )
    sums = lines.values_list("posting__subject", "account__currency").annotate(
        left=Sum("amount"), since=Min("posting__day")
    )
    items = [
        OpenItem(subject, int(left), currency, since) for subject, currency, left, since in sums.order_by() if left
    ]
    return sorted(items, key=lambda item: (item.since, item.subject))


def _book(actor: Actor, first: date, last: date) -> str:
    agency = actor.agency or ""
    policy.require(actor, "money.see", Target(agency=agency))
    if not 0 <= (last - first).days < LONGEST:
        raise Invalid(first=first.isoformat(), last=last.isoformat())
    return agency
