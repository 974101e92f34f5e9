"""For whom somebody acts in this session: chosen once, shown on every page, and looked at anew with every request."""

from uuid import UUID

from django.http import HttpRequest

from panjereh.catalogue import queries as catalogue
from panjereh.identity import mandates, operations
from panjereh.identity.errors import MandateHasEnded
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound

KEY = "acts_by"
"""In the session: the number of the mandate; empty for somebody who chose to act for themselves."""


def choose(request: HttpRequest, actor: Actor, mandate_id: UUID | None) -> None:
    """From now on the person acts by this mandate, or (None) for themselves. Raises NotFound, MandateHasEnded."""
    if mandate_id is not None:
        _standing(actor, mandate_id)
    request.session[KEY] = str(mandate_id) if mandate_id else ""


def has_chosen(request: HttpRequest) -> bool:
    return KEY in request.session


def in_whose_name(request: HttpRequest, person: Actor) -> Actor:
    """The person, or the person in the name that they chose. Raises MandateHasEnded.

    Who has chosen nothing costs no question to the database.
    """
    chosen = request.session.get(KEY)
    if not chosen:
        return person
    try:
        return _standing(person, UUID(chosen))
    except NotFound:  # somebody else has signed in meanwhile
        return person


def _standing(person: Actor, mandate_id: UUID) -> Actor:
    """The person in the name of the mandate's giver, if it still stands by what the registers say now."""
    mandate = mandates.of_agent(person, mandate_id)
    return mandates.act_for(person, operations.look_again(mandate, catalogue.country(), actor=person))


def end(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


__all__ = ["KEY", "MandateHasEnded", "choose", "end", "has_chosen", "in_whose_name"]
