"""The one door for reading a registry. Whoever reads says why and by which law, and the person can see that."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from panjereh.audit import operations as audit
from panjereh.audit.disclosure import AT_ONCE, Disclosure, stricter
from panjereh.definitions import Disclose, Registry
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.registries import history
from panjereh.registries.errors import LawMissing, NoSuchEntry, ReadingNotAllowed, UnknownField
from panjereh.registries.models import Entity, Record, Term
from panjereh.registries.types import Entry, Found
from panjereh.storage import Prepared, PreparedValues
from panjereh.vault import keys

KEEPING = "keeping"  # the purpose for which the agency that keeps a registry may read all of it
OWN = "own-data"  # the purpose for which a person reads what is held about them


@transaction.atomic
def read(
    registry: Registry,
    *,
    actor: Actor,
    purpose: str,
    law: str,
    fields: Sequence[str] | None = None,
    case: str | None = None,
    disclose: Disclose | None = None,
    entity: UUID | None = None,
    valid_at: date | None = None,
    known_at: datetime | None = None,
    **match: Any,
) -> Entry | None:
    """What the registry says of one entity, named by its number or by its key; None if it holds nothing.

    fields: what is needed, None for all that the permission covers
    disclose: what the purpose of the service says of when the person sees it
    valid_at: on which day it was so (today); known_at: what was believed at that moment (now)

    Raises ReadingNotAllowed, before looking, unless the registry's definition lets the actor's agency read these fields
    for this purpose by this law.
    """
    allowed = _allowed(registry, actor, purpose, law, fields)
    found = _entity(registry, entity, match)
    if found is None:
        return None
    record = _as_of(found, valid_at or clock.today(), known_at)
    if record is None:
        return None
    told = disclosure_of(registry, purpose, law, disclose)
    note(registry, [found.pk], allowed, actor=actor, purpose=purpose, law=law, case=case, disclosure=told)
    return history.entry_of(record, allowed)


@transaction.atomic
def look_up(
    registry: Registry,
    lookup: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    purpose: str,
    law: str,
    case: str | None = None,
    disclose: Disclose | None = None,
) -> Found | None:
    """Who agrees with `values` in every field that the look-up wants matched, today. Nobody, if more than one does.

    The look-up's definition is the permission: services may ask it for somebody who fills in a form.

    Only the fields that the look-up returns are handed out. One who guesses gets nothing for a near miss: that alone
    doesn't keep guessing away, so faces limit how often they ask.
    """
    found = look_up_all(
        registry, lookup, values, actor=actor, purpose=purpose, law=law, case=case, disclose=disclose, at_most=1
    )
    return found[0] if found else None


@transaction.atomic
def look_up_all(
    registry: Registry,
    lookup: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    purpose: str,
    law: str,
    case: str | None = None,
    disclose: Disclose | None = None,
    at_most: int = 50,
) -> list[Found]:
    """As `look_up`, for look-ups that many entries can fit. Nothing at all if more than `at_most` do."""
    _need_law(law)
    asked = registry.lookups[lookup]
    if missing := [name for name in asked.match if values.get(name) in (None, "")]:
        raise UnknownField(_("The look-up needs all its fields."), fields=missing)
    records = _matching(registry, {name: values[name] for name in asked.match}, at_most)
    returned = asked.returns or _fields_for(registry, purpose, law)
    told = disclosure_of(registry, purpose, law, disclose)
    entities = [record.entity_id for record in records]
    note(registry, entities, returned, actor=actor, purpose=purpose, law=law, case=case, disclosure=told)
    return [
        Found(registry.id, record.entity_id, history.entry_of(record, returned).data, clock.now()) for record in records
    ]


@transaction.atomic
def read_own(registry: Registry, entity: UUID, *, actor: Actor) -> Entry | None:
    """All that the registry says of the person who asks. The caller has made sure that the entry is theirs."""
    found = _entity(registry, entity, {})
    record = _as_of(found, clock.today(), None) if found else None
    if found is None or record is None:
        return None
    note(registry, [found.pk], list(registry.fields), actor=actor, purpose=OWN, law="", case=None)
    return history.entry_of(record)


@transaction.atomic
def history_of(
    registry: Registry, entity: UUID, *, actor: Actor, purpose: str, law: str, case: str | None = None
) -> list[Entry]:
    """Everything that was ever recorded of an entity, newest first, for the agency that keeps the registry."""
    allowed = _allowed(registry, actor, purpose, law, None)
    found = _entity(registry, entity, {})
    if found is None:
        raise NoSuchEntry(_("The register holds no such entry."))
    note(registry, [found.pk], allowed, actor=actor, purpose=purpose, law=law, case=case)
    return [history.entry_of(record, allowed) for record in _records(found).order_by("-version")]


@transaction.atomic
def search(registry: Registry, text: str, *, actor: Actor, purpose: str, law: str, limit: int = 20) -> list[Entry]:
    """Entries whose key is `text`, or in which every word begins a searched field. For officials."""
    allowed = _allowed(registry, actor, purpose, law, None)
    records = _like(registry, text, limit)
    note(registry, [record.entity_id for record in records], allowed, actor=actor, purpose=purpose, law=law, case=None)
    return [history.entry_of(record, allowed) for record in records]


@transaction.atomic
def find(
    registry: Registry,
    field: str,
    value: str,
    *,
    fields: Sequence[str],
    actor: Actor,
    purpose: str,
    law: str,
    at_most: int = 100,
) -> list[Entry]:
    """Entries that name `value` in an indexed field: the children of somebody, the companies that they represent.

    The permission must cover that field, too. Raises ReadingNotAllowed, UnknownField for a field without an index.
    """
    allowed = _allowed(registry, actor, purpose, law, [field, *fields])
    found = _naming(registry, field, value, at_most)
    note(registry, [record.entity_id for record in found], allowed, actor=actor, purpose=purpose, law=law, case=None)
    return [history.entry_of(record, allowed) for record in found]


@transaction.atomic
def find_own(registry: Registry, field: str, value: str, *, actor: Actor, at_most: int = 100) -> list[Entry]:
    """Entries that name the person who asks in an indexed field. The caller has made sure that `value` is theirs."""
    found = _naming(registry, field, value, at_most)
    note(registry, [record.entity_id for record in found], list(registry.fields), actor=actor, purpose=OWN, law="")
    return [history.entry_of(record) for record in found]


def entities_naming(registry: Registry, field: str, value: str, *, at_most: int) -> list[UUID]:
    """Which entries name `value` in an indexed field: a question of the house itself, that hands out no entry."""
    return [record.entity_id for record in _naming(registry, field, value, at_most)]


def _naming(registry: Registry, field: str, value: str, at_most: int) -> list[Record]:
    if field not in registry.indexed:
        raise UnknownField(_("The register has no index of this field."), fields=[field])
    having = _having(registry, field, value=history.term_of(registry, field, history.as_term(value)))
    records = list(_active(registry.id, clock.today()).filter(pk__in=having).order_by("pk")[:at_most])
    keys.make_ready(record.entity_id for record in records)
    return [record for record in records if _names(record, field, value)]


def _names(record: Record, field: str, value: str) -> bool:
    """The index holds words as search sees them; the entry itself must agree."""
    held = (record.data or {}).get(field)
    return value in held if isinstance(held, list) else _same(held, value)


def versions(entities: Collection[UUID]) -> dict[str, int]:
    """The newest version of each of these entries: whether one changed can be asked without reading it."""
    return {str(entity): version for entity, version in NEWEST.all(entities)} if entities else {}


def entity_of(registry: Registry, key: str) -> UUID | None:
    """Whose key this is. Nothing of the entry is read."""
    found = history.entity_of_key(registry, key)
    return found.pk if found else None


def missing(entities: Collection[UUID]) -> set[UUID]:
    """Which of these the registers do not hold: no entry, or one without any history."""
    held = Entity.objects.filter(pk__in=entities, records__isnull=False).values_list("pk", flat=True)
    return set(entities) - set(held) if entities else set()


@transaction.atomic
def having(
    registry: Registry, entities: Collection[UUID], field: str, *, recorded_since: datetime, purpose: str
) -> set[UUID]:
    """Which of `entities` got a value in `field` by something recorded since then, and still have it.

    A question of the house itself, answered without handing out an entry. Who is found can see that it was asked.
    """
    lately = Record.objects.filter(recorded_at__gte=recorded_since, current__isnull=False, status=Record.Status.ACTIVE)
    records = lately.filter(entity__registry=registry.id, entity__in=list(entities))
    found = {record.entity_id for record in records if record.data and record.data.get(field)}
    if found:
        note(registry, sorted(found), [field], actor=SYSTEM, purpose=purpose, law=registry.law or purpose)
    return found


def _allowed(registry: Registry, actor: Actor, purpose: str, law: str, fields: Sequence[str] | None) -> list[str]:
    """The fields that this reader gets. Raises ReadingNotAllowed, LawMissing, UnknownField."""
    _need_law(law)
    if fields is not None and (unknown := sorted(set(fields) - set(registry.fields))):
        raise UnknownField(_("The register has no such field."), fields=unknown)
    if actor.is_system or (purpose == KEEPING and actor.agency == registry.agency):
        return list(registry.fields if fields is None else fields)
    for permission in registry.reads:
        fits = permission.purpose == purpose and permission.law == law and actor.agency in permission.by
        if fits and set(fields or ()) <= set(permission.fields):
            return list(permission.fields if fields is None else fields)
    raise ReadingNotAllowed(
        _("The register lets nobody of your agency read this for this purpose."),
        registry=registry.id,
        purpose=purpose,
    )


def _fields_for(registry: Registry, purpose: str, law: str) -> list[str]:
    """What any agency may read for this purpose."""
    fields = {name for read in registry.reads if (read.purpose, read.law) == (purpose, law) for name in read.fields}
    return [name for name in registry.fields if name in fields]


def disclosure_of(registry: Registry, purpose: str, law: str, disclose: Disclose | None) -> Disclosure:
    """When the person sees it: by the register's permission and by the purpose, whichever hides longer."""
    given = [read.disclose for read in registry.reads if (read.purpose, read.law) == (purpose, law)]
    return longest(disclose, *given)


