"""What a path takes out of a value: entries of contexts, parts of dates, times, durations and ranges."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from panjereh.rules import operators, temporal
from panjereh.rules.values import Range, Run, YearsMonths

Taker = Callable[[Any], Any]

_DATE: dict[str, Taker] = {
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "weekday": lambda day: Decimal(day.isoweekday()),
}
_TIME: dict[str, Taker] = {
    "hour": lambda at: Decimal(at.hour),
    "minute": lambda at: Decimal(at.minute),
    "second": lambda at: Decimal(at.second),
    "time offset": temporal.zone_offset,
    "timezone": temporal.zone_name,
}


def _part(unit: int, within: int) -> Taker:
    def take(length: timedelta) -> Decimal:
        seconds = abs(length) // timedelta(seconds=1)
        part = seconds // unit % within if within else seconds // unit
        return Decimal(-part if length < timedelta() else part)

    return take


_LENGTH: dict[str, Taker] = {
    "days": _part(86400, 0),
    "hours": _part(3600, 24),
    "minutes": _part(60, 60),
    "seconds": _part(1, 60),
    "value": temporal.seconds_in,
}


def _of_months(take: Callable[[int], int]) -> Taker:
    def signed(length: YearsMonths) -> Decimal:
        part = take(abs(length.months))
        return Decimal(-part if length.months < 0 else part)

    return signed


_BY_TYPE: dict[type, dict[str, Taker]] = {
    date: _DATE,
    datetime: _DATE | _TIME,
    time: _TIME,
    timedelta: _LENGTH,
    YearsMonths: {
        "years": _of_months(lambda months: months // 12),
        "months": _of_months(lambda months: months % 12),
        "value": lambda length: Decimal(length.months),
    },
    Range: {
        "start": lambda where: where.start,
        "end": lambda where: where.end,
        "start included": lambda where: where.start_included,
        "end included": lambda where: where.end_included,
    },
}


def take(run: Run, source: Any, name: str) -> Any:
    """`source.name`; of a list, the list of what each item has. Null with a warning if there is none."""
    kind = type(source)
    if kind is dict:
        if name in source:
            return source[name]
        run.warn(f"There is no {name} in this context.")
        return None
    if kind is list:
        run.spend(len(source))
        return [take(run, item, name) for item in source]
    if source is None:
        return None
    taker = _BY_TYPE.get(kind, {}).get(name)
    if taker is None:
        run.warn(f"A {operators.name_of(source)} has no {name}.")
        return None
    return taker(source)
