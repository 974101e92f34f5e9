"""Walk logs from the beginning and say where they were tampered with, if anywhere."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from panjereh.audit import chain as chains
from panjereh.audit import merkle
from panjereh.audit.models import Checkpoint, LogEntry, LogPlace
from panjereh.audit.operations import checkpoint_text, leaf_of


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

    Codes of chains: `previous` (a row before it is missing, added or moved), `hash` (its public part was changed),
    `value` (its personal part was changed), `half_erased`. Of the log: `place`, `leaf`, `root`, `signature`.
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


def transparency_log(check_signature: Callable[[bytes, str], bool] | None = None) -> Fault | None:
    """Recompute every leaf and every checkpoint. The fault's id is the entry's key or the checkpoint's size."""
    checkpoints = {checkpoint.size: checkpoint for checkpoint in Checkpoint.objects.all()}
    peaks: list[str] = []
    size = 0
    for place in LogPlace.objects.select_related("entry").order_by("index").iterator():
        fault = _wrong_entry(place.entry, place.index, size)
        if fault:
            return fault
        peaks = merkle.add(peaks, size, place.entry.leaf)
        size += 1
        checkpoint = checkpoints.pop(size, None)
        if checkpoint and (code := _wrong_checkpoint(checkpoint, merkle.root_of(peaks), check_signature)):
            return Fault(size, size - 1, code)
    if checkpoints:  # signed once, and the entries are gone
        return Fault(min(checkpoints), size, "place")
    return None


def _wrong_entry(entry: LogEntry, index: int, expected: int) -> Fault | None:
    if index != expected:
        return Fault(entry.key, expected, "place")
    if leaf_of(entry.key, entry.kind, entry.public, entry.commitment) != entry.leaf:
        return Fault(entry.key, expected, "leaf")
    return None


def _wrong_checkpoint(checkpoint: Checkpoint, root: str, check_signature: Callable[[bytes, str], bool] | None) -> str:
    if checkpoint.root != root:
        return "root"
    if check_signature and not check_signature(checkpoint_text(checkpoint.size, root), checkpoint.signature):
        return "signature"
    return ""
