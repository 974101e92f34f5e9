"""Recompute the whole log from what is stored, and every row from its entry; name what does not fit.

It reads from beginning to end, a batch at a time, and keeps no more than a batch and a tile for each level in memory.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef

from panjereh.audit import entries, faithful, merkle, sequencer
from panjereh.audit.models import Checkpoint, Cosignature, LogBatch, LogEntry, LogTile
from panjereh.audit.sources import Source
from panjereh.audit.tiles import WIDTH
from panjereh.signing import queries as signing
from panjereh.signing.checkpoints import Checkpoint as Stated
from panjereh.signing.errors import BadCheckpoint, BadNote
from panjereh.signing.notes import Note, Verifier

PAGE = 500
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that is not what the log says, and what is wrong with it.

    Codes: `changed`, `deleted`, `added` (the log knows no such row), `unreadable`, `spelling` (the same value, stored
    otherwise than we write). Of the log's own tables: `place`, `count`, `tile`, `root`, `signature`, `missing`.
    """

    table: str
    key: str
    code: str
    place: int | None = None

    def __str__(self) -> str:
        where = f", entry {self.place}" if self.place is not None else ""
        return f"{self.table} {self.key}{where}: {self.code}"


@dataclass
class Walk:
    """How far the recomputation of the tree is."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)
    waiting: dict[int, list[bytes]] = field(default_factory=dict)

    def add(self, leaf: bytes) -> Iterator[tuple[int, int, list[bytes], bytes]]:
        """Grow by a leaf; gives (level, number, hashes, root) of each tile that is full now."""
        merkle.add(self.peaks, self.size, leaf)
        self.size += 1
        level, hash_ = 0, leaf
        while True:
            held = self.waiting.setdefault(level, [])
            held.append(hash_)
            if len(held) < WIDTH:
                return
            hash_ = merkle.root(held)
            yield level, (self.size >> (8 * (level + 1))) - 1, held, hash_
            self.waiting[level] = []
            level += 1

    @property
    def root(self) -> bytes:
        return merkle.root_of(self.peaks)


def everything(sources: Sequence[Source], progress: Progress = lambda _done: None) -> Iterator[Wrong]:
    """All faults of the log and of the rows that it covers, in the order in which they are found."""
    by_kind = {source.kind: source for source in sources}
    yield from _tree(by_kind, progress)
    for source in sources:
        yield from _added(source)
    for model in (LogBatch, LogTile, Checkpoint, Cosignature):
        yield from (Wrong(model._meta.db_table, key, code) for key, code in faithful.spoilt(model))


def _tree(by_kind: Mapping[str, Source], progress: Progress) -> Iterator[Wrong]:
    walk = Walk()
    tiles = 0
    checkpoints = _read_all(Checkpoint, "size")
    checkpoint = next(checkpoints, None)
    for batch in _read_all(LogBatch, "first"):
        if isinstance(batch, Wrong) or batch.first != walk.size or not _is_whole(batch):
            yield batch if isinstance(batch, Wrong) else Wrong("audit_logbatch", str(batch.first), "place", walk.size)
            return  # without it, nothing behind it can be computed
        yield from _rows(batch, by_kind.get(batch.kind))
        for leaf in entries.leaves(batch):
            for level, number, hashes, root in walk.add(leaf):
                tiles += 1
                yield from _tile(level, number, b"".join(hashes), root)
            while checkpoint is not None and _size(checkpoint) <= walk.size:
                yield from _checkpoint(checkpoint, walk)
                checkpoint = next(checkpoints, None)
        progress(walk.size)
    yield from _end(walk, checkpoint)
    lost = Cosignature.objects.filter(~Exists(Checkpoint.objects.filter(pk=OuterRef("checkpoint_id"))))
    yield from (Wrong("audit_cosignature", str(key), "place") for key in lost.values_list("pk", flat=True))
    if LogTile.objects.count() != tiles:
        yield Wrong("audit_logtile", "", "count", walk.size)


def _read_all(model: type[Any], order: str) -> Iterator[Any]:
    """The rows of a table of the log, one at a time; a Wrong for one that can't be read."""
    for key in model.objects.order_by(order).values_list("pk", flat=True).iterator(chunk_size=PAGE):
        try:
            yield model.objects.get(pk=key)
        except (*faithful.SPOILT, model.DoesNotExist):
            yield Wrong(model._meta.db_table, str(key), "unreadable")


def _size(checkpoint: Checkpoint | Wrong) -> int:
    return 0 if isinstance(checkpoint, Wrong) else checkpoint.size


def _end(walk: Walk, checkpoint: Checkpoint | Wrong | None) -> Iterator[Wrong]:
    """What was signed and is not there, and what is there and was not signed."""
    last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    if isinstance(checkpoint, Checkpoint):
        yield Wrong("audit_logbatch", str(walk.size), "missing", walk.size)
    elif checkpoint is not None:
        yield checkpoint
    elif sequencer.signed_size() > walk.size:
        yield Wrong("audit_logbatch", str(walk.size), "missing", walk.size)
    if last < walk.size:
        yield Wrong("audit_checkpoint", str(walk.size), "missing", last)


def _is_whole(batch: LogBatch) -> bool:
    kept = len(bytes(batch.commitments))
    return (
        isinstance(batch.keys, list)
        and batch.count == len(batch.keys) == kept // 32
        and kept % 32 == 0
        and len(set(batch.keys)) == batch.count
    )


