"""Conditions, filters, for, some and every as closures, each round counted against what a run may spend."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from panjereh.rules import operators
from panjereh.rules.builtins.numeric import whole
from panjereh.rules.errors import LimitExceeded
from panjereh.rules.scope import Code
from panjereh.rules.values import MOST_ITEMS, Frame, Range, Run


class Source(NamedTuple):
    """What one loop runs over, under which name; with `until` it counts from one to the other."""

    name: str
    items: Code
    until: Code | None


def chosen(condition: Code, then: Code, otherwise: Code) -> Code:
    """`if … then … else …`: an unknown condition takes the else; one that is no truth value gives null."""

    def code(frame: Frame) -> Any:
        verdict = condition(frame)
        if verdict is True:
            return then(frame)
        if verdict is False or verdict is None:
            return otherwise(frame)
        frame.run.warn(f"A condition must be true or false, not a {operators.name_of(verdict)}.")
        return None

    return code


def filtered(source: Code, condition: Code) -> Code:
    """`source[condition]`: an item by its position, or all items for which the condition holds."""

    def code(frame: Frame) -> Any:
        value = source(frame)
        items = value if type(value) is list else [] if value is None else [value]
        run = frame.run
        kept = []
        for item in items:
            run.spend()
            verdict = condition(Frame(run, {"item": item}, frame))
            if type(verdict) is Decimal:
                return _at(run, items, verdict)
            if verdict is True:
                kept.append(item)
        if items:
            return kept
        return None if type(condition(Frame(run, {"item": None}, frame))) is Decimal else kept

    return code


def _at(run: Run, items: list[Any], position: Decimal) -> Any:
    place = whole(position)
    if not place or abs(place) > len(items):
        run.warn(f"There is no item {position} in a list of {len(items)}.")
        return None
    return items[place - 1 if place > 0 else place]


def repeated(sources: list[Source], body: Code, *, partial: bool) -> Code:
    """`for … return`: the list of all results. `partial` is set if the body looks at those before."""

    def code(frame: Frame) -> Any:
        results: list[Any] = []
        for inner in _rounds(sources, frame):
            if inner is None:
                return None
            if partial:
                inner.local["partial"] = frame.run.sized(results.copy())
            results.append(body(inner))
            if len(results) > MOST_ITEMS:
                raise LimitExceeded("items in a list", MOST_ITEMS)
        return results

    return code


def quantified(sources: list[Source], condition: Code, *, decisive: bool) -> Code:
    """`some` (decided by one true) and `every` (decided by one false); null if a condition was no boolean."""

    def code(frame: Frame) -> bool | None:
        result: bool | None = not decisive
        for inner in _rounds(sources, frame):
            verdict: bool | None = None if inner is None else condition(inner)
            if verdict is decisive:
                return decisive
            if verdict is not True and verdict is not False:
                result = None
        return result

    return code


def _rounds(sources: list[Source], frame: Frame, place: int = 0) -> Iterator[Frame | None]:
    """One frame for each combination, the last loop turning fastest; None where there is nothing to run over."""
    source = sources[place]
    items = _items(source, frame)
    if items is None:
        yield None
        return
    for item in items:
        frame.run.spend()
        inner = Frame(frame.run, {source.name: item}, frame)
        if place + 1 == len(sources):
            yield inner
        else:
            yield from _rounds(sources, inner, place + 1)


def _items(source: Source, frame: Frame) -> list[Any] | None:
    value = source.items(frame)
    if source.until is not None:
        return _counted(frame.run, value, source.until(frame))
    if type(value) is Range:
        return _of_range(frame.run, value)
    return value if type(value) is list or value is None else [value]


def _of_range(run: Run, value: Range) -> list[Any] | None:
    counted = _counted(run, value.start, value.end)
    if counted is None:
        return None
    if counted and not value.start_included:
        counted = counted[1:]
    return counted[:-1] if counted and not value.end_included else counted


def _counted(run: Run, start: Any, end: Any) -> list[Any] | None:
    """All whole numbers or days from one to the other, downwards if need be."""
    if type(start) is Decimal and type(end) is Decimal:
        first, last = whole(start), whole(end)
        if first is not None and last is not None:
            return [Decimal(number) for number in _span(run, first, last)]
    elif type(start) is date and type(end) is date:
        return [start + timedelta(days=days) for days in _span(run, 0, (end - start).days)]
    run.warn(f"There is no counting from a {operators.name_of(start)} to a {operators.name_of(end)}.")
    return None


def _span(run: Run, first: int, last: int) -> range:
    count = abs(last - first) + 1
    if count > MOST_ITEMS:
        raise LimitExceeded("items in a list", MOST_ITEMS)
    run.spend(count)
    return range(first, last + 1) if last >= first else range(first, last - 1, -1)
