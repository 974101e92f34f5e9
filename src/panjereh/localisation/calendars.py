"""Working days and legal terms, by civil counting.

The rules are those of the Iranian Civil Procedure Act, articles 443 to 445, of the German Civil Code, sections 187 to
193, and of Regulation (EEC, Euratom) 1182/71, article 3; where they differ, the country says how it counts:

- The day of the event does not count (445; 187 (1); 3 (1)).
- A term of months ends on the day of the same number, or on the last of a shorter month (188 (2) and (3)). In Iran a
  month of a term is thirty days (443).
- A term whose last day is without work ends on the next day with work (444; 193; 3 (4)).
- In Iran the day of the act does not count either (445): whoever must act within a term has one day more.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, Self

from panjereh.localisation import dates
from panjereh.localisation.errors import InputProblem
from panjereh.localisation.opening import Span

Unit = Literal["days", "working-days"]
Months = Literal["jalali", "gregorian", "thirty-days"]

_ISO = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?")
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time that a law grants: months (twelve to the year), then days."""

    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, iso: str) -> Self:
        """Read an ISO 8601 duration of years, months, weeks and days, such as P10D. Raises InputProblem."""
        found = _ISO.fullmatch(iso.strip().upper())
        if not found or not any(found.groups()):
            raise InputProblem("not_a_term", text=iso)
        years, months, weeks, days = (int(part or 0) for part in found.groups())
        return cls(months=years * 12 + months, days=weeks * 7 + days)

    def as_timedelta(self) -> timedelta:
        """About how long it is, a month being thirty days: for keeping things, not for legal terms."""
        return timedelta(days=self.months * 30 + self.days)

    def __str__(self) -> str:
        months = f"{self.months}M" if self.months else ""
        return f"P{months}{self.days}D" if self.days or not months else f"P{months}"


@dataclass(frozen=True)
class WorkingCalendar:
    """The days on which an office works.

    weekend: weekdays without work, Monday being 0 (Friday is 4)
    holidays: further days without work
    months: how a month of a term is counted: by the Jalali or Gregorian calendar, or as thirty days
    opening: weekday → when the office is open; without it, what comes on a working day has come on that day
    day_of_act_counts: whether the day on which somebody acts is within the term that they have for it
    """

    weekend: frozenset[int] = frozenset({FRIDAY})
    holidays: frozenset[date] = field(default_factory=frozenset)
    months: Months = "jalali"
    opening: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    day_of_act_counts: bool = True

    def __post_init__(self) -> None:
        if len(set(self.weekend)) > 6:
            raise ValueError("a calendar needs at least one working day a week")

    def is_working(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.holidays

    def first_working(self, day: date) -> date:
        """The day itself if there is work on it, or else the next on which there is."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def add(self, start: date, term: Term | str, unit: Unit = "days") -> date:
        """The last day of a term that begins on `start`. `unit` says which days count."""
        if isinstance(term, str):
            term = Term.parse(term)
        day = self._after_months(start, term.months)
        if unit == "days":
            return day + timedelta(days=term.days)
        for _ in range(term.days):
            day = self.first_working(day + timedelta(days=1))
        return day

    def deadline(self, start: date, term: Term | str, unit: Unit = "days") -> date:
        """As `add`, but a term that ends without work ends on the next working day (in Iran article 444)."""
        return self.first_working(self.add(start, term, unit))

    def received_on(self, moment: datetime) -> date:
        """The day on which something has legally arrived: after closing time, the next working day.

        `moment` is local time.
        """
        day = self.first_working(moment.date())
        spans = self.opening.get(day.weekday(), ())
        if day == moment.date() and spans and moment.time() >= max(span.closes for span in spans):
            return self.first_working(day + timedelta(days=1))
        return day

    def before(self, end: date, term: Term, unit: Unit = "days") -> date:
        """The day that lies `term` before `end`; of working days, so many of them."""
        if unit == "days":
            return end - term.as_timedelta()
        day = end
        for _ in range(term.days):
            day -= timedelta(days=1)
            while not self.is_working(day):
                day -= timedelta(days=1)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and with `end`; 0 if `end` is not later."""
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(1 for day in days if self.is_working(day))

    def _after_months(self, start: date, months: int) -> date:
        """The day of the same number that many months on, or the last of a shorter month."""
        if not months:
            return start
        if self.months == "thirty-days":
            return start + timedelta(days=30 * months)
        day, month, year = map(int, dates.unparse(start, self.months))
        more, month = divmod(month - 1 + months, 12)
        year, month = year + more, month + 1
        day = min(day, dates.days_in_month(year, month, self.months))
        return date(year, month, day) if self.months == "gregorian" else dates.Jalali(year, month, day).to_date()
