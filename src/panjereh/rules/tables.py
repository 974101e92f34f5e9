"""Decision tables: written as YAML, one row under another, each with the law that it comes from.

birth-fee:
  hit: unique
  inputs: [days_late]
  outputs: [amount]
  rows:
    - {if: ["<= 15"], then: [0], law: "civil-registration-act#19", text: {en: In time, fa: در مهلت}}
    - {if: ["> 15"], then: [500000], law: "civil-registration-act#19"}
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Self

from panjereh.rules import coverage, expression, hits
from panjereh.rules.decided import Decision, Matched
from panjereh.rules.errors import RowsContradict, SyntaxProblem, TableProblem
from panjereh.rules.expression import Expression, UnaryTests
from panjereh.rules.hits import Policy
from panjereh.rules.texts import written
from panjereh.rules.values import Run, to_feel

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_BARE_DATE = re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])")


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions.

    values: all values that can come, if they are few and known
    whole: whether only whole numbers can come; None if the table doesn't say
    label: what people call it, by language
    """

    expression: Expression
    values: tuple[Any, ...] = ()
    whole: bool | None = None
    label: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.expression.text


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results. values: what can come, the most important first; default: what holds without a row."""

    name: str
    values: tuple[Any, ...] = ()
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: all tests must pass, then the outputs hold. `text` says it in words, by language."""

    id: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Expression, ...]
    law: str | None = None
    text: Mapping[str, str] = field(default_factory=dict)


class DecisionTable:
    """A table of rules, ready to run."""

    def __init__(
        self,
        name: str,
        hit: tuple[Policy, str | None],
        inputs: Sequence[Input],
        outputs: Sequence[Output],
        rows: Sequence[Row],
    ) -> None:
        self.name = name
        self.hit, self.aggregation = hit
        self.inputs = tuple(inputs)
        self.columns = tuple(outputs)
        self.rows = tuple(rows)

    @property
    def outputs(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.columns)

    @classmethod
    def from_yaml(cls, data: Mapping[str, Any], name: str = "", known_names: Iterable[str] = ()) -> Self:
        """The table of a loaded YAML mapping: its body, or one named table. Raises TableProblem."""
        if len(data) == 1 and "rows" not in data:
            ((name, data),) = data.items()
        return cls(*_Reader(str(name) or "table", data, frozenset(known_names)).read())

    @property
    def names(self) -> frozenset[str]:
        """What the table reads from the context."""
        found: set[str] = set()
        for one in self.inputs:
            found |= one.expression.names
        for row in self.rows:
            found.update(*(cell.names for cell in row.tests), *(cell.names for cell in row.outputs))
        found.update(*(one.default.names for one in self.columns if one.default))
        return frozenset(found)

    def evaluate(self, context: Mapping[str, Any]) -> Decision:
        """Decide. A policy of several rows gives a list, or what it is aggregated to, for each output.

        Raises RowsContradict when rows match at once that the hit policy does not allow.
        """
        warnings: list[str] = []
        run = Run(context, warnings)
        values = [one.expression.evaluate(context, warnings) for one in self.inputs]
        matched = self._matching(values, run)
        inputs = {one.text: value for one, value in zip(self.inputs, values, strict=True)}
        explained = [self._explained(row, values, context, warnings) for row in matched]
        given = [tuple(row.outputs.values()) for row in explained]
        try:
            places = hits.counting(run, self.hit, given, [one.values for one in self.columns])
        except hits.Contradiction as problem:
            raise RowsContradict(self.name, tuple(row.id for row in matched), inputs, str(problem)) from None
        rows = tuple(explained[place] for place in places)
        outputs = self._outputs(run, rows) if rows else self._without_rows(context, warnings)
        labels = {one.text: one.label for one in self.inputs if one.label}
        return Decision(self.name, inputs, outputs, rows, tuple(warnings), labels)

    def _outputs(self, run: Run, rows: Sequence[Matched]) -> Mapping[str, Any]:
        if not self.hit.gives_list:
            return rows[0].outputs
        found = {name: [row.outputs[name] for row in rows] for name in self.outputs}
        if self.aggregation is None:
            return found
        return {name: hits.aggregated(run, self.aggregation, values) for name, values in found.items()}

    def _without_rows(self, context: Mapping[str, Any], warnings: list[str]) -> dict[str, Any]:
        empty = Decimal(0) if self.aggregation == "count" else None
        return {one.name: one.default.evaluate(context, warnings) if one.default else empty for one in self.columns}

    def _matching(self, values: list[Any], run: Run) -> list[Row]:
        found = []
        columns = [expression.asking(value, run) for value in values]
        for row in self.rows:
            if expression.pass_all(row.tests, columns):
                found.append(row)
                if self.hit is Policy.FIRST:
                    break
        return found

    def _explained(self, row: Row, values: list[Any], context: Mapping[str, Any], warnings: list[str]) -> Matched:
        looked_at = {
            one.text: value
            for one, test, value in zip(self.inputs, row.tests, values, strict=True)
            if not test.takes_everything
        }
        given = [cell.evaluate(context, warnings) for cell in row.outputs]
        return Matched(row.id, row.law, row.text, looked_at, dict(zip(self.outputs, given, strict=True)))

    def check(self) -> list[coverage.TableFinding]:
        """Gaps, overlaps and rows that are never reached, as far as plain cells can tell."""
        return coverage.findings(
            [coverage.Column(one.text, one.values, one.whole) for one in self.inputs],
            [(row.id, row.tests, tuple(cell.text for cell in row.outputs)) for row in self.rows],
            policy=self.hit,
        )


