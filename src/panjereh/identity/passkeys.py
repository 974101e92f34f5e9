"""Passkeys: what a browser is asked, and whether what came back proves anything (W3C Web Authentication, level 3).

Nothing here asks the database: `operations/passkeys.py` keeps passkeys and signs people in with them. Whoever wants a
signature asks with a challenge of their own (`ask(rp, passkeys, challenge=…)`) and then calls `use_passkey`.
"""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self, cast
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from panjereh.identity.errors import PasskeyRefused
from panjereh.identity.models import Account, Passkey
from panjereh.kernel import clock

ALGORITHMS = (-7, -8, -257)
"""ES256, EdDSA, RS256 (IANA COSE Algorithms): what authenticators have in practice."""
WAIT = 5 * 60
"""Seconds within which the answer must come."""
FLAG = AuthenticatorData.FLAG
FAULTS = (
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, NotImplementedError),
    *(struct.error, UnsupportedAlgorithm),
)
"""What the library raises about answers that are wrong, or no answers at all."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """For whom a passkey is made. id: the host name; origin: scheme, host and port as the browser names them."""

    id: str
    origin: str

    @classmethod
    def at(cls, address: str) -> Self:
        """Of an installation that people reach at `address`, such as https://example.org."""
        parts = urlsplit(address)
        return cls(id=parts.hostname or "", origin=f"{parts.scheme}://{parts.netloc}")

    def server(self) -> Fido2Server:
        entity = PublicKeyCredentialRpEntity(id=self.id, name="Panjereh")
        server = Fido2Server(entity, verify_origin=lambda origin: origin == self.origin)
        server.allowed_algorithms = [
            PublicKeyCredentialParameters(type=PublicKeyCredentialType.PUBLIC_KEY, alg=each) for each in ALGORITHMS
        ]
        return server


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser gets (`options`, JSON) and what must be remembered until it answers (`state`, JSON)."""

    options: dict[str, Any]
    state: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What an authenticator made: ready to be kept."""

    credential_id: str
    public_key: bytes
    sign_count: int
    aaguid: UUID
    transports: list[str]
    backup_eligible: bool
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Assertion:
    """A proof by a passkey. The three byte strings are what anybody needs, with the public key, to check it again."""

    credential_id: str
    sign_count: int
    backed_up: bool
    client_data: bytes
    authenticator_data: bytes
    signature: bytes


def ask_to_make(rp: RelyingParty, account: Account, known: Iterable[Passkey]) -> Asked:
    """For `navigator.credentials.create`: a discoverable passkey that asks its owner (PIN, finger, face)."""
    name = account.party.name if account.party else ""
    options, state = rp.server().register_begin(
        PublicKeyCredentialUserEntity(id=account.pk.bytes, name=account.email, display_name=name or account.email),
        [_descriptor(each) for each in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        extensions={"credProps": True},
    )
    return _asked(options, state)


def ask(rp: RelyingParty, passkeys: Iterable[Passkey] = (), *, challenge: bytes | None = None) -> Asked:
    """For `navigator.credentials.get`: any passkey of this place, or one of `passkeys`.

    challenge: at least 16 bytes that the proof shall commit to; random if left out
    """
    options, state = rp.server().authenticate_begin(
        [_descriptor(each) for each in passkeys] or None,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=challenge,
    )
    return _asked(options, state)


def made(rp: RelyingParty, state: Mapping[str, Any] | None, answer: Mapping[str, Any]) -> NewPasskey:
    """What came of `ask_to_make`. Raises PasskeyRefused with the `reason` for the log and for tests."""
    remembered = _still_open(state)
    try:
        response = RegistrationResponse.from_dict(answer)
        data = rp.server().register_complete(remembered, response)
        credential = data.credential_data
        if response.response.client_data.cross_origin:
            raise PasskeyRefused.because("asked from inside another page")
        if credential is None or credential.public_key[3] not in ALGORITHMS:
            raise PasskeyRefused.because("unknown algorithm")
        transports = answer.get("response", {}).get("transports") or []
    except FAULTS as error:
        raise PasskeyRefused.because(str(error)) from error
    return NewPasskey(
        credential_id=websafe_encode(credential.credential_id),
        public_key=cbor.encode(dict(credential.public_key)),
        sign_count=data.counter,
        aaguid=UUID(bytes=bytes(credential.aaguid)),
        transports=[str(each)[:20] for each in transports][:8],
        backup_eligible=bool(data.flags & FLAG.BE),
        backed_up=bool(data.flags & FLAG.BS),
    )


def check(
    rp: RelyingParty, state: Mapping[str, Any] | None, answer: Mapping[str, Any], passkey: Passkey | None
) -> Assertion:
    """What came of `ask`. Raises PasskeyRefused unless `passkey` made it for this place, this challenge and now.

    The signature counter is compared by the caller, who holds the lock on the passkey.
    """
    remembered = _still_open(state)
    if passkey is None:
        raise PasskeyRefused.because("unknown passkey")
    try:
        response = AuthenticationResponse.from_dict(answer)
        rp.server().authenticate_complete(remembered, [_credential(passkey)], response)
    except FAULTS as error:
        raise PasskeyRefused.because(str(error)) from error
    told = response.response
    if told.client_data.cross_origin:
        raise PasskeyRefused.because("asked from inside another page")
    if told.user_handle is not None and told.user_handle != passkey.account_id.bytes:
        raise PasskeyRefused.because("made for another account")
    return Assertion(
        credential_id=passkey.credential_id,
        sign_count=told.authenticator_data.counter,
        backed_up=bool(told.authenticator_data.flags & FLAG.BS),
        client_data=bytes(told.client_data),
        authenticator_data=bytes(told.authenticator_data),
        signature=told.signature,
    )


def holds(public_key: bytes, client_data: bytes, authenticator_data: bytes, signature: bytes) -> bool:
    """Whether an assertion that was kept still fits the key with which it was made (WebAuthn, 7.2 steps 19 to 21)."""
    try:
        key = CoseKey.parse(cast("Any", cbor.decode(public_key)))
        key.verify(authenticator_data + sha256(client_data).digest(), signature)
    except (InvalidSignature, *FAULTS):
        return False
    return True


def named_in(answer: Mapping[str, Any]) -> str:
    """Which passkey an answer says it comes from; empty when it says nothing usable."""
    named = answer.get("rawId") or answer.get("id")
    try:
        return websafe_encode(websafe_decode(named)) if isinstance(named, str) else ""
    except ValueError:
        return ""


def _asked(options: Any, state: dict[str, Any]) -> Asked:
    return Asked(dict(options), {**state, "at": clock.now().timestamp()})


def _still_open(state: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if state is None:
        raise PasskeyRefused.because("nothing was asked")
    if not 0 <= clock.now().timestamp() - state["at"] <= WAIT:
        raise PasskeyRefused.because("asked too long ago")
    return state


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        type=PublicKeyCredentialType.PUBLIC_KEY,
        id=websafe_decode(passkey.credential_id),
        transports=passkey.transports or None,
    )


def _credential(passkey: Passkey) -> AttestedCredentialData:
    key: Any = cbor.decode(bytes(passkey.public_key))
    return AttestedCredentialData.create(
        Aaguid(passkey.aaguid.bytes), websafe_decode(passkey.credential_id), CoseKey.parse(key)
    )
