"""The installation's keys: made at first start, in files or in a token (`stores`), held loaded afterwards.

    root/…, <agency>/authority-…   who certifies seals (`authorities`)
    <agency>/seal-<kid>.*          key and certificate of each seal, also old ones; `current` names the present one
    log/log.*, origin              signs the checkpoints of the transparency log (Ed25519), under this name
    log/witness.*                  cosigns checkpoints of other logs (Ed25519); made when it is first asked for

A key's number (`kid`) is its JWK thumbprint (RFC 7638). It stands in every signature, so keys can be changed.
"""

import base64
import fcntl
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.conf import settings
from joserfc.jwk import ECKey

from panjereh.kernel import clock
from panjereh.signing import certificates, stores
from panjereh.signing.adapters.files import write
from panjereh.signing.authorities import ROOT, Authorities, Authority, Certified, jwk_of, make_certified
from panjereh.signing.errors import DemonstrationKeys, NoRootKey, NoSeal, SealHasExpired

AGENCY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class Seal(Certified):
    """What an agency seals with."""

    @cached_property
    def thumbprint(self) -> bytes:
        """The 32 bytes behind `kid`."""
        return base64.urlsafe_b64decode(f"{self.kid}=")

    @cached_property
    def public_jwk(self) -> ECKey:
        return jwk_of(self.certificate)

    @cached_property
    def ends_at(self) -> float:
        """When its certificate ends, in seconds since 1970."""
        return self.certificate.not_valid_after_utc.timestamp()


class KeyRing:
    """All keys below one folder. Several processes may use the same folder at once."""

    def __init__(self, folder: Path, *, demonstration: bool) -> None:
        """`demonstration`: keys made here are marked so; a ring without it refuses marked ones."""
        self.folder = folder
        self.demonstration = demonstration
        self.authorities = Authorities(folder, demonstration=demonstration)
        self._current: dict[str, tuple[int, Seal]] = {}
        self._seals: dict[str, Seal] = {}

    def prepare(self, agencies: Mapping[str, Mapping[str, str]], country: str = "") -> dict[str, Seal | None]:
        """Make what is missing: the root, the log key, an authority and a seal for each agency.

        agencies: id to names by language; country: its code in ISO 3166-1, if it has one. Tells the new seals, and None
        for each agency that must wait until the root key is brought back.
        """
        made: dict[str, Seal | None] = {}
        with self._locked():
            self.authorities.prepare_root()
            self._accept(self.authorities.root)
            if not stores.has(self._log_place):
                stores.for_new_keys().make_log_key(self._log_place)
            for agency, names in agencies.items():
                try:
                    seal = self._prepare(certificates.Agency(agency, names, country, self.demonstration))
                except NoRootKey:
                    made[agency] = None
                else:
                    made |= {agency: seal} if seal else {}
        return made

    def seal(self, agency: str) -> Seal:
        """The seal that `agency` signs with now. The demonstration makes a missing one at first use."""
        held = self._current.get(agency)
        file = self._current_file(agency)
        try:
            changed = file.stat().st_mtime_ns
        except FileNotFoundError:
            if not self.demonstration:
                raise NoSeal(agency=agency) from None
            made = self.prepare({agency: {"en": agency}})
            if agency in made and made[agency] is None:  # not in it: another process made the seal meanwhile
                raise NoRootKey(agency=agency) from None
            changed = file.stat().st_mtime_ns
        if held is None or held[0] != changed:
            held = self._current[agency] = (changed, self._load(agency, file.read_text().strip()))
        if held[1].ends_at < clock.now().timestamp():
            raise SealHasExpired(agency=agency)
        return held[1]

    def rotate(self, agency: str, *, authority: bool = False) -> Seal:
        """Give `agency` a new seal; with `authority` by a new authority, for which the root key must be here.

        What the old seal signed stays checkable; other processes follow at once.
        """
        before = self.present(agency)
        who = certificates.Agency(agency, before.names, certificates.country_in(before.certificate), self.demonstration)
        with self._locked():
            present = self.authorities.present(agency)
            if authority or present is None:
                self.authorities.prepare_root()
                present = self.authorities.make(who)
            return self._make_seal(who, present)

    def present(self, agency: str) -> Seal:
        """The newest seal of an agency that has one, whether or not it has ended."""
        return self._load(agency, self._current_file(agency).read_text().strip())

    def agencies(self) -> list[str]:
        """Who has a seal."""
        return sorted(file.parent.name for file in self.folder.glob("*/current"))

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

    def chain(self, seal: Seal) -> list[Certified]:
        """The seal, the authority that certified it, and the root. Seals of the first version had no authority."""
        root = Authority(ROOT, jwk_of(self.root).thumbprint(), self.root, self.authorities.root_place)
        above = self.authorities.above(seal.certificate, seal.agency)
        return [seal, above, root] if above else [seal, root]

    @property
    def root(self) -> x509.Certificate:
        """The root certificate, made with its key if there is none yet."""
        if not self.authorities.root_place.with_suffix(".pem").exists():
            self.prepare({})
        return self._accept(self.authorities.root)

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
    def _log_place(self) -> Path:
        return self.folder / "log" / "log"

    def _prepare(self, agency: certificates.Agency) -> Seal | None:
        """Seals of the first version, which the root itself certified, are replaced as soon as that can be."""
        file = self._current_file(agency.id)
        authority = self.authorities.present(agency.id)
        if authority is not None and file.exists():
            return None
        return self._make_seal(agency, authority or self.authorities.make(agency))

    def _make_seal(self, agency: certificates.Agency, authority: Authority) -> Seal:
        issuer, file = authority.issuer(), self._current_file(agency.id)
        kid = make_certified(
            file.parent, "seal", lambda key: certificates.make_seal(key, agency=agency, issuer=issuer, at=clock.now())
        )
        write(file, kid.encode())
        return self._load(agency.id, kid)

    def _load(self, agency: str, kid: str) -> Seal:
        place = self.folder / agency / f"seal-{kid}"
        certificate = x509.load_pem_x509_certificate(place.with_suffix(".pem").read_bytes())
        return Seal(agency, kid, self._accept(certificate), place)

    def _accept(self, certificate: x509.Certificate) -> x509.Certificate:
        if certificates.is_demonstration(certificate) and not self.demonstration:
            raise DemonstrationKeys(folder=str(self.folder))
        return certificate

    def _current_file(self, agency: str) -> Path:
        if not AGENCY.fullmatch(agency) or agency in (ROOT, "log"):
            raise NoSeal(agency=agency)
        return self.folder / agency / "current"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One process at a time makes keys, so that two that start together agree on them."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


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
