"""What the person, the official in charge and the auditor may see of the logs."""

import base64
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from panjereh.audit import disclosure, entries, store
from panjereh.audit.errors import NotInTheLog
from panjereh.audit.models import AccessLog, Checkpoint, Contradiction, Cosignature, LogBatch, LogEntry
from panjereh.audit.sources import Content, Source
from panjereh.signing import queries as signing


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

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "content": self.content, "salt": self.salt.hex(), "proof": self.as_text()}

    def as_text(self) -> str:
        """In the form of C2SP tlog-proof."""
        path = "".join(f"{base64.b64encode(step).decode()}\n" for step in self.path)
        return f"c2sp.org/tlog-proof@v1\nindex {self.index}\n{path}\n{self.checkpoint}"


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


def was_logged(key: str) -> bool:
    """Whether a statement of this key was handed in for the transparency log."""
    return LogEntry.objects.filter(key=key).exists()


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


def seen_at(source: Source, key: Any) -> datetime | None:
    """When a signed root first covered a row; None while none does. Nobody can move it back without forking the log."""
    place = place_of(source, key)
    if place is None:
        return None
    covering = Checkpoint.objects.filter(size__gt=place.index).order_by("size")
    return covering.values_list("at", flat=True).first()


def proof_of(source: Source, key: Any) -> Proof:
    """All that somebody needs to see for themselves that a row is in the log. Raises NotInTheLog."""
    found = proofs_of(source, [key])
    if not found:
        raise NotInTheLog
    return found[0]


def proofs_of(source: Source, keys: Sequence[Any]) -> list[Proof]:
    """The proofs of those of these rows that are in the log, in the order of the keys."""
    checkpoint, rows = latest_checkpoint(), source.rows(keys)
    if checkpoint is None:
        return []
    note, tree = published(checkpoint), store.tree(checkpoint.size)
    return [
        Proof(
            kind=source.kind,
            content=source.content(rows[str(key)]),
            salt=place.salt,
            index=place.index,
            path=tree.inclusion(place.index),
            checkpoint=note,
        )
        for key in keys
        if str(key) in rows and (place := place_of(source, key)) is not None
    ]


def bundle(proofs: Sequence[Proof], opened: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Proofs as the file that somebody downloads and checks with `check_proof.py`.

    opened: values of events with their salts, as {"seq": …, "value": …, "salt": …}
    """
    return {
        "format": "panjereh-proof/1",
        "key": signing.log_key().vkey,
        "entries": [each.as_json() for each in proofs],
        **({"opened": list(opened)} if opened else {}),
    }


def address() -> str:
    """Where the files of the log are fetched."""
    return f"{settings.PUBLIC_ADDRESS}/log"


def witnesses() -> list[Cosignature]:
    """The newest cosignature of each witness, by name."""
    newest: dict[str, Cosignature] = {}
    for line in Cosignature.objects.select_related("checkpoint").order_by("-checkpoint_id")[:100]:
        newest.setdefault(line.witness, line)
    return [newest[name] for name in sorted(newest)]


def is_disputed() -> bool:
    """Whether a witness has shown that this installation's own log was seen with another history."""
    return Contradiction.objects.filter(origin=signing.log_key().name).exists()
