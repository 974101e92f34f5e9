"""Substitutes: an official lends roles to a colleague for an absence, and takes them back."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from panjereh.identity import history, policy, standing
from panjereh.identity.errors import DelegationIsWrong
from panjereh.identity.models import Delegation, Official
from panjereh.identity.operations.changes import need_reason
from panjereh.identity.policy import Target
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound

LONGEST = timedelta(days=366)


@transaction.atomic
def delegate(*, actor: Actor, to: UUID, roles: Iterable[str], first: date, last: date, reason: str) -> list[Delegation]:
    """Lend roles to a colleague from the first to the last day. What was lent to the actor they can't lend on.

    Each act still counts the people: a substitute who has decided does not confirm.
    """
    policy.require(actor, "delegation.give", Target(agency=actor.agency))
    giver = _office_of(actor)
    receiver = Official.objects.filter(pk=to, agency=giver.agency, ended_at=None).exclude(pk=giver.pk).first()
    if receiver is None or giver.office not in ("", receiver.office):
        raise DelegationIsWrong(_("Choose a colleague of your office from the list."), field="to")
    wanted = frozenset(roles)
    if not wanted or not wanted <= giver.roles:
        raise DelegationIsWrong(_("Choose roles that you hold yourself."), field="roles")
    since, until = _span(first, last)
    reason = need_reason(reason)
    made = [
        Delegation.objects.create(
            giver=giver, receiver=receiver, role=role, since=since, until=until, reason=reason[:300]
        )
        for role in sorted(wanted)
    ]
    history.append(
        f"{standing.OFFICIAL}{giver.pk}",
        "delegated",
        actor=actor,
        personal={"reason": reason},
        **standing.state_of(giver),
        to=str(receiver.pk),
        lent=sorted(wanted),
        since=since.isoformat(),
        until=until.isoformat(),
    )
    return made


def _office_of(actor: Actor) -> Official:
    held = Official.objects.select_for_update(of=("self",)).filter(
        party=actor.party, agency=actor.agency or "", ended_at=None
    )
    found = held.first()
    if found is None:
        raise NotFound(_("There is no such official."))
    return found


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    if last < first or last < clock.today():
        raise DelegationIsWrong(_("The last day comes after the first, and not before today."), field="last")
    if last - first > LONGEST:
        raise DelegationIsWrong(_("A year at most. For longer, a colleague is appointed."), field="last")
    zone = clock.home_zone()
    return (
        datetime.combine(first, time(), tzinfo=zone),
        datetime.combine(last + timedelta(days=1), time(), tzinfo=zone),
    )


@transaction.atomic
def end_delegations(*, actor: Actor, to: UUID) -> int:
    """Take back what was lent to a colleague: from their next click on it does nothing. How many roles that were."""
    giver = _office_of(actor)
    open_ = Delegation.objects.filter(giver=giver, receiver=to, ended_at=None, until__gt=clock.now())
    ended = open_.update(ended_at=clock.now())
    if ended:
        history.append(
            f"{standing.OFFICIAL}{giver.pk}", "taken_back", actor=actor, **standing.state_of(giver), to=str(to)
        )
    return ended


def delegations_of(actor: Actor) -> list[Delegation]:
    """What the official has lent or borrowed and what is not over yet."""
    open_ = Delegation.objects.filter(ended_at=None, until__gt=clock.now())
    mine = open_.filter(Q(giver__party=actor.party) | Q(receiver__party=actor.party))
    return list(mine.select_related("giver__party", "receiver__party").order_by("since", "role"))
