"""Where private keys may live, and who gives time-stamps. Keys are those of `cryptography`, wherever they live."""

from pathlib import Path
from typing import ClassVar, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519


class WrappingKey(Protocol):
    """AES-256-GCM as `cryptography`'s AESGCM offers it (NIST SP 800-38D). A nonce has 12 bytes and is used once."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class TimeStampAuthority(Protocol):
    """Answers requests of RFC 3161, both as DER. Raises NoTimeStamp when it can't be asked.

    roots: certificates by which its answers are trusted; lists: its own revocation lists (DER), empty if they are to be
    fetched from where its certificates say
    """

    def answer(self, request: bytes) -> bytes: ...

    @property
    def roots(self) -> list[x509.Certificate]: ...
    @property
    def lists(self) -> list[bytes]: ...


class KeyStore(Protocol):
    """Makes keys and finds them again. A key's place is a path without suffix; the store adds its own.

    Making writes for the owner only, and is on disk before it returns. Finding raises KeyIsMissing, using a key of a
    token raises TokenIsAway: trying again later may help.
    """

    SUFFIX: ClassVar[str]

    def make_seal_key(self, place: Path) -> ec.EllipticCurvePrivateKey:
        """A new P-256 key: sign with ECDSA and SHA-256."""
        ...

    def make_log_key(self, place: Path) -> ed25519.Ed25519PrivateKey: ...

    def make_wrapping_key(self, place: Path) -> WrappingKey:
        """A new AES-256 key, to encrypt other keys with."""
        ...

    def destroy(self, place: Path) -> None: ...

    def seal_key(self, place: Path) -> ec.EllipticCurvePrivateKey: ...
    def log_key(self, place: Path) -> ed25519.Ed25519PrivateKey: ...
    def wrapping_key(self, place: Path) -> WrappingKey: ...
