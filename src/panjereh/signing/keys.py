"""The installation's keys: made at first start, kept in files that only their owner can read, held loaded afterwards.

    root/root.key, root.pem         certifies seals; may be taken off the machine when all agencies have theirs
    <agency>/<kid>.key, <kid>.pem   one pair for each seal, old ones included; `current` names the one that signs now
    log/log.key                     signs the checkpoints of the transparency log (Ed25519)

A key's number (`kid`) is its JWK thumbprint (RFC 7638). It stands in every signature, so keys can be changed.
"""

import base64
import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.conf import settings
from joserfc.jwk import ECKey

from panjereh.kernel import clock
from panjereh.signing import certificates
from panjereh.signing.errors import DemonstrationKeys, NoRootKey, NoSeal

AGENCY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Seal:
    """A certificate that vouches for an agency. `key` is None where only old signatures are to be checked."""

    agency: str
    kid: str
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | None

    @property
    def demonstration(self) -> bool:
        return certificates.is_demonstration(self.certificate)

    @cached_property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @cached_property
    def thumbprint(self) -> bytes:
        """The 32 bytes behind `kid`."""
        return base64.urlsafe_b64decode(f"{self.kid}=")

    @cached_property
    def public_jwk(self) -> ECKey:
        return jwk_of(self.certificate)

    @cached_property
    def private_jwk(self) -> ECKey:
        if self.key is None:
            raise NoSeal(agency=self.agency)
        return ECKey.import_key(_pem(self.key))


class KeyRing:
    """All keys below one folder. Several processes may use the same folder at once."""

    def __init__(self, folder: Path, *, demonstration: bool) -> None:
        """`demonstration`: keys made here are marked so; a ring without it refuses marked ones."""
        self.folder = folder
        self.demonstration = demonstration
        self._current: dict[str, Seal] = {}
        self._seals: dict[str, Seal] = {}

    def prepare(self, agencies: Mapping[str, Mapping[str, str]]) -> None:
        """Make the root, the log key, and a seal for each agency that has none. `agencies`: id to names by language."""
        with self._locked():
            if not self._root_file.exists():
                self._make_root()
            if not self._log_file.exists():
                _write(self._log_file, _pem(ed25519.Ed25519PrivateKey.generate()))
            root = self.root
            for agency, names in agencies.items():
                if not self._current_file(agency).exists():
                    self._make_seal(agency, names, root)

    def seal(self, agency: str) -> Seal:
        """The seal that `agency` signs with now. The demonstration makes a missing one at first use."""
        if agency not in self._current:
            if not self._current_file(agency).exists():
                if not self.demonstration:
                    raise NoSeal(agency=agency)
                self.prepare({agency: {"en": agency}})
            self._current[agency] = self._load(agency, self._current_file(agency).read_text().strip())
        return self._current[agency]

    def rotate(self, agency: str, names: Mapping[str, str]) -> Seal:
        """Give `agency` a new seal. What the old one signed stays checkable; other processes follow at restart."""
        root = self.root
        with self._locked():
            self._make_seal(agency, names, root)
        self._current.pop(agency, None)
        return self.seal(agency)

    def find(self, kid: str) -> Seal | None:
        """The seal of that number, present or past, or None when it was never ours."""
        if kid not in self._seals:
            self._seals = {seal.kid: seal for seal in self.all()}
        return self._seals.get(kid)

    def find_prefix(self, prefix: bytes) -> Seal | None:
        """The only seal whose thumbprint begins with these bytes."""

        def matching() -> list[Seal]:
            return [seal for seal in self._seals.values() if seal.thumbprint.startswith(prefix)]

        if not matching():
            self._seals = {seal.kid: seal for seal in self.all()}
        found = matching()
        return found[0] if len(found) == 1 else None

    def all(self) -> list[Seal]:
        """Every seal that was ever made here, by agency and age."""
        files = sorted(self.folder.glob("*/seal-*.pem"), key=lambda path: (path.parent.name, path.stat().st_mtime))
        return [self._load(path.parent.name, path.stem.removeprefix("seal-")) for path in files]

    @cached_property
    def root(self) -> x509.Certificate:
        """The root certificate, made with its key if there is none yet."""
        if not self._root_file.exists():
            self.prepare({})
        return self._accept(x509.load_pem_x509_certificate(self._root_file.read_bytes()))

    @cached_property
    def log_key(self) -> ed25519.Ed25519PrivateKey:
        if not self._log_file.exists():
            self.prepare({})
        return cast("ed25519.Ed25519PrivateKey", _load_key(self._log_file))

    @property
    def _root_file(self) -> Path:
        return self.folder / "root" / "root.pem"

    @property
    def _log_file(self) -> Path:
        return self.folder / "log" / "log.key"

    def _make_root(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = certificates.make_root(key, demonstration=self.demonstration, at=clock.now())
        _write(self._root_file.with_suffix(".key"), _pem(key))
        _write(self._root_file, certificate.public_bytes(serialization.Encoding.PEM))

    def _make_seal(self, agency: str, names: Mapping[str, str], root: x509.Certificate) -> None:
        path = self._root_file.with_suffix(".key")
        if not path.exists():
            raise NoRootKey(agency=agency)
        root_key = cast("ec.EllipticCurvePrivateKey", _load_key(path))
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = certificates.make_seal(
            key.public_key(), agency=agency, names=names, root=root, root_key=root_key, at=clock.now()
        )
        kid = jwk_of(certificate).thumbprint()
        current = self._current_file(agency)
        _write(current.with_name(f"seal-{kid}.key"), _pem(key))
        _write(current.with_name(f"seal-{kid}.pem"), certificate.public_bytes(serialization.Encoding.PEM))
        _write(current, kid.encode())

    def _load(self, agency: str, kid: str) -> Seal:
        path = self.folder / agency / f"seal-{kid}.pem"
        certificate = self._accept(x509.load_pem_x509_certificate(path.read_bytes()))
        key_file = path.with_suffix(".key")
        key = cast("ec.EllipticCurvePrivateKey", _load_key(key_file)) if key_file.exists() else None
        return Seal(agency, kid, certificate, key)

    def _accept(self, certificate: x509.Certificate) -> x509.Certificate:
        if certificates.is_demonstration(certificate) and not self.demonstration:
            raise DemonstrationKeys(folder=str(self.folder))
        return certificate

    def _current_file(self, agency: str) -> Path:
        if not AGENCY.fullmatch(agency) or agency in ("root", "log"):
            raise NoSeal(agency=agency)
        return self.folder / agency / "current"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time makes keys, so that two that start together agree on them."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def jwk_of(certificate: x509.Certificate) -> ECKey:
    """The public key of a certificate in the form that JSON signatures use (RFC 7517)."""
    return ECKey.import_key(
        certificate.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


_ring: KeyRing | None = None


def ring() -> KeyRing:
    """The keys of this installation, below `settings.DATA`."""
    global _ring
    if _ring is None:
        _ring = KeyRing(settings.DATA / "keys" / "seals", demonstration=settings.DEMONSTRATION)
    return _ring


@contextmanager
def use(other: KeyRing) -> Iterator[None]:
    """Within the block the installation's keys are `other`'s. For tests and rehearsals."""
    global _ring
    before, _ring = _ring, other
    try:
        yield
    finally:
        _ring = before


def _pem(key: PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _load_key(path: Path) -> object:
    return serialization.load_pem_private_key(path.read_bytes(), password=None)


def _write(path: Path, content: bytes) -> None:
    """Write for the owner's eyes only, whole or not at all, and on disk before anything is signed with it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
