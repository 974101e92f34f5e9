"""Signatures over plain bytes, for formats that frame what is signed themselves: COSE (RFC 9053) and JWT (RFC 7518).

A signature is 64 bytes: r and s of ECDSA on P-256 with SHA-256, as both standards want it.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from panjereh.signing.keys import KeyRing, Seal

ES256 = ec.ECDSA(SHA256())
HALF = 32
"""Bytes of r, and of s."""


@dataclass(frozen=True, slots=True)
class RawSignature:
    """`value`: r and s, 64 bytes. `kid`: number of the key."""

    value: bytes
    kid: str


def sign(seal: Seal, message: bytes) -> RawSignature:
    r, s = decode_dss_signature(seal.key.sign(message, ES256))
    return RawSignature(r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big"), seal.kid)


def verify(seal: Seal, message: bytes, signature: bytes) -> bool:
    key = seal.certificate.public_key()
    if len(signature) != 2 * HALF or not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    r, s = int.from_bytes(signature[:HALF], "big"), int.from_bytes(signature[HALF:], "big")
    try:
        key.verify(encode_dss_signature(r, s), message, ES256)
    except InvalidSignature:
        return False
    return True


def jwt(ring: KeyRing, agency: str, typ: str, claims: Mapping[str, Any]) -> str:
    """A JSON Web Token in compact form (RFC 7519), signed by the agency's seal; its header names kind and key."""
    seal = ring.seal(agency)
    header = {"alg": "ES256", "typ": typ, "kid": seal.kid}
    message = f"{_part(header)}.{_part(claims)}"
    return f"{message}.{_base64(sign(seal, message.encode()).value)}"


def _part(value: Mapping[str, Any]) -> str:
    return _base64(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
