"""FEEL and decision tables: exact, bounded, and able to say how a result came about."""

from panjereh.rules.decided import Decision, Matched
from panjereh.rules.dmn import Explanation, Model, Step, load
from panjereh.rules.expression import Expression, UnaryTests, compile, compile_unary, evaluate  # noqa: A004
from panjereh.rules.tables import DecisionTable, tables_from_yaml
from panjereh.rules.values import Range, YearsMonths

__all__ = [
    "Decision",
    "DecisionTable",
    "Explanation",
    "Expression",
    "Matched",
    "Model",
    "Range",
    "Step",
    "UnaryTests",
    "YearsMonths",
    "compile",
    "compile_unary",
    "evaluate",
    "load",
    "tables_from_yaml",
]
