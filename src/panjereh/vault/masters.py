"""Master keys: they wrap data keys and nothing else. Made at first start, changed by `./panjereh keys rotate`.

<number>.key     32 random bytes in base64, for their owner's eyes only
<number>.token   the same, wrapped by an AES key that never leaves a PKCS#11 token: opened once for each process
current          the number of the one that wraps new data keys
"""

import base64
import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from panjereh.signing import stores
from panjereh.signing.errors import KeyIsMissing
from panjereh.vault.errors import Damaged, NoMasterKey

KEY_BYTES, NONCE = 32, 12


class Holder(Protocol):
    """Where the bytes of a master key lie: written once under a number, and read when a process starts."""

    ending: str

    def close(self, place: Path, key: bytes) -> bytes:
        """What the file shall hold; its path without ending is `place`."""

    def open(self, place: Path, content: bytes) -> bytes:
        """The key again. Raises NoMasterKey."""


class InFile:
    """The key itself, in a file that only its owner can read."""

    ending = "key"

    def close(self, _place: Path, key: bytes) -> bytes:
        return base64.b64encode(key) + b"\n"

    def open(self, _place: Path, content: bytes) -> bytes:
        try:
            key = base64.b64decode(content.strip(), validate=True)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise NoMasterKey("The file of the master key does not hold 32 bytes in base64.")
        return key


class InToken:
    """Wrapped by a key inside of a PKCS #11 token: each process asks the token once, when it first needs the key."""

    ending = "wrapped"

    def close(self, place: Path, key: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        return nonce + stores.for_new_keys().make_wrapping_key(place).encrypt(nonce, key, place.name.encode())

    def open(self, place: Path, content: bytes) -> bytes:
        try:
            wrapping = stores.holding(place).wrapping_key(place)
            return wrapping.decrypt(content[:NONCE], content[NONCE:], place.name.encode())
        except (KeyIsMissing, InvalidTag) as error:
            raise NoMasterKey(f"The token does not open the master key {place.name}: is it the right one?") from error


class Masters:
    """The master keys below one folder. Several processes may use it at once."""

    def __init__(self, folder: Path, holders: Mapping[str, Holder]) -> None:
        """holders: by the ending of their files; the first holds new keys"""
        self.folder = folder
        self.holders = holders
        self._ciphers: dict[str, AESGCM] = {}

    def current(self) -> str:
        """The number of the key that wraps now, looked up each time: it may have been changed by another process. Made
        if there is none yet."""
        if not self._note.exists():
            self._make_first()
        return self._note.read_text().strip()

    def make(self) -> str:
        """A new master key, which wraps from now on, in all processes."""
        with self._locked():
            return self._make()

    def wrap(self, key: bytes, about: bytes) -> tuple[bytes, str]:
        """The key as it may be stored, and the number of the master key. `about` must be said again to unwrap."""
        number, nonce = self.current(), secrets.token_bytes(NONCE)
        return nonce + self._cipher(number).encrypt(nonce, key, about), number

    def unwrap(self, wrapped: bytes, number: str, about: bytes) -> bytes:
        """Raises NoMasterKey; Damaged when it was changed, or belongs to something else."""
        try:
            return self._cipher(number).decrypt(wrapped[:NONCE], wrapped[NONCE:], about)
        except (InvalidTag, ValueError) as error:
            raise Damaged("A data key does not open: it was changed, or moved from another row.") from error

    def numbers(self) -> list[str]:
        """All that are at hand, the oldest first."""
        files = [path for path in self.folder.glob("*.*") if path.suffix[1:] in self.holders]
        return [path.stem for path in sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name))]

    def held_by(self, number: str) -> str:
        """The ending that tells how a key is kept."""
        return self._file(number).suffix[1:]

    def destroy(self, number: str) -> None:
        """Take a key away for ever. The caller has made sure that nothing is wrapped by it."""
        file = self._file(number)
        file.write_bytes(secrets.token_bytes(max(file.stat().st_size, KEY_BYTES)))  # what a file system may keep
        file.unlink()
        self._ciphers.pop(number, None)

    @property
    def _note(self) -> Path:
        return self.folder / "current"

    def _cipher(self, number: str) -> AESGCM:
        cipher = self._ciphers.get(number)
        if cipher is None:
            file = self._file(number)
            cipher = self._ciphers[number] = AESGCM(self._opened(file))
        return cipher

    def _opened(self, file: Path) -> bytes:
        return self.holders[file.suffix[1:]].open(file.with_suffix(""), file.read_bytes())

    def _file(self, number: str) -> Path:
        for ending in self.holders:
            file = self.folder / f"{number}.{ending}"
            if number.isalnum() and file.exists():
                return file
        raise NoMasterKey(f"The master key {number} is not in {self.folder}. Bring it back from a backup.")

    def _make_first(self) -> None:
        with self._locked():
            if not self._note.exists():
                self._make()

    def _make(self) -> str:
        number, (ending, holder) = secrets.token_hex(8), next(iter(self.holders.items()))
        content = holder.close(self.folder / number, secrets.token_bytes(KEY_BYTES))
        write_secret(self.folder / f"{number}.{ending}", content)
        write_secret(self._note, number.encode())
        return number

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time makes keys, so that two that start together agree on them."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def write_secret(path: Path, content: bytes) -> None:
    """For the owner's eyes only, whole or not at all, and on disk before anything is wrapped with it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


_masters: Masters | None = None


def masters() -> Masters:
    """The master keys of this installation, below `settings.DATA`."""
    global _masters
    if _masters is None:
        _masters = Masters(settings.DATA / "keys" / "vault", holders())
    return _masters


def holders() -> dict[str, Holder]:
    """With a token in the settings, new master keys are wrapped by it; those from before are read where they are."""
    kinds: list[Holder] = [InToken(), InFile()] if settings.KEYS else [InFile(), InToken()]
    return {kind.ending: kind for kind in kinds}


@contextmanager
def use(other: Masters) -> Iterator[None]:
    """Within the block the installation's master keys are `other`'s. For tests and rehearsals."""
    global _masters
    before, _masters = _masters, other
    try:
        yield
    finally:
        _masters = before
