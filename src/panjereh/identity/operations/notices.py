"""What people are told about their account, at every address known, so that nobody changes it behind their back."""

from django.conf import settings
from django.db import transaction

from panjereh.identity.models import Account
from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.localisation import dates
from panjereh.outbox import operations as outbox

BY_SMS = frozenset({"recovery asked", "recovered", "account closed", "account reopened"})
"""What is told by SMS, too, to whoever has confirmed a number: a mailbox that was taken over would hide it."""


@transaction.atomic
def tell(
    account: Account, what: str, *, detail: str = "", also: tuple[str, ...] = (), phone: str | None = None
) -> None:
    """Tell the owner that `what` (a key of `handlers.NOTICES`) happened.

    also: further addresses, such as old ones; phone: the number that was theirs, if it is no longer
    """
    if account.is_demonstration:
        return
    party = account.party
    language = party.language if party else "fa"
    payload = {
        "emails": sorted({account.email, *also}),
        "language": language,
        "what": what,
        "detail": detail,
        "at": dates.format_datetime(clock.now().astimezone(clock.home_zone()), language),
    }
    outbox.queue("identity.notice", payload, key=f"identity.notice:{new_id()}")
    number = phone or account.phone
    if number and what in BY_SMS and settings.SMS_GATEWAY:
        short = {"to": number, "language": language, "what": what}
        outbox.queue("identity.notice_by_sms", short, key=f"identity.notice_by_sms:{new_id()}")