def longest(*disclosing: Disclose | None) -> Disclosure:
    """Of several rules of when the person sees a reading the one that hides it longest; at once without any."""
    told = AT_ONCE
    for each in disclosing:
        if each is not None:
            after = each.after.as_timedelta() if each.after else None
            told = stricter(told, Disclosure(each.when, after, each.law))
    return told


def _need_law(law: str) -> None:
    if not law:
        raise LawMissing(_("A register is read only by a law that allows it."))


def note(
    registry: Registry,
    entities: Iterable[UUID],
    fields: Sequence[str],
    *,
    actor: Actor,
    purpose: str,
    law: str,
    case: str | None = None,
    disclosure: Disclosure = AT_ONCE,
) -> None:
    """Tell everyone whose entry is read, in the transaction that reads it."""
    audit.record_accesses(
        audit.Access(
            actor=actor,
            subject=f"{registry.id}:{entity}",
            source=registry.id,
            fields=list(dict.fromkeys(fields)),
            purpose=purpose,
            law=law,
            case=case,
            disclosure=disclosure,
        )
        for entity in dict.fromkeys(entities)
    )


def _entity(registry: Registry, entity: UUID | None, match: Mapping[str, Any]) -> Entity | None:
    if entity is not None:
        return ENTITY.first(entity, registry.id)
    if set(match) != {registry.key}:
        raise UnknownField(_("An entry is read by its number or its key."), fields=sorted(match))
    return history.entity_of_key(registry, str(match[registry.key]))


