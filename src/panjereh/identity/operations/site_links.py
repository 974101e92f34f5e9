"""Signing in at other sites: what people agree to, the code that the browser carries there, and the end of it."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from allauth.idp.oidc.models import Token
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.audit import operations as audit
from panjereh.identity.errors import CodeUsedBefore
from panjereh.identity.models import Account, Site, SiteLink, SiteSignIn
from panjereh.identity.sites import CLAIMS, fields_of
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel, Level
from panjereh.kernel.errors import NotFound

PURPOSE = "sign-in-elsewhere"
CODES_LIVE = timedelta(minutes=1)
KEPT = timedelta(days=1)
"""How long a used code is remembered, so that a second use is noticed."""


@transaction.atomic
def agree(account: Account, site: Site, scopes: Iterable[str]) -> SiteLink:
    """The person lets `site` know these of their data (`CLAIMS`) whenever they sign in there."""
    allowed = [scope for scope in CLAIMS if scope in {"openid", *scopes} and scope in site.scopes]
    link, new = SiteLink.objects.select_for_update().get_or_create(
        account=account, site=site, defaults={"subject": uuid4().hex, "scopes": allowed}
    )
    if not new:
        link.scopes, link.ended_at = allowed, None
        link.save(update_fields=["scopes", "ended_at"])
    return link


@transaction.atomic
def begin_sign_in(link: SiteLink, code: str, *, level: Level, amr: Sequence[str], proven_at: datetime) -> SiteSignIn:
    """The browser takes `code` to the site. What the site will be told of the sign-in is settled now."""
    SiteSignIn.objects.filter(at__lt=clock.now() - KEPT, link=link).delete()
    return SiteSignIn.objects.create(
        link=link, code=digest(code), level=level, amr=list(amr), proven_at=proven_at.replace(microsecond=0)
    )


def take(client_id: str, code: str) -> SiteSignIn | None:
    """The sign-in of a code that a site has brought, locked until the transaction ends; None for any other code.

    Raises CodeUsedBefore: what was given for it the first time is withdrawn by `withdraw`.
    """
    found = (
        SiteSignIn.objects.select_for_update(of=("self",))
        .select_related("link__account__party", "link__site")
        .filter(code=digest(code), link__site__client_id=client_id, link__site__state=Site.State.OPEN)
        .filter(link__ended_at=None, at__gt=clock.now() - KEPT)
        .first()
    )
    if found is not None and found.redeemed_at is not None:
        raise CodeUsedBefore(_("This code was used before."), client=client_id, code=found.code)
    return None if found is None or found.at < clock.now() - CODES_LIVE else found


@transaction.atomic
def withdraw(code: str) -> None:
    """Somebody brought a code twice, so one of them had stolen it: its token opens nothing any more."""
    for found in SiteSignIn.objects.filter(code=code).exclude(token=""):
        Token.objects.filter(hash=found.token).delete()


@transaction.atomic
def redeem(sign_in: SiteSignIn, token: str) -> None:
    """The site has its token. The person can see that, and under which name it knows them now."""
    sign_in.redeemed_at, sign_in.token = clock.now(), digest(token)
    sign_in.save(update_fields=["redeemed_at", "token"])
    sign_in.link.used_at = sign_in.redeemed_at
    sign_in.link.save(update_fields=["used_at"])
    note(sign_in.link, ["openid"])


def note(link: SiteLink, scopes: Iterable[str]) -> None:
    """Write down that a site is told these of somebody's data, in the transaction that hands them out."""
    site, party = link.site, link.account.party
    if party is None:
        raise NotFound
    reader = Actor(party=None, name=site.title["en"], agency=site.agency, channel=Channel.API)
    audit.record_access(
        actor=reader,
        subject=party.subject,
        source=f"site:{site.pk}",
        fields=fields_of(scopes),
        purpose=PURPOSE,
        law=site.law,
    )


@transaction.atomic
def end_link(link_id: UUID, *, actor: Actor) -> SiteLink:
    """The person no longer signs in there: what they agreed to is over, and the site's tokens open nothing.

    Should they sign in there again, they are asked again, and the site knows them by the same name as before.
    """
    link = SiteLink.objects.select_for_update(of=("self",)).filter(pk=link_id, account__party=actor.party).first()
    if link is None or actor.party is None:
        raise NotFound(_("There is no such site among yours."))
    link.scopes, link.ended_at = [], clock.now()
    link.save(update_fields=["scopes", "ended_at"])
    Token.objects.filter(user=link.account_id, client=link.site.client_id).delete()
    return link


def digest(secret: str) -> str:
    """What stands in the database instead of a code or token of 256 random bits; as allauth keeps its tokens."""
    return hashlib.sha256(secret.encode()).hexdigest()
