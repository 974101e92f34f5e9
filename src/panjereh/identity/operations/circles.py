"""The circle of each official, kept as rows: so that a queue leaves cases out without reading a register."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from panjereh.definitions import Country
from panjereh.identity import kin, queries
from panjereh.identity.models import Circle, Official, Tie
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel
from panjereh.registries.errors import ReadingNotAllowed
from panjereh.storage import Prepared

FRESH_FOR = timedelta(days=1)
CIRCLE = Prepared(lambda holder, since: Circle.objects.filter(holder=holder, read_at__gt=since))


def keep_circle(actor: Actor, country: Country) -> None:
    """Read the official's circle if it was not read for a day."""
    if actor.party is not None and CIRCLE.first(actor.party, clock.now() - FRESH_FOR) is None:
        read_circle(actor, country)


@transaction.atomic
def read_circle(actor: Actor, country: Country) -> None:
    """Read it now. Who is not linked to the register has none that it could know, and whose agency the registers let
    read nothing for this purpose has none either: then only the own cases are left out."""
    holder = queries.party(actor.party) if actor.party else None
    if holder is None:
        return
    try:
        found: dict[UUID, str] = kin.circle_of(holder.entity, country, actor=actor) if holder.entity else {}
    except ReadingNotAllowed:
        found = {}
    Circle.objects.update_or_create(holder=holder, defaults={"read_at": clock.now()})
    Tie.objects.filter(holder=holder).exclude(entity__in=found).delete()
    for entity, relation in found.items():
        Tie.objects.update_or_create(holder=holder, entity=entity, defaults={"relation": relation})


def keep_circles(country: Country) -> None:
    """Read those that are older than a day, and those of officials who are new."""
    stale = Official.objects.filter(ended_at=None).exclude(
        party__in=Circle.objects.filter(read_at__gt=clock.now() - FRESH_FOR).values("holder")
    )
    for held in stale.select_related("party").iterator(chunk_size=200):
        read_circle(Actor(party=held.party_id, name=held.party.name, agency=held.agency, channel=Channel.DESK), country)
