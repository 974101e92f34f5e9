"""The record of who changed what about whom."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from panjereh.identity.errors import ReasonMissing
from panjereh.identity.models import Change
from panjereh.kernel.actor import Actor


def record(what: str, party: UUID, *, actor: Actor, fields: Iterable[str] = (), reason: str = "") -> None:
    """Append that `actor` did `what` to `party`. Fields by name only: the old value is nobody's business later."""
    Change.objects.create(
        what=what,
        party=party,
        actor=actor.party,
        actor_agency=actor.agency or "",
        fields=sorted(fields),
        reason=reason.strip()[:300],
    )


def need_reason(reason: str) -> str:
    """The reason without outer spaces. Raises ReasonMissing when there is none."""
    if not reason.strip():
        raise ReasonMissing(_("Say why, in a few words: others must be able to follow it later."))
    return reason.strip()
