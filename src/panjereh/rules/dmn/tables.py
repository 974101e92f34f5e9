"""Decision tables of a model as closures (DMN 1.5, chapter 8)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from panjereh.rules import constants, hits, parser, tree
from panjereh.rules.decided import Decision, Matched
from panjereh.rules.dmn import boxed, model
from panjereh.rules.dmn.boxed import Boxes
from panjereh.rules.dmn.simple import TEXT
from panjereh.rules.dmn.types import restricted
from panjereh.rules.errors import SyntaxProblem
from panjereh.rules.hits import Policy
from panjereh.rules.scope import Code, Scope
from panjereh.rules.types import Kind
from panjereh.rules.values import Frame, Run

POLICIES = {policy.value.upper(): policy for policy in Policy}
AGGREGATIONS = {"SUM": "sum", "COUNT": "count", "MIN": "min", "MAX": "max"}
_ANY_KIND = Kind(lambda _value: True)


@dataclass(frozen=True, slots=True)
class _Column:
    text: str
    code: Code
    allowed: Kind
    label: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    tests: tuple[Callable[[Frame, Any], Any], ...]
    tested: tuple[bool, ...]
    outputs: tuple[Code, ...]
    law: str | None
    text: dict[str, str]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A table, ready to run.

    outputs: their names; a single one without a name is the value itself
    default: what holds where no row matches, if the table says so
    """

    name: str
    policy: Policy
    aggregation: str | None
    columns: tuple[_Column, ...]
    outputs: tuple[str, ...]
    priorities: tuple[tuple[Any, ...], ...]
    allowed: tuple[Kind, ...]
    rows: tuple[_Row, ...]
    default: tuple[Code, ...] | None

    def run(self, frame: Frame) -> Any:
        run = frame.run
        run.spend(1 + len(self.rows))
        values = [column.code(frame) for column in self.columns]
        inputs = []
        for column, value in zip(self.columns, values, strict=True):
            if value is not None and not column.allowed.fits(value):
                run.warn(f"{self.name}: {column.text} has a value that is not allowed.")
                return None
            inputs.append(Frame(run, {"?": value}, frame))
        matching = self._matching(inputs)
        given = [self._outputs(row.outputs, frame) for row in matching]
        try:
            places = hits.counting(run, self.policy, given, self.priorities)
        except hits.Contradiction as problem:
            run.warn(f"{self.name}: rows {', '.join(row.id for row in matching)} match at once, but {problem}.")
            self._note(run, list(zip(matching, given, strict=True)), values, str(problem))
            return None
        self._note(run, [(matching[place], given[place]) for place in places], values)
        if not places and self.default:
            default = self._named(self._outputs(self.default, frame))
            return [default] if self.policy.gives_list and not self.aggregation else default
        return self._result(run, [given[place] for place in places])

    def _matching(self, inputs: Sequence[Frame]) -> list[_Row]:
        found = []
        for row in self.rows:
            for test, frame in zip(row.tests, inputs, strict=True):
                if test(frame, frame.local["?"]) is not True:
                    break
            else:
                found.append(row)
                if self.policy is Policy.FIRST:
                    break
        return found

    def _outputs(self, codes: Sequence[Code], frame: Frame) -> tuple[Any, ...]:
        found = []
        for code, allowed in zip(codes, self.allowed, strict=True):
            fine, value = allowed.take(code(frame))
            if not fine:
                frame.run.warn(f"{self.name}: an output is not of the type or among the values of its column.")
            found.append(value)
        return tuple(found)

    def _named(self, given: tuple[Any, ...]) -> Any:
        return dict(zip(self.outputs, given, strict=True)) if len(given) > 1 else given[0]

    def _result(self, run: Run, given: list[tuple[Any, ...]]) -> Any:
        if self.policy is Policy.COLLECT and self.aggregation:
            columns = [[row[place] for row in given] for place in range(len(self.outputs))]
            return self._named(tuple(hits.aggregated(run, self.aggregation, column) for column in columns))
        if self.policy.gives_list:
            return [self._named(row) for row in given] if given else None
        return self._named(given[0]) if given else None

    def _note(
        self, run: Run, rows: list[tuple[_Row, tuple[Any, ...]]], values: list[Any], contradiction: str = ""
    ) -> None:
        """Take down what was decided, if somebody wants to know."""
        if run.trace is None:
            return
        names = self.outputs
        matched = tuple(
            Matched(
                row.id,
                row.law,
                MappingProxyType(row.text),
                {
                    column.text: value
                    for column, value, tested in zip(self.columns, values, row.tested, strict=True)
                    if tested
                },
                dict(zip(names, outputs, strict=True)),
            )
            for row, outputs in rows
        )
        inputs = {column.text: value for column, value in zip(self.columns, values, strict=True)}
        outputs = dict(matched[0].outputs) if matched and not contradiction else dict.fromkeys(names)
        labels = {column.text: column.label for column in self.columns if column.label}
        run.trace.append(Decision(self.name, inputs, outputs, matched, (), labels, contradiction))


