"""Four eyes for entries: a change is proposed by one official and written when another one confirms it.

Who may do which is asked by the caller; that the two are not one person is asked here, and by the database.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from panjereh.definitions.vocabulary import Registry
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.registries import operations, queries
from panjereh.registries.errors import (
    LawMissing,
    NoSuchEntry,
    NothingChanges,
    OtherProposalOpen,
    ProposalIsClosed,
    ProposedByNobody,
    ProposedByYourself,
    ReasonMissing,
    UnknownField,
)
from panjereh.registries.models import Act, Entity, Proposal
from panjereh.registries.types import Cause, Entry


@transaction.atomic
def propose(
    registry: Registry,
    entity_id: UUID,
    *,
    actor: Actor,
    law: str,
    reason: str,
    changes: Mapping[str, Any] | None = None,
    valid_from: date | None = None,
) -> Proposal:
    """Ask for a correction (`changes`: field → what is right) or, without changes, for the entry to be annulled.

    The same asked twice is one proposal. Raises OtherProposalOpen when another one waits for this entry.
    """
    entity = Entity.objects.select_for_update().filter(pk=entity_id, registry=registry.id).first()
    if entity is None:
        raise NoSuchEntry(_("The register holds no such entry."))
    if actor.party is None:
        raise ProposedByNobody(_("Only a person can propose to change an entry."))
    if not law.strip():
        raise LawMissing(_("Name the law and the article that allow it."))
    if not reason.strip():
        raise ReasonMissing(_("Write why the entry is wrong, and which paper shows it."))
    if changes is not None and not changes:
        raise NothingChanges(_("Change at least one field; all are as they were."))
    if unknown := sorted(set(changes or {}) - set(registry.fields)):
        raise UnknownField(_("The register has no such field."), fields=unknown)
    kind = Act.Kind.ANNUL if changes is None else Act.Kind.CORRECT
    waiting = Proposal.objects.filter(entity=entity, state=Proposal.State.OPEN).first()
    if waiting is not None:
        same = (waiting.by, waiting.kind, waiting.changes, waiting.valid_from)
        if same == (actor.party, kind, dict(changes or {}), valid_from):
            return waiting
        raise OtherProposalOpen(_("Another change of this entry waits to be confirmed. Look at that one first."))
    return Proposal.objects.create(
        entity=entity,
        kind=kind,
        changes=dict(changes or {}),
        valid_from=valid_from,
        law=law.strip()[:120],
        reason=reason.strip()[:500],
        by=actor.party,
        agency=actor.agency or "",
    )


@transaction.atomic
def confirm(registry: Registry, proposal_id: UUID, *, actor: Actor) -> Entry:
    """Write what was proposed. Raises ProposedByYourself, ProposalIsClosed, and whatever writing raises."""
    proposal = _open(registry, proposal_id)
    if proposal.by == actor.party:
        raise ProposedByYourself(_("You asked for this change yourself, so another official must confirm it."))
    cause = Cause(law=proposal.law, actor=actor, reason=proposal.reason)
    key = f"proposal:{proposal.pk}"
    if proposal.kind == Act.Kind.ANNUL:
        entry = operations.annul(registry, proposal.entity_id, cause=cause, key=key)
    else:
        entry = operations.correct(
            registry, proposal.entity_id, proposal.changes, cause=cause, key=key, valid_from=proposal.valid_from
        )
    _close(proposal, Proposal.State.CONFIRMED, actor)
    return entry


@transaction.atomic
def refuse(registry: Registry, proposal_id: UUID, *, actor: Actor, answer: str) -> Proposal:
    """Leave the entry as it is. Who proposed it may take it back; another one says why not."""
    proposal = _open(registry, proposal_id)
    own = proposal.by == actor.party
    if not own and not answer.strip():
        raise ReasonMissing(_("Write to your colleague why the entry stays as it is."))
    _close(proposal, Proposal.State.WITHDRAWN if own else Proposal.State.REFUSED, actor, answer.strip()[:500])
    return proposal


def get(registry: Registry, proposal_id: UUID) -> Proposal:
    """One proposal, open or not. The caller has made sure that it may be seen. Raises NotFound."""
    found = Proposal.objects.select_related("entity").filter(pk=proposal_id, entity__registry=registry.id).first()
    if found is None:
        raise NotFound(_("There is no such proposal."))
    return found


def waiting(registry: Registry, *, actor: Actor) -> list[Proposal]:
    """What waits to be confirmed, the oldest first. Whose entries they are can see that somebody looked."""
    found = list(_waiting(registry).select_related("entity").order_by("at", "pk"))
    queries.note(
        registry,
        [one.entity_id for one in found],
        [name for one in found for name in one.changes],
        actor=actor,
        purpose=queries.KEEPING,
        law=registry.law or queries.KEEPING,
    )
    return found


def count_waiting(registry: Registry) -> int:
    """How many changes wait to be confirmed."""
    return _waiting(registry).count()


def _waiting(registry: Registry) -> QuerySet[Proposal]:
    return Proposal.objects.filter(entity__registry=registry.id, state=Proposal.State.OPEN)


def of_entity(entity: UUID) -> list[Proposal]:
    """What was ever proposed for an entry, newest first."""
    return list(Proposal.objects.filter(entity=entity).order_by("-at", "-pk"))


def _open(registry: Registry, proposal_id: UUID) -> Proposal:
    proposals = Proposal.objects.select_for_update(of=("self",)).filter(entity__registry=registry.id)
    proposal = proposals.filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound(_("There is no such proposal."))
    if proposal.state != Proposal.State.OPEN:
        raise ProposalIsClosed(_("This proposal was dealt with meanwhile."))
    return proposal


def _close(proposal: Proposal, state: str, actor: Actor, answer: str = "") -> None:
    proposal.state = state
    proposal.closed_by, proposal.closed_at, proposal.answer = actor.party, clock.now(), answer
    proposal.save(update_fields=["state", "closed_by", "closed_at", "answer"])
