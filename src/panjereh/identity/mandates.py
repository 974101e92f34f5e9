"""Who may act for whom: what somebody gave, holds or is offered, and whether it stands at this moment."""

from dataclasses import replace
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from panjereh.identity import queries
from panjereh.identity.errors import MandateHasEnded
from panjereh.identity.models import Account, Mandate
from panjereh.kernel import clock
from panjereh.kernel.actor import ActingFor, Actor, Level
from panjereh.kernel.errors import NotFound
from panjereh.localisation import dates
from panjereh.storage import Prepared, PreparedValues

HELD = Prepared(
    lambda agents, now: (
        queries.valid(now).filter(agent__in=agents).select_related("principal").order_by("kind", "since", "pk")
    )
)
OF_AGENT = Prepared(
    lambda mandate, agents: Mandate.objects.filter(pk=mandate, agent__in=agents).select_related("principal", "agent")
)
STANDS = PreparedValues(lambda mandate, now: queries.valid(now).filter(pk=mandate).values_list("pk"))


def held_by(actor: Actor) -> list[Mandate]:
    """By which mandates the person may act for others now."""
    return HELD.all(queries.numbers_of(actor.party), clock.now()) if actor.party else []


def given_by(actor: Actor) -> list[Mandate]:
    """Who may, might or might once act for the person (or for whom they act), the newest first."""
    if actor.applicant is None:
        return []
    given = Mandate.objects.filter(principal__in=queries.numbers_of(actor.applicant))
    return list(given.select_related("principal", "agent").order_by("-since", "-pk")[:100])


def ever_held_by(actor: Actor) -> list[Mandate]:
    """As `held_by`, with those that have ended, the newest first."""
    if actor.party is None:
        return []
    held = Mandate.objects.filter(agent__in=queries.numbers_of(actor.party)).exclude(state=Mandate.State.ORDERED)
    return list(held.select_related("principal", "agent").order_by("-since", "-pk")[:100])


def offered_to(actor: Actor) -> list[Mandate]:
    """What somebody wants to entrust to the person, who has not answered yet."""
    names = _proven_names(actor)
    offers = Mandate.objects.filter(state=Mandate.State.OFFERED, offered_to__in=names)
    open_ = offers.filter(Q(until=None) | Q(until__gt=clock.now()))
    return list(open_.select_related("principal").order_by("since")) if names else []


def _proven_names(actor: Actor) -> set[str]:
    """By what a mandate may call the person: what a register or a sign-in has proven, never what they typed."""
    if actor.party is None:
        return set()
    party = queries.party(actor.party)
    addresses = Account.objects.filter(party=party.pk, is_active=True).values_list("email", flat=True)
    return {party.national_id or "", *addresses} - {""}


def seen_by(actor: Actor, mandate_id: UUID) -> Mandate:
    """One mandate that the person gave (or whoever they act for), holds or is offered. Raises NotFound."""
    if actor.party is not None and actor.applicant is not None:
        mine = Q(principal__in=queries.numbers_of(actor.applicant)) | Q(agent__in=queries.numbers_of(actor.party))
        mine |= Q(state=Mandate.State.OFFERED, offered_to__in=_proven_names(actor))
        found = Mandate.objects.select_related("principal", "agent").filter(mine, pk=mandate_id).first()
        if found is not None:
            return found
    raise NotFound(_("There is no such mandate among yours."))


def of_agent(actor: Actor, mandate_id: UUID) -> Mandate:
    """A mandate that the person holds or held. Raises NotFound."""
    found = OF_AGENT.first(mandate_id, queries.numbers_of(actor.party)) if actor.party else None
    if found is None:
        raise NotFound(_("There is no such mandate among yours."))
    return found


def get(mandate_id: UUID) -> Mandate:
    """A mandate with its parties, for rooms that have to say something of it."""
    return Mandate.objects.select_related("principal", "agent").get(pk=mandate_id)


def stands(mandate: Mandate) -> bool:
    now = clock.now()
    return (
        mandate.state == Mandate.State.VALID and mandate.since <= now and (mandate.until is None or now < mandate.until)
    )


def still_stands(mandate_id: UUID) -> bool:
    """The same as the database has it at this moment."""
    return bool(STANDS.all(mandate_id, clock.now()))


def act_for(actor: Actor, mandate: Mandate) -> Actor:
    """The person in the name of the mandate's giver, never surer than the giver was. Raises MandateHasEnded."""
    if not stands(mandate):
        raise has_ended(mandate)
    given_at = Level(mandate.level) if mandate.level else actor.level
    principal = mandate.principal
    return replace(
        actor,
        level=actor.level if given_at.meets(actor.level) else given_at,
        acting_for=ActingFor(
            mandate=mandate.pk,
            party=principal.same_as_id or principal.pk,
            name=principal.name,
            kind=mandate.kind,
            services=frozenset(mandate.services),
            agency=mandate.agency,
            reads_only=mandate.reads_only,
            together=mandate.together,
        ),
    )


def has_ended(mandate: Mandate) -> MandateHasEnded:
    ended = mandate.ended_at or mandate.until or clock.now()
    day = dates.format_date(ended.astimezone(clock.home_zone()).date(), get_language() or "fa")
    return MandateHasEnded(
        _(
            "You no longer act for %(name)s: your right to do so ended on %(day)s. Nothing is lost: what you filled in "
            "and sent is kept with them. From now on you act for yourself."
        )
        % {"name": mandate.principal.name, "day": day}
    )
