"""The values of FEEL as Python values, and what one evaluation carries along.

number Decimal · string str · boolean bool · null None · date, time, date and time (datetime) · days and time
duration timedelta · years and months duration YearsMonths · list list · context dict · range Range · function Function.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from panjereh.kernel.money import Money
from panjereh.rules.errors import LimitExceeded

EXACT = Context(prec=34, Emax=6144, Emin=-6143, traps=[InvalidOperation, DivisionByZero, Overflow])
"""IEEE 754 decimal128, as DMN 1.5 asks in section 10.3.2.3.1."""

MOST_STEPS = 500_000
MOST_CALLS_DEEP = 100
MOST_ITEMS = 100_000
LONGEST_TEXT = 200_000


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A duration in whole months; twelve to the year."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-" if self.months < 0 else "") + "P" + parts


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two ends; None leaves that side open.

    sign: “=” or “!=” for the two that hold one value, or all but one; they equal no range that is written with its ends
    """

    start: Any
    end: Any
    start_included: bool = True
    end_included: bool = True
    sign: str = ""


class Values(dict[str, Any]):
    """A context whose values are those of FEEL already: an evaluation takes them as they are. `values` makes one."""


class Function(Protocol):
    """Something that can be invoked from an expression."""

    name: str

    def invoke(self, run: "Run", given: list[Any]) -> Any: ...

    def invoke_named(self, run: "Run", given: dict[str, Any]) -> Any: ...


class Frame:
    """Local names during an evaluation, and the frame around them."""

    __slots__ = ("local", "outer", "run")

    def __init__(self, run: "Run", local: dict[str, Any], outer: "Frame") -> None:
        self.run = run
        self.local = local
        self.outer = outer


class Run(Frame):
    """One evaluation: the outermost frame, the warnings and decided tables so far, and what may still be spent."""

    __slots__ = ("context", "depth", "steps", "trace", "values", "warnings")

    def __init__(
        self, context: Mapping[str, Any], warnings: list[str] | None = None, trace: list[Any] | None = None
    ) -> None:
        self.run = self
        self.trace = trace
        self.context = context
        self.values: dict[str, Any] = context if type(context) is Values else {}  # as they are, or converted when read
        self.warnings = warnings
        self.steps = MOST_STEPS
        self.depth = 0

    def fetch(self, name: str) -> Any:
        """The value of a name of the context, converted once; null with a warning if there is none."""
        if name in self.context:
            value = self.context[name]
            if type(self.context) is not Values:
                value = to_feel(value)
        else:
            value = None
            self.warn(f"There is nothing called {name} here.")
        if self.values is not self.context:
            self.values[name] = value
        return value

    def warn(self, message: str) -> None:
        if self.warnings is not None and len(self.warnings) < 100:
            self.warnings.append(message)

    def spend(self, steps: int = 1) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise LimitExceeded("steps", MOST_STEPS)

    def enter(self) -> None:
        """Begin a call within calls; `leave` ends it."""
        self.depth += 1
        if self.depth > MOST_CALLS_DEEP:
            raise LimitExceeded("calls within calls", MOST_CALLS_DEEP)

    def leave(self) -> None:
        self.depth -= 1

    def sized(self, items: list[Any]) -> list[Any]:
        """The list, if it isn't too long."""
        self.spend(len(items))
        if len(items) > MOST_ITEMS:
            raise LimitExceeded("items in a list", MOST_ITEMS)
        return items

    def short(self, text: str) -> str:
        """The text, if it isn't too long."""
        self.spend(len(text) // 500)
        if len(text) > LONGEST_TEXT:
            raise LimitExceeded("signs in a text", LONGEST_TEXT)
        return text

    def weigh(self, value: Any) -> int:
        """Spend a step for all that lies within a value, however often it is shared. Gives the signs of its texts.

        A list of a list of a list may be small in memory and endless to walk.
        """
        pending, signs = [value], 0
        while pending:
            item = pending.pop()
            if type(item) is str:
                signs += len(item)
            elif type(item) is list or type(item) is dict:
                self.spend(len(item) + 1)
                pending.extend(item.values() if type(item) is dict else item)
        return signs


def values(context: Mapping[str, Any]) -> Values:
    """The context made ready for any number of evaluations. Raises TypeError for what has no counterpart in FEEL."""
    return Values({name: to_feel(value) for name, value in context.items()})


PLAIN = frozenset({str, bool, type(None), date, time, datetime, timedelta, YearsMonths, Range})
"""Kinds of values that are the same in Python and hold no others that might be functions."""


def to_feel(value: Any) -> Any:
    """A Python value as a FEEL value. Raises TypeError for what has no counterpart."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is int:
        return Decimal(value)
    return _Converter().convert(value)


class _Converter:
    """Turns one value, with all that lies within it, into FEEL values, and stops if there is no end to it."""

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def convert(self, value: Any) -> Any:
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind is dict or isinstance(value, Mapping):
            self.count(len(value))
            return {str(key): self.convert(item) for key, item in value.items()}
        if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
            self.count(len(value))
            return [self.convert(item) for item in value]
        return _single(value)

    def count(self, items: int) -> None:
        self.left -= items
        if self.left < 0:
            raise LimitExceeded("values in a context", MOST_STEPS)


def _single(value: Any) -> Any:
    if isinstance(value, Enum):
        return to_feel(value.value)
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, float):
        return Decimal(repr(value)) if abs(value) < float("inf") else None
    if isinstance(value, Money):
        return Decimal(value.amount)
    if isinstance(value, str | UUID):
        return str(value)
    if is_function(value):
        return value
    raise TypeError(f"rules know no value like {type(value).__name__}")


def is_function(value: Any) -> bool:
    return hasattr(value, "invoke")
