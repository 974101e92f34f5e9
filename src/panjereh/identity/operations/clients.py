"""Programs of agencies: registered by an operator, given secrets, let in by short-lived tokens, shut out at once.

OAuth 2.0 client credentials (RFC 6749, 4.4) with a client secret, or with an assertion that the program signs
(private_key_jwt: RFC 7523). Access tokens are signed by us, say which generation of the client they belong to, and are
worth nothing when it is revoked.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import history, policy
from panjereh.identity.errors import ClientRefused, KeyIsUnfit, NoSuchClient
from panjereh.identity.models import Client, ClientSecret, UsedAssertion
from panjereh.identity.operations.changes import need_reason
from panjereh.identity.policy import Role, Target
from panjereh.identity.software import Scope
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel, Level
from panjereh.kernel.errors import Invalid
from panjereh.storage import Prepared, insert

TOKEN_LIVES = timedelta(minutes=10)
OLD_SECRET_LIVES = timedelta(days=1)
ASSERTION_LIVES = timedelta(minutes=5)
KEYS = {"P-256": ["ES256"], "P-384": ["ES384"], "P-521": ["ES512"], "Ed25519": ["Ed25519", "EdDSA"]}
"""Curve → what a key of it may sign with (RFC 7518, RFC 9864). RSA keys of 2048 bits or more sign PS256."""

CLIENT = Prepared(lambda client: Client.objects.filter(pk=client))
_TOKENS = signing.Signer(salt="panjereh.client-token")


@dataclass(frozen=True, slots=True)
class Program:
    """A program that was let in: as whom it acts, and what its token allows."""

    client: UUID
    actor: Actor
    scopes: frozenset[str]


@transaction.atomic
def register_client(
    agency: str, name: str, *, scopes: Iterable[str], actor: Actor, key: dict[str, Any] | None = None
) -> tuple[Client, str]:
    """A new program of an agency, and its secret, which is told this once; "" where it brings a key of its own.

    Raises NotAllowed, Invalid, KeyIsUnfit.
    """
    policy.require(actor, "client.manage", Target(agency=agency))
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(Scope.values):
        raise Invalid(_("Choose at least one thing from the list that the program may do."))
    if not name.strip():
        raise Invalid(_("Write what the program is called."))
    client = Client(agency=agency, name=name.strip()[:80], scopes=wanted, key=fit_key(key) if key else None)
    client.save(force_insert=True)
    _note(client, "registered", actor=actor, name=client.name, scopes=wanted, by_key=key is not None)
    return client, "" if key else _new_secret(client)


@transaction.atomic
def rotate_secret(client_id: UUID, *, actor: Actor, at_once: bool = False) -> str:
    """A new secret, told this once. The old one is good for another day, unless it was lost: then `at_once`."""
    client = _theirs(client_id, actor)
    if client.key is not None:
        raise Invalid(_("This program proves itself with a key of its own. Give it a new key instead."))
    now = clock.now()
    ends_at = now if at_once else now + OLD_SECRET_LIVES
    living = ClientSecret.objects.filter(client=client)
    (living.filter(ends_at=None) | living.filter(ends_at__gt=ends_at)).update(ends_at=ends_at)
    if at_once:
        _end_tokens(client)
    _note(client, "secret rotated", actor=actor, at_once=at_once)
    return _new_secret(client)


@transaction.atomic
def change_key(client_id: UUID, key: dict[str, Any], *, actor: Actor) -> Client:
    """The program proves itself with this public key from now on, and with nothing else."""
    client = _theirs(client_id, actor)
    client.key = fit_key(key)
    client.save(update_fields=["key"])
    _end_tokens(client)
    ClientSecret.objects.filter(client=client).update(ends_at=clock.now())
    _note(client, "key changed", actor=actor)
    return client


@transaction.atomic
def revoke_client(client_id: UUID, *, actor: Actor, reason: str) -> Client:
    """The program is shut out from this moment on, with all its tokens. There is no way back: register it anew."""
    client = _theirs(client_id, actor)
    reason = need_reason(reason)
    client.revoked_at = clock.now()
    client.save(update_fields=["revoked_at"])
    _note(client, "revoked", actor=actor, reason=reason)
    return client


def token_by_secret(client_id: str, secret: str, scope: str = "") -> dict[str, Any]:
    """An access token for a program that knows its secret. Raises ClientRefused (invalid_client, invalid_scope)."""
    digest, client = _digest(secret), _living(client_id)
    now = clock.now()
    known = [
        each.digest
        for each in ClientSecret.objects.filter(client=client)
        if client is not None and (each.ends_at is None or each.ends_at > now)
    ]
    if client is None or client.key is not None or not any(hmac.compare_digest(digest, each) for each in known):
        raise ClientRefused(error="invalid_client")
    return _token(client, scope, now)


@transaction.atomic
def token_by_assertion(assertion: str, *, audiences: Iterable[str], scope: str = "") -> dict[str, Any]:
    """An access token for a program that signed an assertion for us. Each is good once, and five minutes at most.

    audiences: the addresses by which we are meant. Raises ClientRefused.
    """
    from joserfc import jwk, jwt
    from joserfc.errors import JoseError

    client = _living(_claimed_issuer(assertion))
    if client is None or client.key is None:
        raise ClientRefused(error="invalid_client")
    key: Any = jwk.import_key(client.key)
    now = clock.now()
    try:
        claims = jwt.decode(assertion, key, algorithms=_algorithms(client.key)).claims
        _meant_for_us(claims, client, set(audiences), now)
    except (JoseError, ValueError, TypeError, OverflowError) as error:
        raise ClientRefused(error="invalid_client") from error
    jti = hashlib.sha256(str(claims["jti"]).encode()).hexdigest()
    if UsedAssertion.objects.filter(client=client, jti=jti).exists():
        raise ClientRefused(error="invalid_client")
    insert([UsedAssertion(client=client, jti=jti, ends_at=now + 2 * ASSERTION_LIVES)])
    return _token(client, scope, now)


def program(token: str) -> Program | None:
    """Who comes with an access token; None when it is forged, over, or of a program that is shut out."""
    try:
        said = _TOKENS.unsign_object(token)
        client_id, generation, scopes, ends = UUID(said["c"]), int(said["g"]), said["s"], int(said["e"])
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None
    client = CLIENT.first(client_id)
    if client is None or client.revoked_at is not None or client.generation != generation:
        return None
    if clock.now().timestamp() >= ends:
        return None
    return Program(client.pk, _actor(client), frozenset(scopes) & frozenset(client.scopes))


def forget_assertions() -> None:
    UsedAssertion.objects.filter(ends_at__lte=clock.now()).delete()


def fit_key(key: dict[str, Any]) -> dict[str, Any]:
    """The public part of a key that is strong enough. Raises KeyIsUnfit."""
    from joserfc import jwk
    from joserfc.errors import JoseError

    if {"d", "k"} & key.keys():
        raise KeyIsUnfit(_("This is a private key. Keep it, make a new one, and give only its public part away."))
    if key.get("crv") not in KEYS and not (key.get("kty") == "RSA" and len(str(key.get("n", ""))) >= 342):
        raise KeyIsUnfit(_("Use a key on P-256, P-384, P-521 or Ed25519, or an RSA key of 2048 bits or more."))
    try:
        return dict(jwk.import_key(key).as_dict(private=False))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise KeyIsUnfit(_("This is not a public key in the form JWK (RFC 7517).")) from error


def _algorithms(key: dict[str, Any]) -> list[str]:
    return KEYS.get(str(key.get("crv")), ["PS256"])


def _claimed_issuer(assertion: str) -> str:
    """Whom an assertion says that it comes from: nothing is believed of it before its signature is checked."""
    from joserfc import jws
    from joserfc.errors import JoseError

    try:
        return str(json.loads(jws.extract_compact(assertion.encode()).payload)["iss"])
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ClientRefused(error="invalid_client") from error


def _meant_for_us(claims: dict[str, Any], client: Client, audiences: set[str], now: datetime) -> None:
    """RFC 7523, 3: from this client, about itself, for us, for a short while, with a number. Raises ValueError."""
    named = claims.get("aud")
    named = {named} if isinstance(named, str) else set(named or ())
    seconds = now.timestamp()
    is_fresh = seconds < float(claims.get("exp", 0)) <= seconds + ASSERTION_LIVES.total_seconds()
    is_begun = float(claims.get("nbf", 0)) <= seconds
    if claims.get("iss") != claims.get("sub") or claims.get("sub") != str(client.pk):
        raise ValueError("issuer and subject")
    if not (named & audiences and is_fresh and is_begun and claims.get("jti")):
        raise ValueError("audience, time or number")


def _token(client: Client, scope: str, now: datetime) -> dict[str, Any]:
    """RFC 6749, 5.1. No scope named: all that the program has."""
    wanted = frozenset(scope.split()) or frozenset(client.scopes)
    if not wanted <= frozenset(client.scopes):
        raise ClientRefused(error="invalid_scope")
    if client.used_on != now.date():
        Client.objects.filter(pk=client.pk).update(used_on=now.date())
    seconds = int(TOKEN_LIVES.total_seconds())
    said = {"c": str(client.pk), "g": client.generation, "s": sorted(wanted), "e": int(now.timestamp()) + seconds}
    return {
        "access_token": _TOKENS.sign_object(said),
        "token_type": "Bearer",
        "expires_in": seconds,
        "scope": " ".join(sorted(wanted)),
    }


def _actor(client: Client) -> Actor:
    return Actor(
        party=None,
        name=client.name,
        agency=client.agency,
        roles=frozenset({str(Role.SOFTWARE)}),
        channel=Channel.API,
        level=Level.SUBSTANTIAL if client.key is None else Level.HIGH,
    )


def _living(client_id: str) -> Client | None:
    try:
        return Client.objects.filter(pk=UUID(client_id), revoked_at=None).first()
    except ValueError:
        return None


def _theirs(client_id: UUID, actor: Actor) -> Client:
    client = Client.objects.select_for_update().filter(pk=client_id, revoked_at=None).first()
    if client is None or not policy.may(actor, "client.manage", Target(agency=client.agency)):
        raise NoSuchClient(_("There is no such program among those of your agency."))
    return client


def _new_secret(client: Client) -> str:
    secret = secrets.token_urlsafe(32)
    ClientSecret(client=client, digest=_digest(secret)).save(force_insert=True)
    return secret


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _end_tokens(client: Client) -> None:
    client.generation += 1
    client.save(update_fields=["generation"])


def _note(client: Client, kind: str, *, actor: Actor, **said: Any) -> None:
    history.append(f"client:{client.pk}", kind, actor=actor, agency=client.agency, **said)
