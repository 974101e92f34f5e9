"""The same table of decisions for a million rows at once: FEEL's arithmetic on arrays, exact to the last digit.

A number is an array of whole numbers and how many of their digits are decimals; sums and products of such are exact,
as FEEL's are within its 34 digits. Arrays hold 64-bit numbers as long as no result can be larger, else Python's own.
What has no exact counterpart (a division that does not end, dates, functions of texts) raises `NotVectorised`: then
the caller goes row by row. So it does for single rows that have a null, or for which no row of the table matches.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from panjereh.rules import tree
from panjereh.rules.expression import Expression, UnaryTests
from panjereh.rules.hits import Policy
from panjereh.rules.tables import DecisionTable

Array: TypeAlias = NDArray[Any]
SMALL = 2**62
"""Below this a sum of two 64-bit numbers is one, too."""
MOST = 10**34
"""FEEL rounds numbers of more digits; so we don't go there."""
MOST_DECIMALS = 30


class NotVectorised(Exception):
    """The expression, or the table, has something that only goes row by row: `what` says it."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Numbers:
    """units / 10**decimals of every row. limit: no unit is larger than this, without its sign."""

    units: Array
    decimals: int
    limit: int

    @classmethod
    def of(cls, values: Array) -> "Numbers":
        """A column of whole numbers."""
        limit = int(max(abs(int(values.max())), abs(int(values.min())))) if values.size else 0
        return cls(values if limit < SMALL else values.astype(object), 0, limit)

    @classmethod
    def constant(cls, value: Decimal) -> "Numbers":
        sign, digits, exponent = value.as_tuple()
        if not isinstance(exponent, int):
            raise NotVectorised("a number that is none")
        units = int("".join(map(str, digits))) * (-1 if sign else 1) * 10 ** max(exponent, 0)
        return cls(np.array(units, dtype=np.int64 if abs(units) < SMALL else object), max(-exponent, 0), abs(units))

    def at(self, decimals: int) -> "Numbers":
        """The same numbers with more decimals."""
        if decimals == self.decimals:
            return self
        factor = Numbers.constant(Decimal(10 ** (decimals - self.decimals)))
        return Numbers(_product(self, factor), decimals, self.limit * factor.limit)

    def decimal(self, place: int) -> Decimal:
        """The number of one row."""
        return Decimal(int(self.units[place] if self.units.ndim else self.units)).scaleb(-self.decimals)


Column: TypeAlias = Numbers | Array
"""Numbers; or an array of truth values or of texts."""


def _wide(array: Array, limit: int) -> Array:
    if limit >= MOST:
        raise NotVectorised("numbers of more than 34 digits")
    return array.astype(object) if limit >= SMALL and array.dtype != object else array


def _product(left: Numbers, right: Numbers) -> Array:
    bound = left.limit * right.limit
    product: Array = _wide(left.units, bound) * _wide(right.units, bound)
    return product


def _aligned(left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    decimals = max(left.decimals, right.decimals)
    if decimals > MOST_DECIMALS:
        raise NotVectorised("numbers of more than thirty decimals")
    return left.at(decimals), right.at(decimals)


def _added(left: Numbers, right: Numbers, sign: int) -> Numbers:
    left, right = _aligned(left, right)
    limit = left.limit + right.limit
    return Numbers(_wide(left.units, limit) + sign * _wide(right.units, limit), left.decimals, limit)


def _multiplied(left: Numbers, right: Numbers) -> Numbers:
    if left.decimals + right.decimals > MOST_DECIMALS:
        raise NotVectorised("numbers of more than thirty decimals")
    return Numbers(_product(left, right), left.decimals + right.decimals, left.limit * right.limit)


def _divided(left: Numbers, right: Numbers) -> Numbers:
    """Only by a constant whose reciprocal ends, such as 4 or 0.25."""
    if right.units.ndim or not int(right.units):
        raise NotVectorised("a division by what is no constant")
    reciprocal = 1 / Fraction(right.decimal(0))
    for decimals in range(MOST_DECIMALS + 1):
        factor = reciprocal * 10**decimals
        if factor.denominator == 1:
            product = _multiplied(left, Numbers.constant(Decimal(factor.numerator)))
            return Numbers(product.units, product.decimals + decimals, product.limit)
    raise NotVectorised("a division that does not end")


def _chosen(where: Array, then: Column, otherwise: Column) -> Column:
    if isinstance(then, Numbers) and isinstance(otherwise, Numbers):
        then, otherwise = _aligned(then, otherwise)
        limit = max(then.limit, otherwise.limit)
        return Numbers(np.where(where, _wide(then.units, limit), _wide(otherwise.units, limit)), then.decimals, limit)
    if isinstance(then, Numbers) or isinstance(otherwise, Numbers):
        raise NotVectorised("values of different types")
    return np.where(where, then, otherwise)


def _compared(sign: str, left: Column, right: Column) -> Array:
    if isinstance(left, Numbers) and isinstance(right, Numbers):
        left, right = _aligned(left, right)
        a, b = left.units, right.units
    elif isinstance(left, Numbers) or isinstance(right, Numbers):
        raise NotVectorised("values of different types")
    else:
        if left.dtype.kind != right.dtype.kind or (sign not in ("=", "!=") and left.dtype.kind != "U"):
            raise NotVectorised("values of different types")
        a, b = left, right
    return np.asarray(_SIGNS[sign](a, b), dtype=bool)


_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class Evaluator:
    """Values of expressions for all rows. `columns`: what is given, and what named expressions make of it."""

    def __init__(self, columns: Mapping[str, Column], named: Mapping[str, Expression]) -> None:
        self.columns = dict(columns)
        self.named = named

    def value(self, node: tree.Node) -> Column:
        """Raises NotVectorised."""
        compute = _NODES.get(type(node))
        if compute is None:
            raise NotVectorised(f"an expression of the kind {type(node).__name__}")
        return compute(self, node)

    def truth(self, node: tree.Node) -> Array:
        value = self.value(node)
        if isinstance(value, Numbers) or value.dtype != bool:
            raise NotVectorised("a condition that is neither true nor false")
        return value

    def numbers(self, node: tree.Node) -> Numbers:
        value = self.value(node)
        if not isinstance(value, Numbers):
            raise NotVectorised("arithmetic with other things than numbers")
        return value

    def literal(self, node: tree.Literal) -> Column:
        if isinstance(node.value, Decimal):
            return Numbers.constant(node.value)
        if isinstance(node.value, bool | str):
            return np.array(node.value)
        raise NotVectorised("null")

    def name(self, node: tree.Name) -> Column:
        if node.name not in self.columns:
            if node.name not in self.named:
                raise NotVectorised(f"{node.name}, for which there is no column")
            self.columns[node.name] = self.value(self.named[node.name].tree)
        return self.columns[node.name]

    def negation(self, node: tree.Negation) -> Column:
        numbers = self.numbers(node.operand)
        return Numbers(-numbers.units, numbers.decimals, numbers.limit)

    def arithmetic(self, node: tree.Arithmetic) -> Column:
        left, right = self.numbers(node.left), self.numbers(node.right)
        if node.sign in "+-":
            return _added(left, right, 1 if node.sign == "+" else -1)
        if node.sign == "*":
            return _multiplied(left, right)
        if node.sign == "/":
            return _divided(left, right)
        raise NotVectorised("powers")

    def comparison(self, node: tree.Comparison) -> Column:
        return _compared(node.sign, self.value(node.left), self.value(node.right))

    def conjunction(self, node: tree.Conjunction) -> Column:
        found = self.truth(node.parts[0])
        for part in node.parts[1:]:
            found = found & self.truth(part)
        return found

    def disjunction(self, node: tree.Disjunction) -> Column:
        found = self.truth(node.parts[0])
        for part in node.parts[1:]:
            found = found | self.truth(part)
        return found

    def between(self, node: tree.Between) -> Column:
        value = self.value(node.value)
        above = _compared(">=", value, self.value(node.low))
        return above & _compared("<=", value, self.value(node.high))

    def is_in(self, node: tree.In) -> Column:
        value = self.value(node.value)
        found = self.test(node.tests[0], value)
        for test in node.tests[1:]:
            found = found | self.test(test, value)
        return found

    def condition(self, node: tree.If) -> Column:
        return _chosen(self.truth(node.condition), self.value(node.then), self.value(node.otherwise))

    def call(self, node: tree.Call) -> Column:
        name = node.function.name if isinstance(node.function, tree.Name) else ""
        if node.named or name not in _FUNCTIONS:
            raise NotVectorised(f"the function {name or 'of an expression'}")
        if name == "not" and len(node.positional) == 1:
            return ~self.truth(node.positional[0])
        return _FUNCTIONS[name]([self.numbers(each) for each in node.positional])

    def cell(self, cell: UnaryTests, value: Column, rows: int) -> Array:
        """Which rows pass a cell of a table."""
        if cell.takes_everything:
            return np.ones(rows, dtype=bool)
        found = np.zeros(rows, dtype=bool)
        for test in cell.tree.tests:
            found = found | self.test(test, value)
        return ~found if cell.tree.negated else found

    def test(self, test: tree.Test, value: Column) -> Array:
        operand = test.operand
        if isinstance(operand, tree.RangeOf) and not test.sign and not operand.sign:
            return self.within(operand, value)
        if isinstance(operand, tree.RangeOf | tree.ListOf):
            raise NotVectorised("a list or range to compare with")
        return _compared(test.sign or "=", value, self.value(operand))

    def within(self, node: tree.RangeOf, value: Column) -> Array:
        ends = [
            (node.start, ">=" if node.start_included else ">"),
            (node.end, "<=" if node.end_included else "<"),
        ]
        checks = [_compared(sign, value, self.value(end)) for end, sign in ends if end is not None]
        if not checks:
            raise NotVectorised("a range without ends")
        return checks[0] if len(checks) == 1 else checks[0] & checks[1]


def _extreme(choose: Callable[[Array, Array], Array]) -> Callable[[Sequence[Numbers]], Numbers]:
    def code(given: Sequence[Numbers]) -> Numbers:
        found = given[0]
        for other in given[1:]:
            left, right = _aligned(found, other)
            limit = max(left.limit, right.limit)
            found = Numbers(choose(_wide(left.units, limit), _wide(right.units, limit)), left.decimals, limit)
        return found

    return code


def _whole(up: bool) -> Callable[[Sequence[Numbers]], Numbers]:
    def code(given: Sequence[Numbers]) -> Numbers:
        if len(given) != 1:
            raise NotVectorised("rounding to a number of decimals")
        factor, units = 10 ** given[0].decimals, given[0].units
        return Numbers(-(-units // factor) if up else units // factor, 0, given[0].limit // factor + 1)

    return code


def _absolute(given: Sequence[Numbers]) -> Numbers:
    if len(given) != 1:
        raise NotVectorised("abs of several")
    return Numbers(abs(given[0].units), given[0].decimals, given[0].limit)


_FUNCTIONS: Mapping[str, Callable[[Sequence[Numbers]], Numbers]] = {
    "min": _extreme(np.minimum),
    "max": _extreme(np.maximum),
    "floor": _whole(up=False),
    "ceiling": _whole(up=True),
    "abs": _absolute,
    "not": _absolute,  # taken by `call` before
}

_NODES: Mapping[type[tree.Node], Callable[[Evaluator, Any], Column]] = {
    tree.Literal: Evaluator.literal,
    tree.Name: Evaluator.name,
    tree.Negation: Evaluator.negation,
    tree.Arithmetic: Evaluator.arithmetic,
    tree.Comparison: Evaluator.comparison,
    tree.Conjunction: Evaluator.conjunction,
    tree.Disjunction: Evaluator.disjunction,
    tree.Between: Evaluator.between,
    tree.In: Evaluator.is_in,
    tree.If: Evaluator.condition,
    tree.Call: Evaluator.call,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One output of a table for all rows. slow: rows that only `rules` itself can decide; theirs here mean nothing."""

    numbers: Numbers
    slow: Array


