"""Effects of this room: the e-mail that goes with a message."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from panjereh.audit import operations as audit
from panjereh.correspondence import mandates, operations, queries
from panjereh.correspondence.models import Message
from panjereh.correspondence.operations import EMAIL, TELL
from panjereh.identity import queries as identity
from panjereh.identity.operations.mandates import NEWS
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.outbox.handlers import EffectContext, GiveUp, Handlers, outside


@outside
def send_email(payload: dict[str, Any], _effect: EffectContext) -> None:
    """Send a message to its person's address, unless they have none or want none, or it went already.

    A worker that dies after sending sends again: the same Message-ID lets mail programs show it once.
    """
    message = queries.BY_NUMBER.first(UUID(payload["message"]))
    if message is None:
        raise GiveUp("there is no such message")
    addresses = identity.addresses_for_notices(message.party_id)
    if not addresses or message.emailed_at is not None:
        return
    audit.record_access(
        actor=SYSTEM,
        subject=f"party:{message.party_id}",
        source="letters",
        fields=["email", "text"],
        purpose="letter",
        case=message.case or None,
    )
    subject, text = _words(message)
    headers = {"Message-ID": f"<{message.pk}@{_domain()}>", "Auto-Submitted": "auto-generated"}
    for address in addresses:
        EmailMessage(subject, text, to=[address], headers=headers).send()
    message.emailed_at = clock.now()
    message.save(update_fields=["emailed_at"])


def _words(message: Message) -> tuple[str, str]:
    """A notice says what it says; a message of the agency is only announced, for it may hold more than mail should.
    So is a notice that may tell something confidential."""
    with override(message.language):
        closing = _(
            "You can read and answer this in Panjereh, under “My cases”. An answer to this e-mail reaches nobody."
        )
        if message.kind == Message.Kind.NOTICE and not message.is_closed:
            return " ".join(message.subject.split()), f"{message.text}\n\n{closing}"
        subject = _("A new message about your case %(case)s") % {"case": message.case}
        return subject, f"{subject}.\n\n{closing}"


def _domain() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].strip("> ") or "localhost"


def tell(payload: dict[str, Any], _effect: EffectContext) -> None:
    """A room beside this one has something to tell somebody, in words that it has chosen."""
    operations.tell(
        UUID(payload["party"]),
        key=payload["key"],
        subject=payload["subject"],
        text=payload["text"],
        agency=payload["agency"],
        language=payload["language"],
    )


HANDLERS: Handlers = {TELL: tell, EMAIL: send_email, NEWS: mandates.tell}
