"""What somebody was told, and what was said in a case."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from panjereh.audit import operations as audit
from panjereh.correspondence.models import Message
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.storage import Prepared

Laws = Callable[[Iterable[str]], Mapping[str, str]]
"""The laws by which the cases of these numbers are dealt with; the room of cases stands above this one."""

BY_KEY = Prepared(lambda key: Message.objects.filter(key=key))


def was_told(key: str) -> bool:
    """Whether a notice with this key was given."""
    return BY_KEY.first(key) is not None


BY_NUMBER = Prepared(lambda message: Message.objects.filter(pk=message))
CONVERSATION = Prepared(lambda case: Message.objects.filter(case=case).order_by("sent_at", "id"))


def inbox(actor: Actor, limit: int = 100) -> list[Message]:
    """What the person was told and wrote, newest first."""
    return list(_of(actor)[:limit])


def message(actor: Actor, message_id: UUID) -> Message:
    """One message of the person's own. Raises NotFound, also for everybody else's."""
    found = _of(actor).filter(pk=message_id).first()
    if found is None:
        raise NotFound(_("There is no such message among yours."))
    return found


def unread(actor: Actor) -> int:
    """How many messages the person has not opened yet."""
    return _of(actor).filter(read_at=None, direction=Message.Direction.TO_PERSON).count()


def conversation(case: str) -> list[Message]:
    """Notices and messages of a case, oldest first. The caller has made sure that the reader may see the case."""
    return CONVERSATION.all(case)


def unread_by_agency(case: str) -> int:
    """How many of the person's messages in a case the agency has not opened yet."""
    return Message.objects.filter(case=case, read_at=None, direction=Message.Direction.TO_AGENCY).count()


def letters_to_post(actor: Actor, laws: Laws, limit: int = 100) -> list[Message]:
    """What the agency has still to send on paper, the oldest first; the actor’s own letters a colleague posts.

    Everybody listed can see that somebody looked, and by which law.
    """
    policy.require(actor, "letter.post", policy.Target(agency=actor.agency))
    found = list(letters_of(actor).select_related("party").order_by("sent_at", "pk")[:limit])
    _note(actor, found, ["name"], laws)
    return found


def letter(actor: Actor, message_id: UUID, laws: Laws) -> Message:
    """One letter of the agency, posted or not, to be printed. Raises NotFound, NotAllowed for one’s own."""
    policy.require(actor, "letter.post", policy.Target(agency=actor.agency))
    written = Message.objects.filter(on_paper=True, agency=actor.agency or "-").select_related("party")
    found = written.filter(pk=message_id).first()
    if found is None:
        raise NotFound(_("There is no such letter at your agency."))
    parties = identity.present_numbers_of([found.party_id])
    policy.require(actor, "letter.post", policy.Target(agency=found.agency, parties=parties))
    _note(actor, [found], ["name", "text"], laws)
    return found


def letters_of(actor: Actor) -> QuerySet[Message]:
    """Letters of the actor's agency that wait to be posted, but for those to the actor."""
    waiting = Message.objects.filter(on_paper=True, posted_at=None, agency=actor.agency or "-")
    return waiting.exclude(party__in=identity.numbers_of(actor.party)) if actor.party else waiting


def _note(actor: Actor, letters: list[Message], fields: list[str], laws: Laws) -> None:
    law_of = laws({one.case for one in letters if one.case})
    audit.record_accesses(
        audit.Access(
            actor=actor,
            subject=f"party:{one.party_id}",
            source="letters",
            fields=fields,
            purpose="letter",
            law=law_of.get(one.case, ""),
            case=one.case or None,
        )
        for one in letters
    )


def _of(actor: Actor) -> QuerySet[Message]:
    """The person's, or those of whom they act for, as far as that reaches."""
    if actor.applicant is None:
        return Message.objects.none()
    found = Message.objects.filter(party__in=identity.numbers_of(actor.applicant))
    acting = actor.acting_for
    if acting is not None and acting.agency:
        found = found.filter(agency=acting.agency)
    if acting is not None and acting.services:
        found = found.filter(service__in=acting.services)
    return found


def all_of(parties: Iterable[UUID]) -> list[Message]:
    """Everything that these numbers of one person were told and wrote, for a copy of their own data."""
    return list(Message.objects.filter(party__in=list(parties)).order_by("sent_at", "id"))
