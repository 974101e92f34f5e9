"""Checkpoints of the transparency log: signed notes with the tree's size and root (C2SP tlog-checkpoint)."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from panjereh.signing.errors import BadCheckpoint
from panjereh.signing.keys import KeyRing

ORIGIN = "panjereh/log"
ED25519 = b"\x01"  # signature type in C2SP signed-note
NOTE = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/=]{44})\n\n— ([^\s+]+) ([A-Za-z0-9+/=]+)\n")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's word that its first `size` entries have this Merkle `root` (SHA-256, RFC 6962)."""

    origin: str
    size: int
    root: bytes


def sign(ring: KeyRing, checkpoint: Checkpoint) -> str:
    body = f"{checkpoint.origin}\n{checkpoint.size}\n{_base64(checkpoint.root)}\n"
    signature = key_hash(checkpoint.origin, ring.log_key.public_key()) + ring.log_key.sign(body.encode())
    return f"{body}\n— {checkpoint.origin} {_base64(signature)}\n"


def read(ring: KeyRing, note: str) -> Checkpoint:
    """The checkpoint in `note`, if it is strictly formed and signed by our log key; else BadCheckpoint."""
    match = NOTE.fullmatch(note)
    if match is None or match[1] != match[4]:
        raise BadCheckpoint
    public_key = ring.log_key.public_key()
    try:
        root, signature = (base64.b64decode(part, validate=True) for part in (match[3], match[5]))
        public_key.verify(signature[4:], note[: match.end(3) + 1].encode())
    except (InvalidSignature, binascii.Error) as error:
        raise BadCheckpoint from error
    if signature[:4] != key_hash(match[1], public_key) or (_base64(root), _base64(signature)) != (match[3], match[5]):
        raise BadCheckpoint
    return Checkpoint(match[1], int(match[2]), root)


def key_hash(name: str, key: ed25519.Ed25519PublicKey) -> bytes:
    """Four bytes that tell a verifier which key to try."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + key.public_bytes_raw()).digest()[:4]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
