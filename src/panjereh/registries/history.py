"""How history grows: records are chained, superseded by others, and indexed while they are believed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from panjereh.audit import chain
from panjereh.definitions import Registry
from panjereh.definitions.classification import is_closed
from panjereh.kernel.ids import new_id
from panjereh.localisation import letters
from panjereh.registries.models import Act, Current, Entity, Key, Record, Superseded, Term
from panjereh.registries.types import Entry, Why
from panjereh.storage import Prepared, insert
from panjereh.vault import keys

LONGEST_TERM = 120
DIGEST = "="  # what no word that is searched for begins with
KEY = Prepared(lambda registry, value: Key.objects.select_related("entity").filter(registry=registry, value=value))


@dataclass(frozen=True, slots=True)
class Span:
    """What is to be recorded for the days from `valid_from` up to `valid_to` (None: without end)."""

    valid_from: date
    valid_to: date | None
    data: Mapping[str, Any]
    status: str = Record.Status.ACTIVE


class Chain:
    """The records of one entity, to be lengthened."""

    def __init__(self, entity: Entity, version: int = 0, head: str = chain.GENESIS) -> None:
        self.entity = entity
        self.version = version
        self.head = head

    @classmethod
    def of(cls, entity: Entity) -> "Chain":
        """The chain as it stands. The caller holds the lock on the entity."""
        last = entity.records.order_by("-version").first()
        return cls(entity, last.version, last.hash) if last else cls(entity)

    def next(self, span: Span, act: Act, supersedes: list[int], at: datetime) -> Record:
        """The next record, not stored yet."""
        self.version += 1
        salt = chain.new_salt()
        record = Record(
            id=new_id(),
            entity=self.entity,
            version=self.version,
            status=span.status,
            valid_from=span.valid_from,
            valid_to=span.valid_to,
            recorded_at=at,
            act=act,
            supersedes=supersedes,
            data=dict(span.data),
            salt=salt,
            previous=self.head,
        )
        record.commitment = chain.commit(personal_part(record), salt)
        record.hash = chain.link(self.head, public_part(record), record.commitment)
        self.head = record.hash
        return record


def personal_part(record: Record) -> dict[str, Any]:
    """What the commitment covers: all that may say something about a person."""
    return {"data": record.data, "reason": record.act.reason}


def public_part(record: Record) -> dict[str, Any]:
    """What the chain covers besides the commitment: nothing in it names or describes a person."""
    act = record.act
    return {
        "registry": record.entity.registry,
        "entity": str(record.entity_id),
        "version": record.version,
        "status": record.status,
        "valid_from": record.valid_from.isoformat(),
        "valid_to": record.valid_to.isoformat() if record.valid_to else None,
        "recorded_at": record.recorded_at.isoformat(timespec="microseconds"),
        "supersedes": record.supersedes,
        "act": {
            "key": act.key,
            "kind": act.kind,
            "law": act.law,
            "case": act.case,
            "actor": str(act.actor) if act.actor else None,
            "agency": act.actor_agency,
        },
    }


def store(registry: Registry, records: list[Record]) -> None:
    """Append records and believe them."""
    insert(records)
    for record in records:
        Record._meta.get_field("superseded").set_cached_value(record, None)  # nothing yet, as we know
    believed = [
        Current(record=record, entity=record.entity, valid_from=record.valid_from, valid_to=record.valid_to)
        for record in records
    ]
    insert(believed)
    insert(term for record in records for term in terms(registry, record))


def disbelieve(records: Iterable[Record], act: Act, at: datetime) -> None:
    """These were believed until now."""
    gone = list(records)
    insert(Superseded(record=record, at=at, act=act) for record in gone)
    Current.objects.filter(record__in=gone).delete()


def terms(registry: Registry, record: Record) -> Iterable[Term]:
    """How a record is found. Annulled ones are found by their key alone."""
    if record.status != Record.Status.ACTIVE or record.data is None:
        return
    for name in sorted(searched_fields(registry) & registry.fields.keys()):
        held = record.data.get(name)
        for each in held if isinstance(held, list) else [held]:
            value = as_term(each)
            whole = {term_of(registry, name, value)} if is_closed(registry.fields[name].classification) else set()
            for text in (whole or {value, *value.split()[1:]}) - {""}:
                yield Term(current_id=record.pk, registry=registry.id, field=name, value=text)


def term_of(registry: Registry, name: str, value: str) -> str:
    """What stands in the index for a whole value. Of what is confidential only its digest does: equal values meet, and
    nobody can go through their beginnings."""
    if not value or not is_closed(registry.fields[name].classification):
        return value
    return DIGEST + keys.digest(f"term:{registry.id}.{name}", value)


def searched_fields(registry: Registry) -> set[str]:
    """The fields by which entries are searched, or looked up by anything but their key."""
    keyless = [lookup for lookup in registry.lookups.values() if registry.key not in lookup.match]
    named = {name for lookup in keyless for name in lookup.match}
    return (named | set(registry.caption) | set(registry.indexed)) - {registry.key}


def index_anew(registry: Registry) -> bool:
    """Make the index of fields that name others, if it was never made. Whether it was now.

    An installation whose registers were filled before the definition wanted that index gets it at its next start.
    """
    if not registry.indexed or Term.objects.filter(registry=registry.id, field__in=registry.indexed).exists():
        return False
    believed = Record.objects.filter(current__isnull=False, entity__registry=registry.id)
    for record in believed.select_related("entity").iterator(chunk_size=500):
        insert(term for term in terms(registry, record) if term.field in registry.indexed)
    return True


def as_term(value: Any) -> str:
    """A value as it is searched for: empty for what nobody would type."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    return letters.search_key(str(value))[:LONGEST_TERM]


def entity_of_key(registry: Registry, value: str) -> Entity | None:
    key = KEY.first(registry.id, value)
    return key.entity if key else None


def entry_of(record: Record, fields: Iterable[str] | None = None) -> Entry:
    """A record as others see it, with these fields only (None: all). Needs `act` and `superseded` fetched along."""
    act = record.act
    superseded = getattr(record, "superseded", None)
    data = record.data or {}
    shown = data if fields is None else {name: data[name] for name in fields if name in data}
    return Entry(
        registry=record.entity.registry,
        entity=record.entity_id,
        version=record.version,
        status=record.status,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        recorded_at=record.recorded_at,
        superseded_at=superseded.at if superseded else None,
        why=Why(
            kind=act.kind,
            law=act.law,
            case=act.case or None,
            actor=act.actor,
            agency=act.actor_agency,
            reason=act.reason,
            at=act.at,
        ),
        data=dict(shown),
    )
