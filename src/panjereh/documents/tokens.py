"""The token in a certificate's QR code, which anybody checks without a network.

It is a CBOR Web Token (RFC 8392) in a COSE_Sign1 (RFC 9052) with ES256, deterministically encoded (RFC 8949, 4.2.1):

    protected   1: -7 (ES256), 4: the first 8 bytes of the seal's number
    1  iss      the agency
    4  exp      its end, if it has one: the first second of the day after its last (seconds since 1970)
    6  iat      when it was issued
    7  cti      its code: 80 bits
    -65537      languages of the texts, the main one first
    -65538      title, a text in each of them
    -65539      what everybody may see: [label in each language …, value]
    -65540      its place in the agency's status lists

In text it is `PJ1.` and base 32 (RFC 4648) without padding: signs that QR codes pack densely and addresses leave alone.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import cbor2

from panjereh.definitions.effects import LARGEST_TOKEN
from panjereh.documents import codes
from panjereh.documents.errors import BadToken
from panjereh.documents.models import Certificate
from panjereh.kernel import clock
from panjereh.signing import operations, queries
from panjereh.signing.keys import Seal

PREFIX = "PJ1."
IN_TEXT = re.compile(r"PJ1\.([A-Z2-7]+)$")
ES256 = -7
SIGN1 = 18
ALG, KID = 1, 4
ISS, EXP, IAT, CTI = 1, 4, 6, 7
LANGUAGES, TITLE, FIELDS, PLACE = -65537, -65538, -65539, -65540
KID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says. `expires_at`: None if its certificate has no end. `fields`: label by language, and value."""

    agency: str
    code: str
    title: dict[str, str]
    fields: tuple[tuple[dict[str, str], Any], ...]
    issued_at: datetime
    expires_at: datetime | None
    place: int
    kid: str


def make(certificate: Certificate, place: int) -> str | None:
    """The token of a certificate, as text; None where it would be too large for a camera. `place`: in status lists."""
    seal = queries.current_seal(certificate.agency)
    protected = cbor2.dumps({ALG: ES256, KID: seal.thumbprint[:KID_BYTES]}, canonical=True)
    payload = cbor2.dumps(_claims(certificate, place), canonical=True)
    signature = operations.sign_bytes(certificate.agency, _signed(protected, payload)).value
    token = cbor2.dumps(cbor2.CBORTag(SIGN1, [protected, {}, payload, signature]), canonical=True)
    return None if len(token) > LARGEST_TOKEN else to_text(token)


def read(text: str) -> Token:
    """What a token says, if a seal of ours signed it. Raises BadToken, whose `reason` says why not."""
    protected, payload, signature = _parts(to_bytes(text))
    seal = queries.seal_that_begins(_header(protected))
    if seal is None:
        raise BadToken(reason="unknown_key")
    if not queries.verify_bytes(seal, _signed(protected, payload), signature):
        raise BadToken(reason="signature_wrong")
    try:
        token = _token(_canonical(payload), seal)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise BadToken(reason="not_a_token") from error
    if token.agency != seal.agency:
        raise BadToken(reason="other_agency")
    if token.issued_at > seal.certificate.not_valid_after_utc:
        raise BadToken(reason="not_of_its_time")
    return token


def to_text(token: bytes) -> str:
    return PREFIX + base64.b32encode(token).rstrip(b"=").decode()


def found_in(text: str) -> str | None:
    """The token at the end of what a QR code says or somebody pasted, or None."""
    match = IN_TEXT.search(text.strip())
    return match[0] if match else None


def _claims(certificate: Certificate, place: int) -> dict[int, Any]:
    languages = certificate.languages
    claims = {
        ISS: certificate.agency,
        IAT: int(certificate.issued_at.timestamp()),
        CTI: codes.to_bytes(certificate.code),
        LANGUAGES: languages,
        TITLE: texts_in(certificate.title, languages),
        FIELDS: [
            [*texts_in(certificate.labels.get(name, {"en": name}), languages), certificate.data.get(name)]
            for name in certificate.public
        ],
        PLACE: place,
    }
    if certificate.valid_until is not None:
        after = datetime.combine(certificate.valid_until + timedelta(days=1), time(), clock.home_zone())
        claims[EXP] = int(after.timestamp())
    return claims


def texts_in(words: dict[str, str], languages: list[str]) -> list[str]:
    """A text in each language; what is missing is said in the first that there is."""
    first = next(iter(words.values()), "")
    return [words.get(language, first) for language in languages]


def _signed(protected: bytes, payload: bytes) -> bytes:
    """What the signature covers (RFC 9052, section 4.4)."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def to_bytes(text: str) -> bytes:
    """The bytes of a token's text. Raises BadToken for any but their one spelling."""
    match = IN_TEXT.search(text)
    if match is None:
        raise BadToken(reason="not_a_token")
    try:
        token = base64.b32decode(match[1] + "=" * (-len(match[1]) % 8))
    except ValueError as error:
        raise BadToken(reason="not_a_token") from error
    if to_text(token) != match[0] or len(token) > LARGEST_TOKEN:  # bits left over say nothing, so they must be zero
        raise BadToken(reason="not_a_token")
    return token


def _canonical(content: bytes) -> Any:
    """The value, if it stands there in its only form: a second encoding of the same could hide something."""
    try:
        value = cbor2.loads(content)
        same = cbor2.dumps(value, canonical=True) == content
    except Exception as error:  # what hostile bytes make a decoder raise is not promised
        raise BadToken(reason="not_a_token") from error
    if not same:
        raise BadToken(reason="not_a_token")
    return value


def _parts(token: bytes) -> tuple[bytes, bytes, bytes]:
    match _canonical(token):
        case cbor2.CBORTag(tag=18, value=[bytes(protected), unprotected, bytes(payload), bytes(signature)]):
            if unprotected == {} and len(signature) == 64:
                return protected, payload, signature
    raise BadToken(reason="not_a_token")


def _header(protected: bytes) -> bytes:
    match _canonical(protected):
        case {1: -7, 4: bytes(kid), **rest} if not rest and len(kid) == KID_BYTES:
            return kid
    raise BadToken(reason="not_a_token")


def _token(claims: dict[int, Any], seal: Seal) -> Token:
    languages = claims[LANGUAGES]
    fields = tuple((_by_language(field[:-1], languages), field[-1]) for field in claims[FIELDS])
    return Token(
        agency=claims[ISS],
        code=codes.from_bytes(claims[CTI]),
        title=_by_language(claims[TITLE], languages),
        fields=fields,
        issued_at=datetime.fromtimestamp(claims[IAT], UTC),
        expires_at=datetime.fromtimestamp(claims[EXP], UTC) if EXP in claims else None,
        place=int(claims[PLACE]),
        kid=seal.kid,
    )


def _by_language(texts: list[str], languages: list[str]) -> dict[str, str]:
    return dict(zip(languages, texts, strict=True))
