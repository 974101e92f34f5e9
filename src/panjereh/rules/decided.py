"""What a decision table decided, and why: plain data that cases keep and faces show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from panjereh.rules.coverage import TableFinding


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
    """What a table decided, and why. Without a matching row all outputs are null, or their defaults.

    rows: those that counted, in the order in which they did
    labels: what people call the inputs, by expression, in each language
    contradiction: why the rows must not have matched at once; empty if they may
    """

    table: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    rows: tuple[Matched, ...]
    warnings: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    contradiction: str = ""

    @property
    def decided(self) -> bool:
        return bool(self.rows)


class Shown(Protocol):
    """A row as people see it before anything is decided."""

    @property
    def id(self) -> str: ...

    @property
    def law(self) -> str | None: ...

    @property
    def text(self) -> Mapping[str, str]: ...

    @property
    def outputs(self) -> Sequence["Written"]: ...


class Written(Protocol):
    """Something with its text in FEEL."""

    text: str


class Decides(Protocol):
    """A simple table, or a decision of a model.

    outputs: their names; names: what it reads from the context
    """

    name: str

    @property
    def outputs(self) -> Sequence[str]: ...

    @property
    def names(self) -> frozenset[str]: ...

    @property
    def rows(self) -> Sequence[Shown]: ...

    def evaluate(self, context: Mapping[str, Any]) -> Decision:
        """Decide. Raises RowsContradict when rows match at once that the hit policy does not allow."""

    def check(self) -> Sequence[TableFinding]:
        """Gaps, overlaps and rows that are never reached, as far as plain cells can tell."""
