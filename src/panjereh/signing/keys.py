"""The installation's keys: made at first start, in files or in a token (`stores`), held loaded afterwards.

    root/root.key, root.pem   certifies seals; may be taken off the machine when all agencies have theirs
    <agency>/seal-<kid>.*     key and certificate of each seal, also old ones; `current` names the one that signs now
    log/log.*, origin         signs the checkpoints of the transparency log (Ed25519), under this name
    log/witness.*             cosigns checkpoints of other logs (Ed25519); made when it is first asked for

A key's number (`kid`) is its JWK thumbprint (RFC 7638). It stands in every signature, so keys can be changed.
"""

import base64
import fcntl
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from django.conf import settings
from joserfc.jwk import ECKey

from panjereh.kernel import clock
from panjereh.signing import certificates, stores
from panjereh.signing.adapters.files import Files, write
from panjereh.signing.errors import DemonstrationKeys, NoRootKey, NoSeal

AGENCY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True)
class Seal:
    """A certificate that vouches for an agency, and where its private key was made (path without suffix)."""

    agency: str
    kid: str
    certificate: x509.Certificate
    place: Path

    @property
    def demonstration(self) -> bool:
        return certificates.is_demonstration(self.certificate)

    @cached_property
    def key(self) -> ec.EllipticCurvePrivateKey:
        """Held loaded once used. Raises KeyIsMissing; signing with it may raise TokenIsAway."""
        return stores.holding(self.place).seal_key(self.place)

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


class KeyRing:
    """All keys below one folder. Several processes may use the same folder at once."""

    def __init__(self, folder: Path, *, demonstration: bool) -> None:
        """`demonstration`: keys made here are marked so; a ring without it refuses marked ones."""
        self.folder = folder
        self.demonstration = demonstration
        self._current: dict[str, tuple[int, Seal]] = {}
        self._seals: dict[str, Seal] = {}

    def prepare(self, agencies: Mapping[str, Mapping[str, str]]) -> None:
        """Make the root, the log key, and a seal for each agency that has none. `agencies`: id to names by language."""
        with self._locked():
            if not self._root_file.exists():
                self._make_root()
            if not stores.has(self._log_place):
                stores.for_new_keys().make_log_key(self._log_place)
            root = self.root
            for agency, names in agencies.items():
                if not self._current_file(agency).exists():
                    self._make_seal(agency, names, root)

    def seal(self, agency: str) -> Seal:
        """The seal that `agency` signs with now. The demonstration makes a missing one at first use."""
        held = self._current.get(agency)
        file = self._current_file(agency)
        try:
            changed = file.stat().st_mtime_ns
        except FileNotFoundError:
            if not self.demonstration:
                raise NoSeal(agency=agency) from None
            self.prepare({agency: {"en": agency}})
            changed = file.stat().st_mtime_ns
        if held is None or held[0] != changed:
            held = self._current[agency] = (changed, self._load(agency, file.read_text().strip()))
        return held[1]

    def rotate(self, agency: str, names: Mapping[str, str]) -> Seal:
        """Give `agency` a new seal. What the old one signed stays checkable; other processes follow at once."""
        root = self.root
        with self._locked():
            self._make_seal(agency, names, root)
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
        if not stores.has(self._log_place):
            self.prepare({})
        return stores.holding(self._log_place).log_key(self._log_place)

    @cached_property
    def log_origin(self) -> str:
        """The log's name, which stands in every checkpoint: the address at which it was first to be reached."""
        file = self._log_place.with_name("origin")
        with self._locked():
            if not file.exists():
                host = settings.PUBLIC_ADDRESS.partition("://")[2] or "panjereh"
                write(file, f"{host}/log\n".encode())
        return file.read_text().strip()

    @cached_property
    def witness_key(self) -> ed25519.Ed25519PrivateKey:
        """With it the checkpoints of other logs are cosigned. Made when it is first asked for."""
        place = self._log_place.with_name("witness")
        with self._locked():
            if not stores.has(place):
                stores.for_new_keys().make_log_key(place)
        return stores.holding(place).log_key(place)

    @property
    def _root_file(self) -> Path:
        return self.folder / "root" / "root.pem"

    @property
    def _log_place(self) -> Path:
        return self.folder / "log" / "log"

    def _make_root(self) -> None:
        key = Files().make_seal_key(self._root_file.with_suffix(""))  # always a file: it has to leave the machine
        certificate = certificates.make_root(key, demonstration=self.demonstration, at=clock.now())
        write(self._root_file, certificate.public_bytes(serialization.Encoding.PEM))

    def _make_seal(self, agency: str, names: Mapping[str, str], root: x509.Certificate) -> None:
        root_place = self._root_file.with_suffix("")
        if not stores.has(root_place):
            raise NoRootKey(agency=agency)
        root_key = stores.holding(root_place).seal_key(root_place)
        current = self._current_file(agency)
        store, draft = stores.for_new_keys(), current.with_name("next")
        key = store.make_seal_key(draft)
        certificate = certificates.make_seal(
            key.public_key(), agency=agency, names=names, root=root, root_key=root_key, at=clock.now()
        )
        kid = jwk_of(certificate).thumbprint()
        draft.with_suffix(store.SUFFIX).rename(current.with_name(f"seal-{kid}{store.SUFFIX}"))
        write(current.with_name(f"seal-{kid}.pem"), certificate.public_bytes(serialization.Encoding.PEM))
        write(current, kid.encode())

    def _load(self, agency: str, kid: str) -> Seal:
        place = self.folder / agency / f"seal-{kid}"
        certificate = x509.load_pem_x509_certificate(place.with_suffix(".pem").read_bytes())
        return Seal(agency, kid, self._accept(certificate), place)

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
