"""What becomes of mandates, told to those whom it concerns. Identity queues the news and knows no messages itself."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from panjereh.correspondence import operations
from panjereh.identity import mandates
from panjereh.identity import queries as identity
from panjereh.outbox.handlers import EffectContext

NEWS = {
    "offered": gettext_noop("%(principal)s offers you to act for them. Accept or decline under “Acting for others”."),
    "accepted": gettext_noop("%(agent)s has accepted to act for %(principal)s. You can take it back at any time."),
    "declined": gettext_noop("%(agent)s has declined to act for %(principal)s."),
    "revoked": gettext_noop("%(principal)s has taken the mandate back: %(agent)s no longer acts for them."),
    "laid_down": gettext_noop("%(agent)s has laid the mandate down and no longer acts for %(principal)s."),
    "confirmed": gettext_noop("By a court’s order %(agent)s acts for %(principal)s from now on."),
    "ended": gettext_noop("%(agent)s no longer acts for %(principal)s: the register or a court says so."),
}


def tell(payload: dict[str, Any], effect: EffectContext) -> None:
    """Say what happened to a mandate, in the language of whoever is told."""
    to = identity.present(UUID(payload["to"]))
    mandate = mandates.get(UUID(payload["mandate"]))
    names = {
        "principal": mandate.principal.name or "–",
        "agent": (mandate.agent.name if mandate.agent else "") or mandate.called or "–",
    }
    news = NEWS[payload["what"]]
    with override(to.language):
        subject, text = _("Acting for others"), _(news) % names
    operations.tell(to.pk, key=effect.key, subject=subject, text=text, language=to.language)
