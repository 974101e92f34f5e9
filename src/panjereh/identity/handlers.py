"""Effects of this room: codes, and what people are told about their account."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from panjereh.identity.adapters.sms_gateways import gateway
from panjereh.identity.ports import CarrierRefused
from panjereh.kernel import clock
from panjereh.localisation import digits
from panjereh.outbox.handlers import EffectContext, GiveUp, Handlers, outside


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


@outside
def send_any_code(payload: dict[str, Any], effect: EffectContext) -> None:
    """Send a code of `operations.codes` by mail or SMS, unless it is too late or the address is nobody's."""
    if not payload["code"] or clock.now().timestamp() > payload["until"]:
        return
    if payload["by"] == "phone":
        _send_by_phone(payload)
        return
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    with override(payload["language"]):
        values = {**payload, "minutes": digits.for_language(str(minutes), payload["language"])}
        subject = _("%(code)s is your code for Panjereh") % values
        text = (
            _(
                "Your code for Panjereh:\n\n    %(code)s\n\n"
                "It is valid for %(minutes)s minutes and only where you asked for it. Give it to nobody: no official "
                "will ever ask you for it.\n\nIf you didn’t ask for a code, you need do nothing."
            )
            % values
        )
    _send(subject, text, payload["to"], effect)


def _send_by_phone(payload: dict[str, Any]) -> None:
    with override(payload["language"]):
        text = _("%(code)s is your code for Panjereh. Give it to nobody.") % payload
    _hand_over(payload["to"], text)


@outside
def tell_owner(payload: dict[str, Any], effect: EffectContext) -> None:
    """Tell somebody at all their addresses what happened to their account, and what to do if it wasn't them."""
    with override(payload["language"]):
        subject = str(NOTICES[payload["what"]])
        text = _(
            "%(what)s.\n\nWhen: %(at)s\n%(detail)s\n\n"
            "If this was you, you need do nothing. If not: sign in, open “Ways to sign in”, sign out everywhere and "
            "remove what isn’t yours; or go to an office with your papers."
        ) % {**payload, "what": subject}
    for address in payload["emails"]:
        _send(subject, text, address, effect)


@outside
def tell_owner_by_phone(payload: dict[str, Any], effect: EffectContext) -> None:  # noqa: ARG001 - as handlers are called
    """The same in one short message, for whoever no longer has their mailbox."""
    with override(payload["language"]):
        text = _("%(what)s. If it wasn’t you, go to an office.") % {"what": NOTICES[payload["what"]]}
    _hand_over(payload["to"], text)


def _hand_over(number: str, text: str) -> None:
    try:
        gateway(settings.SMS_GATEWAY).send(number, text)
    except CarrierRefused as refusal:
        raise GiveUp(str(refusal)) from refusal


def _send(subject: str, text: str, address: str, effect: EffectContext) -> None:
    headers = {"Auto-Submitted": "auto-generated", "X-Panjereh-Key": effect.key}
    EmailMessage(subject, text, to=[address], headers=headers).send()


NOTICES = {
    "new device": gettext_lazy("Somebody signed in to your account on a device that is new here"),
    "passkey added": gettext_lazy("A passkey was added to your account"),
    "passkey removed": gettext_lazy("A passkey was removed from your account"),
    "password set": gettext_lazy("A password and a code device were set for your account"),
    "password removed": gettext_lazy("Password and code device were removed from your account"),
    "recovery codes made": gettext_lazy("New recovery codes were made for your account"),
    "recovery code used": gettext_lazy("A recovery code of your account was used"),
    "phone set": gettext_lazy("A telephone number was confirmed for your account"),
    "phone removed": gettext_lazy("Your account opens by telephone no longer"),
    "phone taken": gettext_lazy("Somebody else confirmed your telephone number; your account opens by it no longer"),
    "provider linked": gettext_lazy("Your account opens by a provider of identity from now on"),
    "provider unlinked": gettext_lazy("Your account opens by a provider of identity no longer"),
    "recovery asked": gettext_lazy("An office was asked to give your account another address"),
    "recovered": gettext_lazy("Your account has another address; all old ways to sign in are closed"),
    "account closed": gettext_lazy("Your account was closed"),
    "account reopened": gettext_lazy("Your account was opened again"),
    "account confirmed": gettext_lazy("An office has confirmed your account"),
}
"""What happened, as the subject of the message. Keys are what `operations.notices.tell` is given."""

HANDLERS: Handlers = {
    "identity.code": send_any_code,
    "identity.notice": tell_owner,
    "identity.notice_by_sms": tell_owner_by_phone,
    "identity.sign_in_code": send_code,
    "identity.account_closed": tell_closed,
}