def _records(entity: Entity) -> QuerySet[Record]:
    return Record.objects.filter(entity=entity).select_related("act", "entity", "superseded")


def _valid_on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _as_of(entity: Entity, day: date, known_at: datetime | None) -> Record | None:
    if known_at is None:
        return BELIEVED.first(entity.pk, day)
    records = _records(entity).filter(_valid_on(day))
    believed = Q(superseded=None) | Q(superseded__at__gt=known_at)
    return records.filter(believed, recorded_at__lte=known_at).order_by("-version").first()


def _active(registry: str, day: date) -> QuerySet[Record]:
    records = Record.objects.filter(_valid_on(day), current__isnull=False, status=Record.Status.ACTIVE)
    return records.filter(entity__registry=registry).select_related("act", "entity", "superseded")


ENTITY = Prepared(lambda entity, registry: Entity.objects.filter(pk=entity, registry=registry))
BELIEVED = Prepared(
    lambda entity, day: Record.objects.filter(_valid_on(day), entity=entity, current__isnull=False).select_related(
        "act", "entity", "superseded"
    )
)
WITH_KEY = Prepared(
    lambda registry, day, key: (
        _active(registry, day).filter(entity__keys__registry=registry, entity__keys__value=key).order_by("pk")
    )
)


NEWEST = PreparedValues(
    lambda entities: (
        Record.objects.filter(entity__in=entities).order_by().values_list("entity").annotate(newest=Max("version"))
    )
)


def _matching(registry: Registry, values: Mapping[str, Any], at_most: int) -> list[Record]:
    """The active records that agree in all fields; none if there are too many. The key leads there directly."""
    found: Iterable[Record]
    if registry.key in values:
        found = WITH_KEY.all(registry.id, clock.today(), str(values[registry.key]))
    else:
        records = _active(registry.id, clock.today())
        for name, value in values.items():
            records = records.filter(
                pk__in=_having(registry, name, value=history.term_of(registry, name, history.as_term(value)))
            )
        found = list(records.order_by("pk")[: 2 * at_most + 1])
        keys.make_ready(record.entity_id for record in found)
    matching = [
        record
        for record in found
        if record.data and all(_same(record.data.get(name), value) for name, value in values.items())
    ]
    return matching if len(matching) <= at_most else []


def _same(held: Any, given: Any) -> bool:
    return held is not None and (held == given or history.as_term(held) == history.as_term(given) != "")


def _having(registry: Registry, name: str | None = None, **condition: str) -> QuerySet[Term, UUID]:
    terms = Term.objects.filter(registry=registry.id, **condition)
    if name is not None:
        terms = terms.filter(field=name)
    return terms.values_list("current_id", flat=True)


def _like(registry: Registry, text: str, limit: int) -> list[Record]:
    wanted = history.as_term(text).replace(history.DIGEST, "")
    if len(wanted) < 2:
        return []
    by_key = history.entity_of_key(registry, wanted.replace(" ", ""))
    if by_key is not None:
        return [record for record in [_as_of(by_key, clock.today(), None)] if record]
    words = _active(registry.id, clock.today())
    for word in wanted.split():
        words = words.filter(pk__in=_having(registry, value__startswith=word))
    found = list(words.order_by("pk")[:limit])
    keys.make_ready(record.entity_id for record in found)
    return found
