"""FEEL and decision tables: exact, bounded, and able to say how a result came about."""

from panjereh.rules.expression import Expression, UnaryTests, compile, compile_unary, evaluate  # noqa: A004
from panjereh.rules.tables import Decision, DecisionTable, Matched, tables_from_yaml
from panjereh.rules.values import Range, YearsMonths

__all__ = [
    "Decision",
    "DecisionTable",
    "Expression",
    "Matched",
    "Range",
    "UnaryTests",
    "YearsMonths",
    "compile",
    "compile_unary",
    "evaluate",
    "tables_from_yaml",
]
