"""The portal as a relying party of OpenID Connect. django-allauth leads the browser there and fetches the tokens.

What it leaves open is closed here: the issuer of the discovery document, a nonce, and every check of the ID token, its
signature too (`oidc_tokens`). The library loads `requests`, so pages import this module when somebody comes for it.
"""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from panjereh.identity.adapters import oidc_tokens
from panjereh.identity.errors import ProviderIsAway, ProviderRefused
from panjereh.identity.providers import Provider, Vouched, known
from panjereh.kernel import clock
from panjereh.kernel.actor import Level
from panjereh.localisation import digits, identifiers
from panjereh.localisation.errors import IdentifierProblem

log = logging.getLogger(__name__)

PATIENCE = 4  # seconds for an answer of the provider
NOW = 300  # seconds within which somebody has shown who they are, when they were asked to do so
KEPT = 600  # seconds in which its discovery document and keys are remembered, by each process
SEEN, REFUSED = "vouched", "provider_refusal"
"""Attributes of the request that the browser comes back with: what was vouched for, or why not."""

STOP = object()
"""What allauth takes for an answer and hands back unread, because `finish` goes on from there."""

NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def begin(request: Any, provider: Provider, *, process: str, going_to: str, level: Level) -> str:
    """Where to send the browser. `process` and `going_to` come back with it (`finish`). Raises ProviderIsAway.

    level: what is needed; above `none` the provider is asked for a proof of now
    """
    adapter = IssuerAdapter(request, provider.id)
    extra: dict[str, str] = {"ui_locales": translation.get_language() or settings.LANGUAGE_CODE}
    if acr := provider.acr_for(level) if level is not Level.NONE else []:
        extra["acr_values"] = " ".join(acr)
    if process == "prove":
        extra |= {"prompt": "login", "max_age": "0"}
    try:
        response = adapter.get_provider().redirect(
            request, process, next_url=going_to or None, scope=list(provider.scopes), auth_params=extra
        )
    except requests.RequestException as error:
        raise _away(provider, error) from error
    return str(response.headers["Location"])


def finish(request: Any, provider: Provider) -> tuple[Vouched, str, str]:
    """What it vouches for, and `process` and `going_to` of `begin`. Raises ProviderRefused, ProviderIsAway."""
    OAuth2CallbackView.adapter_view(IssuerAdapter(request, provider.id))(request)
    if refusal := getattr(request, REFUSED, None):
        raise refusal
    vouched, state = getattr(request, SEEN)
    process = str(state.get("process") or "login")
    if process == "prove" and vouched.proven_at < clock.now().timestamp() - NOW:
        raise ProviderRefused.because("old_proof")
    return vouched, process, str(state.get("next") or "")


def sign_out_address(request: Any, provider: Provider, back_to: str) -> str:
    """Where somebody signs out there, too (RP-Initiated Logout 1.0); empty where that is not offered."""
    try:
        end = IssuerAdapter(request, provider.id).openid_config.get("end_session_endpoint", "")
    except (requests.RequestException, ProviderIsAway, ProviderRefused):
        return ""
    asked = requests.models.PreparedRequest()
    told = {
        "client_id": provider.client_id,
        "post_logout_redirect_uri": back_to,
        "ui_locales": translation.get_language(),
    }
    asked.prepare_url(end, told)
    return str(asked.url) if end else ""


