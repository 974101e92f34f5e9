"""What the applicant takes along to show that the case went as it went."""

from typing import Any

from panjereh.audit import queries as audit
from panjereh.audit.errors import NotInTheLog
from panjereh.cases.access import find_own
from panjereh.cases.logged import EVENT
from panjereh.cases.models import Event
from panjereh.kernel.actor import Actor

OPENED = ("decided", "confirmed")
"""Events whose words go along: why it was decided so."""


def proof(actor: Actor, number: str) -> dict[str, Any]:
    """The file with which the applicant can prove every step of an own case, and the reason of the decision.

    Raises NotFound, and NotInTheLog in the first minute.
    """
    case = find_own(actor, number)
    events = list(Event.objects.filter(case=case).order_by("seq"))
    proofs = audit.proofs_of(EVENT, [event.pk for event in events])
    if not proofs:
        raise NotInTheLog
    logged = {proof.content["key"] for proof in proofs}
    opened = [
        {"seq": event.seq, "value": event.personal, "salt": bytes(event.salt).hex()}
        for event in events
        if event.kind in OPENED and event.pk in logged and event.personal is not None and event.salt is not None
    ]
    return audit.bundle(proofs, opened)
