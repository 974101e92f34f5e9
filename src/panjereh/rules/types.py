"""Types of FEEL: does a value belong to one, and can it be made to."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
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


@dataclass(frozen=True, slots=True)
class Kind:
    """A type, ready to check values and to make them fit.

    fits: whether a value (not null) is of the type
    is_list, is_moment: whether the type is one of lists, or date and time
    belongs: the same without the values that are allowed, as “instance of” asks; None: as `fits`
    """

    fits: Check
    is_list: bool = False
    is_moment: bool = False
    belongs: Check | None = None

    def take(self, value: Any) -> tuple[bool, Any]:
        """Whether the value can stand where the type is wanted, and as what (DMN 1.5, 10.3.2.9.4).

        A list of one stands for its item, an item for a list of one, a date for its midnight in UTC. Null passes.
        """
        if value is None or self.fits(value):
            return True, value
        if type(value) is list and len(value) == 1 and not self.is_list and self.fits(value[0]):
            return True, value[0]
        if self.is_list and type(value) is not list and self.fits([value]):
            return True, [value]
        if self.is_moment and type(value) is date:
            return True, datetime.combine(value, time(), UTC)
        return False, None


Kinds = Mapping[str, Kind]
"""Types that a model defines, by name."""


def known(name: str, kinds: Kinds = MappingProxyType({})) -> bool:
    return name in _SIMPLE or name in kinds or name in ("function", "any", "Any")


def kind_of(wanted: TypeOf, kinds: Kinds = MappingProxyType({})) -> Kind:
    if wanted.name in kinds:
        return kinds[wanted.name]
    moment = wanted.name in ("date and time", "dateTime")
    return Kind(checker(wanted, kinds), is_list=wanted.name == "list", is_moment=moment)


def instance_check(wanted: TypeOf, kinds: Kinds) -> Check:
    """What “instance of” asks: the type without the values that a model allows."""
    loose = {name: Kind(kinds[name].belongs or kinds[name].fits) for name in _names(wanted) if name in kinds}
    return checker(wanted, loose)


def _names(wanted: TypeOf) -> Iterator[str]:
    yield wanted.name
    for inner in (*wanted.inner, *(kind for _, kind in wanted.fields)):
        yield from _names(inner)


def checker(wanted: TypeOf, kinds: Kinds = MappingProxyType({})) -> Check:
    """A function that tells whether a value (not null) is of the type."""
    if wanted.name in kinds:
        return kinds[wanted.name].fits
    if wanted.name in ("any", "Any"):
        return lambda value: value is not None
    if wanted.name == "function":
        arity = len(wanted.inner) - 1
        if arity < 0:
            return is_function
        return lambda value: is_function(value) and getattr(value, "arity", arity) == arity
    simple = _SIMPLE[wanted.name]
    if wanted.fields:
        return context_checker([(name, checker(kind, kinds)) for name, kind in wanted.fields])
    if not wanted.inner:
        return lambda value: type(value) in simple
    inner = checker(wanted.inner[0], kinds)
    if wanted.name == "range":
        return lambda value: type(value) is Range and all(end is None or inner(end) for end in (value.start, value.end))
    return lambda value: type(value) is list and all(item is None or inner(item) for item in value)


def context_checker(fields: list[tuple[str, Check]]) -> Check:
    def check(value: Any) -> bool:
        return type(value) is dict and all(
            name in value and (value[name] is None or fits(value[name])) for name, fits in fields
        )

    return check
