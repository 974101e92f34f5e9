"""What people are told about their account, at every address known, so that nobody changes it behind their back."""

from django.db import transaction

from panjereh.identity.models import Account
from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.localisation import dates
from panjereh.outbox import operations as outbox


@transaction.atomic
def tell(account: Account, what: str, *, detail: str = "", also: tuple[str, ...] = ()) -> None:
    """Tell the owner that `what` (a key of `handlers.NOTICES`) happened. also: further addresses, such as old ones."""
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
