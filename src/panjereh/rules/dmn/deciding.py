"""A decision of a model in the place of a simple table: services use both alike."""

from collections.abc import Mapping
from typing import Any

from panjereh.rules import coverage, expression
from panjereh.rules.decided import Decision
from panjereh.rules.dmn import model
from panjereh.rules.dmn.engine import Model
from panjereh.rules.dmn.graph import Input, in_order
from panjereh.rules.dmn.loading import loaded
from panjereh.rules.dmn.simple import WHOLE
from panjereh.rules.dmn.tables import POLICIES, texts_of, written_values
from panjereh.rules.errors import RowsContradict, SyntaxProblem
from panjereh.rules.hits import Policy
from panjereh.rules.tables import Row


class ModelDecision:
    """One decision of a model, asked with the context of a service. Its value is its first output.

    name, outputs, names, rows: as those of `DecisionTable`; the rows are those of its own table, if it is one
    """

    def __init__(self, made: Model, name: str) -> None:
        self.name = name
        self.model = made
        self.node = made.file.decisions[name]
        (self.decision,) = (one for one in made.definitions.decisions if one.name == name)
        table = self.decision.expression
        self.table = table if isinstance(table, model.Table) else None
        named = [one.name for one in self.table.outputs if one.name] if self.table else []
        self.outputs = tuple(named or [name])
        self.rows = tuple(self._rows(self.table)) if self.table else ()

    @property
    def names(self) -> frozenset[str]:
        """The input data that it needs, through all decisions."""
        return frozenset(node.name for node in in_order([self.node]) if isinstance(node, Input))

    def evaluate(self, context: Mapping[str, Any]) -> Decision:
        """Decide. Raises RowsContradict when rows match at once that the hit policy does not allow."""
        told = self.model.explain(self.name, {name: context[name] for name in self.names if name in context})
        for table in told.tables:
            if table.contradiction:
                ids = tuple(row.id for row in table.rows)
                raise RowsContradict(table.table, ids, dict(table.inputs), table.contradiction)
        value = told.value
        outputs = value if isinstance(value, dict) and len(self.outputs) > 1 else {self.outputs[0]: value}
        rows = tuple(row for table in told.tables for row in table.rows)
        labels = {text: label for table in told.tables for text, label in table.labels.items()}
        inputs = {text: given for table in told.tables for text, given in table.inputs.items()}
        return Decision(self.name, inputs, outputs, rows, told.warnings, labels)

    def check(self) -> list[coverage.TableFinding]:
        """Gaps, overlaps and rows that are never reached, as far as plain cells can tell."""
        if self.table is None:
            return []
        columns = [
            coverage.Column(
                (one.expression.text if one.expression else None) or "",
                written_values(one.values.text if one.values else None),
                {"true": True, "false": False}.get(one.foreign.get(WHOLE, "")),
            )
            for one in self.table.inputs
        ]
        rows = [(row.id, row.tests, tuple(cell.text for cell in row.outputs)) for row in self.rows]
        return coverage.findings(columns, rows, POLICIES.get(self.table.hit, Policy.UNIQUE))

    def _rows(self, table: model.Table) -> list[Row]:
        names = self.model.file.boxes.names(self.model.file.scope_of(self.node))
        found = []
        for place, rule in enumerate(table.rules, 1):
            law, text = texts_of(table, rule)
            try:
                tests = tuple(expression.compile_unary(cell.text or "-", names) for cell in rule.tests)
                outputs = tuple(expression.compile(cell.text or "null", names) for cell in rule.outputs)
            except SyntaxProblem:
                continue  # the problem stands among those of the model
            found.append(Row(rule.label or str(place), tests, outputs, law, text))
        return found


def decisions_in(name: str, files: Mapping[str, bytes]) -> dict[str, ModelDecision]:
    """All decisions of a model among these files, by name. Raises ModelRefused if anything is wrong with it."""
    made = loaded(name, dict(files), strict=True)
    return {one: ModelDecision(made, one) for one in made.decisions}
