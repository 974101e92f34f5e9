"""How points and ranges lie to each other (Allen's relations; DMN 1.5, 10.3.4.9)."""

from collections.abc import Callable
from typing import Any

from panjereh.rules import constants, operators, parser, tree
from panjereh.rules.errors import SyntaxProblem
from panjereh.rules.functions import builtin
from panjereh.rules.values import Range, Run


class _NotComparableError(Exception):
    """Two ends have no order."""


def _less(left: Any, right: Any) -> bool:
    found = operators.compare("<", left, right)
    if found is None:
        raise _NotComparableError
    return found


def _same(left: Any, right: Any) -> bool:
    return not _less(left, right) and not _less(right, left)


def _as_range(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


Relation = Callable[[Range, Range], bool]


def _before(first: Range, second: Range) -> bool:
    if _less(first.end, second.start):
        return True
    return _same(first.end, second.start) and not (first.end_included and second.start_included)


def _meets(first: Range, second: Range) -> bool:
    return first.end_included and second.start_included and _same(first.end, second.start)


def _overlaps(first: Range, second: Range) -> bool:
    return not _before(first, second) and not _before(second, first)


def _starts_earlier(first: Range, second: Range) -> bool:
    if _less(first.start, second.start):
        return True
    return _same(first.start, second.start) and first.start_included and not second.start_included


def _ends_later(first: Range, second: Range) -> bool:
    if _less(second.end, first.end):
        return True
    return _same(second.end, first.end) and first.end_included and not second.end_included


def _same_start(first: Range, second: Range) -> bool:
    return _same(first.start, second.start) and first.start_included == second.start_included


def _same_end(first: Range, second: Range) -> bool:
    return _same(first.end, second.end) and first.end_included == second.end_included


def _overlaps_before(first: Range, second: Range) -> bool:
    return _overlaps(first, second) and _starts_earlier(first, second) and not _ends_later(first, second)


def _overlaps_after(first: Range, second: Range) -> bool:
    return _overlaps(first, second) and _starts_earlier(second, first) and not _ends_later(second, first)


def _includes(first: Range, second: Range) -> bool:
    return not _starts_earlier(second, first) and not _ends_later(second, first)


def _finishes(first: Range, second: Range) -> bool:
    return _same_end(first, second) and not _starts_earlier(first, second)


def _starts(first: Range, second: Range) -> bool:
    return _same_start(first, second) and not _ends_later(first, second)


def _coincides(first: Range, second: Range) -> bool:
    return _same_start(first, second) and _same_end(first, second)


def _flipped(relation: Relation) -> Relation:
    return lambda first, second: relation(second, first)


_POINT = "number|string|date|time|date and time|duration"
_NAMES = {"pp": "point1, point2", "pr": "point, range", "rp": "range, point", "rr": "range1, range2"}


def _enter(name: str, relation: Relation, *pairs: str) -> None:
    """Put the relation into the language for these pairs of points (p) and ranges (r)."""

    def related(run: Run, first: Any, second: Any) -> bool | None:
        try:
            return relation(_as_range(first), _as_range(second))
        except _NotComparableError:
            run.warn(f"{name} can't compare these values.")
            return None

    for pair in pairs:
        first, second = _NAMES[pair].split(", ")
        kinds = [_POINT if kind == "p" else "range" for kind in pair]
        builtin(f"{name}({first}: {kinds[0]}, {second}: {kinds[1]})")(related)


_enter("before", _before, "pp", "pr", "rp", "rr")
_enter("after", _flipped(_before), "pp", "pr", "rp", "rr")
_enter("meets", _meets, "rr")
_enter("met by", _flipped(_meets), "rr")
_enter("overlaps", _overlaps, "rr")
_enter("overlaps before", _overlaps_before, "rr")
_enter("overlaps after", _overlaps_after, "rr")
_enter("finishes", _finishes, "pr", "rr")
_enter("finished by", _flipped(_finishes), "rp", "rr")
_enter("includes", _includes, "rp", "rr")
_enter("during", _flipped(_includes), "pr", "rr")
_enter("starts", _starts, "pr", "rr")
_enter("started by", _flipped(_starts), "rp", "rr")
_enter("coincides", _coincides, "pp", "rr")


@builtin("range(from: string)")
def range_from(run: Run, text: str) -> Range | None:
    """A range written as text, with plain values at its ends, the lower one first."""
    try:
        found = parser.parse(text)
    except SyntaxProblem:
        found = None
    if isinstance(found, tree.RangeOf):
        start, end = constants.constant(found.start), constants.constant(found.end)
        complete = (start is None) == (found.start is None) and (end is None) == (found.end is None)
        if complete and (start is None or end is None or operators.compare("<=", start, end)):
            return Range(start, end, found.start_included, found.end_included, found.sign)
    run.warn(f"“{text[:40]}” is no range.")
    return None
