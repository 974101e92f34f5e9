"""Selective Disclosure for JWTs (RFC 9901), as SD-JWT VC uses it: each claim is hidden behind a salted hash.

    <token of the issuer>~<disclosure>~…~<disclosure>~[<token of the holder>]

A disclosure is [salt, name, value] as JSON in base64url; the issuer's token holds the SHA-256 of each. Who shows the
credential leaves out what nobody needs to know. Only formats stand here: signatures are made and checked by `signing`
and joserfc. What we never issue is refused: nested claims, disclosures of array elements, other hashes.
"""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from panjereh.definitions.effects import RESERVED_CLAIMS

HASH = "sha-256"
LARGEST = 20_000
"""Signs of a presentation that is read at all."""
RESERVED = RESERVED_CLAIMS | {"_sd", "...", "_sd_alg"}
"""Names that no disclosed claim may have."""
BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


class Malformed(ValueError):
    """The text is no SD-JWT in its one form."""


@dataclass(frozen=True, slots=True)
class Parts:
    """issuer: the issuer's token; disclosures: as they stand; holder: the holder's token, empty when there is none."""

    issuer: str
    disclosures: tuple[str, ...]
    holder: str

    @property
    def shown(self) -> str:
        """What the holder's token commits to."""
        return "~".join([self.issuer, *self.disclosures, ""])


def hide(claims: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Disclosures of the claims, and their hashes in an order that tells nothing."""
    disclosures = [disclosure(name, value) for name, value in claims.items()]
    return disclosures, sorted(digest(each) for each in disclosures)


def disclosure(name: str, value: Any) -> str:
    salt = secrets.token_urlsafe(16)
    return encoded(json.dumps([salt, name, value], ensure_ascii=False, separators=(",", ":")).encode())


def digest(text: str) -> str:
    """Hash of what stands there, in base64url."""
    return encoded(hashlib.sha256(text.encode("ascii")).digest())


def split(text: str) -> Parts:
    """The parts of a credential or presentation. Raises Malformed."""
    if len(text) > LARGEST or not text.isascii() or "~" not in text:
        raise Malformed("too long, not plain letters, or nothing is separated")
    issuer, *disclosures, holder = text.split("~")
    if len(set(disclosures)) != len(disclosures):
        raise Malformed("a disclosure stands there twice")
    return Parts(issuer, tuple(disclosures), holder)


def disclosed(parts: Parts, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The claims that the disclosures open (RFC 9901, section 7.1). Raises Malformed when one does not belong there."""
    hashes = payload.get("_sd", [])
    if payload.get("_sd_alg", HASH) != HASH or not isinstance(hashes, list):
        raise Malformed("hashes of another kind")
    if len(set(map(str, hashes))) != len(hashes):
        raise Malformed("a hash stands there twice")
    found: dict[str, Any] = {}
    for each in parts.disclosures:
        name, value = _opened(each)
        if digest(each) not in hashes or name in RESERVED or name in found or name in payload:
            raise Malformed("a disclosure that does not belong to it")
        found[name] = value
    return found


def _opened(text: str) -> tuple[str, Any]:
    match read_json(decoded(text)):
        case [str(), str(name), value]:
            return name, value
    raise Malformed("no disclosure of a claim")


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """What base64url stands for. A second spelling of the same bytes is refused."""
    if not BASE64URL.fullmatch(text):
        raise Malformed("not base64url")
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise Malformed("not base64url") from error
    if encoded(content) != text:
        raise Malformed("not base64url")
    return content


def read_json(content: bytes) -> Any:
    """JSON in which no name stands twice and no number is out of this world."""
    try:
        return json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a name stands twice")
    return found


def _refuse(constant: str) -> Any:
    raise Malformed(f"{constant} is no JSON")
