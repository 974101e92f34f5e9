"""What the person, the official in charge and the auditor may see of the logs."""

from collections.abc import Iterator

from panjereh.audit import merkle
from panjereh.audit.models import AccessLog, Checkpoint, LogEntry, LogPlace


def accesses_of(subject: str, *, limit: int = 200) -> list[AccessLog]:
    """Who read about a subject, the newest first."""
    return list(AccessLog.objects.filter(subject=subject).order_by("-at", "-id")[:limit])


def accesses_in_case(case: str) -> list[AccessLog]:
    """What was read in the course of a case, the oldest first."""
    return list(AccessLog.objects.filter(case=case).exclude(case="").order_by("at", "id"))


def decisions() -> Iterator[tuple[str, str]]:
    """Number of the case and commitment to its history, of each decision in the log."""
    entries = LogEntry.objects.filter(kind="decision").order_by("id").values_list("public", "commitment")
    for public, commitment in entries.iterator(chunk_size=500):
        yield str(public.get("case", "")), commitment  # a changed line is the log’s own to find


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def place_of(key: str) -> int | None:
    """The index in the transparency log of an entry; None while it waits for one, or when there is no such entry."""
    return LogPlace.objects.filter(entry__key=key).values_list("index", flat=True).first()


def inclusion_proof(index: int, size: int) -> list[str]:
    """The path that proves an entry's place in the log of a size (see `merkle.is_included`)."""
    leaves = LogPlace.objects.filter(index__lt=size).order_by("index").values_list("entry__leaf", flat=True)
    return merkle.inclusion_proof(list(leaves), index)
