"""Each day on one line: what was asked, paid, settled, and is in the bank, and why these differ.

For every day and currency: paid less what is in the bank = what is still on the way, plus what arrived on another day,
less what came from other days, less what nobody knows, plus commissions, less differences. `Day.adds_up` says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel.actor import Actor
from panjereh.payments.models import Account, BankLine, Line, Match, Matched, Posting
from panjereh.payments.queries import bank


@dataclass(slots=True)
class Day:
    """A day of one agency in one currency; amounts in its smallest unit.

    asked: fees and bills, less what was released; paid: what came by every way, less what went back
    settled: of `paid`, what is in the bank by now; banked: what the bank booked on the day, in and out
    same_day: of `settled`, what was booked on the day itself; earlier: of `banked`, payments of other days, with their
    commission; commission, difference: of what was booked; unknown: of `banked`, what nobody knows
    """

    day: date
    currency: str
    asked: int = 0
    paid: int = 0
    settled: int = 0
    banked: int = 0
    same_day: int = 0
    earlier: int = 0
    commission: int = 0
    difference: int = 0
    unknown: int = 0

    @property
    def on_the_way(self) -> int:
        return self.paid - self.settled

    @property
    def later(self) -> int:
        """Of what was paid, what the bank booked on another day."""
        return self.settled - self.same_day

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why paid and banked differ: what each adds to `paid - banked`."""
        found = [
            ("on_the_way", self.on_the_way),
            ("later", self.later),
            ("earlier", -self.earlier),
            ("commission", self.commission),
            ("difference", -self.difference),
            ("unknown", -self.unknown),
        ]
        return [(name, amount) for name, amount in found if amount]

    @property
    def adds_up(self) -> bool:
        return self.paid - self.banked == sum(amount for _name, amount in self.reasons)


def days(actor: Actor, first: date, last: date) -> list[Day]:
    """The days from the first to the last that have something, the newest first. Raises NotAllowed."""
    book = actor.agency or ""
    policy.require(actor, "money.see", Target(agency=book))
    found: dict[tuple[date, str], Day] = {}
    for name, rows in _columns(book, first, last):
        for day, currency, total in rows:
            held = found.setdefault((day, currency), Day(day, currency))
            setattr(held, name, getattr(held, name) + int(total))
    return [found[key] for key in sorted(found, reverse=True)]


def _columns(book: str, first: date, last: date) -> Iterable[tuple[str, Any]]:
    """Name of a column → (day, currency, amount) of each day that has it."""
    entries = Line.objects.filter(posting__book=book, posting__day__gte=first, posting__day__lte=last)
    booked = BankLine.objects.filter(book=book, booked_on__gte=first, booked_on__lte=last)
    matches = Match.objects.filter(book=book, stands=True, line__booked_on__gte=first, line__booked_on__lte=last)
    accounts = list(bank.ways(book))
    arrived = Matched.objects.filter(stands=True, match__book=book)
    asked = Q(account__kind=Account.Kind.RECEIVABLE, posting__kind__in=[Posting.Kind.CHARGE, Posting.Kind.RELEASE])
    of_ways = entries.annotate(on=F("account_id") + 0).filter(on__in=accounts)
    paid = of_ways.exclude(posting__kind=Posting.Kind.SETTLEMENT)
    of_day = arrived.filter(line__posting__day__gte=first, line__posting__day__lte=last)
    in_bank = arrived.filter(match__line__booked_on__gte=first, match__line__booked_on__lte=last)
    same = Q(line__posting__day=F("match__line__booked_on"))
    yield "asked", _by_day(entries.filter(asked), "posting__day", "account__currency")
    yield "paid", _by_day(paid, "posting__day", "account__currency")
    yield "settled", _by_day(of_day, "line__posting__day", "line__account__currency", "line__amount")
    yield "same_day", _by_day(of_day.filter(same), "line__posting__day", "line__account__currency", "line__amount")
    yield "earlier", _by_day(in_bank.exclude(same), "match__line__booked_on", "line__account__currency", "line__amount")
    yield "banked", _by_day(booked, "booked_on", "currency")
    yield "unknown", _by_day(bank.unmatched(booked), "booked_on", "currency")
    yield "commission", _by_day(matches, "line__booked_on", "line__currency", "commission")
    yield "difference", _by_day(matches, "line__booked_on", "line__currency", "difference")


def _by_day(rows: QuerySet[Any], day: str, currency: str, amount: str = "amount") -> Any:
    return rows.values_list(day, currency).annotate(total=Sum(amount)).order_by()


def month_around(day: date, days_shown: int = 31) -> tuple[date, date]:
    """The days that a page shows which ends with a day."""
    return day - timedelta(days=days_shown - 1), day
