"""What a decision table decided, and why: plain data that cases keep and faces show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Matched:
    """A row that matched, with what it looked at and what it gave.

    inputs: the expression of each column that the row tests, with its value
    """

    id: str
    law: str | None
    text: Mapping[str, str]
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a table decided, and why. Without a matching row all outputs are null."""

    table: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    rows: tuple[Matched, ...]
    warnings: tuple[str, ...] = ()

    @property
    def decided(self) -> bool:
        return bool(self.rows)
