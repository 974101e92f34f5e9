"""Write the log as files into a folder, for anybody to serve, copy and keep (C2SP tlog-tiles)."""

import os
from collections.abc import Callable
from pathlib import Path

from panjereh.audit import queries, store
from panjereh.audit.tiles import ENTRIES, WIDTH, Tile, bundles_of, tiles_of
from panjereh.signing import queries as signing

SCRIPT = Path(__file__).with_name("check_proof.py")


def write(folder: Path, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Bring a folder to the newest checkpoint. What is full and there already is left alone. Returns the log's size.

    The checkpoint comes last, so that whoever copies the folder meanwhile never finds a promise without its tiles.
    """
    checkpoint = queries.latest_checkpoint()
    if checkpoint is None:
        return 0
    size = checkpoint.size
    for done, tile in enumerate((*tiles_of(size), *bundles_of(size))):
        path = folder / tile.path
        if tile.level == ENTRIES and tile.number * WIDTH < store.first_public_place():
            continue
        if not path.exists():
            _put(path, _content(tile))
        progress(done)
    _put(folder / "key", f"{signing.log_key().vkey}\n".encode())
    _put(folder / SCRIPT.name, SCRIPT.read_bytes())
    _put(folder / "checkpoint", queries.published(checkpoint).encode())
    return size


def _content(tile: Tile) -> bytes:
    content = store.resource(tile)
    if content is None:
        raise FileNotFoundError(f"{tile.path} is not in the log: run ./panjereh verify")
    return content


def _put(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