def _rows(batch: LogBatch, source: Source | None) -> Iterator[Wrong]:
    """Compare each row of a batch with its entry."""
    if batch.kind == entries.FIRST_KIND:
        yield from _first_statements(batch)
        return
    if source is None:
        yield Wrong("audit_logbatch", str(batch.first), "kind", batch.first)
        return
    stored = entries.split(batch.commitments)
    for start in range(0, batch.count, PAGE):
        keys = list(entries.keys_of(batch))[start : start + PAGE]
        rows = faithful.read(source, keys)
        for offset, key in enumerate(keys, start):
            place = batch.first + offset
            row = rows.get(key)
            if row is None:
                yield Wrong(source.table, key, "deleted", place)
            elif isinstance(row, str):
                yield Wrong(source.table, key, row, place)
            elif _commitment(source, row, bytes(batch.salt), place) != stored[offset]:
                yield Wrong(source.table, key, "changed", place)


def _commitment(source: Source, row: tuple[object, ...], salt: bytes, place: int) -> bytes:
    try:
        return entries.commitment(source.kind, source.content(row), entries.salt_of(salt, place))
    except ValueError:
        return b""


def _first_statements(batch: LogBatch) -> Iterator[Wrong]:
    rows = LogEntry.objects.in_bulk([int(key) for key in batch.keys])
    for offset, (key, leaf) in enumerate(zip(batch.keys, entries.split(batch.commitments), strict=True)):
        row = rows.get(int(key))
        if row is None:
            yield Wrong("audit_logentry", key, "deleted", batch.first + offset)
        elif merkle.leaf_hash(entries.first_statement(row)) != leaf:
            yield Wrong("audit_logentry", key, "changed", batch.first + offset)


def _tile(level: int, number: int, hashes: bytes, root: bytes) -> Iterator[Wrong]:
    kept = LogTile.objects.filter(level=level, number=number).first()
    if kept is None or bytes(kept.hashes) != hashes or bytes(kept.root) != root:
        yield Wrong("audit_logtile", f"{level}/{number}", "missing" if kept is None else "tile")


def _checkpoint(checkpoint: Checkpoint | Wrong, walk: Walk) -> Iterator[Wrong]:
    if isinstance(checkpoint, Wrong):
        yield checkpoint
        return
    key = str(checkpoint.size)
    if checkpoint.size != walk.size or checkpoint.root != walk.root.hex():
        yield Wrong("audit_checkpoint", key, "root", walk.size)
        return
    try:
        stated = signing.read_checkpoint(checkpoint.signature)
    except BadCheckpoint:
        yield Wrong("audit_checkpoint", key, "signature", walk.size)
        return
    if (stated.size, stated.root) != (walk.size, walk.root):
        yield Wrong("audit_checkpoint", key, "signature", walk.size)
        return
    yield from _cosignatures(checkpoint)


def _cosignatures(checkpoint: Checkpoint) -> Iterator[Wrong]:
    """Those that are not over this checkpoint. `witness` is the key under which each was taken."""
    for key in Cosignature.objects.filter(checkpoint=checkpoint.size).order_by("pk").values_list("pk", flat=True):
        try:
            cosignature = Cosignature.objects.get(pk=key)
            witness = Verifier.parse(cosignature.witness)
            seen = Note.parse(f"{checkpoint.signature}{cosignature.line}").cosigned_by(witness)
        except (BadNote, *faithful.SPOILT):
            seen = None
        if seen is None:
            yield Wrong("audit_cosignature", str(key), "signature", checkpoint.size)


def _added(source: Source) -> Iterator[Wrong]:
    """Rows that the log knows nothing of, other than those that may still wait for their places."""
    settled = sequencer.settled_key(source)
    if not settled:
        return
    lost: set[str] = set()
    seen: set[str] = set()
    upto = ""
    batches = LogBatch.objects.filter(kind=source.kind).order_by("first").iterator(chunk_size=10)
    for key in _keys_upto(source, settled):
        while str(key) not in seen and upto < entries.sortable(key) and (batch := next(batches, None)):
            found = set(entries.keys_of(batch))
            seen |= found - lost
            lost -= found
            upto = batch.upto
        if str(key) in seen:
            seen.discard(str(key))
        else:
            lost.add(str(key))
    for batch in batches:
        lost -= set(entries.keys_of(batch))
    yield from (Wrong(source.table, key, "added") for key in sorted(lost))


def _keys_upto(source: Source, settled: str) -> Iterator[Any]:
    rows = source.model._default_manager.filter(pk__lte=source.parse(settled)).order_by("pk")
    yield from rows.values_list("pk", flat=True).iterator(chunk_size=PAGE)


def agrees_with(kept: Stated) -> Wrong | None:
    """Whether the log as stored goes on from a checkpoint that somebody kept; what is wrong if not."""
    peaks: list[bytes] = []
    size = 0
    for batch in LogBatch.objects.filter(first__lt=kept.size).order_by("first").iterator(chunk_size=10):
        for leaf in entries.leaves(batch)[: kept.size - batch.first]:
            merkle.add(peaks, size, leaf)
            size += 1
    if size < kept.size:
        return Wrong("audit_logbatch", str(size), "missing", size)
    if merkle.root_of(peaks) != kept.root:
        return Wrong("audit_checkpoint", str(kept.size), "root", size)
    return None
