"""People are told of bills: when one comes, and before it is due. Joins `payments` with `correspondence`."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from panjereh.correspondence import operations as correspondence
from panjereh.identity import queries as identity
from panjereh.kernel.errors import NotFound
from panjereh.kernel.money import Money
from panjereh.localisation import dates
from panjereh.localisation.money import format_money
from panjereh.outbox.handlers import EffectContext, Handlers
from panjereh.payments import queries
from panjereh.payments.models import Bill, LookedAfter
from panjereh.payments.operations import standing


def tell_that_it_came(payload: dict[str, Any], effect: EffectContext) -> None:
    """A bill came: what for, how much, until when. With a standing order: that it waits for one press."""
    _tell(payload, effect.key, is_reminder=False)


def remind(payload: dict[str, Any], effect: EffectContext) -> None:
    """Three days before a bill is due; nothing when it is paid."""
    _tell(payload, effect.key, is_reminder=True)


def _tell(payload: dict[str, Any], key: str, *, is_reminder: bool) -> None:
    bill = queries.bill(payload["bill"])
    if not bill.is_open:
        return
    party = UUID(payload["party"])
    try:
        language = identity.present(party).language
    except NotFound:
        return
    looked = LookedAfter.objects.filter(party=party, agency=bill.agency, account=bill.subject).first()
    if is_reminder and looked is not None and not looked.remind:
        return
    with override(language):
        subject, text = _words(bill, looked, language, is_reminder=is_reminder)
    correspondence.tell(party, key=key, subject=subject, text=text, agency=bill.agency, language=language)


def _words(bill: Bill, looked: LookedAfter | None, language: str, *, is_reminder: bool) -> tuple[str, str]:
    title = bill.title.get(language) or bill.title.get("fa", "")
    if looked is not None and looked.label:
        title = f"{title} ({looked.label})"
    owed = queries.owed_on(bill.number)
    said = {
        "title": title,
        "amount": format_money(Money(owed, bill.currency), language),
        "due": dates.format_date(bill.due, language) if bill.due else "",
        "number": bill.number,
    }
    subject = (_("%(title)s is due soon") if is_reminder else _("%(title)s has come")) % said
    text = _("%(title)s: %(amount)s, to be paid by %(due)s.") % said
    if looked is not None and looked.most is not None:
        text += " " + (
            _("It is within the limit of your standing order and waits for your press of a button.")
            if owed <= looked.most
            else _("It is above the limit of your standing order. Look at it before you pay.")
        )
    return subject, f"{text}\n{_('You find it under “My bills”, by its number %(number)s.') % said}"


HANDLERS: Handlers = {
    standing.CAME: tell_that_it_came,
    standing.DUE: remind,
}
