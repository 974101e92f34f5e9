"""What the bank says and what of the books it is: lines that are open on either side, and what could be what."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from panjereh import rules
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import BankAccount, Settlement
from panjereh.localisation import letters
from panjereh.payments.books import Place
from panjereh.payments.models import Account, BankLine, Line, Match, Matched, Posting

ON_THE_WAY = Q(kind__in=[Account.Kind.GATEWAY, Account.Kind.CARD, Account.Kind.CASH]) | Q(
    kind=Account.Kind.BANK, holder=""
)
"""Accounts of money that was paid and that no statement has shown yet."""


_WORD = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
_DIGITS = re.compile(r"\d[\d \-]{5,30}\d")


@dataclass(frozen=True, slots=True)
class Payment:
    """A line of the ledger that could be in the bank."""

    line: int
    amount: int
    account: int
    day: date
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class DaySum:
    """What payments of some days come to: before and after the commission."""

    first: date
    last: date
    count: int
    gross: int
    commission: int


def accounts_of(agency: str) -> Mapping[str, BankAccount]:
    """IBAN → the account, for those that agencies.yaml gives the agency."""
    known = catalogue.agencies().get(agency)
    return {account.iban: account for account in known.bank_accounts.values()} if known else {}


def ways(book: str) -> dict[int, Place]:
    """The accounts of a book on which money is on the way to the bank."""
    return {account.pk: Place.of(account) for account in Account.objects.filter(ON_THE_WAY, book=book)}


def on_the_way(accounts: Iterable[int]) -> QuerySet[Line]:
    """What came on these accounts, and went back, that no match that stands says is in the bank.

    The account is no way to find these lines, only a condition: SQLite would read all that ever came on it rather than
    the lines of some days, entries or names, so it is hidden from the index.
    """
    return (
        Line.objects.annotate(on=F("account_id") + 0)
        .filter(on__in=list(accounts), posting__reversed_by=None)
        .exclude(posting__kind__in=[Posting.Kind.SETTLEMENT, Posting.Kind.REVERSAL])
        .exclude(Exists(Matched.objects.filter(line=OuterRef("pk"), stands=True)))
    )


def unmatched(lines: QuerySet[BankLine]) -> QuerySet[BankLine]:
    return lines.exclude(Exists(Match.objects.filter(line=OuterRef("pk"), stands=True)))


def settlement_of(line: BankLine, account: BankAccount | None) -> Settlement | None:
    """Which gateway or terminal pays this line, by what stands in it."""
    said = letters.search_key(f"{line.reference} {line.text or ''}")
    known = account.settlements if account else ()
    return next((one for one in known if letters.search_key(one.text) in said), None)


def way_of(settlement: Settlement, line: BankLine) -> tuple[int, Place] | None:
    """The account of the gateway or terminal in the line's book; None where nothing came there yet."""
    wanted = (settlement.of, settlement.holder, line.currency)
    known = ways(line.book_id).items()
    return next(((pk, place) for pk, place in known if (place.kind, place.holder, place.currency) == wanted), None)


def sums_by_day(account: int, first: date, last: date, formula: str) -> list[DaySum]:
    """What the payments on one account come to that are not in the bank, for each day that has some."""
    rows = (
        on_the_way([account])
        .filter(posting__day__gte=first, posting__day__lte=last)
        .values_list("posting__day", "amount")
        .annotate(count=Count("pk"))
        .order_by("posting__day")
    )
    found: dict[date, list[int]] = {}
    for day, amount, count in rows:
        held = found.setdefault(day, [0, 0, 0])
        held[0] += count
        held[1] += amount * count
        held[2] += commission(formula, amount) * count
    return [DaySum(day, day, *held) for day, held in sorted(found.items())]


def windows(days: list[DaySum]) -> list[DaySum]:
    """All runs of days, one after another: what comes in on Saturday may be two days' money."""
    found = []
    for start in range(len(days)):
        count = gross = kept = 0
        for day in days[start:]:
            count, gross, kept = count + day.count, gross + day.gross, kept + day.commission
            found.append(DaySum(days[start].first, day.last, count, gross, kept))
    return found


@lru_cache(maxsize=10_000)
def commission(formula: str, amount: int) -> int:
    """What is kept of one payment, rounded down to a whole unit; of what goes back nothing is kept."""
    if amount <= 0:
        return 0
    value = rules.evaluate(formula, {"amount": amount})
    return max(int(value // 1), 0) if value is not None else 0


def paid_by_way(book: str, day: date) -> dict[Place, int]:
    """What came on a day, and went back, by where it is."""
    accounts = ways(book)
    rows = (
        Line.objects.filter(account__in=list(accounts), posting__book=book, posting__day=day)
        .exclude(posting__kind=Posting.Kind.SETTLEMENT)
        .values_list("account")
        .annotate(total=Sum("amount"))
        .order_by("account")
    )
    return {accounts[account]: int(total) for account, total in rows}


def near(line: BankLine, days: int) -> tuple[date, date]:
    """The days in which a payment may have been made that the bank booked on the line's day."""
    return line.booked_on - timedelta(days=days), line.booked_on + timedelta(days=1)


def words_of(line: BankLine) -> list[str]:
    """By which names a payment could be meant, the reference first."""
    said = f"{line.reference} {line.text or ''}"
    grouped = (re.sub(r"\D", "", run) for run in _DIGITS.findall(said))
    names = [line.reference, *_WORD.findall(said), *grouped]
    return list(dict.fromkeys(name for name in names if 4 <= len(name) <= 60))[:16]


def by_names(book: str, names: Iterable[str]) -> dict[str, list[Payment]]:
    """Payments on the way, by the reference of their entry and by what they are about."""
    found: dict[str, list[Payment]] = defaultdict(list)
    accounts, names = ways(book), sorted(names)
    if not accounts or not names:
        return found
    for meant in (Q(book=book, reference__in=names), Q(subject__in=names)):
        entries = list(Posting.objects.filter(meant).values_list("pk", flat=True))
        rows = on_the_way(accounts).filter(posting__in=entries)
        columns = rows.values_list("pk", "amount", "account", "posting__day", "posting__reference", "posting__subject")
        for pk, amount, account, day, *said in columns:
            payment = Payment(pk, amount, account, day, frozenset(said))
            for name in payment.names:
                if payment not in found[name]:
                    found[name].append(payment)
    return found
