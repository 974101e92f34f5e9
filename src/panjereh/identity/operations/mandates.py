"""Mandates: given and accepted, declined, taken back or laid down. Every step is in the mandate's own history."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import history, mandates, policy, queries
from panjereh.identity.errors import ContactIsWrong, MandateIsWrong, MandateNotOpen
from panjereh.identity.models import Mandate, Party
from panjereh.identity.policy import Target
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.localisation import identifiers, letters
from panjereh.localisation.errors import IdentifierProblem
from panjereh.outbox import operations as outbox

NEWS = "identity.mandate_news"
LONGEST_YEARS = 5
Kind, State, End = Mandate.Kind, Mandate.State, Mandate.End


@transaction.atomic
def give_mandate(
    *,
    actor: Actor,
    to: str,
    called: str,
    until: date,
    services: Sequence[str] = (),
    agency: str = "",
    reads_only: bool = False,
) -> Mandate:
    """Offer somebody to act for the actor (or for the organisation that the actor represents alone).

    to: the receiver's national number or the e-mail address that they sign in with; nobody learns whether it is known
    until: the last day; services, agency: known ids, none for everything
    """
    principal = _giver(actor)
    offered_to = _receiver(to, principal)
    called = letters.normalise(called).strip()
    if not called:
        raise MandateIsWrong(_("Write the name of the person, so that you recognise them later."), field="called")
    made = Mandate(
        kind=Kind.GIVEN,
        principal=principal,
        offered_to=offered_to,
        called=called[:200],
        services=sorted(set(services)),
        agency=agency,
        reads_only=reads_only,
        level=actor.level,
        until=_end_of(until),
        state=State.OFFERED,
    )
    made.save(force_insert=True)
    note(made, "offered", actor=actor)
    known = Party.objects.filter(national_id=offered_to).values_list("pk", flat=True).first()
    known = known or queries.party_of_account(offered_to)
    tell(made, "offered", [known] if known else [])
    return made


def _giver(actor: Actor) -> Party:
    """Whoever acts by a mandate hands nothing on; only who represents an organisation alone gives in its name."""
    acting = actor.acting_for
    if acting is not None and (acting.kind != Kind.REPRESENTATIVE or acting.together > 1 or not acting.is_whole):
        raise MandateIsWrong(_("A mandate can’t be handed on. Act for yourself, and give your own."), field="to")
    if actor.applicant is None:
        raise NotFound(_("Sign in first."))
    policy.require(actor, "mandate.give", Target(parties=frozenset({actor.applicant})))
    return queries.party(actor.applicant)


def _receiver(to: str, giver: Party) -> str:
    try:
        named = str(identifiers.parse_email(to)).lower() if "@" in to else str(identifiers.parse_national_id(to))
    except IdentifierProblem as error:
        raise ContactIsWrong(
            _("Write a national number of 10 digits, or an e-mail address such as name@example.com."),
            field="to",
            problem=error.code,
        ) from error
    own = {giver.national_id, giver.email, *giver.accounts.values_list("email", flat=True)}
    if named in own:
        raise MandateIsWrong(_("This is you. Name somebody else."), field="to")
    return named


def _end_of(day: date) -> datetime:
    """The first moment after a mandate's last day."""
    today = clock.today()
    if day < today:
        raise MandateIsWrong(_("This day has passed. Choose a later one."), field="until")
    if day > today.replace(year=today.year + LONGEST_YEARS, day=min(today.day, 28)):
        raise MandateIsWrong(
            _("A mandate lasts %(years)s years at most. Choose an earlier day.") % {"years": LONGEST_YEARS},
            field="until",
        )
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.home_zone())


@transaction.atomic
def accept_mandate(mandate_id: UUID, *, actor: Actor) -> Mandate:
    """The receiver takes it on. From now on they can act, and both see it."""
    mandate = _offered(mandate_id, actor)
    if actor.party in queries.all_numbers_of([mandate.principal_id]):
        raise MandateNotOpen(_("You gave this mandate yourself. Somebody else must accept it."))
    mandate.agent_id, mandate.offered_to = actor.party, ""
    mandate.state = State.VALID
    mandate.save(update_fields=["agent", "offered_to", "state"])
    note(mandate, "accepted", actor=actor)
    tell(mandate, "accepted", [mandate.principal_id])
    return mandate


@transaction.atomic
def decline_mandate(mandate_id: UUID, *, actor: Actor) -> Mandate:
    mandate = _offered(mandate_id, actor)
    end(mandate, End.DECLINED, actor=actor)
    tell(mandate, "declined", [mandate.principal_id])
    return mandate


def _offered(mandate_id: UUID, actor: Actor) -> Mandate:
    """The offer, locked, if it is to the actor."""
    if not any(one.pk == mandate_id for one in mandates.offered_to(actor)):
        raise NotFound(_("There is no such offer to you. It may have been taken back."))
    mandate = _locked(mandate_id)
    if mandate.state != State.OFFERED:
        raise MandateNotOpen(_("This offer was answered or taken back before."))
    return mandate


@transaction.atomic
def revoke_mandate(mandate_id: UUID, *, actor: Actor, reason: str = "") -> Mandate:
    """The giver takes a mandate back, or its receiver lays it down: from the next click on nobody acts by it.

    What a register says or a court has ordered neither of them can end.
    """
    if actor.acting_for is not None:
        _giver(actor)
    mandates.seen_by(actor, mandate_id)
    mandate = _locked(mandate_id)
    if mandate.kind != Kind.GIVEN:
        raise MandateNotOpen(_("This right comes from a register or a court. Only they can change it."))
    if mandate.state == State.ENDED:
        return mandate
    by_giver = mandate.principal_id in queries.all_numbers_of([actor.applicant] if actor.applicant else [])
    if not by_giver and mandate.agent_id not in queries.numbers_of(actor.party or mandate.pk):
        raise NotFound(_("There is no such mandate among yours."))
    end(mandate, End.REVOKED if by_giver else End.LAID_DOWN, actor=actor, reason=reason)
    other = mandate.agent_id if by_giver else mandate.principal_id
    tell(mandate, "revoked" if by_giver else "laid_down", [other] if other else [])
    return mandate


def end(mandate: Mandate, why: str, *, actor: Actor, reason: str = "") -> None:
    """End a mandate for good. The caller holds its lock."""
    mandate.state, mandate.end, mandate.ended_at = State.ENDED, why, clock.now()
    mandate.offered_to = ""
    mandate.save(update_fields=["state", "end", "ended_at", "offered_to"])
    note(mandate, "ended", actor=actor, personal={"reason": reason.strip()} if reason.strip() else None, why=why)


def _locked(mandate_id: UUID) -> Mandate:
    return Mandate.objects.select_for_update(of=("self",)).select_related("principal").get(pk=mandate_id)


def note(mandate: Mandate, kind: str, *, actor: Actor, personal: dict[str, Any] | None = None, **more: Any) -> None:
    """Add to the mandate's history what happened, with its terms as they stand."""
    terms = history.terms_of(mandate)
    event = history.append(f"mandate:{mandate.pk}", kind, actor=actor, personal=personal, **terms, **more)
    mandate.head = event.hash
    mandate.save(update_fields=["head"])


def tell(mandate: Mandate, what: str, parties: Sequence[UUID]) -> None:
    """Let those whom it concerns know. Rooms above turn it into a message."""
    for party in parties:
        outbox.queue(
            NEWS, {"mandate": str(mandate.pk), "what": what, "to": str(party)}, key=f"{NEWS}:{mandate.head}:{party}"
        )
