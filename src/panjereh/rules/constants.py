"""Values that stand in a text as they are: literals, and dates and durations made from literal texts."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from panjereh.rules import temporal, tree

_READERS: dict[str, Callable[[str], Any]] = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_date_time,
    "duration": temporal.parse_duration,
}


def constant(node: tree.Node | None) -> Any:
    """The value of 5, -5, "text", @"2026-11-23" or date("2026-11-23"); None for anything else."""
    if isinstance(node, tree.Literal):
        return node.value
    if isinstance(node, tree.AtLiteral):
        return temporal.parse_at(node.text)
    if isinstance(node, tree.Negation):
        value = constant(node.operand)
        return -value if isinstance(value, Decimal) else None
    if isinstance(node, tree.Call) and isinstance(node.function, tree.Name) and len(node.positional) == 1:
        reader = _READERS.get(node.function.name)
        argument = node.positional[0]
        if reader and isinstance(argument, tree.Literal) and isinstance(argument.value, str):
            return reader(argument.value)
    return None
