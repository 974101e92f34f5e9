"""What somebody holds by the registers, such as a licence or a vehicle, and what can follow it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from panjereh.catalogue import queries as catalogue
from panjereh.catalogue.queries import Published
from panjereh.definitions import Registry
from panjereh.identity import queries as identity
from panjereh.identity.models import Party
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.registries import queries as registries

FOR_HOLDERS = frozenset({"G2C", "G2B"})


@dataclass(frozen=True, slots=True)
class Held:
    """One entry of the person's, until when it holds, and the services that can follow it now."""

    registry: Registry
    entity: UUID
    data: Mapping[str, Any]
    until: date | None
    suspended_until: date | None
    followed_by: list[Published]

    @property
    def number(self) -> str:
        return str(self.data.get(self.registry.key, ""))

    @property
    def state(self) -> str:
        """valid, suspended or lapsed."""
        today = clock.today()
        if self.until is not None and self.until < today:
            return "lapsed"
        return "suspended" if self.suspended_until is not None and self.suspended_until >= today else "valid"


def holdings_of(actor: Actor) -> list[Held]:
    """Everything that the person (or whom they act for) holds, what ends first coming first."""
    party = identity.present(actor.applicant) if actor.applicant else None
    number = number_of(party) if party else None
    if party is None or number is None:
        return []
    found = [
        _held(registry, entry.entity, entry.data, party)
        for registry in catalogue.country().registries.values()
        if registry.holding is not None
        for entry in registries.find_own(registry, registry.holding.holder, number, actor=actor)
    ]
    return sorted(found, key=lambda one: (one.until is None, one.until or date.max, one.number))


def number_of(party: Party) -> str | None:
    """The number by which registers know somebody who is linked to them."""
    return (party.company_id or party.national_id) if party.entity else None


def _held(registry: Registry, entity: UUID, data: Mapping[str, Any], party: Party) -> Held:
    assert registry.holding is not None  # noqa: S101  # the caller has looked
    until, suspended = (_day(data, name) for name in (registry.holding.until, registry.holding.suspended))
    kind = "organisation" if party.kind == Party.Kind.ORGANISATION else "person"
    held = Held(registry, entity, data, until, suspended, [])
    held.followed_by.extend(one for one in following(registry.id) if _fits(one, held, kind))
    return held


def following(registry: str) -> list[Published]:
    """The services in force that follow an entry of a register."""
    return [
        one
        for one in catalogue.all_current()
        if one.service.definition.follow_up is not None and one.service.definition.follow_up.of == registry
    ]


def _fits(published: Published, held: Held, kind: str) -> bool:
    """Whether the holder may ask for it, and it makes sense as the entry stands."""
    service = published.service
    block = service.definition.follow_up
    suspended = held.state == "suspended"
    needless = block is None or (block.as_ == "lifting" and not suspended) or (block.as_ == "suspension" and suspended)
    return not needless and service.is_open_to(kind) and bool(FOR_HOLDERS & set(service.relation))


def _day(data: Mapping[str, Any], name: str | None) -> date | None:
    value = data.get(name) if name else None
    return date.fromisoformat(value) if isinstance(value, str) and value else None
