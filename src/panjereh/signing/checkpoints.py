"""Checkpoints of a transparency log: notes with the tree's size and root (C2SP tlog-checkpoint), and who signs ours."""

import base64
import re
from dataclasses import dataclass

from panjereh.signing.errors import BadCheckpoint, BadNote
from panjereh.signing.keys import KeyRing
from panjereh.signing.notes import COSIGNATURE, SIGNATURE, Note, Signer, Verifier, strict_base64

FIRST_ORIGIN = "panjereh/log"
"""What every installation called its log before each had a name of its own. Checkpoints of then stay valid."""
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's word that its first `size` entries have this Merkle `root` (SHA-256, RFC 6962)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """From a note's text. Extension lines are refused: nobody could audit them. Raises BadCheckpoint."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not NUMBER.fullmatch(lines[1]):
            raise BadCheckpoint
        try:
            root = strict_base64(lines[2])
        except BadNote as error:
            raise BadCheckpoint from error
        if len(root) != 32:
            raise BadCheckpoint
        return cls(lines[0], int(lines[1]), root)


def sign(ring: KeyRing, size: int, root: bytes) -> str:
    signer = log_signer(ring)
    text = Checkpoint(signer.name, size, root).text
    return f"{text}\n{signer.line(text)}"


def read(ring: KeyRing, note: str) -> Checkpoint:
    """The checkpoint in `note`, if it is strictly formed and signed by our log key; else BadCheckpoint."""
    signer = log_signer(ring)
    names = (signer.name, FIRST_ORIGIN)
    verifiers = [Verifier(name, SIGNATURE, signer.verifier.key) for name in names]
    return read_from(note, verifiers)


def read_from(note: str, logs: list[Verifier]) -> Checkpoint:
    """The checkpoint in `note` if one of these logs signed it under its own name; else BadCheckpoint."""
    try:
        parsed = Note.parse(note)
        checkpoint = Checkpoint.parse(parsed.text)
        if not any(log.name == checkpoint.origin and parsed.signed_by(log) for log in logs):
            raise BadCheckpoint
    except BadNote as error:
        raise BadCheckpoint from error
    return checkpoint


def log_signer(ring: KeyRing) -> Signer:
    return Signer(ring.log_origin, SIGNATURE, ring.log_key)


def witness_signer(ring: KeyRing, name: str = "") -> Signer:
    """The installation as a witness of other logs, named after its own log unless it has another `name`."""
    return Signer(name or f"{ring.log_origin.removesuffix('/log')}/witness", COSIGNATURE, ring.witness_key)
