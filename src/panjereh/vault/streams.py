"""Encryption of a stream of any length, in pieces: what is read is proven, and nothing has to fit into memory.

AES-256-GCM in pieces after the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): each piece's nonce holds
its number and whether it is the last, so a piece that was changed, left out, moved or cut off is noticed.
"""

import io
from types import TracebackType
from typing import Any, BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from panjereh.vault.errors import Damaged

PREFIX, TAG = 7, 16  # bytes
PIECE = 2**20  # bytes of content in each piece but the last


def nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


class Writer:
    """A writable stream that encrypts into `file`. Without a regular end the file stays unreadable, as it should."""

    def __init__(self, file: BinaryIO, cipher: AESGCM, prefix: bytes, about: bytes, *, piece: int = PIECE) -> None:
        """prefix: 7 bytes, random; about: what must be said again to read"""
        self.file, self.cipher, self.prefix, self.about, self.piece = file, cipher, prefix, about, piece
        self.waiting = bytearray()
        self.number = 0

    def write(self, content: bytes) -> int:
        self.waiting += content
        while len(self.waiting) > self.piece:  # one piece stays behind: it may be the last
            self._put(bytes(self.waiting[: self.piece]), last=False)
            del self.waiting[: self.piece]
        return len(content)

    def _put(self, content: bytes, *, last: bool) -> None:
        self.file.write(self.cipher.encrypt(nonce(self.prefix, self.number, last=last), content, self.about))
        self.number += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        if kind is None:
            self._put(bytes(self.waiting), last=True)


class Reader(io.RawIOBase):
    """A readable stream over what Writer wrote. Raises Damaged at the first piece that is not as it was."""

    def __init__(self, file: BinaryIO, cipher: AESGCM, prefix: bytes, about: bytes, *, piece: int = PIECE) -> None:
        self.file, self.cipher, self.prefix, self.about, self.piece = file, cipher, prefix, about, piece
        self.held = bytearray()
        self.number = 0
        self.ahead = file.read(piece + TAG)
        self.ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        wanted = -1 if size is None else size
        while not self.ended and (wanted < 0 or len(self.held) < wanted):
            self._take()
        wanted = len(self.held) if wanted < 0 else wanted
        content = bytes(self.held[:wanted])
        del self.held[:wanted]
        return content

    def readinto(self, buffer: Any) -> int:
        """For io.BufferedReader, which finds lines."""
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        self.file.close()
        super().close()

    def _take(self) -> None:
        piece, self.ahead = self.ahead, self.file.read(self.piece + TAG)
        self.ended = not self.ahead
        try:
            self.held += self.cipher.decrypt(nonce(self.prefix, self.number, last=self.ended), piece, self.about)
        except (InvalidTag, ValueError) as error:
            raise Damaged(f"Piece {self.number + 1} was changed, or the file is not whole.") from error
        self.number += 1
