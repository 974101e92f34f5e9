"""Mandates that a register gives: found when asked for, looked at again when an entry has changed, ended with it.

Whether an entry changed is asked without reading it; only then is it read, through the registers' one door.
"""

from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction

from panjereh.definitions import Country
from panjereh.identity import queries, relations
from panjereh.identity.models import Mandate, Party
from panjereh.identity.operations.mandates import end, note, tell
from panjereh.identity.relations import Represented
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.registries import queries as registries

Kind, State, End = Mandate.Kind, Mandate.State, Mandate.End


@transaction.atomic
def find_registered(actor: Actor, country: Country) -> None:
    """Bring up to date for whom the registers let the person act. Who is not linked to them acts for nobody."""
    agent = queries.party(actor.party) if actor.party else None
    if agent is None or agent.entity is None or agent.national_id is None:
        return
    found = relations.represented_by(agent.national_id, country, actor=actor, today=clock.today())
    kept = {_registered(one, agent, actor).pk for one in list(found)}
    gone = Mandate.objects.select_for_update(of=("self",)).filter(agent=agent, entity__isnull=False, state=State.VALID)
    for mandate in gone.exclude(pk__in=kept).select_related("principal"):
        end(mandate, End.REGISTER, actor=SYSTEM)


def _registered(one: Represented, agent: Party, actor: Actor) -> Mandate:
    """The mandate that the register gives, made or brought up to date."""
    principal = party_of(one)
    kind = Kind.REPRESENTATIVE if principal.kind == Party.Kind.ORGANISATION else Kind.PARENT
    known = Mandate.objects.select_for_update(of=("self",)).filter(
        kind=kind, principal=principal, agent=agent, entity__isnull=False, state=State.VALID
    )
    mandate = known.select_related("principal").first() or Mandate(
        kind=kind, principal=principal, agent=agent, state=State.VALID, entity=one.entity, law=one.law
    )
    is_new = not mandate.head
    terms = (_start_of(one.until), one.together)
    changed = is_new or (mandate.until, mandate.together) != terms
    mandate.until, mandate.together = terms
    mandate.seen = registries.versions([entity for entity in (one.entity, agent.entity) if entity])
    mandate.save()
    if changed:
        note(mandate, "registered" if is_new else "renewed", actor=actor, register=one.register)
    return mandate


def party_of(one: Represented) -> Party:
    """The party of somebody whom a register names; a company becomes known here by this."""
    given, family = one.names
    if one.is_company:
        party, _new = Party.objects.get_or_create(
            entity=one.entity,
            defaults={
                "kind": Party.Kind.ORGANISATION,
                "register": one.register,
                "linked_by": Party.Proof.REGISTER,
                "organisation_name": given,
                "company_id": one.key,
            },
        )
        return party
    party, _new = Party.objects.get_or_create(
        entity=one.entity,
        defaults={
            "register": one.register,
            "linked_by": Party.Proof.REGISTER,
            "national_id": one.key,
            "given_name": given,
            "family_name": family,
        },
    )
    return party


def _start_of(day: date | None) -> datetime | None:
    """Parents act until the day begins on which the child comes of age."""
    return datetime.combine(day, time(), tzinfo=clock.home_zone()) if day else None


def look_again(mandate: Mandate, country: Country, *, actor: Actor) -> Mandate:
    """The mandate as it stands by what the registers say now: death and dissolution end every one, and one of a
    register ends with what it was found by."""
    if mandate.state != State.VALID or mandate.agent is None:
        return mandate
    parties = [party for party in (mandate.principal, mandate.agent) if party.entity]
    newest = registries.versions([party.entity for party in parties if party.entity])
    if newest == mandate.seen:
        return mandate
    with transaction.atomic():
        locked = Mandate.objects.select_for_update(of=("self",)).select_related("principal", "agent").get(pk=mandate.pk)
        if locked.state == State.VALID:
            _look(locked, parties, newest, country, actor)
        return locked


def _look(mandate: Mandate, parties: list[Party], newest: dict[str, int], country: Country, actor: Actor) -> None:
    why = next((end for end in (_ended(party, mandate, country, actor) for party in parties) if end), "")
    if why:
        end(mandate, why, actor=SYSTEM)
        told = {mandate.principal_id, mandate.agent_id} - {None}
        tell(mandate, "ended", sorted(party for party in told if isinstance(party, UUID)))
        return
    mandate.seen = newest
    mandate.save(update_fields=["seen"])


def _ended(party: Party, mandate: Mandate, country: Country, actor: Actor) -> str:
    """Why the mandate ends by what the register says of one of its sides; empty if it doesn't."""
    people, companies = relations.people_of(country), relations.companies_of(country)
    agent = mandate.agent.national_id if mandate.agent else None
    if companies is not None and party.register == companies.registry.id and party.entity:
        means = companies.means
        entry = relations.entry_for_acting(companies.registry, party.entity, companies.fields, means.law, actor=actor)
        if entry is None or not companies.stands(entry):
            return End.DEATH
        represents = agent in (entry.data.get(means.representatives) or [])
        return End.REGISTER if mandate.kind == Kind.REPRESENTATIVE and not represents else ""
    if people is not None and party.register == people.registry.id and party.entity:
        entry = relations.entry_for_acting(people.registry, party.entity, people.fields, people.means.law, actor=actor)
        if entry is None or not people.is_alive(entry):
            return End.DEATH
        is_child = mandate.kind == Kind.PARENT and party.pk == mandate.principal_id
        named = {entry.data.get(name) for name in people.means.parents}
        return End.REGISTER if is_child and agent not in named else ""
    return ""


def look_after_mandates(country: Country) -> None:
    """End what has run out, and what the registers no longer say: so that lists tell the truth, not only doors."""
    for mandate in (
        Mandate.objects.filter(state=State.VALID).select_related("principal", "agent").iterator(chunk_size=500)
    ):
        if mandate.until is not None and mandate.until <= clock.now():
            with transaction.atomic():
                locked = Mandate.objects.select_for_update().get(pk=mandate.pk)
                if locked.state == State.VALID:
                    end(locked, End.EXPIRED, actor=SYSTEM)
        else:
            look_again(mandate, country, actor=SYSTEM)
