"""Walk the chains of the cases and say which events were tampered with."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from panjereh.audit import verify as audit
from panjereh.cases.models import Event


@dataclass(frozen=True, slots=True)
class Broken:
    """A case whose history doesn't hold: the first wrong event, counted from 0, and what is wrong with it.

    Codes are audit's; `head` means that events were cut off at the end.
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
