"""Tell people something, and let them and an agency write to each other about a case."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.correspondence import queries
from panjereh.correspondence.errors import NothingSaid
from panjereh.correspondence.models import Message
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.localisation import letters
from panjereh.outbox import operations as outbox

EMAIL = "correspondence.email"
TELL = "correspondence.tell"
ON_PAPER = "desk"
LONGEST = 5000


@transaction.atomic
def tell(
    party_id: UUID,
    *,
    key: str,
    subject: str,
    text: str,
    agency: str = "",
    case: str = "",
    scope: UUID | None = None,
    service: str = "",
    language: str | None = None,
    is_closed: bool = False,
) -> Message:
    """Give somebody a notice: here, and by e-mail if they want that and have an address. The same key tells it once.

    scope: whose data key closes the text, that of the case; without it the person's own
    is_closed: it may tell something confidential, so an e-mail only says that it is there
    """
    person = identity.present(party_id)
    told = queries.BY_KEY.first(key)
    if told is not None:
        return told
    message = Message(
        key=key,
        party_id=party_id,
        kind=Message.Kind.NOTICE,
        agency=agency,
        case=case or "",
        scope=scope or party_id,
        service=service,
        subject=subject[:200],
        text=text,
        language=language or person.language,
        is_closed=is_closed,
        sent_at=clock.now(),
        on_paper=person.notices == ON_PAPER,
    )
    message.save(force_insert=True)
    _queue_email(message)
    return message


@transaction.atomic
def write_to_agency(
    actor: Actor, *, case: str, agency: str, text: str, key: str, scope: UUID | None = None, service: str = ""
) -> Message:
    """The person writes about their case, or in the name of whom they act for. The caller has made sure that the case
    is theirs. Raises NothingSaid."""
    if actor.applicant is None:
        raise NothingSaid(_("Only somebody who is signed in can write."))
    return _write(actor.applicant, actor, case, agency, text, key, scope, Message.Direction.TO_AGENCY, service)


@transaction.atomic
def write_to_person(
    actor: Actor,
    party_id: UUID,
    *,
    case: str,
    agency: str,
    text: str,
    key: str,
    scope: UUID | None = None,
    service: str = "",
) -> Message:
    """An official writes to the person about their case. The caller has made sure that they may. Raises NothingSaid."""
    message = _write(party_id, actor, case, agency, text, key, scope, Message.Direction.TO_PERSON, service)
    _queue_email(message)
    return message


@transaction.atomic
def mark_read(actor: Actor, message_id: UUID) -> Message:
    """The person has opened it. Raises NotFound for what isn't theirs."""
    message = queries.message(actor, message_id)
    if message.read_at is None and message.direction == Message.Direction.TO_PERSON:
        message.read_at = clock.now()
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_case_read(actor: Actor, case: str) -> int:
    """The person, or for an official the agency, has the conversation before them. Returns how many were new."""
    unread = Message.objects.filter(case=case, read_at=None)
    if actor.is_official:
        unread = unread.filter(agency=actor.agency or "", direction=Message.Direction.TO_AGENCY)
    elif actor.applicant is not None:
        unread = unread.filter(party__in=identity.numbers_of(actor.applicant), direction=Message.Direction.TO_PERSON)
    else:
        return 0
    return unread.update(read_at=clock.now())


@transaction.atomic
def mark_posted(actor: Actor, letters_posted: Iterable[UUID]) -> int:
    """An official has posted these letters or handed them out. How many of them waited for that."""
    policy.require(actor, "letter.post", policy.Target(agency=actor.agency))
    waiting = queries.letters_of(actor).filter(pk__in=set(letters_posted))
    return waiting.update(posted_at=clock.now(), posted_by=actor.party)


def erase_case(case: str) -> int:
    """Take away what was said in a case. The caller has made sure that it may go. How many messages there were."""
    return Message.objects.filter(case=case).update(text="")


def _write(
    party: UUID,
    actor: Actor,
    case: str,
    agency: str,
    text: str,
    key: str,
    scope: UUID | None,
    direction: str,
    service: str,
) -> Message:
    text = letters.normalise(text)
    if not text:
        raise NothingSaid(_("Write your message first."))
    if len(text) > LONGEST:
        raise NothingSaid(_("Keep the message below %(most)s characters.") % {"most": LONGEST}, most=LONGEST)
    message, _new = Message.objects.get_or_create(
        key=key,
        defaults={
            "party_id": party,
            "kind": Message.Kind.MESSAGE,
            "direction": direction,
            "agency": agency,
            "case": case,
            "scope": scope or party,
            "service": service,
            "text": text,
            "language": actor.language,
            "written_by": actor.party,
            "sent_at": clock.now(),
            "on_paper": direction == Message.Direction.TO_PERSON and identity.present(party).notices == ON_PAPER,
        },
    )
    return message


def _queue_email(message: Message) -> None:
    """Send what was told to the person's address as well. Whether they want it is looked at when it is sent."""
    outbox.queue(EMAIL, {"message": str(message.pk)}, key=f"{EMAIL}:{message.pk}")
