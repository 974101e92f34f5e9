"""Dates, times and durations: read from their ISO texts, written back, and calculated with."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from panjereh.rules.values import EXACT, YearsMonths

_DATE = r"(\d{4})-(\d{2})-(\d{2})"
_TIME = r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2}(?::\d{2})?|@[A-Za-z0-9_+/-]+)?"
_IS_DATE = re.compile(_DATE, re.ASCII)
_IS_TIME = re.compile(_TIME, re.ASCII)
_IS_DATE_TIME = re.compile(f"{_DATE}T{_TIME}", re.ASCII)
_IS_MONTHS = re.compile(r"(-)?P(?:(\d{1,9})Y)?(?:(\d{1,10})M)?", re.ASCII)
_IS_DAYS = re.compile(
    r"(-)?P(?:(\d{1,9})D)?(?:(T)(?:(\d{1,12})H)?(?:(\d{1,13})M)?(?:(\d{1,14}(?:\.\d{0,9})?)S)?)?", re.ASCII
)
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


def parse_date(text: str) -> date | None:
    """A date of the form 2026-11-23; None if it is none."""
    found = _IS_DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """A time of day such as 14:30:00, 14:30:00+03:30 or 14:30:00@Asia/Tehran."""
    found = _IS_TIME.fullmatch(text)
    return _time(*found.groups()) if found else None


def parse_date_time(text: str) -> datetime | None:
    """A date and time of day; a bare date stands for its midnight."""
    found = _IS_DATE_TIME.fullmatch(text)
    if not found:
        day = parse_date(text)
        return datetime.combine(day, time()) if day else None
    day, at = parse_date("-".join(found.groups()[:3])), _time(*found.groups()[3:])
    return datetime.combine(day, at) if day and at is not None else None


def _time(hour: str, minute: str, second: str, fraction: str | None, zone: str | None) -> time | None:
    micros = int((fraction or "0").ljust(6, "0")[:6])
    try:
        return time(int(hour), int(minute), int(second), micros, parse_zone(zone) if zone else None)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None


def parse_zone(text: str) -> tzinfo:
    """Z, an offset or @ with an IANA name. Raises ValueError or ZoneInfoNotFoundError."""
    if text == "Z":
        return UTC
    if text[0] == "@":
        return ZoneInfo(text[1:])
    parts = [int(part) for part in text[1:].split(":")]
    if parts[0] > 18 or max(parts[1:]) > 59:
        raise ValueError("no such offset")
    offset = timedelta(**dict(zip(("hours", "minutes", "seconds"), parts, strict=False)))
    return timezone(-offset if text[0] == "-" else offset) if offset else UTC


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    """P1Y2M or P1DT2H: years and months, or days and time; never both."""
    months = _IS_MONTHS.fullmatch(text)
    if months and (months[2] or months[3]):
        total = int(months[2] or 0) * 12 + int(months[3] or 0)
        return YearsMonths(-total if months[1] else total)
    found = _IS_DAYS.fullmatch(text)
    if not found or not any(found.group(2, 4, 5, 6)) or (found[3] and not any(found.group(4, 5, 6))):
        return None
    micros = int(Decimal(found[6] or 0).scaleb(6))
    try:
        length = timedelta(
            days=int(found[2] or 0), hours=int(found[4] or 0), minutes=int(found[5] or 0), microseconds=micros
        )
    except OverflowError:
        return None
    return -length if found[1] else length


def parse_at(text: str) -> Any:
    """What an at-literal stands for; None if nothing."""
    for parse in (parse_date, parse_date_time, parse_time, parse_duration):
        found = parse(text)
        if found is not None:
            return found
    return None


def zone_text(zone: tzinfo | None, at: datetime | time) -> str:
    """Z, an offset or @ with a name, as it follows a time; nothing without a zone."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = at.utcoffset() or timedelta()
    if not offset:
        return "Z"
    sign = "-" if offset < timedelta() else "+"
    hours, seconds = divmod(abs(offset).seconds, 3600)
    text = f"{sign}{hours:02}:{seconds // 60:02}"
    return f"{text}:{seconds % 60:02}" if seconds % 60 else text


def format_time(at: time) -> str:
    fraction = f".{at.microsecond:06}".rstrip("0") if at.microsecond else ""
    return f"{at.hour:02}:{at.minute:02}:{at.second:02}{fraction}{zone_text(at.tzinfo, at)}"


def format_date_time(at: datetime) -> str:
    zone = zone_text(at.tzinfo, at)
    return f"{at.year:04}-{at.month:02}-{at.day:02}T{format_time(at.time())}{zone}"


def format_days(length: timedelta) -> str:
    """The shortest ISO text of a duration in days and time; PT0S for none."""
    sign = "-" if length < timedelta() else ""
    length = abs(length)
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{length.microseconds:06}".rstrip("0") if length.microseconds else ""
    day = f"{length.days}D" if length.days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    if not day and not clock:
        return "PT0S"
    return f"{sign}P{day}{'T' + clock if clock else ''}"


def seconds_in(length: timedelta) -> Decimal:
    """The exact length in seconds."""
    return EXACT.divide(Decimal(length // _MICROSECOND), Decimal(1_000_000))


def days_of(seconds: Decimal) -> timedelta:
    """A duration of so many seconds, to the microsecond. Raises OverflowError."""
    return timedelta(microseconds=int(seconds.scaleb(6)))


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last of a shorter month; a datetime keeps its time of day.

    Raises ValueError beyond the years 1 to 9999.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return day.replace(year=year, month=month, day=min(day.day, _last_day(year, month)))


def _last_day(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def add_length(at: date, length: timedelta) -> date:
    """A date or datetime moved on; a date counts from its midnight. Raises OverflowError."""
    if isinstance(at, datetime):
        return at + length
    return (datetime.combine(at, time()) + length).date()


def add_to_time(at: time, length: timedelta) -> time:
    """A time of day moved on, past midnight if need be."""
    passed = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
    moved = (passed + length) % _DAY
    return (datetime.combine(date.min, time()) + moved).time().replace(tzinfo=at.tzinfo)


def between(later: date, earlier: date) -> timedelta | None:
    """How long from the second to the first. None if only one of them has a zone."""
    first, second = _as_moments(later, earlier)
    if (first.tzinfo is None) != (second.tzinfo is None):
        return None
    return first - second


def between_times(later: time, earlier: time) -> timedelta | None:
    if (later.utcoffset() is None) != (earlier.utcoffset() is None):
        return None
    return _since_midnight(later) - _since_midnight(earlier)


def _since_midnight(at: time) -> timedelta:
    passed = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
    return passed - (at.utcoffset() or timedelta())


def _as_moments(first: date, second: date) -> tuple[datetime, datetime]:
    """Both as datetimes; a date is the midnight of UTC if the other has a zone."""
    zone = next((at.tzinfo for at in (first, second) if isinstance(at, datetime) and at.tzinfo), None)
    moments = [
        at if isinstance(at, datetime) else datetime.combine(at, time(), UTC if zone else None)
        for at in (first, second)
    ]
    return moments[0], moments[1]


def months_between(start: date, end: date) -> YearsMonths:
    """Whole months from one day to the other; negative if the second is earlier."""
    if end < start:
        return YearsMonths(-months_between(end, start).months)
    months = (end.year - start.year) * 12 + end.month - start.month
    return YearsMonths(months - (1 if end.day < start.day else 0))


def zone_offset(at: datetime | time) -> timedelta | None:
    return at.utcoffset()


def zone_name(at: datetime | time) -> str | None:
    return at.tzinfo.key if isinstance(at.tzinfo, ZoneInfo) else None
