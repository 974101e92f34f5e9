"""Functions that make one kind of value out of another, and two about any value."""

import re
from decimal import Decimal, DecimalException
from typing import Any

from panjereh.rules import operators
from panjereh.rules.functions import builtin
from panjereh.rules.values import EXACT, Run

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,5})?")


@builtin("number(from: string, grouping separator: any, decimal separator: any)")
def number_with_separators(run: Run, text: str, grouping: Any, point: Any) -> Decimal | None:
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or (grouping and grouping == point):
        run.warn("Separators are a space, a comma or a point, and two different ones.")
        return None
    if grouping:
        text = text.replace(grouping, "")
    return _number(run, text.replace(point, ".") if point else text)


@builtin("number(from: string|number)")
def number(run: Run, text: str | Decimal) -> Decimal | None:
    return text if isinstance(text, Decimal) else _number(run, text)


def _number(run: Run, text: str) -> Decimal | None:
    if len(text) > 1000 or not _NUMBER.fullmatch(text):
        run.warn(f"“{text[:40]}” is no number.")
        return None
    try:
        return EXACT.create_decimal(text)
    except DecimalException:
        return None


@builtin("not(negand: any)")
def negation(_run: Run, value: Any) -> bool | None:
    return not value if type(value) is bool else None


@builtin("is(value1: any, value2: any)")
def is_same(run: Run, left: Any, right: Any) -> bool:
    """Whether both are the same element of the same type; unlike =, zones count too."""
    if type(left) is not type(right):
        return False
    if left is None:
        return True
    return operators.equal(run, left, right) is True and getattr(left, "tzinfo", None) == getattr(right, "tzinfo", None)