def tables_from_yaml(data: Mapping[str, Any]) -> dict[str, DecisionTable]:
    """All tables of a file, by name. Raises TableProblem."""
    return {str(name): DecisionTable.from_yaml(_mapping(body, str(name)), str(name)) for name, body in data.items()}


def _by_language(text: Any, where: str) -> Mapping[str, str]:
    return {"en": text} if isinstance(text, str) else dict(_mapping(text or {}, where))


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TableProblem("here belongs a mapping with keys and values", where=where)
    return value


class _Reader:
    """Reads one table and says where something is wrong."""

    KEYS = frozenset({"hit", "inputs", "outputs", "rows", "title", "text", "law"})
    ROW_KEYS = frozenset({"id", "if", "then", "law", "text"})

    def __init__(self, name: str, data: Mapping[str, Any], known_names: frozenset[str]) -> None:
        self.name = name
        self.data = _mapping(data, name)
        self.known_names = known_names

    def read(self) -> tuple[str, tuple[Policy, str | None], list[Input], list[Output], list[Row]]:
        self.only(self.data, self.KEYS, self.name)
        inputs = [self.input(one, place) for place, one in enumerate(self.some("inputs"), 1)]
        outputs = [self.output(one, place) for place, one in enumerate(self.some("outputs"), 1)]
        rows = [self.row(one, place, len(inputs), len(outputs)) for place, one in enumerate(self.some("rows"), 1)]
        ids = [row.id for row in rows]
        for one in ids:
            if ids.count(one) > 1:
                raise TableProblem(f"two rows are called {one}; give each its own id", where=self.name)
        return self.name, self.hit(), inputs, outputs, rows

    def hit(self) -> tuple[Policy, str | None]:
        try:
            return hits.read(str(self.data.get("hit", "unique")))
        except ValueError:
            advice = (
                "hit is unique (one row matches), first (the topmost counts), any, priority, rule order, output order"
            )
            raise TableProblem(f"{advice}, collect, or collect sum, count, min or max", where=self.name) from None

    def output(self, data: Any, place: int) -> Output:
        where = f"{self.name}, output {place}"
        if not isinstance(data, Mapping):
            return Output(str(data))
        self.only(data, frozenset({"name", "values", "default"}), where)
        values = tuple(self.formula(one, where).evaluate({}) for one in data.get("values", ()))
        default = self.formula(data["default"], where) if "default" in data else None
        return Output(str(data.get("name", place)), values, default)

    def some(self, key: str) -> list[Any]:
        found = self.data.get(key)
        if not isinstance(found, list) or not found:
            raise TableProblem(f"{key} must be a list with at least one item", where=self.name)
        return found

    def only(self, data: Mapping[str, Any], keys: frozenset[str], where: str) -> None:
        unknown = sorted(str(key) for key in data if key not in keys)
        if unknown:
            raise TableProblem(f"{unknown[0]} is no key here; there are {', '.join(sorted(keys))}", where=where)

    def input(self, data: Any, place: int) -> Input:
        where = f"{self.name}, input {place}"
        if not isinstance(data, Mapping):
            return Input(self.formula(data, where))
        self.only(data, frozenset({"expression", "values", "whole", "text"}), where)
        values = tuple(self.formula(one, where).evaluate({}) for one in data.get("values", ()))
        label = _by_language(data.get("text"), where)
        return Input(self.formula(data.get("expression"), where), values, data.get("whole"), label)

    def row(self, data: Any, place: int, inputs: int, outputs: int) -> Row:
        where = f"{self.name}, row {place}"
        data = _mapping(data, where)
        self.only(data, self.ROW_KEYS, where)
        tests = [self.test(cell, where) for cell in self.cells(data.get("if"), inputs, "if", where)]
        given = [self.formula(cell, where) for cell in self.cells(data.get("then"), outputs, "then", where)]
        law = data.get("law")
        return Row(
            id=str(data.get("id", place)),
            tests=tuple(tests),
            outputs=tuple(given),
            law=None if law is None else str(law),
            text=_by_language(data.get("text"), where),
        )

    def cells(self, data: Any, count: int, key: str, where: str) -> list[Any]:
        cells = data if isinstance(data, list) else [data]
        if len(cells) != count:
            raise TableProblem(f"{key} has {len(cells)} cells, but the table has {count} such columns", where=where)
        return cells

    def formula(self, cell: Any, where: str) -> Expression:
        text = cell if isinstance(cell, str) else _as_written(cell)
        self.no_bare_date(text, where)
        try:
            return expression.compile(text, self.known_names)
        except SyntaxProblem as problem:
            raise TableProblem(str(problem), where=where) from problem

    def no_bare_date(self, text: str, where: str) -> None:
        """Without quotes a date would be a subtraction."""
        if found := _BARE_DATE.search(_QUOTED.sub('""', text)):
            raise TableProblem(f'write a date as @"{found[0]}"', where=where)

    def test(self, cell: Any, where: str) -> UnaryTests:
        text = "-" if cell is None else cell if isinstance(cell, str) else _as_written(cell)
        self.no_bare_date(text, where)
        try:
            return expression.compile_unary(text, self.known_names)
        except SyntaxProblem as problem:
            raise TableProblem(str(problem), where=where) from problem


def _as_written(cell: Any) -> str:
    """YAML's own numbers, truth values and dates, as they'd be written in an expression."""
    value = to_feel(cell)
    return f'@"{written(value)}"' if isinstance(value, date | time | timedelta) else written(value)
