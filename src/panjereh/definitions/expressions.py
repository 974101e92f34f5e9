"""Expressions of one service: compiled once, with the `let` names that they need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from panjereh import rules

Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Formula:
    """A FEEL expression together with the `let` values that it needs, in their order."""

    text: str
    expression: rules.Expression
    lets: tuple[tuple[str, rules.Expression], ...] = ()

    def value(self, context: Context) -> Any:
        """Its value where the `let` values may not be known yet."""
        if self.lets:
            context = with_lets(context, self.lets)
        return self.expression.evaluate(context)

    def holds(self, context: Context) -> bool:
        return (self.value(context) if self.lets else self.expression.evaluate(context)) is True

    @property
    def reads(self) -> frozenset[tuple[str, ...]]:
        """The paths that it reads, directly and by way of `let`."""
        found = set(self.expression.reads)
        for _, expression in self.lets:
            found |= expression.reads
        return frozenset(found)


def with_lets(context: Context, lets: Iterable[tuple[str, rules.Expression]]) -> dict[str, Any]:
    """The context and, after it, each named value."""
    known = rules.Values(context) if type(context) is rules.Values else dict(context)
    ready: dict[str, Any] = {}
    for name, expression in lets:
        known[name] = expression.evaluate(known, ready=ready)
        ready.pop(name, None)
    return known


class Formulas:
    """Compiles the expressions of one service. Raises rules.errors.SyntaxProblem."""

    def __init__(self, lets: Mapping[str, str]) -> None:
        self.lets = {name: rules.compile(text) for name, text in lets.items()}

    def __call__(self, text: str) -> Formula:
        expression = rules.compile(text)
        return Formula(text, expression, self._needed(expression.names))

    def maybe(self, text: str | None) -> Formula | None:
        return None if text is None else self(text)

    def _needed(self, names: frozenset[str]) -> tuple[tuple[str, rules.Expression], ...]:
        wanted = set(names)
        needed: list[tuple[str, rules.Expression]] = []
        for name, expression in reversed(self.lets.items()):
            if name in wanted:
                needed.append((name, expression))
                wanted |= expression.names
        return tuple(reversed(needed))