def address_of(provider_id: str) -> str:
    """Where the provider sends browsers back to: what the operator registers there."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{settings.PUBLIC_ADDRESS}{reverse('portal:provider_back', args=[provider_id])}"


class Fetching(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """What allauth does when somebody comes back: it hands over here, and keeps nothing itself."""

    def get_requests_session(self) -> requests.Session:
        """For the provider itself only: it doesn't send us elsewhere."""
        session: requests.Session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def pre_social_login(self, request: Any, sociallogin: SocialLogin) -> None:
        setattr(request, SEEN, (sociallogin.account.extra_data["vouched"], sociallogin.state))
        raise ImmediateHttpResponse(STOP)

    def on_authentication_error(
        self, request: Any, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        setattr(request, REFUSED, _refusal(known(provider.app.provider_id), error, exception, extra_context or {}))
        raise ImmediateHttpResponse(STOP)


class _Client(OAuth2Client):  # type: ignore[misc]
    """Sends a nonce along, made from the state that only this browser's session knows."""

    def get_redirect_url(self, authorization_url: str, scope: Any, extra_params: dict[str, str]) -> str:
        address: str = super().get_redirect_url(
            authorization_url, scope, {**extra_params, "nonce": nonce_of(str(self.state))}
        )
        return address


class IssuerAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """One provider: its documents remembered for a while, its answers believed only after every check."""

    client_class = _Client

    def get_provider(self) -> Any:
        """allauth's, which leads back to this class where it would take its own."""
        found = super().get_provider()
        found.oauth2_adapter_class = IssuerAdapter
        return found

    @property
    def issuer(self) -> Provider:
        return known(self.provider_id)

    @property
    def openid_config(self) -> dict[str, Any]:
        kept: dict[str, Any] | None = caches["process"].get(f"oidc:{self.issuer.issuer}")
        if kept is None:
            kept = self._fetched(self.get_provider().server_url)
            _check_document(kept, self.issuer)
            caches["process"].set(f"oidc:{self.issuer.issuer}", kept, KEPT)
        return kept

    def get_callback_url(self, _request: Any, _app: Any) -> str:
        return address_of(self.provider_id)

    def complete_login(self, request: Any, _app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        provider, answer = self.issuer, kwargs["response"]
        if not constant_time_compare(request.GET.get("iss", provider.issuer), provider.issuer):
            raise ProviderRefused.because("issuer")  # RFC 9207: another one's answer
        state = request.GET.get("state", "")
        claims = self._claims(answer, nonce_of(state), token.token)
        if provider.trust_email or provider.national_number not in ("", *claims):
            claims = {**self._told(token.token, claims["sub"]), **claims}
        return SocialLogin(account=SocialAccount(uid=claims["sub"], extra_data={"vouched": _vouched(provider, claims)}))

    def _claims(self, answer: Mapping[str, Any], nonce: str, access_token: str) -> dict[str, Any]:
        """Those of the ID token. A key that we don't know may be a new one: then their list is fetched once more."""
        for fresh in (False, True):
            try:
                keys, token = self._keys(fresh=fresh), answer.get("id_token")
                return oidc_tokens.verify(token, keys, self.issuer, nonce=nonce, access_token=access_token)
            except ProviderRefused as refusal:
                if fresh or refusal.params["why"] != "key":
                    raise
        raise AssertionError

    def _keys(self, *, fresh: bool) -> list[dict[str, Any]]:
        name = f"oidc-keys:{self.issuer.issuer}"
        kept: list[dict[str, Any]] | None = None if fresh else caches["process"].get(name)
        if kept is None:
            found = self._fetched(self.openid_config["jwks_uri"]).get("keys")
            kept = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
            caches["process"].set(name, kept, KEPT)
        return kept

    def _told(self, access_token: str, subject: str) -> dict[str, Any]:
        """What the provider says at its userinfo endpoint, of the same person only."""
        address = self.openid_config.get("userinfo_endpoint")
        if not address:
            return {}
        told = self._fetched(address, {"Authorization": f"Bearer {access_token}"})
        if told.get("sub") != subject:
            raise ProviderRefused.because("subject")
        return told

    def _fetched(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """A JSON object of the provider. Raises ProviderIsAway."""
        provider = self.issuer
        try:
            with Fetching().get_requests_session() as session:
                response = session.get(address, headers=dict(headers or {}))
                response.raise_for_status()
                found = response.json()
        except (requests.RequestException, ValueError) as error:
            raise _away(provider, error) from error
        if not isinstance(found, dict):
            raise _away(provider, "no JSON object")
        return found


def nonce_of(state: str) -> str:
    """What the ID token must say back: nobody can know it who doesn't know the state and our key."""
    return salted_hmac("oidc-nonce", state, algorithm="sha256").hexdigest()


def _vouched(provider: Provider, claims: Mapping[str, Any]) -> Vouched:
    level = provider.levels.get(str(claims.get("acr", "")), Level.LOW)
    email = claims.get("email") if provider.trust_email and claims.get("email_verified") is True else ""
    return Vouched(
        provider=provider.id,
        issuer=provider.issuer,
        subject=claims["sub"],
        level=level,
        proven_at=int(claims.get("auth_time", 0)),
        email=str(email or "")[:254],
        national_number=_number(claims.get(provider.national_number)) if provider.national_number else "",
    )


def _number(claim: object) -> str:
    """A national number as the register writes it; none if the provider sends something else."""
    try:
        return identifiers.parse_national_id(digits.to_ascii(str(claim or "")))
    except IdentifierProblem:
        return ""


def _check_document(found: Mapping[str, Any], provider: Provider) -> None:
    """The discovery document is this issuer's own (Discovery 1.0, 4.3), and leads nowhere without TLS."""
    if found.get("issuer") != provider.issuer:
        raise ProviderRefused.because("issuer")
    here = urlsplit(provider.issuer).scheme
    for name in NEEDED:
        address = urlsplit(str(found.get(name, "")))
        if address.scheme not in ("https", here) or not address.hostname:
            raise _away(provider, f"{name} is missing or unsafe")


def _refusal(provider: Provider, error: Any, exception: Any, told: Mapping[str, Any]) -> Exception:
    """Why nobody came back with what was expected."""
    if isinstance(exception, requests.RequestException):
        return _away(provider, exception)
    if error == AuthError.CANCELLED:
        return ProviderRefused.because("cancelled")
    if isinstance(exception, OAuth2Error):
        return ProviderRefused.because("code")
    if isinstance(exception, PermissionDenied) or "state_id" in told:
        return ProviderRefused.because("state")
    return ProviderRefused.because("provider")


def _away(provider: Provider, why: object) -> ProviderIsAway:
    """Said in the log with the reason, but never with what the provider was sent."""
    log.warning("the provider %s does not answer as it should: %s", provider.id, type(why).__name__)
    return ProviderIsAway(_("The provider of identity does not answer right now."), provider=provider.id)
