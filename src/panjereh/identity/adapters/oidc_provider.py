"""The portal as an OpenID Connect provider, as django-allauth asks for it: keys, names of people, claims.

Claims about a person go out by the userinfo endpoint alone; the ID token says who signed in, when and how surely.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Literal

from allauth.core import context
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.internal.private_keys import filter_keys
from allauth.idp.oidc.models import PrivateKey
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity.models import Account, Site, SiteLink, SiteSignIn
from panjereh.identity.operations import site_links, token_keys
from panjereh.identity.sites import ACR, EMAIL, NATIONAL_NUMBER, PROFILE
from panjereh.kernel.actor import Level

SIGN_IN = "site_sign_in"
"""Attribute of a request for tokens: the sign-in that its code stands for."""

JWKS_KEPT = timedelta(hours=1)


class SiteSecretHasher(PBKDF2PasswordHasher):
    """For secrets of 256 random bits, which nobody guesses: a slow hash would only cost us time at each sign-in."""

    algorithm = "pbkdf2_sha256_random"
    iterations = 1


class ProviderAdapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """What allauth leaves to the house."""

    scope_display = {  # noqa: RUF012 - as the parent has it
        "openid": _("a name that only this site knows you by"),
        PROFILE: _("your name"),
        EMAIL: _("your e-mail address"),
        NATIONAL_NUMBER: _("your national number"),
    }

    def get_issuer(self) -> str:
        return str(settings.PUBLIC_ADDRESS)

    def hash_token(self, token: str) -> str:
        return site_links.digest(token)

    def get_user_sub(self, client: Any, user: Any) -> str:
        return SiteLink.objects.get(account=user, site__client_id=client.pk, ended_at=None).subject

    def get_user_by_sub(self, client: Any, sub: str) -> Account | None:
        """Whom a site calls so; nobody when the link is over, or the account is closed."""
        found = SiteLink.objects.select_related("account__party").filter(
            subject=sub, site__client_id=client.pk, site__state=Site.State.OPEN, ended_at=None, account__is_active=True
        )
        link = found.first()
        return link.account if link else None

    @transaction.atomic
    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: Any,
        client: Any,
        scopes: Iterable[str],
        email: str | None = None,  # noqa: ARG002 - accounts have one
        **_more: Any,
    ) -> dict[str, Any]:
        """What a site is told, never more than the person agrees to now. Told is also written down for them."""
        link = SiteLink.objects.select_related("site", "account__party").get(
            account=user, site__client_id=client.pk, ended_at=None
        )
        claims: dict[str, Any] = {"sub": link.subject}
        if purpose == "id_token":
            return {**claims, **_proof_of(getattr(context.request, SIGN_IN))}
        told = [scope for scope in link.scopes if scope in set(scopes)]
        claims |= _about(link.account, told)
        site_links.note(link, told)
        return claims

    def list_private_keys(
        self, *, did_activate: Literal[True] | None = None, is_active: Literal[True] | None = None
    ) -> list[PrivateKey]:
        kept = [PrivateKey(pem=key.pem, not_before=key.begins_at) for key in token_keys.published()]
        found: list[PrivateKey] = filter_keys(kept, did_activate=did_activate, is_active=is_active)
        return found

    def get_jwks_cache_control(self) -> int:
        return int(JWKS_KEPT.total_seconds())


def _proof_of(sign_in: SiteSignIn) -> dict[str, Any]:
    """When, how surely and by which methods the person had shown who they are (OpenID Connect Core 1.0, 2)."""
    acr = ACR.get(Level(sign_in.level))
    return {
        "auth_time": int(sign_in.proven_at.timestamp()),
        **({"acr": acr} if acr else {}),
        **({"amr": sign_in.amr} if sign_in.amr else {}),
    }


def _about(account: Account, scopes: Iterable[str]) -> dict[str, Any]:
    """What is known of these scopes. A number only when it was proven, a name only when there is one."""
    party = account.party
    assert party is not None  # noqa: S101 - who signs in has one
    names = {"name": party.name, "given_name": party.given_name, "family_name": party.family_name}
    known: dict[str, dict[str, Any]] = {
        PROFILE: {name: value for name, value in names.items() if value},
        EMAIL: {"email": account.email, "email_verified": True},
        NATIONAL_NUMBER: {"national_id": party.national_id} if party.entity and party.national_id else {},
    }
    return {claim: value for scope in scopes for claim, value in known.get(scope, {}).items()}
