"""Who certifies seals: the root, whose key belongs in a safe, and below it one authority for each agency.

    root/root.key, root.pem           key and certificate of the root; root-<serial>.pem are its earlier certificates
    <agency>/authority-<kid>.*        key and certificate of an agency's authority; `authority` names the present one

The caller holds the key ring's lock while anything is made.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from joserfc.jwk import ECKey

from panjereh.kernel import clock
from panjereh.signing import certificates, stores
from panjereh.signing.adapters.files import Files, write
from panjereh.signing.errors import NoRootKey, WrongRootKey

ROOT = "root"


@dataclass(frozen=True)
class Certified:
    """A key that somebody certified. agency: whose it is; place: where it was made (a path without suffix)."""

    agency: str
    kid: str
    certificate: x509.Certificate
    place: Path

    @property
    def demonstration(self) -> bool:
        return certificates.is_demonstration(self.certificate)

    @cached_property
    def names(self) -> dict[str, str]:
        return certificates.names_in(self.certificate)

    @cached_property
    def key(self) -> ec.EllipticCurvePrivateKey:
        """Held loaded once used. Raises KeyIsMissing; signing with it may raise TokenIsAway."""
        return stores.holding(self.place).seal_key(self.place)

    @cached_property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


class Authority(Certified):
    """Certifies seals, and tells which of them were revoked."""

    @property
    def name(self) -> str:
        """Under which others find its certificate and its lists."""
        return f"{self.agency}-{certificates.key_id(self.certificate).hex()[:16]}"

    def issuer(self) -> certificates.Issuer:
        return certificates.Issuer(self.certificate, self.key, self.name, settings.PUBLIC_ADDRESS)


class Authorities:
    """All authorities below the folder of a key ring."""

    def __init__(self, folder: Path, *, demonstration: bool) -> None:
        self.folder = folder
        self.demonstration = demonstration
        self._brought: ec.EllipticCurvePrivateKey | None = None
        self._root: tuple[int, x509.Certificate] | None = None

    @property
    def root_place(self) -> Path:
        return self.folder / ROOT / ROOT

    @property
    def root(self) -> x509.Certificate:
        """The present root certificate."""
        file = self.root_place.with_suffix(".pem")
        changed = file.stat().st_mtime_ns
        if self._root is None or self._root[0] != changed:
            self._root = (changed, x509.load_pem_x509_certificate(file.read_bytes()))
        return self._root[1]

    @property
    def root_key_is_here(self) -> bool:
        return self._brought is not None or stores.has(self.root_place)

    def root_authority(self) -> Authority:
        """The root with its key. Raises NoRootKey when that lies in its safe."""
        found = Authority(ROOT, jwk_of(self.root).thumbprint(), self.root, self.root_place)
        if self._brought is not None:
            found.__dict__["key"] = self._brought
        elif not stores.has(self.root_place):
            raise NoRootKey("The root key lies in its safe. Bring it back: --root-key FILE --passphrase-file FILE.")
        return found

    def bring_root_key(self, pem: bytes, passphrase: bytes) -> None:
        """Use a root key that lies elsewhere, for as long as this process runs. Raises WrongRootKey."""
        try:
            key = serialization.load_pem_private_key(pem, password=passphrase or None)
        except (ValueError, TypeError) as error:
            raise WrongRootKey("The root key can’t be read with this passphrase.") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != self.root.public_key():
            raise WrongRootKey("This key belongs to another root certificate.")
        self._brought = key

    def prepare_root(self) -> None:
        """Make the root if there is none. One of the first version gets a certificate by which it may have
        authorities below it: with the same key and name, so that its seals stay good."""
        file = self.root_place.with_suffix(".pem")
        if not file.exists():
            key = Files().make_seal_key(self.root_place)  # always a file: it has to leave the machine
            write(file, _pem(certificates.make_root(key, demonstration=self.demonstration, at=clock.now())))
        elif not certificates.may_certify_authorities(self.root) and self.root_key_is_here:
            before, key = self.root, self.root_authority().key
            since = before.not_valid_before_utc
            after = certificates.make_root(
                key, demonstration=certificates.is_demonstration(before), at=clock.now(), since=since
            )
            write(file.with_name(f"root-{before.serial_number:x}.pem"), _pem(before))
            write(file, _pem(after))

    def present(self, agency: str) -> Authority | None:
        """The authority that certifies the agency's next seal."""
        file = self.folder / agency / "authority"
        return self._load(self.folder / agency / f"authority-{file.read_text()}.pem") if file.exists() else None

    def make(self, agency: certificates.Agency) -> Authority:
        """A new authority for an agency. Raises NoRootKey."""
        root = self.root_authority()
        if not certificates.may_certify_authorities(root.certificate):
            raise NoRootKey(agency=agency.id)
        folder = self.folder / agency.id
        kid = make_certified(
            folder,
            "authority",
            lambda key: certificates.make_authority(key, agency=agency, issuer=root.issuer(), at=clock.now()),
        )
        write(folder / "authority", kid.encode())
        return self._load(folder / f"authority-{kid}.pem")

    def all(self) -> list[Authority]:
        """The root and every authority that was ever made, by agency and age."""
        files = sorted(self.folder.glob("*/authority-*.pem"), key=lambda path: (path.parent.name, path.stat().st_mtime))
        root = Authority(ROOT, jwk_of(self.root).thumbprint(), self.root, self.root_place)
        return [root, *map(self._load, files)]

    def earlier_roots(self) -> set[bytes]:
        """Certificates that the root had before, each as DER: they stand in what was sealed then."""
        files = self.folder.glob(f"{ROOT}/root-*.pem")
        loaded = [x509.load_pem_x509_certificate(file.read_bytes()) for file in files]
        return {one.public_bytes(serialization.Encoding.DER) for one in loaded}

    def above(self, certificate: x509.Certificate, agency: str) -> Authority | None:
        """Who certified a certificate of that agency: one of its authorities, or None when it was the root."""
        wanted = certificates.issuer_key_id(certificate)
        found = map(self._load, self.folder.glob(f"{agency}/authority-*.pem"))
        return next((one for one in found if certificates.key_id(one.certificate) == wanted), None)

    def _load(self, path: Path) -> Authority:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        kid = path.stem.removeprefix("authority-")
        return Authority(path.parent.name, kid, certificate, path.with_suffix(""))


def make_certified(folder: Path, kind: str, certify: certificates.Certify) -> str:
    """A new key where the settings say, and its certificate beside it; its number."""
    store, draft = stores.for_new_keys(), folder / "next"
    certificate = certify(store.make_seal_key(draft).public_key())
    kid = jwk_of(certificate).thumbprint()
    draft.with_suffix(store.SUFFIX).rename(folder / f"{kind}-{kid}{store.SUFFIX}")
    write(folder / f"{kind}-{kid}.pem", _pem(certificate))
    return kid


def jwk_of(certificate: x509.Certificate) -> ECKey:
    """The public key of a certificate in the form that JSON signatures use (RFC 7517)."""
    return ECKey.import_key(
        certificate.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
