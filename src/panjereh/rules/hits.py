"""Hit policies: what a decision table gives when rows match (DMN 1.5, 8.2.10 and 8.2.11)."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

from panjereh.rules import operators
from panjereh.rules.builtins import lists
from panjereh.rules.values import Run

Outputs = tuple[Any, ...]
"""The values of one row, a place for each output."""


class Policy(Enum):
    """How many rows may match, and which of them count."""

    UNIQUE = "unique"
    ANY = "any"
    PRIORITY = "priority"
    FIRST = "first"
    RULE_ORDER = "rule order"
    OUTPUT_ORDER = "output order"
    COLLECT = "collect"

    @property
    def gives_list(self) -> bool:
        return self in (Policy.RULE_ORDER, Policy.OUTPUT_ORDER, Policy.COLLECT)

    @property
    def ranks(self) -> bool:
        """Whether the order of the output values counts."""
        return self in (Policy.PRIORITY, Policy.OUTPUT_ORDER)

    @property
    def one_row_at_most(self) -> bool:
        return self is Policy.UNIQUE


AGGREGATIONS: Mapping[str, Callable[[Run, list[Any]], Any]] = {
    "sum": lists.total,
    "count": lists.count,
    "min": lists.least,
    "max": lists.greatest,
}


_SHORT = {
    "u": "unique", "a": "any", "p": "priority", "f": "first", "r": "rule order", "o": "output order", "c": "collect",
}  # fmt: skip
_SIGNS = {"+": "sum", "#": "count", "<": "min", ">": "max"}


def read(text: str) -> tuple[Policy, str | None]:
    """A hit policy in words or by its letter, with the aggregation of “collect”: “first”, “F”, “collect sum”, “C+”.

    Raises ValueError.
    """
    words = text.lower().strip()
    for policy in Policy:
        if words == policy.value:
            return policy, None
    name, sign = (words[:1], words[1:].strip()) if words[1:2] in ("", *_SIGNS) else words.partition(" ")[::2]
    policy = Policy(_SHORT.get(name, name))
    way = _SIGNS.get(sign, sign) or None
    if way and (way not in AGGREGATIONS or policy is not Policy.COLLECT):
        raise ValueError(text)
    return policy, way


class Contradiction(ValueError):
    """Rows match at once that must not."""


def counting(run: Run, policy: Policy, given: Sequence[Outputs], priorities: Sequence[Sequence[Any]]) -> list[int]:
    """Which of the rows that matched count, in the order in which they count, as indexes.

    priorities: for each output its values, the most important first; empty if they have no order
    Raises Contradiction where the policy allows no choice.
    """
    places = list(range(len(given)))
    if policy is Policy.UNIQUE and len(given) > 1:
        raise Contradiction("the hit policy is unique")
    if policy is Policy.ANY and any(not _same(run, given[0], other) for other in given[1:]):
        raise Contradiction("the hit policy any wants the same outputs")
    if policy.ranks:
        places.sort(key=lambda place: _ranks(run, given[place], priorities))
    return places if policy.gives_list else places[:1]


def _same(run: Run, one: Outputs, other: Outputs) -> bool:
    return operators.equal(run, list(one), list(other)) is True


def _ranks(run: Run, given: Outputs, priorities: Sequence[Sequence[Any]]) -> list[int]:
    """The place of each value in the order of its output; values without a place come last."""
    return [
        next((rank for rank, one in enumerate(order) if operators.fits(run, value, one) is True), len(order))
        for value, order in zip(given, priorities, strict=True)
    ]


def aggregated(run: Run, way: str, values: list[Any]) -> Any:
    """One value out of those of all rows that count; null if there are none, but 0 for their number."""
    return AGGREGATIONS[way](run, values) if values or way == "count" else None
