"""The log as it lies in the database: its head, its hashes by range, its tiles and its entries."""

from collections.abc import Iterator
from dataclasses import dataclass

from panjereh.audit import entries, merkle
from panjereh.audit.models import Checkpoint, LogBatch, LogEntry, LogTile
from panjereh.audit.tiles import ENTRIES, WIDTH, Tile, Tree, bundle


@dataclass(frozen=True, slots=True)
class Head:
    """How large the log is, and its root."""

    size: int
    root: bytes


def head() -> Head:
    last = Checkpoint.objects.order_by("-size").values_list("size", "root").first()
    return Head(last[0], bytes.fromhex(last[1])) if last else Head(0, merkle.EMPTY_ROOT)


def batches(start: int, end: int) -> Iterator[LogBatch]:
    """The batches that hold places from `start` up to `end`, in order."""
    if start >= end:
        return
    before = LogBatch.objects.filter(first__lte=start).order_by("-first").values_list("first", flat=True).first()
    found = LogBatch.objects.filter(first__gte=before or 0, first__lt=end).order_by("first")
    yield from found.iterator(chunk_size=50)


def leaves(start: int, end: int) -> list[bytes]:
    """The leaf hashes of these places."""
    found: list[bytes] = []
    for batch in batches(start, end):
        held = entries.leaves(batch)
        found += held[max(0, start - batch.first) : end - batch.first]
    return found


def hashes(level: int, start: int, end: int) -> list[bytes]:
    """The hashes `start` up to `end` of a level; above the leaves they are the roots of full tiles below."""
    if level == 0:
        return leaves(start, end)
    roots = LogTile.objects.filter(level=level - 1, number__gte=start, number__lt=end).order_by("number")
    return [bytes(root) for root in roots.values_list("root", flat=True)]


def tile(wanted: Tile) -> bytes:
    """The bytes of a tile of hashes. A full one is kept as it is; the one at the edge is made from its parts."""
    if wanted.width == WIDTH:
        full = LogTile.objects.filter(level=wanted.level, number=wanted.number).values_list("hashes", flat=True).first()
        return bytes(full) if full is not None else b""
    start = wanted.number * WIDTH
    return b"".join(hashes(wanted.level, start, start + wanted.width))


def tree(size: int) -> Tree:
    """The tree of that size, from what is stored."""
    return Tree(size, tile)


def entries_of(start: int, end: int) -> list[bytes]:
    """The entries of these places."""
    found: list[bytes] = []
    for batch in batches(start, end):
        part = slice(max(0, start - batch.first), end - batch.first)
        if batch.kind == entries.FIRST_KIND:
            rows = LogEntry.objects.in_bulk([int(key) for key in batch.keys[part]])
            found += [entries.first_statement(rows[int(key)]) for key in batch.keys[part]]
        else:
            found += [entries.entry(batch.kind, each) for each in entries.split(batch.commitments)[part]]
    return found


def first_public_place() -> int:
    """Entries from before rows were logged name cases; bundles that hold one are not given away."""
    last = LogBatch.objects.filter(kind=entries.FIRST_KIND).order_by("-first").first()
    return last.end if last else 0


def resource(wanted: Tile) -> bytes | None:
    """A file of the log as everybody may fetch it; None for what is not there, or not public."""
    size = head().size
    hashes_there = size if wanted.level == ENTRIES else size >> (8 * wanted.level)
    start = wanted.number * WIDTH
    if start + wanted.width > hashes_there:
        return None
    if wanted.level != ENTRIES:
        return tile(wanted)
    return None if start < first_public_place() else bundle(entries_of(start, start + wanted.width))
