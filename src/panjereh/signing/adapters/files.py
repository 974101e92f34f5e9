"""Keys in files that only their owner can read: the default."""

import os
from pathlib import Path
from typing import ClassVar, cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from panjereh.signing.errors import KeyIsMissing


class Files:
    """One `.key` file each: PKCS #8 in PEM, or the 32 bytes of a wrapping key."""

    SUFFIX: ClassVar[str] = ".key"

    def make_seal_key(self, place: Path) -> ec.EllipticCurvePrivateKey:
        key = ec.generate_private_key(ec.SECP256R1())
        write(self._file(place), pem(key))
        return key

    def make_log_key(self, place: Path) -> ed25519.Ed25519PrivateKey:
        key = ed25519.Ed25519PrivateKey.generate()
        write(self._file(place), pem(key))
        return key

    def make_wrapping_key(self, place: Path) -> AESGCM:
        key = AESGCM.generate_key(256)
        write(self._file(place), key)
        return AESGCM(key)

    def seal_key(self, place: Path) -> ec.EllipticCurvePrivateKey:
        return cast("ec.EllipticCurvePrivateKey", self._load(place))

    def log_key(self, place: Path) -> ed25519.Ed25519PrivateKey:
        return cast("ed25519.Ed25519PrivateKey", self._load(place))

    def wrapping_key(self, place: Path) -> AESGCM:
        return AESGCM(self._read(place))

    def destroy(self, place: Path) -> None:
        self._file(place).unlink(missing_ok=True)

    def _load(self, place: Path) -> object:
        return serialization.load_pem_private_key(self._read(place), password=None)

    def _read(self, place: Path) -> bytes:
        file = self._file(place)
        if not file.exists():
            raise KeyIsMissing(place=str(place))
        return file.read_bytes()

    def _file(self, place: Path) -> Path:
        return place.with_name(place.name + self.SUFFIX)


def pem(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, passphrase: bytes = b"") -> bytes:
    """PKCS #8, encrypted if there is a passphrase."""
    encryption: serialization.KeySerializationEncryption = (
        serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    )
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def write(path: Path, content: bytes) -> None:
    """Write for the owner's eyes only, whole or not at all, and on disk before anything is signed with it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
