"""A witness of logs (C2SP tlog-witness): it signs a checkpoint only if the log went on from the one it signed before.

Pure rules; where a witness keeps what it signed, and how requests come, is said by who uses them.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from panjereh.audit import merkle
from panjereh.kernel import clock
from panjereh.signing.checkpoints import NUMBER, Checkpoint
from panjereh.signing.errors import BadCheckpoint, BadNote
from panjereh.signing.notes import Note, Signer, Verifier, strict_base64

MOST_STEPS = 63
LARGEST = 128 * 1024  # bytes of a request


class Status(IntEnum):
    """What a witness answers, as codes of HTTP."""

    SIGNED = 200
    MALFORMED = 400
    NOT_THE_LOG = 403
    UNKNOWN = 404
    ANOTHER_SIZE = 409
    INCONSISTENT = 422


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: signature lines, a size, or a sentence."""

    status: Status
    text: str

    @property
    def type(self) -> str:
        return "text/x.tlog.size" if self.status == Status.ANOTHER_SIZE else "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest checkpoint that the witness has signed of a log: size, root, and the note with both signatures."""

    size: int = 0
    root: bytes = merkle.EMPTY_ROOT
    note: str = ""


class Memory(Protocol):
    """Where a witness keeps what it signed."""

    def seen(self, origin: str) -> Seen: ...

    def replace(self, origin: str, old: Seen, new: Seen) -> bool:
        """Keep `new` on disk if `old` is still what is kept; False if it is not."""
        ...

    def contradiction(self, origin: str, kept: str, sent: str) -> None:
        """Keep two signed notes that can't both be true, as evidence."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What a log asks to sign: its size before, the path from there, and the new checkpoint."""

    old_size: int
    proof: Sequence[bytes]
    note: Note
    checkpoint: Checkpoint
    whole: str

    @classmethod
    def parse(cls, body: bytes) -> "Request":
        """Raises BadNote or BadCheckpoint for what is not strictly a request."""
        if len(body) > LARGEST:
            raise BadNote("The request is too long.")
        try:
            head, gap, note = body.decode().partition("\n\n")
        except UnicodeDecodeError as error:
            raise BadNote("The request is not UTF-8.") from error
        first, *steps = head.split("\n")
        number = first.removeprefix("old ")
        if not gap or number == first or not NUMBER.fullmatch(number) or len(steps) > MOST_STEPS:
            raise BadNote("The request is not well-formed.")
        proof = [strict_base64(step) for step in steps]
        if any(len(step) != 32 for step in proof):
            raise BadNote("A step of the proof is no hash.")
        parsed = Note.parse(note)
        return cls(int(number), proof, parsed, Checkpoint.parse(parsed.text), note)


def request(old_size: int, proof: Sequence[bytes], note: str) -> bytes:
    """The body of a request to a witness."""
    steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in proof)
    return f"old {old_size}\n{steps}\n{note}".encode()


def add_checkpoint(body: bytes, *, logs: Mapping[str, Verifier], memory: Memory, signer: Signer) -> Answer:
    """Judge a request. logs: whom the witness watches, by origin."""
    try:
        asked = Request.parse(body)
    except (BadNote, BadCheckpoint):
        return Answer(Status.MALFORMED, "The request is not well-formed.\n")
    log = logs.get(asked.checkpoint.origin)
    if log is None:
        return Answer(Status.UNKNOWN, "This witness does not watch that log.\n")
    try:
        if not asked.note.signed_by(log):
            return Answer(Status.NOT_THE_LOG, "The log did not sign this checkpoint.\n")
    except BadNote:
        return Answer(Status.NOT_THE_LOG, "The signature of the log is wrong.\n")
    return _judge(asked, log, memory, signer)


def _judge(asked: Request, log: Verifier, memory: Memory, signer: Signer) -> Answer:
    checkpoint = asked.checkpoint
    if asked.old_size > checkpoint.size:
        return Answer(Status.MALFORMED, "The old size is larger than the new one.\n")
    seen = memory.seen(checkpoint.origin)
    if contradicts(seen, checkpoint):
        memory.contradiction(checkpoint.origin, seen.note, asked.whole)
    if asked.old_size != seen.size:
        return Answer(Status.ANOTHER_SIZE, f"{seen.size}\n")
    if not goes_on(seen, checkpoint, asked.proof):
        memory.contradiction(checkpoint.origin, seen.note, asked.whole)
        return Answer(Status.INCONSISTENT, "The checkpoint does not go on from the one before.\n")
    line = signer.line(asked.note.text, int(clock.now().timestamp()))
    signed = Seen(checkpoint.size, checkpoint.root, f"{asked.note.text}\n{asked.note.lines_by(log)}{line}")
    if not memory.replace(checkpoint.origin, seen, signed):
        return Answer(Status.ANOTHER_SIZE, f"{memory.seen(checkpoint.origin).size}\n")
    return Answer(Status.SIGNED, line)


def contradicts(seen: Seen, checkpoint: Checkpoint) -> bool:
    """Whether the log signed two roots for one size."""
    return bool(seen.size) and checkpoint.size == seen.size and checkpoint.root != seen.root


def goes_on(seen: Seen, checkpoint: Checkpoint, proof: Sequence[bytes]) -> bool:
    """Whether the tree of the checkpoint begins with the tree that was seen."""
    if checkpoint.size == 0 and checkpoint.root != merkle.EMPTY_ROOT:
        return False
    return merkle.is_consistent(seen.size, checkpoint.size, seen.root, checkpoint.root, proof)
