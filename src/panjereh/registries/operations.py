"""All that writes to a registry. Nothing is ever overwritten: what is wrong is superseded, and stays to be seen.

Each takes a `key` that names the act: done twice, it returns what the first time wrote.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.definitions import Registry
from panjereh.definitions.classification import is_closed
from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.registries import history, keys
from panjereh.registries.errors import (
    EntryIsAnnulled,
    FieldMissing,
    KeyIsTaken,
    KeyMissing,
    LawMissing,
    NoSuchEntry,
    NotValidThen,
    UnknownField,
)
from panjereh.registries.history import Chain, Span
from panjereh.registries.models import Act, Entity, Key, Record, Term
from panjereh.registries.types import Cause, Entry
from panjereh.storage import Prepared, insert
from panjereh.vault import keys as data_keys

BATCH = 500
WRITTEN_BY = Prepared(
    lambda key: Record.objects.filter(act__key=key).select_related("act", "entity", "superseded").order_by("version")
)
Data = Mapping[str, Any]


@transaction.atomic
def create(
    registry: Registry, data: Data, *, valid_from: date, cause: Cause, key: str, entity: UUID | None = None
) -> Entry:
    """The first entry of somebody or something. The registry makes the entity's own key if `data` has none.

    Raises KeyIsTaken, KeyMissing, UnknownField, LawMissing.
    """
    if done := _done(key):
        return done
    _check(registry, data, cause)
    data = _with_key(registry, data)
    _check_required(registry, data, registry.fields)
    made = Entity.objects.create(id=entity or new_id(), registry=registry.id)
    _give_key(registry, made, data)
    act = _act(Act.Kind.CREATE, made, cause, key)
    record = Chain(made).next(Span(valid_from, None, data), act, [], act.at)
    history.store(registry, [record])
    return history.entry_of(record)


@transaction.atomic
def update(registry: Registry, entity: UUID, changes: Data, *, valid_from: date, cause: Cause, key: str) -> Entry:
    """Something changed in the world: from `valid_from` on the entity is so. What was before stays valid for before."""
    return _rewrite(Act.Kind.UPDATE, registry, entity, changes, valid_from, None, cause, key)


@transaction.atomic
def correct(
    registry: Registry,
    entity: UUID,
    changes: Data,
    *,
    cause: Cause,
    key: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Entry:
    """The registry was wrong, for these days or (None) from the beginning or without end. That it was stays known."""
    return _rewrite(Act.Kind.CORRECT, registry, entity, changes, valid_from, valid_to, cause, key)


@transaction.atomic
def annul(registry: Registry, entity: UUID, *, cause: Cause, key: str) -> Entry:
    """The entry should never have been made. It isn't found any more, except as an annulled one; its key stays used."""
    return _rewrite(Act.Kind.ANNUL, registry, entity, {}, None, None, cause, key)


@transaction.atomic
def load(registry: Registry, rows: Iterable[tuple[UUID, Data, date]], *, cause: Cause) -> int:
    """Many first entries at once, as (entity, data with its key, valid from). Returns how many were new."""
    known = set(Entity.objects.filter(registry=registry.id).values_list("id", flat=True))
    new = [(entity, data, valid_from) for entity, data, valid_from in rows if entity not in known]
    now = clock.now()
    for start in range(0, len(new), BATCH):
        _load_batch(registry, new[start : start + BATCH], cause, now)
    return len(new)


def close_terms(registry: Registry) -> int:
    """What stands open in the index of fields that have become confidential is made anew; of how many entries."""
    closed = [name for name in history.searched_fields(registry) if is_closed(registry.fields[name].classification)]
    lying_open = Term.objects.filter(registry=registry.id, field__in=closed).exclude(value__startswith=history.DIGEST)
    found = set(lying_open.values_list("current_id", flat=True))
    with transaction.atomic():
        for record in Record.objects.filter(pk__in=found).select_related("entity"):
            Term.objects.filter(current_id=record.pk).delete()
            insert(history.terms(registry, record))
    return len(found)


def _load_batch(registry: Registry, rows: list[tuple[UUID, Data, date]], cause: Cause, now: datetime) -> None:
    entities, given, acts, records = [], [], [], []
    for entity_id, data, valid_from in rows:
        _check(registry, data, cause)
        entity = Entity(id=entity_id, registry=registry.id, made_at=now)
        act = _act_of(Act.Kind.CREATE, entity, cause, f"load:{registry.id}:{entity_id}", now)
        entities.append(entity)
        given.append(Key(registry=registry.id, value=_key_of(registry, data), entity=entity))
        acts.append(act)
        records.append(Chain(entity).next(Span(valid_from, None, data), act, [], now))
    data_keys.make(entity.pk for entity in entities)
    insert(entities)
    insert(given)
    insert(acts)
    history.store(registry, records)


