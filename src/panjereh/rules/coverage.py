"""Does a decision table cover everything once? Tried on one sample of every region that its cells tell apart.

Cells of plain numbers, dates, texts and truth values divide each column into finitely many regions: at, below,
above and between the values that are written. All values of a region are
treated alike, so one sample of each is a proof.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any, Literal

from panjereh.rules import constants, expression, tree
from panjereh.rules.expression import UnaryTests
from panjereh.rules.hits import Policy
from panjereh.rules.texts import written
from panjereh.rules.values import Run

MOST_SAMPLES = 50_000
MOST_FINDINGS = 10

Code = Literal["gap", "overlap", "unreachable", "unchecked"]


@dataclass(frozen=True, slots=True)
class TableFinding:
    """Something about a table that its author should look at.

    rows: ids of the rows concerned; example: input values, as written in FEEL, that show it
    """

    code: Code
    advice: str
    rows: tuple[str, ...] = ()
    example: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """An input: its expression, the values that it can have (if all are known), and whether numbers are whole."""

    text: str
    values: tuple[Any, ...] = ()
    whole: bool | None = None


Rows = Sequence[tuple[str, tuple[UnaryTests, ...], tuple[str, ...]]]
"""Each row with its id, its tests, and its outputs as they are written."""


def findings(columns: Sequence[Column], rows: Rows, policy: Policy) -> list[TableFinding]:
    """Gaps, overlaps that contradict the hit policy, and rows that never come to bear.

    Rows of “any” may overlap where their outputs are equal; which they are shows when they are written the same.
    """
    samples = []
    size = 1
    for place, column in enumerate(columns):
        found = _samples(column, [tests[place] for _, tests, _ in rows])
        if found is None:
            return [TableFinding("unchecked", f"The cells under {column.text} are more than plain values and ranges.")]
        size *= len(found)
        samples.append(found)
    if size > MOST_SAMPLES:
        return [TableFinding("unchecked", f"The table has {size} regions; only {MOST_SAMPLES} can be tried.")]
    return _tried(columns, rows, samples, policy)


def _tried(columns: Sequence[Column], rows: Rows, samples: list[list[Any]], policy: Policy) -> list[TableFinding]:
    run = Run({})
    outputs = {name: given for name, _, given in rows}
    reached: set[str] = set()
    found: dict[tuple[str, tuple[str, ...]], TableFinding] = {}
    gaps, first = 0, policy is Policy.FIRST
    for values in product(*samples):
        frames = [expression.asking(value, run) for value in values]
        matching = tuple(name for name, tests, _ in rows if expression.pass_all(tests, frames))
        reached.update(matching[:1] if first else matching)
        example = tuple((column.text, written(value)) for column, value in zip(columns, values, strict=True))
        if not matching and gaps < MOST_FINDINGS:
            gaps += 1
            found["gap", (str(gaps),)] = TableFinding("gap", f"No row matches {_said(example)}.", (), example)
        elif _contradict(matching, outputs, policy) and ("overlap", matching) not in found:
            advice = f"Rows {', '.join(matching)} all match {_said(example)}; only one may."
            found["overlap", matching] = TableFinding("overlap", advice, matching, example)
    never = [name for name, _, _ in rows if name not in reached]
    unreachable = [
        TableFinding("unreachable", f"Row {name} never comes to bear; rows above it take all its cases.", (name,))
        for name in never
    ]
    return [*found.values(), *unreachable]


def _contradict(matching: tuple[str, ...], outputs: Mapping[str, tuple[str, ...]], policy: Policy) -> bool:
    """Whether the hit policy forbids that these rows match at once."""
    if len(matching) < 2 or policy not in (Policy.UNIQUE, Policy.ANY):
        return False
    return policy is Policy.UNIQUE or len({outputs[name] for name in matching}) > 1


def _said(example: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{text} = {value}" for text, value in example)


def _samples(column: Column, cells: list[UnaryTests]) -> list[Any] | None:
    """One value of each region of the column; None if a cell holds more than plain values."""
    written_values: list[Any] = list(column.values)
    for cell in cells:
        for test in cell.tree.tests:
            plain = _plain_values(test)
            if plain is None:
                return None
            written_values += plain
    values = [value for value in written_values if value is not None]
    kinds = {type(value) for value in values}
    if len(kinds) > 1:
        return None
    if not kinds:
        return [None]
    return list(column.values) or _regions(values, column.whole)


def _regions(values: list[Any], whole: bool | None) -> list[Any]:
    first = values[0]
    if isinstance(first, bool):
        return [True, False]
    if isinstance(first, str):
        other = "other"
        while other in values:
            other += "…"
        return [*dict.fromkeys(values), other]
    if isinstance(first, Decimal):
        if whole is None:
            whole = all(value == value.to_integral_value() for value in values)
        return _between(values, Decimal(1), Decimal(1) if whole else Decimal(0))
    step = timedelta(days=1)
    return _between(values, step, step if type(first) is date else timedelta(0))


def _between(values: list[Any], step: Any, smallest: Any) -> list[Any]:
    """Below, at, between and above the values, where something lies between (further apart than `smallest`)."""
    ordered = sorted(set(values))
    found = [ordered[0] - step]
    for place, value in enumerate(ordered):
        found.append(value)
        if place + 1 < len(ordered) and ordered[place + 1] - value > smallest:
            found.append(value + smallest if smallest else value + (ordered[place + 1] - value) / 2)
    return [*found, ordered[-1] + step]


def _plain_values(node: tree.Node | None) -> list[Any] | None:
    """All values written in a test; None if it holds anything but values, ranges and lists."""
    if node is None:
        return []
    if isinstance(node, tree.Literal):
        return [node.value]
    if isinstance(node, tree.AtLiteral | tree.Call | tree.Negation):
        value = constants.constant(node)
        return None if value is None else [value]
    if not isinstance(node, tree.Test | tree.RangeOf | tree.ListOf):
        return None
    inner: list[Any] = []
    for part in _parts(node):
        plain = _plain_values(part)
        if plain is None:
            return None
        inner += plain
    return inner


def _parts(node: tree.Node) -> list[tree.Node | None]:
    if isinstance(node, tree.ListOf):
        return list(node.items)
    return [getattr(node, one.name) for one in fields(node) if one.name in ("operand", "start", "end")]
