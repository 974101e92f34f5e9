"""Hash chains over salted commitments: history that can't be changed unseen, and still lets a person be erased.

A link covers the public part of an event and a commitment to its personal part. The salt and the personal part lie
beside it; when both are erased the commitment says nothing any more, and the chain stays whole.
"""

import hashlib
import secrets
from typing import Any

import rfc8785

from panjereh.kernel import canonical as canonical_json
from panjereh.kernel.errors import Invalid

GENESIS = "0" * 64
SALT_BYTES = 32


class NotCanonical(Invalid):
    """A value has no form in RFC 8785: it is no JSON, or a number that JSON can't carry exactly."""

    code = "not_canonical"


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def canonical(value: Any) -> bytes:
    """The one way to write a JSON value (RFC 8785). Whole numbers up to 2^53 only: write larger ones as text."""
    try:
        written = canonical_json.dumps(value)
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise NotCanonical(f"This can't be written as canonical JSON: {error}. Use text for such values.") from error
    return written


def commit(value: dict[str, Any], salt: bytes) -> str:
    """SHA-256 (hex) that fixes a value without telling it: without the salt it can't be guessed."""
    if len(salt) < 16:
        raise ValueError("a salt has at least 16 bytes")
    return hashlib.sha256(canonical({"salt": salt.hex(), "value": value})).hexdigest()


def link(previous: str, public: dict[str, Any], commitment: str) -> str:
    """The hash (hex) of an event that follows the one with hash `previous`; the first follows GENESIS."""
    return hashlib.sha256(canonical({"previous": previous, "public": public, "commitment": commitment})).hexdigest()
