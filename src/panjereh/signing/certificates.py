"""X.509 certificates of the house (RFC 5280): an offline root, an authority for each agency, and the agency's seals.

Seals follow ETSI EN 319 412-3: the subject is a legal person (country, organisation, its identifier, common name).
There are no name constraints: poppler with NSS trusts no chain that has any (tried with 22.12; see the decision).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

DEMONSTRATION = "Demonstration, not an authority"
"""Organisation in the subject of every certificate that the demonstration makes. Viewers show it."""

ROOT_LIFE = timedelta(days=25 * 365)
AUTHORITY_LIFE = timedelta(days=15 * 365)
SEAL_LIFE = timedelta(days=5 * 365)
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
POLICY = x509.ObjectIdentifier("2.25.215640374283226341206937523141934017391")  # ITU-T X.667: anybody's own UUID
Certify = Callable[[ec.EllipticCurvePublicKey], x509.Certificate]
LONGEST_NAME = 64  # ub-common-name and ub-organizational-unit-name in RFC 5280, appendix A


@dataclass(frozen=True, slots=True)
class Agency:
    """Whose certificate it is. names: by language; country: ISO 3166-1, two letters, if the country has such a code."""

    id: str
    names: Mapping[str, str]
    country: str = ""
    demonstration: bool = False

    def body(self) -> list[x509.NameAttribute[str]]:
        """The part of a subject that names the legal person."""
        english = self.names.get("en") or next(iter(self.names.values()), self.id)
        identifier = f"GO:{self.country}-{self.id}" if self.country else self.id  # EN 319 412-1, 5.1.4
        parts = {
            NameOID.COUNTRY_NAME: self.country,
            NameOID.ORGANIZATION_NAME: DEMONSTRATION if self.demonstration else english,
            NameOID.ORGANIZATION_IDENTIFIER: identifier,
        }
        return _attributes(parts)

    def subject(self, *, suffix: str = "") -> x509.Name:
        """English is the common name, and Persian stands beside it."""
        english = self.names.get("en") or next(iter(self.names.values()), self.id)
        own = {NameOID.ORGANIZATIONAL_UNIT_NAME: self.names.get("fa", ""), NameOID.COMMON_NAME: english + suffix}
        return x509.Name([*self.body(), *_attributes(own)])


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who certifies. name: under which its status lists are found at `address` (see `addresses`)."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    name: str
    address: str


def make_root(
    key: ec.EllipticCurvePrivateKey, *, demonstration: bool, at: datetime, since: datetime | None = None
) -> x509.Certificate:
    """The self-signed certificate that vouches for all authorities of this installation."""
    organisation = {NameOID.ORGANIZATION_NAME: DEMONSTRATION} if demonstration else {}
    name = x509.Name(_attributes({**organisation, NameOID.COMMON_NAME: "Panjereh seal root"}))
    return (
        _builder(key.public_key(), name, name, since or _before(at), at + ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, SHA256())
    )


def make_authority(key: ec.EllipticCurvePublicKey, *, agency: Agency, issuer: Issuer, at: datetime) -> x509.Certificate:
    """The certificate of an agency's authority, which certifies seals and no further authorities."""
    builder = _builder(
        key, agency.subject(suffix=" seals"), issuer.certificate.subject, _before(at), at + AUTHORITY_LIFE
    )
    return (
        _below(builder, issuer)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True, digital_signature=True), critical=True)
        .sign(issuer.key, SHA256())
    )


def make_seal(key: ec.EllipticCurvePublicKey, *, agency: Agency, issuer: Issuer, at: datetime) -> x509.Certificate:
    """The certificate of an agency's seal."""
    uses = [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]  # readers older than RFC 9336 know only the second
    builder = _builder(key, agency.subject(), issuer.certificate.subject, _before(at), at + SEAL_LIFE)
    return (
        _below(builder, issuer)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .sign(issuer.key, SHA256())
    )


def addresses(issuer: str, address: str) -> dict[str, str]:
    """Where what an issuer says about its certificates is found: its own, its list of revoked ones, its answers.

    By http even where pages come by https: who checks a certificate must not need another one first (RFC 5280, 8).
    """
    parts = urlsplit(address)
    base = urlunsplit(("http", parts.netloc, f"{parts.path.rstrip('/')}/pki/", "", ""))
    return {"certificate": f"{base}{issuer}.crt", "crl": f"{base}{issuer}.crl", "ocsp": f"{base}ocsp"}


def is_demonstration(certificate: x509.Certificate) -> bool:
    names = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return any(name.value == DEMONSTRATION for name in names)


def names_in(certificate: x509.Certificate) -> dict[str, str]:
    """The agency's names by language, as its certificate gives them."""
    english = _first(certificate, NameOID.COMMON_NAME)
    return {"en": english, "fa": _first(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME) or english}


def country_in(certificate: x509.Certificate) -> str:
    return _first(certificate, NameOID.COUNTRY_NAME)


def key_id(certificate: x509.Certificate) -> bytes:
    """What identifies the certificate's key (RFC 5280, 4.2.1.2)."""
    return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest


def issuer_key_id(certificate: x509.Certificate) -> bytes:
    """What identifies the key that signed it; of a self-signed one its own."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except x509.ExtensionNotFound:
        return key_id(certificate)
    return found or b""


def may_certify_authorities(certificate: x509.Certificate) -> bool:
    """Roots of the first version could certify only seals."""
    return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length != 0


def _first(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> str:
    return next((str(name.value) for name in certificate.subject.get_attributes_for_oid(kind)), "")


def _attributes(parts: Mapping[x509.ObjectIdentifier, str]) -> list[x509.NameAttribute[str]]:
    return [x509.NameAttribute(kind, text[:LONGEST_NAME]) for kind, text in parts.items() if text]


def _before(at: datetime) -> datetime:
    return at - timedelta(hours=1)  # clocks of readers may be behind


def _builder(
    key: ec.EllipticCurvePublicKey, subject: x509.Name, issuer: x509.Name, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _below(builder: x509.CertificateBuilder, issuer: Issuer) -> x509.CertificateBuilder:
    """What every certificate says that is not the root: by whom, under which policy, and where its status is told."""
    where = addresses(issuer.name, issuer.address)
    told = [
        x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, _uri(where["certificate"])),
        x509.AccessDescription(AuthorityInformationAccessOID.OCSP, _uri(where["ocsp"])),
    ]
    point = x509.DistributionPoint([_uri(where["crl"])], relative_name=None, reasons=None, crl_issuer=None)
    return (
        builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
        .add_extension(x509.AuthorityInformationAccess(told), critical=False)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .add_extension(x509.CertificatePolicies([x509.PolicyInformation(POLICY, None)]), critical=False)
    )


def _uri(address: str) -> x509.UniformResourceIdentifier:
    return x509.UniformResourceIdentifier(address)


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
