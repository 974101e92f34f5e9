"""One encrypted file from a stream of any length: what `backup` writes and `restore` reads.

The key comes from a passphrase by scrypt. The content is AES-256-GCM in pieces after the STREAM construction (Hoang,
Reyhanitabar, Rogaway, Vizár 2015): each piece's nonce holds its number and whether it is the last, so a piece that was
changed, left out, moved or cut off is noticed.
"""

import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from panjereh.kernel.errors import Invalid

MAGIC = b"panjereh sealed file 1\n"
SALT, PREFIX, TAG = 16, 7, 16  # bytes
PIECE = 2**20  # bytes of content in each piece but the last
COST = 2**17  # scrypt's n: 128 MB and about half a second


class CannotBeOpened(Invalid):
    """The passphrase is another one, or the file was changed, cut off, or is none of ours."""

    code = "backup_cannot_be_opened"


def passphrase(path: Path) -> bytes:
    """The first line of a passphrase file; at least twelve characters."""
    first, *_ = path.read_text().splitlines() or [""]
    if len(first) < 12:
        raise CannotBeOpened(f"The first line of {path} is the passphrase. Make it at least 12 characters long.")
    return first.encode()


def key(secret: bytes, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(secret))


def nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


class Writer:
    """A writable stream that encrypts. Without a regular end the file stays unreadable, as it should."""

    def __init__(self, file: BinaryIO, secret: bytes) -> None:
        self.file = file
        salt, self.prefix = os.urandom(SALT), os.urandom(PREFIX)
        self.header = MAGIC + salt + self.prefix
        self.key = key(secret, salt)
        self.waiting = bytearray()
        self.number = 0
        file.write(self.header)

    def write(self, content: bytes) -> int:
        self.waiting += content
        while len(self.waiting) > PIECE:  # one piece stays behind: it may be the last
            self._put(bytes(self.waiting[:PIECE]), last=False)
            del self.waiting[:PIECE]
        return len(content)

    def _put(self, content: bytes, *, last: bool) -> None:
        self.file.write(self.key.encrypt(nonce(self.prefix, self.number, last=last), content, self.header))
        self.number += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        if kind is None:
            self._put(bytes(self.waiting), last=True)


class Reader:
    """A readable stream over what Writer wrote. Raises CannotBeOpened at the first piece that is not as it was."""

    def __init__(self, file: BinaryIO, secret: bytes) -> None:
        self.file = file
        self.header = file.read(len(MAGIC) + SALT + PREFIX)
        if len(self.header) < len(MAGIC) + SALT + PREFIX or not self.header.startswith(MAGIC):
            raise CannotBeOpened("This file is no backup of Panjereh.")
        self.prefix = self.header[-PREFIX:]
        self.key = key(secret, self.header[len(MAGIC) : -PREFIX])
        self.ready = bytearray()
        self.number = 0
        self.ahead = file.read(PIECE + TAG)
        self.ended = False

    def read(self, size: int = -1) -> bytes:
        while not self.ended and (size < 0 or len(self.ready) < size):
            self._take()
        size = len(self.ready) if size < 0 else size
        content = bytes(self.ready[:size])
        del self.ready[:size]
        return content

    def _take(self) -> None:
        piece, self.ahead = self.ahead, self.file.read(PIECE + TAG)
        self.ended = not self.ahead
        try:
            self.ready += self.key.decrypt(nonce(self.prefix, self.number, last=self.ended), piece, self.header)
        except (InvalidTag, ValueError) as error:
            raise CannotBeOpened(
                f"Piece {self.number + 1} can’t be decrypted: the passphrase is another one, or the file is not whole."
            ) from error
        self.number += 1
