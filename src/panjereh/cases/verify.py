"""Walk the chains of the cases and say which events were tampered with."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from django.db.models import Q

from panjereh.audit import queries as log
from panjereh.audit import verify as audit
from panjereh.cases import retention, signatures
from panjereh.cases.models import Case, Decision, Event, Signature, Upload
from panjereh.documents import queries as documents
from panjereh.registries import queries as registries
from panjereh.vault import fields, files
from panjereh.vault.errors import Damaged, KeyDestroyed, KeyIsMissing

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Broken:
    """A case whose history doesn't hold: the first wrong event, counted from 0, and what is wrong with it.

    Codes are audit's; `sealed` means that what is encrypted does not open, or lies there open, `erased` that values are
    gone without proof that they were erased, `head` that events were cut off at the end, `case` that the case's own row
    says otherwise, `results` that an entry or a certificate that it made is missing, `signature` that what a person
    signed is missing or does not hold, `gone` that nothing is left of its history, or of the case of which the log of
    decisions tells.
    """

    number: str
    seq: int
    code: str

    def __str__(self) -> str:
        return f"case {self.number}, event {self.seq}: {self.code}"


def chains() -> list[Broken]:
    """Every case whose history doesn't hold; empty when all is well."""
    return [*_broken(), *_without_history(), *_only_in_the_log(), *_wrong_reasons()]


def uploads() -> Iterator[str]:
    """Every file that somebody handed in and that is not any more what it was. What was erased or infected is gone."""
    kept = Upload.objects.exclude(scan=Upload.Scan.INFECTED).filter(Q(case=None) | Q(case__erased_at=None))
    for upload in kept.order_by("pk").iterator(chunk_size=100):
        if not _is_what_it_was(upload):
            yield f"upload {upload.pk}: file"


def _is_what_it_was(upload: Upload) -> bool:
    content = hashlib.sha256()
    try:
        with files.open_(upload.stored_as, upload.scope) as file:
            while piece := file.read(files.PIECE):
                content.update(piece)
    except KeyDestroyed:
        return True  # erased, and so on purpose
    except (Damaged, KeyIsMissing, OSError):
        return False
    return content.hexdigest() == upload.sha256


def _wrong_reasons() -> Iterator[Broken]:
    """Decisions whose reason is none that the events of their case tell."""
    for decision in Decision.objects.select_related("case").order_by("pk").iterator(chunk_size=500):
        if fields.damaged(decision):
            yield Broken(decision.case.number, decision.pk, "sealed")
        elif decision.reason and decision.reason not in _reasons(decision.case_id):
            yield Broken(decision.case.number, decision.pk, "reason")


def _reasons(case: UUID) -> set[str]:
    told = Event.objects.filter(case=case).exclude(personal=None)
    return {str(event.personal["reason"]).strip() for event in told if event.personal and "reason" in event.personal}


def _without_history() -> Iterator[Broken]:
    for number in Case.objects.filter(events=None).order_by("number").values_list("number", flat=True):
        yield Broken(number, 0, "gone")


def _only_in_the_log() -> Iterator[Broken]:
    """Decisions of which nothing is left but their line in the log, in which nothing can be changed unseen."""
    for logged in _in_batches(log.decisions()):
        wanted = [commitment for _case, commitment in logged]
        held = set(Event.objects.filter(hash__in=wanted).values_list("hash", flat=True))
        yield from (Broken(number, 0, "gone") for number, commitment in logged if commitment not in held)


def _in_batches(decisions: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    rest = iter(decisions)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def _lost_results(events: list[Event]) -> bool:
    """Whether an entry or a certificate that the case made is not there any more."""
    made = [event.public for event in events if event.kind == "produced"]
    entities = {UUID(record.rpartition(":")[2]) for each in made for record in each["records"]}
    number = events[0].public["case"]
    return bool(registries.missing(entities)) or len(documents.of_case(number)) < sum(
        each["documents"] for each in made
    )


def _broken() -> Iterator[Broken]:
    events = Event.objects.select_related("case").order_by("case_id", "seq").iterator(chunk_size=500)
    for _case, group in groupby(events, key=lambda event: event.case_id):
        held = list(group)
        case = held[0].case
        fault = _unopened(held) or audit.chain(_row(event) for event in held) or _mislabelled(held)
        if fault:
            yield Broken(case.number, fault.position, fault.code)
        elif case.head != held[-1].hash:
            yield Broken(case.number, len(held), "head")
        elif _erased_without_proof(case, held):
            yield Broken(case.number, len(held), "erased")
        elif fields.damaged(case):
            yield Broken(case.number, len(held), "sealed")
        elif not _says_what_was_written(case, held):
            yield Broken(case.number, len(held), "case")
        elif _lost_results(held):
            yield Broken(case.number, len(held), "results")
        elif _not_signed(held):
            yield Broken(case.number, len(held), "signature")


def _not_signed(events: list[Event]) -> bool:
    """Whether a signature of which the history tells is missing, or does not hold any more."""
    told = sorted(event.public["sha256"] for event in events if event.kind == "signed" and _is_passkeys(event))
    if not told:
        return False
    kept = list(Signature.objects.filter(case=events[0].case_id).select_related("case"))
    faulty = any(fields.damaged(one) or signatures.fault(one) for one in kept)
    return faulty or sorted(one.sha256 for one in kept) != told


def _is_passkeys(event: Event) -> bool:
    """Whether a signature is kept for it: who declares, or signs on paper, leaves none with us."""
    return bool(event.public["with_"] == "passkey")


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


def _erased_without_proof(case: Case, events: list[Event]) -> bool:
    """Whether values are gone, and neither the case nor the transparency log says that they were erased."""
    gone = any(event.commitment and event.personal is None for event in events)
    told = any(event.kind == "erased" for event in events)
    return (gone or told or case.erased_at is not None) and not (gone and told and retention.is_proven(case))


def _unopened(events: list[Event]) -> audit.Fault | None:
    """The first event whose encrypted part does not open."""
    for position, event in enumerate(events):
        if fields.damaged(event):
            return audit.Fault(event.pk, position, "sealed")
    return None


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
