"""FEEL's values as plain JSON, so that what scripts found and items of many instances can stand in a marking.

Texts, truth values and null are written as they are; whatever JSON has no word for is a dictionary with one key that
names its kind.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from panjereh import rules


def pack(value: Any) -> Any:
    """A value of FEEL as JSON. Raises TypeError for what FEEL does not know."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Decimal | int):
        return {"number": str(value)}
    if isinstance(value, Mapping):
        return {"context": {str(name): pack(each) for name, each in value.items()}}
    if isinstance(value, list | tuple):
        return [pack(each) for each in value]
    for kind, name in _TEMPORAL:
        if isinstance(value, kind):
            return {name: rules.evaluate("string(value)", {"value": value})}
    raise TypeError(f"A {type(value).__name__} can't be kept in a marking.")


def unpack(value: Any) -> Any:
    """The value that `pack` wrote."""
    if isinstance(value, list):
        return [unpack(each) for each in value]
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "context":
        return {name: unpack(each) for name, each in inner.items()}
    return _READ[kind](inner)


_TEMPORAL: tuple[tuple[type, str], ...] = (  # a datetime is a date, too: it comes first
    (datetime, "date and time"),
    (date, "date"),
    (time, "time"),
    (timedelta, "duration"),
    (rules.YearsMonths, "duration"),
)


def _reader(name: str) -> Callable[[str], Any]:
    expression = rules.compile(f"{name}(text)")
    return lambda text: expression.evaluate({"text": text})


_READ: dict[str, Callable[[str], Any]] = {"number": Decimal, **{name: _reader(name) for _, name in _TEMPORAL}}
