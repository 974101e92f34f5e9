"""What can go wrong with a rule. Wrong values at run time are no errors: they give null and a warning."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from panjereh.kernel.errors import Conflict, Invalid


class RuleProblem(Invalid):
    """A rule can't be used as it is written."""

    code = "rule"


class SyntaxProblem(RuleProblem):
    """An expression that can't be read.

    position: where in the text, counted from 0
    advice: what to write instead, in plain words
    """

    code = "rule_syntax"

    def __init__(self, advice: str, *, text: str, position: int) -> None:
        self.advice = advice
        self.text = text
        self.position = position
        super().__init__(f"At sign {position + 1} of “{_around(text, position)}”: {advice}", position=position)


class TableProblem(RuleProblem):
    """A decision table that can't be read. `where` names the row and the cell."""

    code = "rule_table"

    def __init__(self, advice: str, *, where: str) -> None:
        self.advice = advice
        self.where = where
        super().__init__(f"{where}: {advice}", where=where)


class LimitExceeded(RuleProblem):
    """A rule would take more steps, depth or room than any honest rule needs."""

    code = "rule_limit"

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"The rule was stopped: it needs more than {limit} {what}.", what=what, limit=limit)


@dataclass(frozen=True, slots=True, order=True)
class ModelProblem:
    """One thing that is wrong with a model: the id or name of the element, which rule, why, and what to do about it."""

    element: str
    code: str
    reason: str
    advice: str

    def __str__(self) -> str:
        return f"{self.element}: {self.reason} {self.advice} [{self.code}]"


class ModelRefused(RuleProblem):
    """A decision model can't be used, with everything that was found in it."""

    code = "rule_model"

    def __init__(self, problems: list[ModelProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems), problems=problems)


class NoSuchDecision(RuleProblem):
    """The model has no decision, or no decision service, of this name."""

    code = "rule_no_such_decision"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no {name} in this model; there are {', '.join(sorted(known))}.", name=name)


class RowsContradict(Conflict):
    """A table that promises one matching row has several for these inputs."""

    code = "rule_rows_contradict"

    def __init__(self, table: str, rows: tuple[str, ...], inputs: dict[str, Any], why: str) -> None:
        self.rows = rows
        super().__init__(
            f"Rows {', '.join(rows)} of the table {table} match at once, but {why}.",
            table=table,
            rows=rows,
            inputs=inputs,
        )


def _around(text: str, position: int, reach: int = 60) -> str:
    start = max(0, position - reach)
    end = position + reach
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
