"""A passkey in software, for examples of services that are signed with one: it signs as a person's device would."""

import hashlib
import json
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.utils import websafe_encode

from panjereh.cases import operations as cases
from panjereh.cases.queries import DraftView
from panjereh.cases.signatures import Occasion, Signed, digest
from panjereh.identity.passkeys import Assertion
from panjereh.kernel.actor import Actor

PLACE = "example.org"
PRESENT_AND_VERIFIED = 0x05  # WebAuthn, 6.1: user present, user verified


def sign(view: DraftView, actor: Actor, language: str) -> Signed:
    """Sign what the draft says now, with a key that is forgotten afterwards."""
    occasion = Occasion.now(language)
    return _signed(cases.to_sign(view, actor=actor, occasion=occasion), occasion)


def sign_document(text: str) -> Signed:
    """Sign a document that others sign, too."""
    return _signed(text, Occasion.now("fa"))


def sign_act(number: str, actor: Actor, act: str, language: str, reason: str = "") -> Signed:
    """Sign a correction, a withdrawal or an objection."""
    occasion = Occasion.now(language)
    return _signed(cases.act_to_sign(number, actor=actor, act=act, occasion=occasion, reason=reason), occasion)


def _signed(text: str, occasion: Occasion) -> Signed:
    key, challenge = ec.generate_private_key(ec.SECP256R1()), digest(text)
    client = {"type": "webauthn.get", "challenge": websafe_encode(challenge), "origin": f"https://{PLACE}"}
    client_data = json.dumps(client).encode()
    data = hashlib.sha256(PLACE.encode()).digest() + bytes([PRESENT_AND_VERIFIED]) + struct.pack(">I", 1)
    signature = key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
    proof = Assertion(websafe_encode(b"a passkey of an example"), 1, False, client_data, data, signature)
    return Signed(occasion, proof, _cose(key))


def _cose(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half as COSE_Key (RFC 9053, 7.1.1): EC2, ES256, P-256."""
    point = key.public_key().public_numbers()
    return cbor.encode({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
