"""The one who gives out places: new rows become entries, full tiles are kept, and the new root is signed.

Reading and hashing happen before the transaction, for rows that are logged never change; the transaction itself is
short. A row gets its place within a minute or so, and no step of a case pays for it.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from panjereh.audit import entries, merkle, store
from panjereh.audit.chain import new_salt
from panjereh.audit.errors import LogWasChanged, LogWasRolledBack
from panjereh.audit.models import Checkpoint, LogBatch, LogTile, Sequencer
from panjereh.audit.sources import Source
from panjereh.audit.tiles import WIDTH
from panjereh.kernel import clock
from panjereh.signing import operations as signing
from panjereh.storage import insert

LARGEST_BATCH = 1000  # rows in one batch
AT_ONCE = 5000  # rows of one kind in one round
MOST_ROUNDS = 20  # before other routines have their turn
LOOK_BACK = timedelta(minutes=2)  # in which a row may still appear behind one that was seen: clocks of machines differ

Row = tuple[Any, ...]


def sequence(sources: Sequence[Source]) -> int:
    """Give waiting rows their places and sign the new root. Returns how many there were.

    Several workers may call it: the first to commit wins, the others find nothing to do. Raises LogWasChanged and
    LogWasRolledBack instead of signing what would contradict an earlier word.
    """
    head = store.head()
    batches = list(_batches(head.size, sources))
    if not batches:
        return 0
    tiles = list(_full_tiles(head.size, [leaf for batch in batches for leaf in entries.leaves(batch)]))
    size = batches[-1].end
    with transaction.atomic():
        Sequencer.objects.select_for_update().get_or_create(pk=1)
        if store.head() != head:
            return 0  # another worker was faster
        _refuse_what_is_older_than_our_word(head.size)
        insert(batches)
        insert(tiles)
        root = _checked_root(head, size)
        Checkpoint.objects.create(
            size=size, root=root.hex(), signature=signing.sign_checkpoint(size, root), at=clock.now()
        )
    _remember(size)
    return size - head.size


def drain(sources: Sequence[Source]) -> int:
    """Sequence for as long as much waits, but come back after some rounds."""
    total = 0
    for _round in range(MOST_ROUNDS):
        done = sequence(sources)
        total += done
        if done < AT_ONCE:
            break
    return total


def waiting(sources: Sequence[Source]) -> int:
    """How many rows wait for a place; counts up to a round of each kind."""
    settled = _settled_size()
    return sum(len(_waiting(source, settled)[0]) for source in sources)


def _batches(first: int, sources: Sequence[Source]) -> Iterator[LogBatch]:
    settled = _settled_size()
    for source in sources:
        rows, upto = _waiting(source, settled)
        for start in range(0, len(rows), LARGEST_BATCH):
            batch = _batch(first, source, rows[start : start + LARGEST_BATCH], upto)
            yield batch
            first, upto = batch.end, batch.upto


def _batch(first: int, source: Source, rows: list[Row], upto: str) -> LogBatch:
    salt = new_salt()
    commitments = b"".join(
        entries.commitment(source.kind, source.content(row), entries.salt_of(salt, first + offset))
        for offset, row in enumerate(rows)
    )
    return LogBatch(
        first=first,
        kind=source.kind,
        count=len(rows),
        keys=[str(row[0]) for row in rows],
        upto=max([upto, *(entries.sortable(row[0]) for row in rows)]),
        salt=salt,
        commitments=commitments,
    )


def _waiting(source: Source, settled_size: int) -> tuple[list[Row], str]:
    """Rows of a kind without a place, and the largest logged key."""
    settled, known, upto = _seen(source, settled_size if source.is_ordered else 0)
    rows = source.newer(settled, AT_ONCE + len(known))
    return [row for row in rows if str(row[0]) not in known][:AT_ONCE], upto


def _seen(source: Source, settled_size: int) -> tuple[str, set[str], str]:
    """The key behind which no unseen row can appear any more; what is logged behind it; the largest logged key."""
    batches = LogBatch.objects.filter(kind=source.kind).order_by("-first")
    newest = batches.only("upto").first()
    if newest is None:
        return "", set(), ""
    settled = batches.filter(first__lt=settled_size).only("upto").first()
    known = {key for batch in batches.filter(first__gte=settled_size).iterator() for key in entries.keys_of(batch)}
    return (settled.upto if settled else ""), known, newest.upto


def settled_key(source: Source) -> str:
    """The key up to which every row has its place; "" where nothing can be said."""
    return _seen(source, _settled_size())[0] if source.is_ordered else ""


def _settled_size() -> int:
    """The size of the log before which every transaction has ended that could still bring older rows."""
    horizon = clock.now() - LOOK_BACK
    if connection.vendor == "postgresql":
        horizon = min(horizon, _oldest_writer() - LOOK_BACK)
    last = Checkpoint.objects.filter(at__lt=horizon).order_by("-size").only("size").first()
    return last.size if last else 0


def _oldest_writer() -> datetime:
    """Since when the oldest transaction that has written something is running on this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(MIN(xact_start), now()) FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
        )
        (since,) = cursor.fetchone()
        return since  # type: ignore[no-any-return]


def _full_tiles(size: int, new: list[bytes]) -> Iterator[LogTile]:
    """Each tile that gets full, on every level, when a tree of `size` leaves grows by `new`."""
    hashes, before, level = new, size, 0
    while hashes:
        start = before // WIDTH * WIDTH
        held = store.hashes(level, start, before) + hashes
        hashes = []
        for at in range(0, len(held) - WIDTH + 1, WIDTH):
            tile = held[at : at + WIDTH]
            hashes.append(merkle.root(tile))
            yield LogTile(level=level, number=(start + at) // WIDTH, hashes=b"".join(tile), root=hashes[-1])
        before, level = before // WIDTH, level + 1


def _checked_root(head: store.Head, size: int) -> bytes:
    """The root from what is stored now. Before it is signed, the old root must come out again, too."""
    tree = store.tree(size)
    if merkle.tree_root(tree.node, head.size) != head.root:
        raise LogWasChanged(size=head.size)
    return tree.root()


def _anchor() -> Path:
    """A file outside of the database that says how much was signed."""
    return Path(settings.LOG_FOLDER) / "signed"


def signed_size() -> int:
    """The largest size that was ever signed here, as a file outside of the database remembers."""
    try:
        return int(_anchor().read_text())
    except (FileNotFoundError, ValueError):
        return 0


def _refuse_what_is_older_than_our_word(size: int) -> None:
    if signed_size() > size:
        raise LogWasRolledBack(signed=signed_size(), size=size)


def _remember(size: int) -> None:
    """After the commit, for whom it concerns: a size that was signed must never be signed again with another root."""
    file = _anchor()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".signed.{os.getpid()}")
    draft.write_text(f"{size}\n")
    draft.replace(file)
