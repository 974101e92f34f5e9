"""What the operators of FEEL do with values. What does not fit together gives null."""

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from panjereh.rules import temporal
from panjereh.rules.values import EXACT, Range, Run, YearsMonths, is_function

_ORDERED = frozenset({Decimal, str, date, datetime, time, timedelta, YearsMonths})
_NESTED = (list, dict)
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_CLOCKED = frozenset({time, datetime})

Binary = Callable[[Any, Any], Any]


def equal(run: Run, left: Any, right: Any) -> bool | None:
    """Three-valued equality: null for values of different types; null equals only null."""
    if type(left) in _NESTED:
        run.weigh(left)
    return _equal(left, right)


def same_text(left: Callable[[Any], Any], right: str) -> Callable[[Any], bool | None]:
    """`equal` with a text that is written in the expression: half of all conditions."""

    def code(frame: Any) -> bool | None:
        value = left(frame)
        if type(value) is str:
            return bool(value == right)
        return False if value is None else None

    return code


def _equal(left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    if kind is list:
        return _equal_lists(left, right)
    if kind is dict:
        if left.keys() != right.keys():
            return False
        return _equal_lists(list(left.values()), [right[key] for key in left])
    if is_function(left):
        return None
    if kind in _CLOCKED:
        left, right = to_the_second(left), to_the_second(right)
    return bool(left == right)


def to_the_second(at: Any) -> Any:
    """A time or datetime without fractions of a second, which the standard does not tell apart (10.3.2.3.4)."""
    return at.replace(microsecond=0) if at.microsecond else at


def _equal_lists(left: list[Any], right: list[Any]) -> bool | None:
    if len(left) != len(right):
        return False
    found = [_equal(*pair) for pair in zip(left, right, strict=True)]
    if False in found:
        return False
    return None if None in found else True


def compare(sign: str, left: Any, right: Any) -> bool | None:
    """Order of two values of one type that has an order; null for all others."""
    kind = type(left)
    if kind is not type(right) or kind not in _ORDERED:
        return None
    if kind in _CLOCKED:
        left, right = to_the_second(left), to_the_second(right)
    try:
        return bool(_COMPARE[sign](left, right))
    except TypeError:
        return None  # one with a zone, one without


def conjunction(left: Any, right: Any) -> bool | None:
    """Three-valued “and”: one false decides."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def contains(where: Range, value: Any) -> bool | None:
    """Whether the value lies in the range; null if they can't be compared."""
    if where.sign == "!=":
        differs = _equal(value, where.start)
        return None if differs is None else not differs
    above = True if where.start is None else compare(">=" if where.start_included else ">", value, where.start)
    below = True if where.end is None else compare("<=" if where.end_included else "<", value, where.end)
    return conjunction(above, below)


def fits(run: Run, value: Any, wanted: Any) -> bool | None:
    """Whether a value passes a test without an operator: equal to it, in its range, or in its list."""
    if type(wanted) is Range:
        if type(value) is Range:
            return _equal(value, wanted)
        return contains(wanted, value)
    if type(wanted) is list and type(value) is not list:
        run.spend(len(wanted))
        return any(fits(run, value, one) is True for one in wanted)
    if type(wanted) is list and equal(run, value, wanted) is not True:
        return any(equal(run, value, one) is True for one in wanted)
    return equal(run, value, wanted)


def _minus_months(left: date, right: YearsMonths) -> Any:
    return temporal.add_months(left, -right.months)


def _minus_length(left: date, right: timedelta) -> Any:
    return temporal.add_length(left, -right)


def _plus_months(left: date, right: YearsMonths) -> Any:
    return temporal.add_months(left, right.months)


def _scaled_months(left: YearsMonths, right: Decimal) -> YearsMonths:
    return YearsMonths(int(EXACT.multiply(Decimal(left.months), right)))


def _divided_months(left: YearsMonths, right: Decimal) -> YearsMonths:
    return YearsMonths(int(EXACT.divide(Decimal(left.months), right)))


def _scaled_days(left: timedelta, right: Decimal) -> timedelta:
    return temporal.days_of(EXACT.multiply(temporal.seconds_in(left), right))


def _divided_days(left: timedelta, right: Decimal) -> timedelta:
    return temporal.days_of(EXACT.divide(temporal.seconds_in(left), right))


def _swapped(function: Binary) -> Binary:
    return lambda left, right: function(right, left)


_ARITHMETIC: dict[str, dict[tuple[type, type], Binary]] = {
    "+": {
        (Decimal, Decimal): EXACT.add,
        (str, str): operator.add,
        (timedelta, timedelta): operator.add,
        (YearsMonths, YearsMonths): lambda left, right: YearsMonths(left.months + right.months),
        (date, timedelta): temporal.add_length,
        (timedelta, date): _swapped(temporal.add_length),
        (datetime, timedelta): temporal.add_length,
        (timedelta, datetime): _swapped(temporal.add_length),
        (time, timedelta): temporal.add_to_time,
        (timedelta, time): _swapped(temporal.add_to_time),
        (date, YearsMonths): _plus_months,
        (YearsMonths, date): _swapped(_plus_months),
        (datetime, YearsMonths): _plus_months,
        (YearsMonths, datetime): _swapped(_plus_months),
    },
    "-": {
        (Decimal, Decimal): EXACT.subtract,
        (timedelta, timedelta): operator.sub,
        (YearsMonths, YearsMonths): lambda left, right: YearsMonths(left.months - right.months),
        (date, date): temporal.between,
        (date, datetime): temporal.between,
        (datetime, date): temporal.between,
        (datetime, datetime): temporal.between,
        (time, time): temporal.between_times,
        (date, timedelta): _minus_length,
        (datetime, timedelta): _minus_length,
        (time, timedelta): lambda left, right: temporal.add_to_time(left, -right),
        (date, YearsMonths): _minus_months,
        (datetime, YearsMonths): _minus_months,
    },
    "*": {
        (Decimal, Decimal): EXACT.multiply,
        (timedelta, Decimal): _scaled_days,
        (Decimal, timedelta): _swapped(_scaled_days),
        (YearsMonths, Decimal): _scaled_months,
        (Decimal, YearsMonths): _swapped(_scaled_months),
    },
    "/": {
        (Decimal, Decimal): EXACT.divide,
        (timedelta, Decimal): _divided_days,
        (YearsMonths, Decimal): _divided_months,
        (timedelta, timedelta): lambda left, right: EXACT.divide(temporal.seconds_in(left), temporal.seconds_in(right)),
        (YearsMonths, YearsMonths): lambda left, right: EXACT.divide(Decimal(left.months), Decimal(right.months)),
    },
    "**": {(Decimal, Decimal): EXACT.power},
}


def calculate(run: Run, sign: str, left: Any, right: Any) -> Any:
    """Arithmetic on any two values; null with a warning where it has no result."""
    function = _ARITHMETIC[sign].get((type(left), type(right)))
    if function is None:
        if left is not None and right is not None:
            run.warn(f"{name_of(left)} {sign} {name_of(right)} has no result.")
        return None
    try:
        result = function(left, right)
    except (DecimalException, ArithmeticError, ValueError):
        run.warn(f"{sign} went beyond what can be calculated.")
        return None
    return run.short(result) if type(result) is str else result


def negative(run: Run, value: Any) -> Any:
    """The value with the other sign; null for what has none."""
    if type(value) is Decimal:
        return EXACT.minus(value)
    if type(value) is timedelta:
        return -value
    if type(value) is YearsMonths:
        return YearsMonths(-value.months)
    if value is not None:
        run.warn(f"A {name_of(value)} has no negative.")
    return None


_KINDS: dict[type, str] = {
    Decimal: "number",
    str: "string",
    bool: "boolean",
    type(None): "null",
    date: "date",
    datetime: "date and time",
    time: "time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
}


def name_of(value: Any) -> str:
    """The FEEL name of the value's type."""
    return _KINDS.get(type(value), "function")
