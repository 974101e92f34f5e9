"""Walk the chains of the cases and say which events were tampered with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from panjereh.audit import verify as audit
from panjereh.cases.models import Case, Event


@dataclass(frozen=True, slots=True)
class Broken:
    """A case whose history doesn't hold: the first wrong event, counted from 0, and what is wrong with it.

    Codes are audit's; `head` means that events were cut off at the end, `case` that the case's own row says otherwise.
    """

    number: str
    seq: int
    code: str

    def __str__(self) -> str:
        return f"case {self.number}, event {self.seq}: {self.code}"


def chains() -> list[Broken]:
    """Every case whose history doesn't hold; empty when all is well."""
    return list(_broken())


def _broken() -> Iterator[Broken]:
    events = Event.objects.select_related("case").order_by("case_id", "seq").iterator(chunk_size=500)
    for _case, group in groupby(events, key=lambda event: event.case_id):
        held = list(group)
        case = held[0].case
        fault = audit.chain(_row(event) for event in held) or _mislabelled(held)
        if fault:
            yield Broken(case.number, fault.position, fault.code)
        elif case.head != held[-1].hash:
            yield Broken(case.number, len(held), "head")
        elif not _says_what_was_written(case, held):
            yield Broken(case.number, len(held), "case")


def _says_what_was_written(case: Case, events: list[Event]) -> bool:
    """Whether the case's own row agrees with its history: the answers, the version, whose it is, how it ended."""
    stated = events[0].public
    pinned = _last(events, "version", lambda event: event.kind == "migrated")
    agency = _last(events, "agency", lambda event: "from_agency" in event.public)
    answers = [event.personal["answers"] for event in events if event.personal and "answers" in event.personal]
    ended = [event.public["outcome"] for event in events if event.kind == "closed"]
    return (
        (case.number, str(case.version_id)) == (stated["case"], pinned)
        and (case.service, case.agency) == (stated["service"], agency)
        and str(case.applicant_id) == stated["applicant"]
        and (not answers or case.answers == answers[-1])
        and case.outcome == (ended[-1] if ended else "")
        and (case.state == Case.State.CLOSED) == bool(ended)
    )


def _last(events: list[Event], name: str, changes: Callable[[Event], bool]) -> Any:
    """What the newest event that may change something says of it; if none did, what the first said."""
    return next((event for event in reversed(events) if changes(event)), events[0]).public[name]


def _mislabelled(events: list[Event]) -> audit.Fault | None:
    """The first event whose columns, by which it is found, say otherwise than its chained part."""
    for position, event in enumerate(events):
        stated = event.public
        if (event.seq, event.kind, event.at.isoformat()) != (stated["seq"], stated["kind"], stated["at"]):
            return audit.Fault(str(event.pk), position, "columns")
    return None


def _row(event: Event) -> audit.Row:
    return audit.Row(
        id=event.pk,
        previous=event.prev_hash,
        public=event.public,
        commitment=event.commitment,
        hash=event.hash,
        value=event.personal,
        salt=bytes(event.salt) if event.salt is not None else None,
    )
