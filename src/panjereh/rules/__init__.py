"""FEEL and decision tables: exact, bounded, and able to say how a result came about."""

from panjereh.rules.decided import Decides, Decision, Matched
from panjereh.rules.dmn import Explanation, Model, ModelDecision, Step, decisions_in, load
from panjereh.rules.explaining import Reason, reasons
from panjereh.rules.expression import Expression, UnaryTests, compile, compile_unary, evaluate  # noqa: A004
from panjereh.rules.tables import DecisionTable, tables_from_yaml
from panjereh.rules.values import Range, Values, YearsMonths, to_feel, values

__all__ = [
    "Decides",
    "Decision",
    "DecisionTable",
    "Explanation",
    "Expression",
    "Matched",
    "Model",
    "ModelDecision",
    "Range",
    "Reason",
    "Step",
    "UnaryTests",
    "Values",
    "YearsMonths",
    "compile",
    "compile_unary",
    "decisions_in",
    "evaluate",
    "load",
    "reasons",
    "tables_from_yaml",
    "to_feel",
    "values",
]