class _Maker:
    """Compiles one table."""

    def __init__(self, boxes: Boxes, table: model.Table, scope: Scope, where: str) -> None:
        self.boxes = boxes
        self.table = table
        self.scope = scope
        self.where = where

    def made(self) -> Compiled:
        table = self.table
        policy = POLICIES.get(table.hit)
        if policy is None:
            advice = f"There are {', '.join(POLICIES)}."
            self.boxes.note(self.where, "hit_policy", f"There is no hit policy {table.hit}.", advice)
            policy = Policy.UNIQUE
        if not table.outputs:
            self.boxes.note(self.where, "no_output", "The table gives nothing.", "Add a column of outputs.")
        aggregation = AGGREGATIONS.get(table.aggregation or "")
        if table.aggregation and (aggregation is None or policy is not Policy.COLLECT):
            advice = "SUM, COUNT, MIN and MAX go with COLLECT."
            self.boxes.note(self.where, "aggregation", f"{table.aggregation} can't stand here.", advice)
        return Compiled(
            self.boxes.owner or self.where,
            policy,
            aggregation,
            tuple(self.column(one, place) for place, one in enumerate(table.inputs, 1)),
            tuple(one.name or one.label or table.output_label or self.boxes.owner for one in table.outputs),
            tuple(self.priorities(one) for one in table.outputs),
            tuple(self.output_kind(one) for one in table.outputs),
            tuple(row for place, rule in enumerate(table.rules, 1) if (row := self.row(rule, place))),
            self.default(),
        )

    def column(self, clause: model.InputClause, place: int) -> _Column:
        where = clause.id or f"{self.where}, input {place}"
        code = self.boxes.compile(clause.expression, self.scope, where)
        allowed = restricted(_ANY_KIND, self.boxes.types.tests(clause.values, where))
        text = (clause.expression.text if clause.expression else None) or clause.label or f"input {place}"
        label = {key.removeprefix(TEXT): words for key, words in clause.foreign.items() if key.startswith(TEXT)}
        return _Column(text.strip(), code, allowed, label or ({"": clause.label} if clause.label else {}))

    def row(self, rule: model.Rule, place: int) -> _Row | None:
        where = rule.id or f"{self.where}, row {place}"
        if len(rule.tests) != len(self.table.inputs) or len(rule.outputs) != len(self.table.outputs):
            reason = f"Row {place} has not one cell for each column."
            self.boxes.note(where, "row_length", reason, "Add the cells that are missing; “-” fits everything.")
            return None
        asking = Scope({"?"}, self.scope)
        law, text = texts_of(self.table, rule)
        return _Row(
            rule.label or str(place),
            tuple(self.boxes.tests(cell.text or "", asking, cell.id or where) for cell in rule.tests),
            tuple((cell.text or "-").strip() != "-" for cell in rule.tests),
            tuple(self.boxes.compile(cell, self.scope, where) for cell in rule.outputs),
            law,
            text,
        )

    def default(self) -> tuple[Code, ...] | None:
        if all(one.default is None for one in self.table.outputs):
            return None
        return tuple(self.boxes.compile(one.default, self.scope, one.id or self.where) for one in self.table.outputs)

    def output_kind(self, clause: model.OutputClause) -> Kind:
        kind = self.boxes.types.of(clause.type, clause.id or self.where) or _ANY_KIND
        return restricted(kind, self.boxes.types.tests(clause.values, clause.id or self.where))

    def priorities(self, clause: model.OutputClause) -> tuple[Any, ...]:
        """The output values in their order; those of the type where the table names none."""
        own = clause.values or self.boxes.types.allowed(clause.type or (self.table.type if self.single else None))
        return written_values(own.text if own else None)

    @property
    def single(self) -> bool:
        return len(self.table.outputs) == 1


def texts_of(table: model.Table, rule: model.Rule) -> tuple[str | None, dict[str, str]]:
    """The law of a row and its words by language: its annotations under “law” and “text:en”, “text:fa” and so on."""
    notes = dict(zip((one.name for one in table.annotations), (one.text for one in rule.notes), strict=False))
    words = {key.removeprefix("text:"): text for key, text in notes.items() if key.startswith("text:") and text}
    return notes.get("law") or None, words


def written_values(text: str | None) -> tuple[Any, ...]:
    """The plain values of a list of allowed ones, in their order."""
    if not (text or "").strip():
        return ()
    try:
        tests = parser.parse_unary_tests(text or "").tests
    except SyntaxProblem:
        return ()
    return tuple(constants.constant(test.operand) for test in tests if isinstance(test, tree.Test))


def compile_table(boxes: Boxes, table: model.Table, scope: Scope, where: str) -> Code:
    return _Maker(boxes, table, scope, where).made().run


boxed.COMPILERS[model.Table] = compile_table
