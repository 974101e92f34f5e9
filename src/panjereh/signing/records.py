"""Signatures over records: detached JSON Web Signatures (RFC 7515, appendix F) over canonical JSON (RFC 8785)."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785
from joserfc import jws
from joserfc.errors import JoseError

from panjereh.kernel import canonical as canonical_json
from panjereh.signing import raw
from panjereh.signing.errors import UnfitRecord
from panjereh.signing.keys import KeyRing

ALGORITHM = "ES256"


@dataclass(frozen=True, slots=True)
class Signature:
    """`jws`: header and signature, joined by two dots where the record would stand. `kid`: number of the key."""

    jws: str
    kid: str


def canonical(record: Mapping[str, Any]) -> bytes:
    """The one byte form of a record. Floats are refused: other languages write them differently."""
    _refuse_floats(record)
    try:
        return canonical_json.dumps(dict(record))
    except rfc8785.CanonicalizationError as error:
        raise UnfitRecord(reason=str(error)) from error


def sign(ring: KeyRing, agency: str, record: Mapping[str, Any]) -> Signature:
    seal = ring.seal(agency)
    header = _base64(b'{"alg":"%s","kid":"%s"}' % (ALGORITHM.encode(), seal.kid.encode()))
    # Put together here and not by joserfc, whose keys can't stay in a token; joserfc checks it.
    signature = raw.sign(seal, header + b"." + _base64(canonical(record))).value
    return Signature(f"{header.decode()}..{_base64(signature).decode()}", seal.kid)


def verify(ring: KeyRing, record: Mapping[str, Any], signature: str, *, agency: str | None = None) -> bool:
    """Was exactly this record signed by one of our seals (that of `agency`, if given)?"""
    try:
        kid = jws.extract_compact(signature.encode(), b"-").headers().get("kid")
        seal = ring.find(kid) if isinstance(kid, str) else None
        if seal is None or (agency is not None and seal.agency != agency) or ".." not in signature:
            return False
        jws.deserialize_compact(signature, seal.public_jwk, algorithms=[ALGORITHM], payload=canonical(record))
    except (JoseError, UnfitRecord, ValueError):
        return False
    return True


def _refuse_floats(value: object, path: str = "") -> None:
    if isinstance(value, float):
        raise UnfitRecord(reason=f"{path or 'the record'} is a float")
    if isinstance(value, Mapping):
        for key, item in value.items():
            _refuse_floats(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _refuse_floats(item, f"{path}[{index}]")


def _base64(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
