"""What changed in who may do what: one chain for each mandate, each official and the table of permissions."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from panjereh.audit import chain
from panjereh.audit import verify as walking
from panjereh.identity.authority import AuthorityEvent, Mandate
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.storage import Prepared

MANDATE = "mandate:"
LAST = Prepared(lambda stream: AuthorityEvent.objects.filter(stream=stream).order_by("-seq"))


def append(
    stream: str, kind: str, *, actor: Actor, personal: dict[str, Any] | None = None, **public: Any
) -> AuthorityEvent:
    """Write down that `kind` happened. The caller holds a lock on what the stream is about.

    public: JSON without personal values; `personal` may be erased later and its commitment stays
    """
    last = LAST.first(stream)
    salt = chain.new_salt() if personal is not None else None
    at = clock.now()
    stated = {
        "stream": stream,
        "seq": last.seq + 1 if last else 0,
        "kind": kind,
        "at": at.isoformat(),
        "actor": str(actor.party) if actor.party else None,
        "actor_agency": actor.agency,
        "actor_roles": sorted(actor.roles),
        "channel": str(actor.channel),
        "level": str(actor.level),
        **public,
    }
    commitment = chain.commit(personal, salt) if personal is not None and salt is not None else ""
    previous = last.hash if last else chain.GENESIS
    event = AuthorityEvent(
        stream=stream,
        seq=stated["seq"],
        kind=kind,
        at=at,
        public=stated,
        personal=personal,
        salt=salt,
        commitment=commitment,
        prev_hash=previous,
        hash=chain.link(previous, stated, commitment),
    )
    event.save(force_insert=True)
    return event


def terms_of(mandate: Mandate) -> dict[str, Any]:
    """What a mandate says, as its history states it with every step: a row that says otherwise was tampered with."""
    return {
        "mandate_kind": mandate.kind,
        "state": mandate.state,
        "principal": str(mandate.principal_id),
        "agent": str(mandate.agent_id) if mandate.agent_id else None,
        "services": mandate.services,
        "agency": mandate.agency,
        "reads_only": mandate.reads_only,
        "together": mandate.together,
        "since": mandate.since.isoformat(),
        "until": mandate.until.isoformat() if mandate.until else None,
    }


def of(stream: str) -> list[AuthorityEvent]:
    """Everything that happened in a stream, oldest first."""
    return list(AuthorityEvent.objects.filter(stream=stream).order_by("seq"))


def verify() -> Iterator[str]:
    """A sentence for each stream whose history doesn't hold. Events that are gone the transparency log misses."""
    told: set[str] = set()
    events = AuthorityEvent.objects.order_by("stream", "seq").iterator(chunk_size=500)
    for stream, group in groupby(events, key=lambda event: event.stream):
        told.add(stream)
        held = list(group)
        fault = walking.chain(_row(event) for event in held)
        if fault:
            yield f"{stream}, event {fault.position}: {fault.code}"
        elif any(_mislabelled(event) for event in held):
            yield f"{stream}: columns"
        elif stream.startswith(MANDATE) and (wrong := _differs(stream, held[-1])):
            yield f"{stream}, event {len(held)}: {wrong}"
    for number in Mandate.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=500):
        if f"{MANDATE}{number}" not in told:
            yield f"{MANDATE}{number}: without history"


def _differs(stream: str, last: AuthorityEvent) -> str:
    """How the mandate's own row differs from what its newest event says."""
    mandate = Mandate.objects.filter(pk=stream.removeprefix(MANDATE)).first()
    if mandate is None:
        return "gone"
    if mandate.head != last.hash:
        return "head"
    same_moment = {"since": mandate.since, "until": mandate.until}
    stated = {name: last.public.get(name) for name in terms_of(mandate)}
    moments = {name: datetime.fromisoformat(stated[name]) if stated[name] else None for name in same_moment}
    return "" if {**stated, **moments} == {**terms_of(mandate), **same_moment} else "row"


def _mislabelled(event: AuthorityEvent) -> bool:
    stated = event.public
    columns = (event.stream, event.seq, event.kind, event.at.isoformat())
    return columns != (stated["stream"], stated["seq"], stated["kind"], stated["at"])


def _row(event: AuthorityEvent) -> walking.Row:
    return walking.Row(
        id=event.pk,
        previous=event.prev_hash,
        public=event.public,
        commitment=event.commitment,
        hash=event.hash,
        value=event.personal,
        salt=None if event.salt is None else bytes(event.salt),
    )
