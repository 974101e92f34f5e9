"""ID tokens of providers, judged: signature by joserfc, then every claim (OpenID Connect Core 1.0, 3.1.3.7)."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.crypto import constant_time_compare
from joserfc import jwk, jws, jwt
from joserfc.errors import (
    BadSignatureError,
    InvalidKeyIdError,
    JoseError,
    UnsupportedAlgorithmError,
    UnsupportedKeyAlgorithmError,
    UnsupportedKeyOperationError,
    UnsupportedKeyUseError,
)

from panjereh.identity.errors import ProviderRefused
from panjereh.identity.providers import Provider
from panjereh.kernel import clock

ALGORITHMS = ["RS256", "PS256", "ES256"]
"""No `none`, and none with a shared secret: whoever knows our secret must not be able to make tokens."""

LEEWAY = 60  # seconds by which two clocks may differ
MOST_AGE = 600  # seconds between the making of a token and its coming here
LONGEST = 16_384  # characters


def verify(
    token: object,
    keys: Iterable[Mapping[str, Any]],
    provider: Provider,
    *,
    nonce: str,
    access_token: str = "",
) -> dict[str, Any]:
    """The claims of an ID token that this provider made for us, for this very sign-in, just now.

    keys: its JSON Web Keys (RFC 7517); nonce: what we sent with the question; access_token: what came with it

    Raises ProviderRefused, whose `params["why"]` says what was wrong.
    """
    claims = _signed(token, keys)
    if not _same(claims.get("iss"), provider.issuer):
        raise ProviderRefused.because("issuer")
    audience = claims.get("aud")
    if (audience if isinstance(audience, list) else [audience]) != [provider.client_id]:
        raise ProviderRefused.because("audience")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise ProviderRefused.because("audience")
    if not _same(claims.get("nonce"), nonce):
        raise ProviderRefused.because("nonce")
    _check_times(claims)
    if "at_hash" in claims and not _same(claims["at_hash"], half_hash(access_token)):
        raise ProviderRefused.because("access_token")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise ProviderRefused.because("malformed")
    return claims


def half_hash(access_token: str) -> str:
    """What `at_hash` holds: the left half of the SHA-256 of an access token (OpenID Connect Core 1.0, 3.1.3.6)."""
    return urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()


def _signed(token: object, keys: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The claims, if one of these keys has signed them."""
    if not isinstance(token, str) or len(token) > LONGEST:
        raise ProviderRefused.because("malformed")
    try:
        header = jws.extract_compact(token.encode()).headers()
        return dict(jwt.decode(token, _key_for(header, keys), algorithms=ALGORITHMS).claims)
    except BadSignatureError:
        raise ProviderRefused.because("signature") from None
    except (UnsupportedAlgorithmError, UnsupportedKeyAlgorithmError):
        raise ProviderRefused.because("algorithm") from None
    except (InvalidKeyIdError, UnsupportedKeyUseError, UnsupportedKeyOperationError):
        raise ProviderRefused.because("key") from None
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):  # whatever somebody has put together
        raise ProviderRefused.because("malformed") from None


def _key_for(header: Mapping[str, Any], keys: Iterable[Mapping[str, Any]]) -> Any:
    """The key that the header names; without a name the only one. Never one that the token itself brings."""
    if header.get("alg") not in ALGORITHMS:
        raise ProviderRefused.because("algorithm")
    kinds = {"E": "EC", "R": "RSA", "P": "RSA"}
    fitting = [one for one in keys if one.get("kty") == kinds[header["alg"][0]] and one.get("use", "sig") == "sig"]
    named = [one for one in fitting if one.get("kid") == header.get("kid")] if header.get("kid") else fitting
    if len(named) != 1:
        raise ProviderRefused.because("key")
    return jwk.import_key(dict(named[0]))


def _check_times(claims: Mapping[str, Any]) -> None:
    """Not over, and made just now."""
    now = clock.now().timestamp()
    expires, made = _moment(claims, "exp"), _moment(claims, "iat")
    if expires + LEEWAY <= now or made < now - MOST_AGE:
        raise ProviderRefused.because("expired")
    if made > now + LEEWAY or _moment(claims, "nbf", otherwise=0) > now + LEEWAY:
        raise ProviderRefused.because("clock")
    _moment(claims, "auth_time", otherwise=0)


def _moment(claims: Mapping[str, Any], name: str, otherwise: int | None = None) -> int:
    value = claims.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**53:
        raise ProviderRefused.because("malformed")
    return int(value)


def _same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and constant_time_compare(given, wanted)
