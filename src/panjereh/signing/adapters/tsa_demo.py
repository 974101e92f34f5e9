"""A time-stamp authority for demonstrations and tests, in this process. Production refuses it."""

import fcntl
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from panjereh.kernel import clock
from panjereh.signing.adapters.files import write
from panjereh.signing.certificates import DEMONSTRATION, _usage

LIFE = timedelta(days=25 * 365)
BITS = 2048


class DemonstrationTsa:
    """Answers by the clock of this installation. Key and certificates lie in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / "lock").open("w") as lock:  # two processes that start together agree on it
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "tsa.pem").exists():
                _make(folder)
        key = serialization.load_pem_private_key((folder / "tsa.key").read_bytes(), password=None)
        form = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        self._stamper = DummyTimeStamper(
            _asn1(folder / "tsa.pem"), asn1_keys.PrivateKeyInfo.load(key.private_bytes(*form)), certs_to_embed=store
        )

    def answer(self, request: bytes) -> bytes:
        self._stamper.fixed_dt = clock.now().replace(microsecond=0)
        return cast("bytes", self._stamper.request_tsa_response(tsp.TimeStampReq.load(request)).dump())

    @property
    def roots(self) -> list[x509.Certificate]:
        return [x509.load_pem_x509_certificate((self.folder / "root.pem").read_bytes())]

    @property
    def lists(self) -> list[bytes]:
        return [(self.folder / "root.crl").read_bytes()]


def _make(folder: Path) -> None:
    at = clock.now()
    root_key, key = (rsa.generate_private_key(65537, BITS) for _which in range(2))
    root_name, name = _name("Time-stamp root"), _name("Time-stamps")
    root = (
        _builder(root_key.public_key(), root_name, root_name, at)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(root_key, SHA256())
    )
    certificate = (
        _builder(key.public_key(), name, root_name, at)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, SHA256())
    )
    nothing_revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root_name)
        .last_update(at - timedelta(hours=1))
        .next_update(at + LIFE)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, SHA256())
    )
    write(folder / "root.crl", nothing_revoked.public_bytes(serialization.Encoding.DER))
    write(folder / "root.pem", root.public_bytes(serialization.Encoding.PEM))
    write(
        folder / "tsa.key",
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    write(folder / "tsa.pem", certificate.public_bytes(serialization.Encoding.PEM))


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, DEMONSTRATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(key: rsa.RSAPublicKey, subject: x509.Name, issuer: x509.Name, at: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=365))  # so that demonstrations may play in the past
        .not_valid_after(at + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _asn1(path: Path) -> asn1_x509.Certificate:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
