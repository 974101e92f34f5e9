"""A table of decisions for a population, by the rules in force and by others: who pays more, who less."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from panjereh.rules import DecisionTable, Expression
from panjereh.rules.vectorised import Evaluator, NotVectorised, Numbers, decide

Columns = Mapping[str, NDArray[np.int64]]
TENTHS = 10
SAMPLE = 300


class NotTheSame(Exception):
    """What was computed for all at once is not what `rules` says: a fault of the program, so there is no result."""


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of the population, the poorest first. Sums are in whole units; gain: they pay less than before."""

    number: int
    people: int
    before: int
    after: int
    gain: int
    lose: int

    @property
    def change(self) -> int:
        """What somebody of it pays more, on average; negative: less."""
        return round((self.after - self.before) / self.people) if self.people else 0


@dataclass(frozen=True, slots=True)
class Result:
    """What a change brings. slow: how many people were decided row by row; why: what made that needed, if all were."""

    people: int
    tenths: list[Tenth]
    slow: int = 0
    why: list[str] = field(default_factory=list)

    @property
    def before(self) -> int:
        return sum(tenth.before for tenth in self.tenths)

    @property
    def after(self) -> int:
        return sum(tenth.after for tenth in self.tenths)


def compare(
    now: DecisionTable, then: DecisionTable, named: Mapping[str, Expression], columns: Columns, order: str, output: str
) -> Result:
    """Decide both tables for everybody. `named`: expressions of the service; what the columns give counts instead.

    Raises NotTheSame; NotVectorised when people can't be put in an order.
    """
    people = len(next(iter(columns.values())))
    used = {name: expression for name, expression in named.items() if name not in columns}
    before, after = _decided(now, used, columns, output), _decided(then, used, columns, output)
    for table, decided in ((now, before), (then, after)):
        _check(table, used, columns, output, decided.amounts)
    ranks = _ranked(order, used, columns)
    tenths = [_tenth(number, part, before.amounts, after.amounts) for number, part in enumerate(ranks, 1)]
    why = [text for text in dict.fromkeys((before.why, after.why)) if text]
    return Result(people, tenths, max(before.slow, after.slow), why)


@dataclass(frozen=True, slots=True)
class _Decided:
    amounts: NDArray[Any]
    slow: int
    why: str = ""


def _decided(table: DecisionTable, named: Mapping[str, Expression], columns: Columns, output: str) -> _Decided:
    people = len(next(iter(columns.values())))
    try:
        outcome = decide(table, {name: Numbers.of(each) for name, each in columns.items()}, named, output, people)
    except NotVectorised as problem:
        return _Decided(_one_by_one(table, named, columns, output, range(people)), people, problem.what)
    units, factor = outcome.numbers.units, 10**outcome.numbers.decimals
    amounts = np.broadcast_to(units // factor, people).copy()  # a fee is whole rials, as `fee_of` cuts it
    rows = np.flatnonzero(outcome.slow)
    if rows.size:
        amounts[rows] = _one_by_one(table, named, columns, output, rows)
    return _Decided(amounts, int(rows.size))


def _one_by_one(
    table: DecisionTable, named: Mapping[str, Expression], columns: Columns, output: str, rows: Any
) -> NDArray[Any]:
    return np.array([_by_rules(table, named, columns, output, int(row)) for row in rows], dtype=object)


def _by_rules(table: DecisionTable, named: Mapping[str, Expression], columns: Columns, output: str, row: int) -> int:
    """One person, as a case would be decided."""
    context: dict[str, Any] = {name: int(each[row]) for name, each in columns.items()}
    for name, expression in named.items():
        context[name] = expression.evaluate(context)
    return int(Decimal(table.evaluate(context).outputs[output] or 0).to_integral_value(rounding="ROUND_FLOOR"))


def _check(
    table: DecisionTable, named: Mapping[str, Expression], columns: Columns, output: str, amounts: NDArray[Any]
) -> None:
    """Some people, drawn by other dice, get from `rules` what they got at once."""
    for row in np.random.default_rng(7).integers(0, len(amounts), min(SAMPLE, len(amounts))):
        if _by_rules(table, named, columns, output, int(row)) != amounts[row]:
            raise NotTheSame(f"row {row} of {table.name}")


def _ranked(order: str, named: Mapping[str, Expression], columns: Columns) -> list[NDArray[np.int64]]:
    evaluator = Evaluator({name: Numbers.of(each) for name, each in columns.items()}, named)
    value = evaluator.columns[order] if order in columns else evaluator.value(named[order].tree)
    if not isinstance(value, Numbers):
        raise NotVectorised("an order that is no number")
    return np.array_split(np.argsort(value.units, kind="stable"), TENTHS)


def _tenth(number: int, people: NDArray[np.int64], before: NDArray[Any], after: NDArray[Any]) -> Tenth:
    now, then = before[people].astype(object), after[people].astype(object)
    return Tenth(
        number,
        len(people),
        int(now.sum()) if len(people) else 0,
        int(then.sum()) if len(people) else 0,
        int((then < now).sum()),
        int((then > now).sum()),
    )
