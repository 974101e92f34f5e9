"""One encrypted file from a stream of any length: what `backup` writes and `restore` reads.

The key comes from a passphrase by scrypt; the content is encrypted in pieces (`vault.streams`).
"""

import os
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from panjereh.kernel.errors import Invalid
from panjereh.vault import streams
from panjereh.vault.errors import Damaged
from panjereh.vault.streams import PREFIX, TAG

MAGIC = b"panjereh sealed file 1\n"
SALT = 16  # bytes
PIECE = streams.PIECE
COST = 2**17  # scrypt's n: 128 MB and about half a second


__all__ = ["PREFIX", "TAG", "CannotBeOpened", "Reader", "Writer", "passphrase"]


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


class Writer(streams.Writer):
    """A writable stream that encrypts. Without a regular end the file stays unreadable, as it should."""

    def __init__(self, file: BinaryIO, secret: bytes) -> None:
        salt, prefix = os.urandom(SALT), os.urandom(PREFIX)
        header = MAGIC + salt + prefix
        file.write(header)
        super().__init__(file, key(secret, salt), prefix, header, piece=PIECE)


class Reader(streams.Reader):
    """A readable stream over what Writer wrote. Raises CannotBeOpened at the first piece that is not as it was."""

    def __init__(self, file: BinaryIO, secret: bytes) -> None:
        header = file.read(len(MAGIC) + SALT + PREFIX)
        if len(header) < len(MAGIC) + SALT + PREFIX or not header.startswith(MAGIC):
            raise CannotBeOpened("This file is no backup of Panjereh.")
        super().__init__(file, key(secret, header[len(MAGIC) : -PREFIX]), header[-PREFIX:], header, piece=PIECE)

    def _take(self) -> None:
        try:
            super()._take()
        except Damaged as error:
            raise CannotBeOpened(
                f"Piece {self.number + 1} can’t be decrypted: the passphrase is another one, or the file is not whole."
            ) from error
