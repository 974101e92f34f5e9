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
