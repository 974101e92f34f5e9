"""Files whose content is encrypted in the store, each for the scope that it belongs to and under its own name only.

The store is Django's default one: a folder, or whatever an installation has put in its place.
"""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import File
from django.core.files.storage import default_storage

from panjereh.vault import keys
from panjereh.vault.streams import PREFIX, TAG, Reader, Writer

MAGIC = b"panjereh sealed content 1\n"
PIECE = 2**18  # bytes: what a reader holds in memory at once
IN_MEMORY = 2**23  # larger files are put together on disk


def keep(name: str, content: bytes | Iterable[bytes], scope: UUID) -> str:
    """Encrypt and store a file whole or not at all. Returns its name.

    A file of the same name and length is taken for the same one: names hold a hash of the content, or a row's number.
    What a killed process left half written counts not. Raises OSError when the store takes no more.
    """
    pieces = [content] if isinstance(content, bytes) else content
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as closed:
        size = _encrypt(name, pieces, scope, cast("BinaryIO", closed))
        if default_storage.exists(name):
            if default_storage.size(name) in (size, sealed_size(size)):
                return name
            default_storage.delete(name)
        closed.seek(0)
        _save(name, cast("BinaryIO", closed))
    return name


def open_(name: str, scope: UUID) -> BinaryIO:
    """The content, opened piece by piece. Raises Damaged while reading, KeyDestroyed, FileNotFoundError.

    Files from before there was encryption are handed out as they are.
    """
    file = cast("BinaryIO", default_storage.open(name))
    header = file.read(len(MAGIC) + PREFIX)
    if not header.startswith(MAGIC):
        file.seek(0)
        return file
    try:
        cipher = _cipher(scope)
    except BaseException:
        file.close()
        raise
    return cast("BinaryIO", Reader(file, cipher, header[len(MAGIC) :], _about(name), piece=PIECE))


def close(name: str, scope: UUID) -> bool:
    """Encrypt a file that lies open, in its place. False when it is closed already, or not there.

    In a folder the closed one takes the place of the open one at once; another kind of store has both for a moment.
    """
    if not default_storage.exists(name) or is_sealed(name):
        return False
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as closed:
        with default_storage.open(name) as file:
            _encrypt(name, file.chunks(), scope, cast("BinaryIO", closed))
        closed.seek(0)
        beside = default_storage.save(f"{name}.closed", File(cast("BinaryIO", closed)))
        try:
            Path(default_storage.path(beside)).replace(default_storage.path(name))
        except NotImplementedError:  # no folder
            default_storage.delete(name)
            closed.seek(0)
            default_storage.save(name, File(cast("BinaryIO", closed)))
            default_storage.delete(beside)
    return True


def is_sealed(name: str) -> bool:
    with default_storage.open(name) as file:
        return bytes(file.read(len(MAGIC))) == MAGIC


def sealed_size(size: int) -> int:
    """How many bytes a file of that size has in the store."""
    pieces = max(1, -(-size // PIECE))
    return len(MAGIC) + PREFIX + size + pieces * TAG


def _save(name: str, closed: BinaryIO) -> None:
    try:
        stored = default_storage.save(name, File(closed))
    except OSError:
        with suppress(OSError):
            default_storage.delete(name)
        raise
    if stored != name:  # another process has just stored the same
        default_storage.delete(stored)


def _encrypt(name: str, pieces: Iterable[bytes], scope: UUID, into: BinaryIO) -> int:
    """Returns the size of the content."""
    size, prefix = 0, os.urandom(PREFIX)
    into.write(MAGIC + prefix)
    with Writer(into, _cipher(scope, make=True), prefix, _about(name), piece=PIECE) as writer:
        for piece in pieces:
            size += writer.write(piece)
    return size


def _cipher(scope: UUID, *, make: bool = False) -> AESGCM:
    return AESGCM(keys.key_of(scope, make=make))


def _about(name: str) -> bytes:
    return MAGIC + name.encode()
