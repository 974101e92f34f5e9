"""Begin what follows an entry that somebody holds: what the register says of it is filled in."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.cases.models import Draft
from panjereh.cases.operations.drafts import follow, looked_up, prefill, start_draft
from panjereh.cases.queries.holdings import Held, holdings_of
from panjereh.definitions import Screen, Service
from panjereh.definitions.types.entries import EntryOptions
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound


@transaction.atomic
def follow_up(service_id: str, entity: UUID, *, actor: Actor) -> Draft:
    """A draft of the service with the entry filled in. Raises NotFound for an entry that is not the person's, or that
    this service can't follow."""
    held = next((one for one in holdings_of(actor) if one.entity == entity), None)
    if held is None or service_id not in {one.service.id for one in held.followed_by}:
        raise NotFound(_("There is nothing of yours that this service could follow."))
    draft = start_draft(service_id, actor=actor)
    service = follow(draft)
    found = _which(service, draft)
    if found is not None:
        screen, name, number_field = found
        given = {name: {number_field: _number(held, number_field), "source": None}}
        answers = looked_up(service, screen, given, actor=actor, before=lambda: None)
        prefill(draft.pk, actor=actor, answers=answers)
    return draft


def _which(service: Service, draft: Draft) -> tuple[Screen, str, str] | None:
    """The screen that asks for the entry, the name of its question, and the field with the entry's number."""
    block = service.definition.follow_up
    for screen in service.screens(draft.answers, draft.facts):
        for question in screen.questions:
            options = question.kind.options
            if block is not None and question.id == block.entry and isinstance(options, EntryOptions):
                return screen, question.id, options.field
    return None


def _number(held: Held, field: str) -> str:
    return str(held.data.get(field) or held.number)