def decide(
    table: DecisionTable, columns: Mapping[str, Column], named: Mapping[str, Expression], output: str, rows: int
) -> Outcome:
    """The output of a table for every row of the columns. Raises NotVectorised.

    named: expressions that the table may use by their names, as the `let` of a service
    """
    if table.hit not in (Policy.UNIQUE, Policy.FIRST, Policy.ANY):
        raise NotVectorised(f"the hit policy {table.hit.value}")
    evaluator, place = Evaluator(columns, named), table.outputs.index(output)
    values = [evaluator.value(one.expression.tree) for one in table.inputs]
    decided = np.zeros(rows, dtype=bool)
    slow = np.zeros(rows, dtype=bool)
    found = Numbers(np.zeros(rows, dtype=np.int64), 0, 0)
    for row in table.rows:
        passes = np.ones(rows, dtype=bool)
        for cell, value in zip(row.tests, values, strict=True):
            passes &= evaluator.cell(cell, value, rows)
        if table.hit is not Policy.FIRST:
            slow |= passes & decided  # two rows: whether they may is for `rules` to say
        passes &= ~decided
        chosen = _chosen(passes, evaluator.numbers(row.outputs[place].tree), found)
        assert isinstance(chosen, Numbers)  # noqa: S101 - both are
        found, decided = chosen, decided | passes
    return Outcome(found, slow | ~decided)
