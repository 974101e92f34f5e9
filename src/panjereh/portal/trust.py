"""Words and small questions that the pages of signing in share."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panjereh.identity.models import Change
from panjereh.kernel.actor import Level
from panjereh.kernel.errors import NotFound

WAYS = {
    "email": gettext_lazy("code by e-mail"),
    "phone": gettext_lazy("code by telephone"),
    "password": gettext_lazy("password and code"),
    "passkey": gettext_lazy("passkey"),
    "recovery": gettext_lazy("recovery code"),
    "provider": gettext_lazy("provider of identity"),
    "demonstration": gettext_lazy("demonstration"),
}
LEVELS = {
    Level.NONE: gettext_lazy("none"),
    Level.LOW: gettext_lazy("low"),
    Level.SUBSTANTIAL: gettext_lazy("substantial"),
    Level.HIGH: gettext_lazy("high"),
}
CHANGES = {
    "passkey added": gettext_lazy("a passkey was added"),
    "passkey removed": gettext_lazy("a passkey was removed"),
    "password set": gettext_lazy("password and code were set"),
    "password removed": gettext_lazy("password and code were removed"),
    "recovery codes made": gettext_lazy("recovery codes were made"),
    "phone set": gettext_lazy("a telephone number was confirmed"),
    "phone removed": gettext_lazy("a telephone number was removed"),
    "recovery asked": gettext_lazy("an office was asked to give your account another address"),
    "recovery refused": gettext_lazy("a second official refused the recovery of your account"),
    "recovery stopped": gettext_lazy("you stopped the recovery of your account"),
    "recovered": gettext_lazy("an office gave your account another address and closed the old ways"),
    "account closed": gettext_lazy("the account was closed"),
    "account reopened": gettext_lazy("the account was opened again"),
    "account confirmed by papers": gettext_lazy("an office confirmed the account"),
    "account no longer confirmed": gettext_lazy("the account is no longer confirmed: its last sure way is gone"),
    "linked by papers": gettext_lazy("an office linked you to the register"),
    "linked by provider": gettext_lazy("a provider of identity linked you to the register"),
    "provider linked": gettext_lazy("a provider of identity was added"),
    "provider unlinked": gettext_lazy("a provider of identity was removed"),
    "contact changed": gettext_lazy("how we reach you was changed"),
}
"""What is recorded about a person and their account, in words for them."""


def way_in_words(way: str) -> str:
    return str(WAYS.get(way.partition(":")[0], way))


def level_in_words(level: str) -> str:
    return str(LEVELS.get(Level(level), level))


def what_changed(change: Change) -> str:
    """What happened, and whether an office did it."""
    words = str(CHANGES.get(change.what, change.what))
    return (
        _("%(what)s, by an office: %(reason)s") % {"what": words, "reason": change.reason} if change.reason else words
    )


def number_in(text: str) -> UUID:
    """The number that a button carries. Raises NotFound for anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def going_to(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""


REFUSALS = {
    "cancelled": gettext_lazy(
        "You stopped it there. Nothing has happened; you can begin again or sign in by another way."
    ),
    "state": gettext_lazy("It was begun in another browser, was used already, or took too long. Begin again."),
    "code": gettext_lazy("The code that it sent was used before, or is too old. Begin again."),
    "provider": gettext_lazy("It could not sign you in, and does not say why. Try again, or sign in by another way."),
    "issuer": gettext_lazy("The answer comes from somebody else than it says."),
    "audience": gettext_lazy("The answer was made for another site."),
    "nonce": gettext_lazy("The answer belongs to another sign-in."),
    "expired": gettext_lazy("The answer is too old."),
    "clock": gettext_lazy("The answer comes from the future: one of the clocks is wrong."),
    "signature": gettext_lazy("The answer was changed, or signed by somebody else."),
    "algorithm": gettext_lazy("The answer is not signed in a way that can be trusted."),
    "key": gettext_lazy("The answer was signed with a key that the provider does not show."),
    "access_token": gettext_lazy("Two parts of the answer do not belong together."),
    "subject": gettext_lazy("Two parts of the answer speak of different people."),
    "old_proof": gettext_lazy("You had shown it who you are too long ago. Show it there once more."),
    "malformed": gettext_lazy("The answer could not be read."),
}
"""Why what a provider of identity sent lets nobody in: `ProviderRefused.params["why"]`."""

NOBODYS_FAULT = {"cancelled", "state", "code", "provider", "old_proof"}
"""Reasons for which the person can simply begin again; of the others the operators should know."""


def refusal_in_words(why: str, provider: str) -> tuple[str, str]:
    """A heading, and what happened with what to do next."""
    words = str(REFUSALS.get(why, REFUSALS["malformed"]))
    if why in NOBODYS_FAULT:
        return _("You are not signed in by %(provider)s") % {"provider": provider}, words
    heading = _("The answer of %(provider)s can’t be trusted") % {"provider": provider}
    return heading, _(
        "%(why)s So nobody was signed in. Try again or sign in by another way; if it happens again, tell an office."
    ) % {"why": words}
