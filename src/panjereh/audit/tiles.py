"""The tree cut into tiles of 256 hashes, as files that anybody can fetch and keep (C2SP tlog-tiles)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from panjereh.audit import merkle

WIDTH = 256
HEIGHT = 8
HASH = 32
PATH = re.compile(r"tile/(entries|0|[1-9]\d?)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?")
ENTRIES = -1
"""Stands for a level where a file holds entries instead of hashes."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Hash number `index` of level `level` covers 256^level leaves; a tile holds 256 of them, fewer at the tree's edge.

    level: ENTRIES for a bundle of entries
    """

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where the file lies below the log's address: 1234067 is `x001/x234/067`."""
        digits = f"{self.number:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        place = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{place}" + (f".p/{self.width}" if self.width < WIDTH else "")

    @classmethod
    def parse(cls, path: str) -> "Tile | None":
        """The tile of a path, None for anything that is not exactly one."""
        match = PATH.fullmatch(path)
        if match is None:
            return None
        level = ENTRIES if match[1] == "entries" else int(match[1])
        number = int(match[2].replace("/", "").replace("x", ""))
        tile = cls(level, number, int(match[3]) if match[3] else WIDTH)
        return tile if level < 64 and tile.path == path else None


def tiles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Every tile of hashes of a tree of that size, leaving out what was full when the tree had size `since`."""
    level = 0
    while size >> (HEIGHT * level):
        hashes, before = size >> (HEIGHT * level), since >> (HEIGHT * level)
        for number in range(before // WIDTH, -(-hashes // WIDTH)):
            yield Tile(level, number, min(WIDTH, hashes - number * WIDTH))
        level += 1


def bundles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """The same for bundles of entries."""
    for number in range(since // WIDTH, -(-size // WIDTH)):
        yield Tile(ENTRIES, number, min(WIDTH, size - number * WIDTH))


class Tree:
    """A tree of a size whose tiles come from somewhere; what was fetched is kept. It gives merkle's `Node`.

    Nothing that was fetched is believed for itself: proofs made from it must lead to a signed root.
    """

    def __init__(self, size: int, fetch: Callable[[Tile], bytes]) -> None:
        self.size = size
        self._fetch = fetch
        self._kept: dict[Tile, bytes] = {}

    def node(self, height: int, index: int) -> bytes:
        level, rest = divmod(height, HEIGHT)
        number, offset = divmod(index << rest, WIDTH)
        hashes = self.tile(level, number)
        return merkle.root(hashes[at : at + HASH] for at in range(offset * HASH, (offset + (1 << rest)) * HASH, HASH))

    def tile(self, level: int, number: int) -> bytes:
        width = min(WIDTH, (self.size >> (HEIGHT * level)) - number * WIDTH)
        tile = Tile(level, number, width)
        if tile not in self._kept:
            self._kept[tile] = self._fetch(tile)
        return self._kept[tile]

    def root(self) -> bytes:
        return merkle.tree_root(self.node, self.size)

    def inclusion(self, index: int) -> list[bytes]:
        return merkle.inclusion_proof(self.node, index, self.size)

    def consistency(self, old: int) -> list[bytes]:
        return merkle.consistency_proof(self.node, old, self.size)


def bundle(entries: list[bytes]) -> bytes:
    """Entries one after the other, each with its length before it (two bytes, the greater first)."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a bundle; raises ValueError when it does not end where an entry ends."""
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if len(entry) != length or at + 2 > len(data):
            raise ValueError("the bundle is cut off")
        entries.append(entry)
        at += 2 + length
    return entries
