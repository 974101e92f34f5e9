"""Types of FEEL: does a value belong to one, and can it be made to."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from panjereh.rules.tree import TypeOf
from panjereh.rules.values import Range, YearsMonths, is_function

_SIMPLE: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "date": (date,),
    "time": (time,),
    "date and time": (datetime,),
    "dateTime": (datetime,),
    "days and time duration": (timedelta,),
    "dayTimeDuration": (timedelta,),
    "years and months duration": (YearsMonths,),
    "yearMonthDuration": (YearsMonths,),
    "duration": (timedelta, YearsMonths),
    "list": (list,),
    "context": (dict,),
    "range": (Range,),
    "null": (type(None),),
    "Null": (type(None),),
}

Check = Callable[[Any], bool]


def known(name: str) -> bool:
    return name in _SIMPLE or name in ("function", "any", "Any")


def checker(wanted: TypeOf) -> Check:
    """A function that tells whether a value (not null) is of the type."""
    if wanted.name in ("any", "Any"):
        return lambda value: value is not None
    if wanted.name == "function":
        arity = len(wanted.inner) - 1
        if arity < 0:
            return is_function
        return lambda value: is_function(value) and getattr(value, "arity", arity) == arity
    kinds = _SIMPLE[wanted.name]
    if wanted.fields:
        return _context_checker([(name, checker(kind)) for name, kind in wanted.fields])
    if not wanted.inner:
        return lambda value: type(value) in kinds
    inner = checker(wanted.inner[0])
    if wanted.name == "range":
        return lambda value: type(value) is Range and all(end is None or inner(end) for end in (value.start, value.end))
    return lambda value: type(value) is list and all(item is None or inner(item) for item in value)


def _context_checker(fields: list[tuple[str, Check]]) -> Check:
    def check(value: Any) -> bool:
        return type(value) is dict and all(
            name in value and (value[name] is None or fits(value[name])) for name, fits in fields
        )

    return check


def coerced(value: Any, fits: Check, list_wanted: bool) -> tuple[bool, Any]:
    """Whether the value can stand where the type is wanted, and as what (DMN 1.5, 10.3.2.9.4).

    A list of one stands for its item, and an item for a list of one. Null always passes.
    """
    if value is None or fits(value):
        return True, value
    if type(value) is list and len(value) == 1 and not list_wanted and fits(value[0]):
        return True, value[0]
    if list_wanted and type(value) is not list and fits([value]):
        return True, [value]
    return False, None
