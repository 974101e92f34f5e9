"""Walk the chains of a registry and say which records were tampered with."""

from collections.abc import Iterator
from itertools import groupby

from django.db.models import QuerySet

from panjereh.audit import verify as audit
from panjereh.registries import history
from panjereh.registries.models import Current, Record
from panjereh.registries.types import Broken
from panjereh.vault import fields


def chains(registry: str | None = None) -> list[Broken]:
    """Every entity whose history doesn't hold, with its first wrong record; empty when all is well.

    registry: id of the one to look at; None for all
    """
    records = Record.objects.select_related("entity", "act").order_by("entity_id", "version")
    if registry is not None:
        records = records.filter(entity__registry=registry)
    return [
        *_broken_chains(records.iterator(chunk_size=500)),
        *_wrongly_superseded(records.filter(superseded__isnull=False)),
        *_wrongly_believed(registry),
    ]


def _wrongly_superseded(records: QuerySet[Record]) -> Iterator[Broken]:
    """A record is superseded by the act of a later one that says so, at its time."""
    for record in records.select_related("superseded").iterator(chunk_size=500):
        gone = record.superseded
        by = Record.objects.filter(entity=record.entity_id, act=gone.act_id, version__gt=record.version).first()
        if by is None or record.version not in by.supersedes or gone.at != by.recorded_at:
            yield Broken(record.entity.registry, record.entity_id, record.version, "superseded")


def _broken_chains(records: Iterator[Record]) -> Iterator[Broken]:
    for entity_id, group in groupby(records, key=lambda record: record.entity_id):
        held = list(group)
        fault = _unopened(held) or audit.chain(_row(record) for record in held)
        if fault:
            yield Broken(held[0].entity.registry, entity_id, held[fault.position].version, fault.code)


def _unopened(records: list[Record]) -> audit.Fault | None:
    """The first record whose encrypted part, or that of its act, does not open."""
    for position, record in enumerate(records):
        if fields.damaged(record) or fields.damaged(record.act):
            return audit.Fault(record.pk, position, "sealed")
    return None


def _row(record: Record) -> audit.Row:
    erased = record.data is None
    return audit.Row(
        id=record.pk,
        previous=record.previous,
        public=history.public_part(record),
        commitment=record.commitment,
        hash=record.hash,
        value=None if erased else history.personal_part(record),
        salt=bytes(record.salt) if record.salt is not None else None,
    )


def _wrongly_believed(registry: str | None) -> Iterator[Broken]:
    """The index must agree with history: what no later act superseded is believed, and nothing else."""
    records = Record.objects.select_related("entity")
    if registry is not None:
        records = records.filter(entity__registry=registry)
    forgotten = records.filter(current=None, superseded=None)
    revived = records.filter(current__isnull=False, superseded__isnull=False)
    for record in [*forgotten, *revived]:
        yield Broken(record.entity.registry, record.entity_id, record.version, "index")
    for current in Current.objects.filter(record__in=records).select_related("record__entity").iterator():
        record = current.record
        if (current.valid_from, current.valid_to) != (record.valid_from, record.valid_to):
            yield Broken(record.entity.registry, record.entity_id, record.version, "index")
