"""Functions of dates, times and durations, and the two that ask the clock."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from panjereh.kernel import clock
from panjereh.rules import temporal
from panjereh.rules.functions import builtin
from panjereh.rules.values import Run, YearsMonths


@builtin("today()")
def today(_run: Run) -> date:
    """The civil date where the people are."""
    return clock.today()


@builtin("now()")
def now(_run: Run) -> datetime:
    """This moment, in the zone of the people."""
    return clock.now().astimezone(clock.home_zone())


def _read(run: Run, text: str, found: Any, what: str) -> Any:
    if found is None:
        run.warn(f"“{text[:40]}” is no {what}.")
    return found


@builtin("date(from: string|date|date and time)")
def date_from(run: Run, source: str | date) -> date | None:
    if isinstance(source, datetime):
        return source.date()
    if isinstance(source, date):
        return source
    found: date | None = _read(run, source, temporal.parse_date(source), "date")
    return found


@builtin("date(year: number, month: number, day: number)")
def date_of(run: Run, year: Decimal, month: Decimal, day: Decimal) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        run.warn("There is no such date.")
        return None


@builtin("date and time(from: string|date|date and time)")
def date_time_from(run: Run, source: str | date) -> datetime | None:
    if isinstance(source, datetime):
        return source
    if isinstance(source, date):
        return datetime.combine(source, time())
    found: datetime | None = _read(run, source, temporal.parse_date_time(source), "date and time")
    return found


@builtin("date and time(date: date|date and time, time: time)")
def date_time_of(_run: Run, day: date, at: time) -> datetime:
    return datetime.combine(day, at)


@builtin("time(from: string|time|date|date and time)")
def time_from(run: Run, source: Any) -> time | None:
    if isinstance(source, datetime):
        return source.timetz()
    if isinstance(source, date):
        return time(tzinfo=UTC)
    if isinstance(source, time):
        return source
    found: time | None = _read(run, source, temporal.parse_time(source), "time")
    return found


@builtin("time(hour: number, minute: number, second: number, offset: days and time duration|null?)")
def time_of(run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None) -> time | None:
    micros = int((second - int(second)).scaleb(6))
    try:
        zone = None if offset is None else timezone(offset) if offset else UTC
        return time(int(hour), int(minute), int(second), micros, zone)
    except (ValueError, OverflowError):
        run.warn("There is no such time of day.")
        return None


@builtin("duration(from: string|duration)")
def duration(run: Run, source: str | timedelta | YearsMonths) -> Any:
    if not isinstance(source, str):
        return source
    return _read(run, source, temporal.parse_duration(source), "duration")


@builtin("years and months duration(from: date|date and time, to: date|date and time)")
def years_and_months(_run: Run, start: date, end: date) -> YearsMonths | None:
    if isinstance(start, datetime) and isinstance(end, datetime) and (start.tzinfo is None) == (end.tzinfo is None):
        return temporal.months_between(start, end)
    return temporal.months_between(_day(start), _day(end))


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


@builtin("day of year(date: date|date and time)")
def day_of_year(_run: Run, day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@builtin("day of week(date: date|date and time)")
def day_of_week(_run: Run, day: date) -> str:
    """The English name, as the standard has it."""
    return _WEEKDAYS[day.weekday()]


@builtin("month of year(date: date|date and time)")
def month_of_year(_run: Run, day: date) -> str:
    return _MONTHS[day.month - 1]


@builtin("week of year(date: date|date and time)")
def week_of_year(_run: Run, day: date) -> Decimal:
    """By ISO 8601."""
    return Decimal(day.isocalendar().week)


@builtin("age(birth date: date, on: date?)")
def age(_run: Run, born: date, on: date | None) -> Decimal:
    """Full years since a birth, today or on another day. An addition of ours to the standard."""
    return Decimal(int(temporal.months_between(born, on or clock.today()).months / 12))
