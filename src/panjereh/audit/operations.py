"""Write down who read what, and what was decided."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from panjereh.audit import chain, merkle
from panjereh.audit.models import AccessLog, Checkpoint, LogEntry, LogPlace, Sequencer
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.storage import insert

LARGEST_BATCH = 1000  # entries that get their place in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One reading of personal data. `fields` are names, `source` is where they were read (registry, case, file)."""

    actor: Actor
    subject: str
    source: str
    fields: list[str]
    purpose: str
    law: str = ""
    case: str | None = None
    role: str = ""


def record_access(
    *,
    actor: Actor,
    subject: str,
    source: str,
    fields: list[str],
    purpose: str,
    law: str = "",
    case: str | None = None,
    role: str = "",
) -> None:
    """Write one reading down, for the person to see. Say it before the data is handed out."""
    record_accesses(
        [
            Access(
                actor=actor,
                subject=subject,
                source=source,
                fields=fields,
                purpose=purpose,
                law=law,
                case=case,
                role=role,
            )
        ]
    )


def record_accesses(accesses: Iterable[Access]) -> None:
    """As `record_access`, several at once."""
    now = clock.now()
    insert(
        AccessLog(
            at=now,
            actor=access.actor.party,
            actor_name=access.actor.name,
            role=access.role or ", ".join(sorted(access.actor.roles)),
            agency=access.actor.agency or "",
            channel=access.actor.channel,
            subject=access.subject,
            source=access.source,
            fields=sorted(access.fields),
            purpose=access.purpose,
            law=access.law,
            case=access.case or "",
        )
        for access in accesses
    )


def log_decision(*, key: str, kind: str, public: dict[str, Any], commitment: str) -> None:
    """Hand a decision in for the transparency log; the same key again changes nothing.

    `public` holds nothing personal: what is personal stays behind the commitment. It gets its place by `sequence`.
    """
    insert(
        [
            LogEntry(
                key=key,
                kind=kind,
                public=public,
                commitment=commitment,
                leaf=leaf_of(key, kind, public, commitment),
                at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )


def leaf_of(key: str, kind: str, public: dict[str, Any], commitment: str) -> str:
    """The leaf hash (hex) of an entry."""
    return merkle.leaf_hash(chain.canonical({"key": key, "kind": kind, "public": public, "commitment": commitment}))


def sequence(sign: Callable[[bytes], str] | None = None) -> int:
    """Give waiting entries their places and sign the new root. Returns how many there were.

    Several workers may call it: they wait for each other. `sign` gets the text of the checkpoint.
    """
    if not LogEntry.objects.filter(place=None).exists():
        return 0
    with transaction.atomic():
        Sequencer.objects.select_for_update().get_or_create(pk=1)
        waiting = list(LogEntry.objects.filter(place=None).order_by("id")[:LARGEST_BATCH])
        if not waiting:
            return 0
        last = Checkpoint.objects.order_by("-size").first()
        size, peaks = (last.size, list(last.peaks)) if last else (0, [])
        places = []
        for entry in waiting:
            places.append(LogPlace(index=size, entry=entry))
            peaks = merkle.add(peaks, size, entry.leaf)
            size += 1
        insert(places)
        root = merkle.root_of(peaks)
        signature = sign(checkpoint_text(size, root)) if sign else ""
        Checkpoint.objects.create(size=size, root=root, peaks=peaks, signature=signature, at=clock.now())
        return len(waiting)


def checkpoint_text(size: int, root: str) -> bytes:
    """What a checkpoint's signature covers."""
    return chain.canonical({"log": "decisions", "root": root, "size": size})
