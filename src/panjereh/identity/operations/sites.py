"""Sites that may let people sign in with us: asked for by one operator, confirmed by another."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.idp.oidc.models import Client
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import history, policy
from panjereh.identity.errors import NotTheSameOfficial, SiteIsWrong, SiteNotOpen
from panjereh.identity.models import Site
from panjereh.identity.operations.changes import need_reason
from panjereh.identity.policy import Target
from panjereh.identity.sites import CLAIMS
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import NotFound
from panjereh.kernel.ids import new_id

STREAM = "site:"
HASHER = "pbkdf2_sha256_random"
"""`adapters.oidc_provider.SiteSecretHasher`: quick, because nobody guesses 256 random bits."""

MOST_ADDRESSES = 10
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@transaction.atomic
def ask_site(
    *,
    actor: Actor,
    agency: str,
    title: Mapping[str, str],
    purpose: Mapping[str, str],
    address: str,
    redirect_uris: Iterable[str],
    logout_uris: Iterable[str] = (),
    scopes: Iterable[str] = (),
    law: str = "",
) -> Site:
    """An operator enters a site. Nobody signs in there before a second one has confirmed it.

    Raises SiteIsWrong.
    """
    policy.require(actor, "site.manage", Target(agency=agency))
    site = Site(
        client_id=new_id().hex,
        agency=agency,
        title=_words("title", title),
        purpose=_words("purpose", purpose),
        law=law.strip()[:100],
        address=_address("address", address),
        redirect_uris=_addresses("redirect_uris", redirect_uris),
        logout_uris=_addresses("logout_uris", logout_uris),
        scopes=_scopes(scopes),
        asked_by=actor.party,
    )
    if not site.redirect_uris:
        raise SiteIsWrong(_("Write at least one address to come back to."), field="redirect_uris")
    site.save(force_insert=True)
    _note(site, "asked", actor, terms=_terms(site))
    return site


@transaction.atomic
def confirm_site(site_id: UUID, *, actor: Actor) -> Site:
    """A second operator has looked at it: from now on people can sign in there, once it has a secret.

    Raises NotTheSameOfficial for whoever asked, SiteNotOpen when it was decided before.
    """
    site = _waiting(site_id, actor)
    if site.asked_by is not None and site.asked_by == actor.party:
        raise NotTheSameOfficial(_("You entered this site yourself: somebody else must confirm it."))
    _decide(site, Site.State.OPEN, actor)
    client = Client(id=site.client_id, name=site.title["en"][:100], type=Client.Type.CONFIDENTIAL)
    client.secret = _hashed(secrets.token_urlsafe(32))  # which nobody knows
    client.set_redirect_uris(site.redirect_uris)
    client.set_post_logout_redirect_uris(site.logout_uris)
    client.set_scopes(site.scopes)
    client.save(force_insert=True)
    _note(site, "confirmed", actor, terms=_terms(site))
    return site


@transaction.atomic
def refuse_site(site_id: UUID, *, actor: Actor, reason: str) -> Site:
    """The site is not let in. Whoever asked may take their own request back so, too."""
    site = _waiting(site_id, actor)
    _decide(site, Site.State.REFUSED, actor)
    _note(site, "refused", actor, reason=need_reason(reason)[:300])
    return site


@transaction.atomic
def new_secret(site_id: UUID, *, actor: Actor) -> str:
    """A new secret for the site, 256 random bits: shown this once, kept only as a hash. The one before is over."""
    site = _open(site_id, actor)
    secret = secrets.token_urlsafe(32)
    client = Client.objects.select_for_update().get(pk=site.client_id)
    client.secret = _hashed(secret)
    client.save(update_fields=["secret"])
    site.secret_at = clock.now()
    site.save(update_fields=["secret_at"])
    _note(site, "secret made", actor)
    return secret


@transaction.atomic
def close_site(site_id: UUID, *, actor: Actor, reason: str) -> Site:
    """From now on nobody signs in there with us, and what it was given opens nothing."""
    site = _open(site_id, actor)
    site.state = Site.State.CLOSED
    site.save(update_fields=["state"])
    Client.objects.filter(pk=site.client_id).delete()  # and its tokens
    _note(site, "closed", actor, reason=need_reason(reason)[:300])
    return site


@transaction.atomic
def register_site(*, by: str, agency: str, **asked: object) -> tuple[Site, str]:
    """From the machine's own terminal: whoever may use it is trusted as two. Returns the site with its secret.

    by: who did it, kept in the site's history
    """
    site = ask_site(actor=SYSTEM, agency=agency, **asked)  # type: ignore[arg-type]  # as `ask_site` has them
    confirm_site(site.pk, actor=SYSTEM)
    _note(site, "entered at the terminal", SYSTEM, by=need_reason(by)[:100])
    return site, new_secret(site.pk, actor=SYSTEM)


def _hashed(secret: str) -> str:
    return make_password(secret, hasher=HASHER)


def _waiting(site_id: UUID, actor: Actor) -> Site:
    return _in_state(site_id, Site.State.ASKED, actor, "site.confirm")


def _open(site_id: UUID, actor: Actor) -> Site:
    return _in_state(site_id, Site.State.OPEN, actor, "site.manage")


def _in_state(site_id: UUID, state: Site.State, actor: Actor, action: str) -> Site:
    site = Site.objects.select_for_update().filter(pk=site_id).first()
    if site is None or not policy.may(actor, action, Target(agency=site.agency)):
        raise NotFound(_("There is no such site."))
    if site.state != state:
        raise SiteNotOpen(_("Somebody has decided about this site meanwhile. Look at it again."))
    return site


def _decide(site: Site, state: Site.State, actor: Actor) -> None:
    site.state, site.decided_by, site.decided_at = state, actor.party, clock.now()
    site.save(update_fields=["state", "decided_by", "decided_at"])


def _note(site: Site, kind: str, actor: Actor, **public: Any) -> None:
    history.append(f"{STREAM}{site.pk}", kind, actor=actor, **public)


def _terms(site: Site) -> dict[str, object]:
    names = ("client_id", "agency", "title", "address", "redirect_uris", "logout_uris", "scopes", "law")
    return {name: getattr(site, name) for name in names}


def _words(field: str, given: Mapping[str, str]) -> dict[str, str]:
    words = {lang: given.get(lang, "").strip()[:200] for lang, _name in settings.LANGUAGES}
    if not all(words.values()):
        raise SiteIsWrong(_("Write it in every language of the portal."), field=field)
    return words


def _scopes(given: Iterable[str]) -> list[str]:
    wanted = {"openid", *given}
    if not wanted <= CLAIMS.keys():
        raise SiteIsWrong(_("There is no such thing to hand over."), field="scopes")
    return [scope for scope in CLAIMS if scope in wanted]


def _addresses(field: str, given: Iterable[str]) -> list[str]:
    found = [_address(field, each) for each in given if each.strip()]
    if len(found) > MOST_ADDRESSES:
        raise SiteIsWrong(_("These are too many addresses: ten at most."), field=field)
    return list(dict.fromkeys(found))


def _address(field: str, given: str) -> str:
    """A whole address without wildcards (RFC 9700, 2.1). Without TLS only on this machine, to try things out."""
    address = given.strip()
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK and not settings.PRODUCTION)
    strange = "*" in address or "#" in address or "@" in parts.netloc or not address.isprintable() or " " in address
    if not (safe and host) or strange or len(address) > 200:
        raise SiteIsWrong(
            _("Write a whole address that begins with https:// and has no * or #, one in each line."), field=field
        )
    return address
