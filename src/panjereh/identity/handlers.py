"""Effects of this room: the e-mails of signing in."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from panjereh.kernel import clock
from panjereh.localisation import digits
from panjereh.outbox.handlers import EffectContext, Handlers, outside


@outside
def send_code(payload: dict[str, Any], effect: EffectContext) -> None:
    """Send the one-time code, unless it is too late for it."""
    if clock.now().timestamp() > payload["until"]:
        return
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    with override(payload["language"]):
        subject = _("%(code)s is your code for Panjereh") % payload
        text = _(
            "Your code to sign in to Panjereh:\n\n    %(code)s\n\n"
            "It is valid for %(minutes)s minutes and only where you asked for it. Give it to nobody: no official will "
            "ever ask you for it.\n\nIf you didn’t ask for a code, you need do nothing."
        ) % {**payload, "minutes": digits.for_language(str(minutes), payload["language"])}
    _send(subject, text, payload["email"], effect)


@outside
def tell_closed(payload: dict[str, Any], effect: EffectContext) -> None:
    """Tell the owner of a closed account why no code comes."""
    with override(payload["language"]):
        subject = _("Your account at Panjereh is closed")
        text = _(
            "Somebody, perhaps you, asked for a code to sign in with this address. The account is closed, so there is "
            "no code. An office of any agency can open it again."
        )
    _send(subject, text, payload["email"], effect)


def _send(subject: str, text: str, address: str, effect: EffectContext) -> None:
    headers = {"Auto-Submitted": "auto-generated", "X-Panjereh-Key": effect.key}
    EmailMessage(subject, text, to=[address], headers=headers).send()


HANDLERS: Handlers = {
    "identity.sign_in_code": send_code,
    "identity.account_closed": tell_closed,
}
