"""What the person, the official in charge and the auditor may see of the logs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from panjereh.audit import disclosure, entries, store
from panjereh.audit.errors import NotInTheLog
from panjereh.audit.models import AccessLog, Checkpoint, LogBatch, LogEntry
from panjereh.audit.sources import Content, Source


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a row in the log: its batch, and how far from the batch's beginning."""

    batch: LogBatch
    offset: int

    @property
    def index(self) -> int:
        return self.batch.first + self.offset

    @property
    def salt(self) -> bytes:
        return entries.salt_of(bytes(self.batch.salt), self.index)


@dataclass(frozen=True, slots=True)
class Proof:
    """That a row of this kind and content, with this salt, stands in the log at `index`.

    path: hashes from the leaf's neighbour up to the root's child; `checkpoint` is the note that states the root
    """

    kind: str
    content: Content
    salt: bytes
    index: int
    path: list[bytes]
    checkpoint: str


def accesses_of(*subjects: str, limit: int = 200) -> list[AccessLog]:
    """Who read about somebody, under any of their names, the newest first; without what is not disclosed yet."""
    return list(all_accesses_of(subjects)[:limit])


def all_accesses_of(subjects: Collection[str]) -> QuerySet[AccessLog]:
    """As `accesses_of`, to be narrowed and cut into pages."""
    return AccessLog.objects.filter(disclosure.shown(), subject__in=subjects).order_by("-at", "-id")


def accesses_in_case(case: str) -> list[AccessLog]:
    """What was read in the course of a case, the oldest first; without what is not disclosed yet."""
    return list(AccessLog.objects.filter(disclosure.shown(), case=case).exclude(case="").order_by("at", "id"))


def accesses_by(agency: str, since: datetime, until: datetime) -> QuerySet[AccessLog]:
    """What the officials of an agency read in a time, hidden readings too: for who watches over them."""
    rows = AccessLog.objects.filter(agency=agency, at__gte=since, at__lt=until)
    return rows.order_by("at", "id")


def access(access_id: UUID) -> AccessLog | None:
    """One reading, for callers that make sure that its person asks, or somebody for them."""
    return AccessLog.objects.filter(disclosure.shown(), pk=access_id).first()


def decisions() -> Iterator[tuple[str, str]]:
    """Number of the case and commitment to its history, of each decision in the log."""
    entries = LogEntry.objects.filter(kind="decision").order_by("id").values_list("public", "commitment")
    for public, commitment in entries.iterator(chunk_size=500):
        yield str(public.get("case", "")), commitment  # a changed line is the log’s own to find


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def published(checkpoint: Checkpoint) -> str:
    """The note of a checkpoint with the lines of all witnesses that cosigned it."""
    lines = checkpoint.cosignatures.order_by("pk").values_list("line", flat=True)
    return "".join([checkpoint.signature, *lines])


def place_of(source: Source, key: Any) -> Place | None:
    """Where a row stands in the log; None while it waits for its place, or when there is no such row."""
    wanted = str(key)
    batches = LogBatch.objects.filter(kind=source.kind, upto__gte=entries.sortable(key)).order_by("first")
    for batch in batches.iterator(chunk_size=4):
        if wanted in batch.keys:
            return Place(batch, list(batch.keys).index(wanted))
    return None


def proof_of(source: Source, key: Any) -> Proof:
    """All that somebody needs to see for themselves that a row is in the log. Raises NotInTheLog."""
    place, row = place_of(source, key), source.rows([key]).get(str(key))
    checkpoint = latest_checkpoint()
    if place is None or row is None or checkpoint is None:
        raise NotInTheLog
    return Proof(
        kind=source.kind,
        content=source.content(row),
        salt=place.salt,
        index=place.index,
        path=store.tree(checkpoint.size).inclusion(place.index),
        checkpoint=published(checkpoint),
    )
