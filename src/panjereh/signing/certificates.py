"""X.509 certificates of the house: one root, and one for each agency's seal (RFC 5280)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

DEMONSTRATION = "Demonstration, not an authority"
"""Organisation in the subject of every certificate that the demonstration makes. Viewers show it."""

ROOT_LIFE = timedelta(days=25 * 365)
SEAL_LIFE = timedelta(days=10 * 365)
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
LONGEST_NAME = 64  # ub-common-name and ub-organizational-unit-name in RFC 5280, appendix A


def make_root(key: ec.EllipticCurvePrivateKey, *, demonstration: bool, at: datetime) -> x509.Certificate:
    """The self-signed certificate that vouches for all seals of this installation."""
    name = _name({NameOID.COMMON_NAME: "Panjereh seal root"}, demonstration)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        _builder(key.public_key(), name, name, at, ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, SHA256())
    )


def make_seal(
    key: ec.EllipticCurvePublicKey,
    *,
    agency: str,
    names: Mapping[str, str],
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    at: datetime,
) -> x509.Certificate:
    """The certificate of an agency's seal. Of `names`, English is the common name and Persian stands beside it."""
    subject = {
        NameOID.COMMON_NAME: names.get("en") or next(iter(names.values()), agency),
        NameOID.ORGANIZATIONAL_UNIT_NAME: names.get("fa", ""),
        NameOID.ORGANIZATION_IDENTIFIER: agency,
    }
    return (
        _builder(key, _name(subject, is_demonstration(root)), root.subject, at, SEAL_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, SHA256())
    )


def is_demonstration(certificate: x509.Certificate) -> bool:
    names = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return any(name.value == DEMONSTRATION for name in names)


def _name(parts: Mapping[x509.ObjectIdentifier, str], demonstration: bool) -> x509.Name:
    organisation = {NameOID.ORGANIZATION_NAME: DEMONSTRATION} if demonstration else {}
    return x509.Name(
        [x509.NameAttribute(kind, text[:LONGEST_NAME]) for kind, text in {**organisation, **parts}.items() if text]
    )


def _builder(
    key: ec.EllipticCurvePublicKey, subject: x509.Name, issuer: x509.Name, at: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))  # clocks of readers may be behind
        .not_valid_after(at + life)
    )


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,  # formerly called nonRepudiation
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
