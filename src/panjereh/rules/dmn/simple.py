"""Simple tables, as services write them, as a decision model: each table a decision, all that they read inputs."""

from collections.abc import Mapping
from typing import Any

from panjereh.rules import tables
from panjereh.rules.dmn import model
from panjereh.rules.dmn.naming import Names
from panjereh.rules.expression import UnaryTests
from panjereh.rules.tables import DecisionTable, Input, Output, Row
from panjereh.rules.texts import written

WHOLE = "{http://panjereh.example/dmn}whole"
"""Says of a column that its numbers are whole."""
TEXT = "{http://panjereh.example/dmn}text-"
"""With a language after it: what people call a column."""


def definitions_of_tables(data: Mapping[str, Any]) -> model.Definitions:
    """The model of a file of simple tables. Raises TableProblem."""
    made = tables.tables_from_yaml(data)
    wanted = {name for table in made.values() for name in table.names}
    inputs = tuple(
        model.InputData(name=name, variable=model.Variable(name=name)) for name in sorted(wanted - made.keys())
    )
    decisions = tuple(_decision(table) for table in made.values())
    found = model.Definitions(name="tables", namespace="urn:panjereh:tables", inputs=inputs, decisions=decisions)
    return Names(found).resolved()


def _decision(table: DecisionTable) -> model.Decision:
    needs = tuple(
        model.InformationRequirement(decision=model.Reference(href=name)) for name in sorted(table.names - {table.name})
    )
    variable = model.Variable(name=table.name)
    return model.Decision(name=table.name, variable=variable, needs=needs, expression=table_of(table))


def table_of(table: DecisionTable) -> model.Table:
    languages = list(dict.fromkeys(language for row in table.rows for language in row.text))
    columns = ["law", *(f"text:{language}" for language in languages)]
    return model.Table(
        hit=table.hit.value.upper(),
        aggregation=table.aggregation.upper() if table.aggregation else None,
        inputs=tuple(_input(one) for one in table.inputs),
        outputs=tuple(map(_output, table.columns)),
        annotations=tuple(model.AnnotationClause(name=name) for name in columns),
        rules=tuple(_rule(row, place, languages) for place, row in enumerate(table.rows, 1)),
    )


def _input(one: Input) -> model.InputClause:
    values = model.Tests(text=", ".join(map(written, one.values))) if one.values else None
    foreign = {f"{TEXT}{language}": text for language, text in one.label.items()}
    if one.whole is not None:
        foreign[WHOLE] = "true" if one.whole else "false"
    return model.InputClause(expression=model.Literal(text=one.text), values=values, foreign=foreign)


def _output(one: Output) -> model.OutputClause:
    values = model.Tests(text=", ".join(map(written, one.values))) if one.values else None
    default = model.Literal(text=one.default.text) if one.default else None
    return model.OutputClause(name=one.name, values=values, default=default)


def _rule(row: Row, place: int, languages: list[str]) -> model.Rule:
    return model.Rule(
        label=row.id if row.id != str(place) else None,
        tests=tuple(model.Tests(text=_cell(cell)) for cell in row.tests),
        outputs=tuple(model.Literal(text=cell.text) for cell in row.outputs),
        notes=tuple(model.Annotation(text=text or "") for text in (row.law, *map(row.text.get, languages))),
    )


def _cell(cell: UnaryTests) -> str:
    return "-" if cell.takes_everything else cell.text
