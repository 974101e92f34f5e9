"""Signed notes and their keys (C2SP signed-note), with the cosignatures of witnesses (C2SP tlog-cosignature, Ed25519).

A note is a text that ends in a newline, an empty line, and a line for each signature. Everything is read strictly: what
has two spellings elsewhere has one here.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from panjereh.signing.errors import BadNote

SIGNATURE, COSIGNATURE = 1, 4  # signature types of Ed25519 in signed-note
LONGEST = 64 * 1024  # bytes of a note
NAME = re.compile(r"[^\s+]+")
LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
COSIGNED = "cosignature/v1\ntime {at}\n{text}"


@dataclass(frozen=True)
class Verifier:
    """A public key under a name: `type` is SIGNATURE for a log's, COSIGNATURE for a witness's."""

    name: str
    type: int
    key: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read `name+hash+key`; raises BadNote."""
        name, _plus, rest = vkey.partition("+")
        hash_, _plus, encoded = rest.partition("+")
        material = strict_base64(encoded)
        if not NAME.fullmatch(name) or len(material) != 33 or material[0] not in (SIGNATURE, COSIGNATURE):
            raise BadNote("This is not a key of signed-note for Ed25519.", vkey=vkey)
        verifier = cls(name, material[0], material[1:])
        if verifier.id.hex() != hash_:
            raise BadNote("The middle part of the key does not fit the rest.", vkey=vkey)
        return verifier

    @cached_property
    def id(self) -> bytes:
        """Four bytes that tell which key to try."""
        return key_id(self.name, self.type, self.key)

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.type]) + self.key).decode()}"

    def verify(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key under a name."""

    name: str
    type: int
    key: Ed25519PrivateKey

    @cached_property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.type, self.key.public_key().public_bytes_raw())

    def line(self, text: str, at: int | None = None) -> str:
        """The signature line over a note's text; `at` (seconds since 1970) for cosignatures only."""
        if self.type == SIGNATURE:
            signature = self.key.sign(text.encode())
        else:
            stamp = int(at or 0)
            signature = stamp.to_bytes(8, "big") + self.key.sign(COSIGNED.format(at=stamp, text=text).encode())
        return f"— {self.name} {base64.b64encode(self.verifier.id + signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Line:
    """One signature: by whom, with which key, and what."""

    name: str
    key_id: bytes
    signature: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was read: nothing of it is verified yet."""

    text: str
    lines: tuple[Line, ...]

    @classmethod
    def parse(cls, note: str) -> "Note":
        """Raises BadNote for anything that is not strictly a note."""
        if len(note) > LONGEST or CONTROL.search(note) or not note.endswith("\n"):
            raise BadNote("This is not a signed note.")
        text, gap, signatures = note[:-1].rpartition("\n\n")
        if not gap or not text:
            raise BadNote("This note has no signatures.")
        return cls(f"{text}\n", tuple(_line(line) for line in signatures.split("\n")))

    def signed_by(self, verifier: Verifier) -> bool:
        """Whether the key signed this text. Raises BadNote when a line claims so and is wrong."""
        return self._checked(verifier, lambda signature: verifier.verify(signature, self.text.encode()))

    def cosigned_by(self, verifier: Verifier) -> int | None:
        """When a witness saw this checkpoint (seconds since 1970), None when it did not. Raises BadNote as above."""
        found = self._checked(verifier, lambda signature: self._cosigned(verifier, signature))
        return self._stamp(verifier) if found else None

    def lines_by(self, verifier: Verifier) -> str:
        """The lines that claim to be of this key, as they stand in the note."""
        return "".join(f"{line.text}\n" for line in self._of(verifier))

    def _cosigned(self, verifier: Verifier, signature: bytes) -> bool:
        at = int.from_bytes(signature[:8], "big")
        return (
            len(signature) == 72
            and at < 2**63
            and verifier.verify(signature[8:], COSIGNED.format(at=at, text=self.text).encode())
        )

    def _stamp(self, verifier: Verifier) -> int:
        return max(int.from_bytes(line.signature[:8], "big") for line in self._of(verifier))

    def _of(self, verifier: Verifier) -> list[Line]:
        return [line for line in self.lines if (line.name, line.key_id) == (verifier.name, verifier.id)]

    def _checked(self, verifier: Verifier, fits: Callable[[bytes], bool]) -> bool:
        mine = self._of(verifier)
        if not all(fits(line.signature) for line in mine):
            raise BadNote("A signature of a known key is wrong.", name=verifier.name)
        return bool(mine)


def _line(text: str) -> Line:
    match = LINE.fullmatch(text)
    if match is None:
        raise BadNote("A signature line is not well-formed.")
    content = strict_base64(match[2])
    if len(content) < 5:
        raise BadNote("A signature is too short.")
    return Line(match[1], content[:4], content[4:], text)


def key_id(name: str, type_: int, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([type_]) + key).digest()[:4]


def strict_base64(text: str) -> bytes:
    """Base 64 of which there is only one spelling (RFC 4648, section 3.5)."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadNote("This is not base 64.") from error
    if base64.b64encode(data).decode() != text:
        raise BadNote("This base 64 has another spelling.")
    return data
