"""Proof that a wallet has the key to which a credential is bound (OpenID4VCI 1.0, appendix F.1), and its challenge."""

import secrets
from datetime import timedelta

from django.utils.crypto import constant_time_compare, salted_hmac
from joserfc.jwk import ECKey

from panjereh.documents import credentials, jose, sdjwt
from panjereh.documents.errors import WalletRefused
from panjereh.kernel import clock

TYPE = "openid4vci-proof+jwt"
NONCE_LIFE = timedelta(minutes=5)
SKEW = timedelta(minutes=2)
"""How far a wallet's clock may be off."""


def nonce() -> str:
    """A challenge: random, of now, and known again by its seal, so that none has to be kept."""
    body = f"{secrets.token_urlsafe(16)}.{int(clock.now().timestamp())}"
    return f"{body}.{_seal(body)}"


def proven(agency: str, proof: str) -> tuple[ECKey, str]:
    """The wallet's key and the challenge that it answered. Raises WalletRefused."""
    try:
        read = jose.read(proof, TYPE)
        if "kid" in read.header or "x5c" in read.header:
            raise sdjwt.Malformed("the key itself is needed")
        key = jose.public_key(read.header.get("jwk"))
    except sdjwt.Malformed as error:
        raise _refused(str(error)) from error
    if not read.is_signed_by(key):
        raise _refused("the signature does not fit the key")
    if read.claims.get("aud") != credentials.issuer_of(agency):
        raise _refused("meant for another issuer")
    if "iss" in read.claims:
        raise _refused("no client is registered here")
    _require_now(read.claims.get("iat"))
    challenge = read.claims.get("nonce")
    if not isinstance(challenge, str) or not _is_fresh(challenge):
        raise WalletRefused(error="invalid_nonce", description="not a nonce of ours, or an old one")
    return key, challenge


def _require_now(made: object) -> None:
    now = clock.now().timestamp()
    if type(made) is not int or not -NONCE_LIFE.total_seconds() <= made - now <= SKEW.total_seconds():
        raise _refused("not made just now")


def _is_fresh(challenge: str) -> bool:
    body, _dot, seal = challenge.rpartition(".")
    made = body.rpartition(".")[2]
    if not challenge.isascii() or not made.isdecimal() or not constant_time_compare(seal, _seal(body)):
        return False
    return 0 <= clock.now().timestamp() - int(made) <= NONCE_LIFE.total_seconds()


def _refused(description: str) -> WalletRefused:
    return WalletRefused(error="invalid_proof", description=description)


def _seal(body: str) -> str:
    return str(salted_hmac("documents.proofs.nonce", body, algorithm="sha256").hexdigest())[:32]
