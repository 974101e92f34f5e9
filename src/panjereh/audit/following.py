"""Following a log from elsewhere: fetch its newest checkpoint and tiles, and sign it if nothing was rewritten."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from panjereh.audit import merkle
from panjereh.audit.tiles import HASH, Tile, Tree
from panjereh.audit.witness import LARGEST, Memory, Seen
from panjereh.kernel import clock
from panjereh.kernel.errors import Unavailable
from panjereh.signing.checkpoints import Checkpoint, read_from
from panjereh.signing.notes import Note, Signer, Verifier

PATIENCE = 30.0
Fetch = Callable[[str], bytes]
"""path below the log's address -> bytes; raises Unavailable"""


class LogIsAway(Unavailable):
    """A file of the log can't be had, or is not what it should be. Trying later may help."""

    code = "log_is_away"


class LogWasRewritten(Exception):
    """The log signed two histories that can't both be true. The evidence is kept."""


@dataclass(frozen=True, slots=True)
class Step:
    """What following found: from which size to which."""

    before: int
    after: int


def fetch_from(place: str) -> Fetch:
    """Files from an address, or from a folder."""

    def from_web(path: str) -> bytes:
        import requests

        try:
            answer = requests.get(f"{place.rstrip('/')}/{path}", timeout=PATIENCE, allow_redirects=False)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise LogIsAway(f"{path} of the log can’t be had: {error}") from error
        return answer.content[:LARGEST]

    def from_folder(path: str) -> bytes:
        try:
            return (Path(place) / path).read_bytes()[:LARGEST]
        except OSError as error:
            raise LogIsAway(f"{path} of the log can’t be had: {error}") from error

    return from_web if place.startswith(("http://", "https://")) else from_folder


def follow(log: Verifier, fetch: Fetch, *, memory: Memory, signer: Signer) -> Step:
    """Go one step: raises BadCheckpoint, LogIsAway, and LogWasRewritten after keeping the evidence."""
    note = fetch("checkpoint").decode(errors="replace")
    stated = read_from(note, [log])
    seen = memory.seen(stated.origin)
    if stated.size < seen.size or (stated.size == seen.size and stated.root != seen.root):
        raise _rewritten(memory, stated, seen, note)
    if stated.size == seen.size:
        return Step(seen.size, seen.size)
    tree = Tree(stated.size, lambda tile: _tile(fetch, tile))
    if tree.root() != stated.root:
        raise LogIsAway("The tiles of the log don’t lead to the root that it signed.")
    if seen.size and merkle.span(tree.node, 0, seen.size) != seen.root:
        raise _rewritten(memory, stated, seen, note)
    line = signer.line(stated.text, int(clock.now().timestamp()))
    signed = Seen(stated.size, stated.root, f"{stated.text}\n{Note.parse(note).lines_by(log)}{line}")
    if not memory.replace(stated.origin, seen, signed):
        raise LogIsAway("Another process of this witness was faster. Try again.")
    return Step(seen.size, stated.size)


def _rewritten(memory: Memory, stated: Checkpoint, seen: Seen, note: str) -> LogWasRewritten:
    memory.contradiction(stated.origin, seen.note, note)
    if stated.size < seen.size:
        return LogWasRewritten(f"The log shows {stated.size} entries; it had signed {seen.size} before.")
    return LogWasRewritten(
        f"The log has {stated.size} entries now, but does not go on from the {seen.size} it had signed."
    )


def _tile(fetch: Fetch, tile: Tile) -> bytes:
    """A tile; where a partial one is gone already, the full one has its beginning (C2SP tlog-tiles)."""
    try:
        data = fetch(tile.path)
    except LogIsAway:
        if tile.width == 256:
            raise
        data = fetch(Tile(tile.level, tile.number).path)[: HASH * tile.width]
    if len(data) != HASH * tile.width:
        raise LogIsAway(f"{tile.path} of the log has a wrong length.")
    return data
