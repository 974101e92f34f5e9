"""The one place where processes meet FEEL: conditions, scripts, computed due times."""

from collections.abc import Mapping
from typing import Any, Protocol

from panjereh import rules


class Expression(Protocol):
    @property
    def names(self) -> frozenset[str]: ...

    def evaluate(self, context: Mapping[str, Any], /) -> Any: ...


def compile_expression(text: str) -> Expression:
    """Compile FEEL; a leading `=` (as some drawing tools write) is not part of it. Raises what `rules` raises."""
    return rules.compile(text.strip().removeprefix("=").strip())
