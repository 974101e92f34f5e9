"""Walk a chain from its beginning and say where it was tampered with, if anywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from panjereh.audit import chain as chains


@dataclass(frozen=True, slots=True)
class Row:
    """One event of a chain as stored. `value` and `salt` are None once they were erased."""

    id: Any
    previous: str
    public: dict[str, Any]
    commitment: str
    hash: str
    value: dict[str, Any] | None = None
    salt: bytes | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """The first wrong row: its id, its place counted from 0, and what is wrong with it.

    Codes: `previous` (a row before it is missing, added or moved), `hash` (its public part was changed),
    `value` (its personal part was changed), `half_erased`.
    """

    id: Any
    position: int
    code: str


def chain(rows: Iterable[Row], start: str = chains.GENESIS) -> Fault | None:
    """The first row that does not fit, or None. That nothing was cut off at the end only a checkpoint can tell."""
    previous = start
    for position, row in enumerate(rows):
        if code := _wrong(row, previous):
            return Fault(row.id, position, code)
        previous = row.hash
    return None


def _wrong(row: Row, previous: str) -> str:
    if row.previous != previous:
        return "previous"
    if chains.link(row.previous, row.public, row.commitment) != row.hash:
        return "hash"
    if (row.value is None) != (row.salt is None):
        return "half_erased"
    if row.value is not None and row.salt is not None and chains.commit(row.value, row.salt) != row.commitment:
        return "value"
    return ""