def _rewrite(
    kind: str,
    registry: Registry,
    entity_id: UUID,
    changes: Data,
    valid_from: date | None,
    valid_to: date | None,
    cause: Cause,
    key: str,
) -> Entry:
    """Supersede what is believed about these days by the same with `changes`. Returns the first changed entry."""
    if done := _done(key):
        return done
    entity = _locked(registry, entity_id)
    believed = _believed(entity, valid_from, valid_to)
    _check(registry, changes, cause)
    _check_required(registry, changes, changes)
    status = Record.Status.ANNULLED if kind == Act.Kind.ANNUL else Record.Status.ACTIVE
    changed = [(record, {**(record.data or {}), **changes}) for record in believed]
    if all(record.data == data and record.status == status for record, data in changed):
        return history.entry_of(believed[0])  # nothing new to say
    if registry.key in changes:
        _give_key(registry, entity, changes)
    act = _act(kind, entity, cause, key)
    spans = [span for record, data in changed for span in _cut(record, data, status, valid_from, valid_to)]
    lengthened = Chain.of(entity)
    versions = [record.version for record in believed]
    records = [lengthened.next(span, act, versions, act.at) for span in spans]
    history.disbelieve(believed, act, act.at)
    history.store(registry, records)
    return history.entry_of(records[0])


def _locked(registry: Registry, entity_id: UUID) -> Entity:
    entity = Entity.objects.select_for_update().filter(pk=entity_id, registry=registry.id).first()
    if entity is None:
        raise NoSuchEntry(_("The register holds no such entry."))
    return entity


def _believed(entity: Entity, valid_from: date | None, valid_to: date | None) -> list[Record]:
    """What is believed about these days, in their order. Raises EntryIsAnnulled, NotValidThen."""
    records = Record.objects.filter(current__entity=entity).select_related("act", "entity").order_by("valid_from")
    if valid_from is not None:
        records = records.exclude(valid_to__lte=valid_from)
    if valid_to is not None:
        records = records.filter(valid_from__lt=valid_to)
    believed = list(records)
    if not believed:
        raise NotValidThen(_("The register says nothing about that time, so there is nothing to change."))
    if any(record.status == Record.Status.ANNULLED for record in believed):
        raise EntryIsAnnulled(_("This entry was annulled. Make a new one instead."))
    return believed


def _cut(record: Record, data: Data, status: str, start: date | None, end: date | None) -> Iterable[Span]:
    """A record's days: first those that change, then what stays before `start` and from `end` on."""
    changed_from = record.valid_from if start is None else max(start, record.valid_from)
    changed_to = record.valid_to
    if end is not None and (record.valid_to is None or end < record.valid_to):
        changed_to = end
    yield Span(changed_from, changed_to, data, status)
    if changed_from > record.valid_from:
        yield Span(record.valid_from, changed_from, record.data or {})
    if changed_to is not None and changed_to != record.valid_to:
        yield Span(changed_to, record.valid_to, record.data or {})


def _done(key: str) -> Entry | None:
    """What the act of this key wrote, if it was done already."""
    first = WRITTEN_BY.first(key)
    return history.entry_of(first) if first else None


def _check(registry: Registry, data: Data, cause: Cause) -> None:
    if not cause.law:
        raise LawMissing(_("An entry needs the law that calls for it."))
    if unknown := sorted(set(data) - set(registry.fields)):
        raise UnknownField(_("The register has no such field."), fields=unknown)


def _check_required(registry: Registry, data: Data, among: Iterable[str]) -> None:
    """Old entries may lack what the registry wants only lately: changing one asks for nothing else than the change."""
    required = [name for name in among if registry.fields[name].required]
    if missing := [name for name in required if data.get(name) in (None, "")]:
        raise FieldMissing(_("An entry of this register needs more fields."), fields=missing)


def _with_key(registry: Registry, data: Data) -> dict[str, Any]:
    if data.get(registry.key) is None and registry.new_key is not None:
        return {**data, registry.key: keys.unused(registry.id, registry.new_key)}
    return dict(data)


def _key_of(registry: Registry, data: Data) -> str:
    value = data.get(registry.key)
    if value is None or value == "":
        raise KeyMissing(_("An entry of this register needs its key."), field=registry.key)
    return str(value)


def _give_key(registry: Registry, entity: Entity, data: Data) -> None:
    """The key in `data` is the entity's from now on. Raises KeyIsTaken when it is, or ever was, another one's."""
    value = _key_of(registry, data)
    insert([Key(registry=registry.id, value=value, entity=entity)], ignore_conflicts=True)
    key = history.KEY.first(registry.id, value)
    if key is None or key.entity_id != entity.pk:
        raise KeyIsTaken(_("Another entry of the register already has this key."), field=registry.key)


def _act(kind: str, entity: Entity, cause: Cause, key: str) -> Act:
    act = _act_of(kind, entity, cause, key, clock.now())
    act.save(force_insert=True)
    return act


def _act_of(kind: str, entity: Entity, cause: Cause, key: str, at: datetime) -> Act:
    return Act(
        key=key,
        kind=kind,
        entity=entity,
        law=cause.law,
        case=cause.case or "",
        actor=cause.actor.party,
        actor_agency=cause.actor.agency or "",
        reason=cause.reason,
        at=at,
    )
