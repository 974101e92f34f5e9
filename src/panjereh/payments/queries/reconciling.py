"""What officials see when they reconcile: open lines, what each could be, and differences to clear up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel.actor import Actor
from panjereh.payments.books import Place
from panjereh.payments.errors import NoSuchLine
from panjereh.payments.models import BankLine, Discrepancy, Line, Match, Statement, Suggestion
from panjereh.payments.queries import bank
from panjereh.payments.queries.bank import DaySum

FAR = 45
"""How many days before its booking a payment of the same amount is still proposed."""
MOST = 8


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that a line of the bank could be.

    payments: (line of the ledger, amount, where, what about, reference, day) of each; sum: where it is some days' all
    enters: the kind of account where it is no payment
    """

    key: str
    gross: int
    commission: int = 0
    difference: int = 0
    payments: tuple[Line, ...] = ()
    place: Place | None = None
    sum: DaySum | None = None
    enters: str = ""

    @property
    def needs_two(self) -> bool:
        """Whether a second official must look: where the amounts differ, and where there is no payment."""
        return bool(self.difference or self.enters)


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of the bank that is not matched, and what waits for a second official, if something does."""

    line: BankLine
    waiting: Suggestion | None = None
    proposals: tuple[Proposal, ...] = field(default=())


def statements(actor: Actor, limit: int = 20) -> list[Statement]:
    """The last files that were taken in. Raises NotAllowed."""
    return list(Statement.objects.filter(book=_book(actor)).order_by("-at")[:limit])


def open_lines(actor: Actor, place: int = 0, limit: int = 50) -> list[OpenLine]:
    """Lines of the bank that are no payment that we know, the oldest first. Raises NotAllowed."""
    rows = bank.unmatched(BankLine.objects.filter(book=_book(actor))).order_by("booked_on", "pk")[place : place + limit]
    waiting = {
        one.line_id: one for one in Suggestion.objects.filter(line__in=list(rows), state=Suggestion.State.WAITING)
    }
    return [OpenLine(line, waiting.get(line.pk)) for line in rows]


def open_line(actor: Actor, number: int) -> OpenLine:
    """One of them with what it could be. Raises NotAllowed, NoSuchLine."""
    line = bank.unmatched(BankLine.objects.filter(book=_book(actor))).filter(pk=number).first()
    if line is None:
        raise NoSuchLine
    waiting = Suggestion.objects.filter(line=line, state=Suggestion.State.WAITING).first()
    return OpenLine(line, waiting, tuple(proposals(line)))


def proposals(line: BankLine) -> list[Proposal]:
    """What the line could be, the likeliest first; without what an official has refused."""
    refused = set(Suggestion.objects.filter(line=line, state=Suggestion.State.REFUSED).values_list("key", flat=True))
    found = {each.key: each for each in (*_named(line), *_sums(line), *_same_amount(line), *_no_payment(line))}
    return [each for key, each in found.items() if key not in refused]


def proposal(line: BankLine, key: str) -> Proposal | None:
    """The one that a key stands for, as it is now; None when it is not possible (any more)."""
    return next((each for each in proposals(line) if each.key == key), None)


def _of_lines(line: BankLine, lines: QuerySet[Line]) -> Iterator[Proposal]:
    for one in lines.select_related("posting", "account").order_by("-posting__day", "-pk")[:MOST]:
        place = Place.of(one.account)
        yield Proposal(f"lines:{one.pk}", one.amount, difference=line.amount - one.amount, payments=(one,), place=place)


def _named(line: BankLine) -> Iterator[Proposal]:
    """Payments that bear a name that stands in the line, whatever their amount."""
    known = bank.by_names(line.book_id, bank.words_of(line))
    yield from _of_lines(line, Line.objects.filter(pk__in={one.line for each in known.values() for one in each}))


def _same_amount(line: BankLine) -> Iterator[Proposal]:
    accounts = [pk for pk, place in bank.ways(line.book_id).items() if place.currency == line.currency]
    first = line.booked_on - timedelta(days=FAR)
    rows = bank.on_the_way(accounts).filter(amount=line.amount, posting__day__gte=first)
    yield from _of_lines(line, rows.filter(posting__day__lte=line.booked_on + timedelta(days=1)))


def _sums(line: BankLine) -> Iterator[Proposal]:
    """Days of a gateway or terminal that come nearest to the amount."""
    account = bank.accounts_of(line.book_id).get(line.account)
    settlement = bank.settlement_of(line, account)
    for pk, place in bank.ways(line.book_id).items() if settlement else ():
        if settlement and (place.kind, place.holder, place.currency) == (
            settlement.of,
            settlement.holder,
            line.currency,
        ):
            days = bank.sums_by_day(pk, *bank.near(line, settlement.days), settlement.commission)
            near = sorted(bank.windows(days), key=lambda one: abs(one.gross - one.commission - line.amount))
            for one in near[:3]:
                difference = line.amount - one.gross + one.commission
                key = f"sum:{pk}:{one.first}:{one.last}"
                yield Proposal(key, one.gross, one.commission, difference, place=place, sum=one)


def _no_payment(line: BankLine) -> Iterator[Proposal]:
    """Money whose owner is not known, or that the bank took for itself."""
    kinds = ("unknown",) if line.amount > 0 else ("commission", "difference")
    yield from (Proposal(f"enter:{kind}", 0, difference=line.amount, enters=kind) for kind in kinds)


def discrepancies(actor: Actor) -> list[Discrepancy]:
    """Differences to clear up, the most urgent first. Raises NotAllowed."""
    rows = Discrepancy.objects.filter(book=_book(actor), closed_at=None)
    return list(rows.select_related("line", "account", "match__line").order_by("due", "day", "pk")[:200])


def waiting(actor: Actor) -> list[Suggestion]:
    """What waits for a second official. Raises NotAllowed."""
    rows = Suggestion.objects.filter(line__book=_book(actor), state=Suggestion.State.WAITING)
    return list(rows.select_related("line").order_by("at"))


def matches_of_day(actor: Actor, day: date, limit: int = 200) -> list[Match]:
    """What was found to be in the bank, of the lines booked on a day. Raises NotAllowed."""
    rows = Match.objects.filter(book=_book(actor), line__booked_on=day, stands=True)
    return list(rows.select_related("line").order_by("line_id")[:limit])


def _book(actor: Actor) -> str:
    agency = actor.agency or ""
    policy.require(actor, "money.see", Target(agency=agency))
    return agency


def match(actor: Actor, number: UUID) -> Match:
    """One that stands. Raises NotAllowed, NoSuchLine."""
    found = Match.objects.filter(book=_book(actor), pk=number, stands=True).select_related("line").first()
    if found is None:
        raise NoSuchLine
    return found


def discrepancy(actor: Actor, number: UUID) -> Discrepancy:
    """One that is open. Raises NotAllowed, NoSuchLine."""
    rows = Discrepancy.objects.filter(book=_book(actor), pk=number, closed_at=None)
    found = rows.select_related("line", "account", "match__line").first()
    if found is None:
        raise NoSuchLine
    return found
