"""What authorities tell everybody of their certificates: lists of revoked ones (RFC 5280) and OCSP answers (RFC 6960).

They are made ahead of time by workers (RFC 5019), so that no web process needs a key: pages give out what lies ready.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from panjereh.kernel import clock
from panjereh.kernel.errors import Unavailable
from panjereh.signing import revocation
from panjereh.signing.authorities import ROOT, Authority
from panjereh.signing.certificates import issuer_key_id, key_id
from panjereh.signing.keys import KeyRing, Seal
from panjereh.signing.models import KeyAct, Statement

LIFE = timedelta(days=7)
ROOT_LIFE = timedelta(days=400)  # its key comes out of the safe once a year
HASHES: tuple[HashAlgorithm, ...] = (SHA1(), SHA256())  # noqa: S303 - by which askers name issuers, not to sign

log = logging.getLogger(__name__)


class Certificate(NamedTuple):
    """One that an authority has made, and what became of it."""

    kid: str
    certificate: x509.Certificate
    revoked: KeyAct | None


def publish(ring: KeyRing) -> list[str]:
    """Make what is due; the names of it. An authority whose key is not at hand is left for another time."""
    made: list[str] = []
    for authority in ring.authorities.all():
        if authority.agency == ROOT:
            if not ring.authorities.root_key_is_here:
                continue
            authority = ring.authorities.root_authority()
        try:
            made += _publish_of(authority, issued_by(ring, authority))
        except Unavailable as error:
            log.warning("no statements of %s: %s", authority.name, error)
    return made


def issued_by(ring: KeyRing, authority: Authority) -> list[Certificate]:
    """What an authority has certified, with the revocations that befell it."""
    below: Sequence[Seal | Authority] = [*ring.all(), *ring.authorities.all()[1:]]
    mine = [
        one
        for one in below
        if issuer_key_id(one.certificate) == key_id(authority.certificate) and one.kid != authority.kid
    ]
    revoked = {act.kid: act for act in revocation.revocations(one.kid for one in mine)}
    return [Certificate(one.kid, one.certificate, revoked.get(one.kid)) for one in mine]


def _publish_of(authority: Authority, issued: Sequence[Certificate]) -> list[str]:
    now = clock.now().replace(microsecond=0)
    changed_at = max((one.revoked.at for one in issued if one.revoked), default=None)
    life = ROOT_LIFE if authority.agency == ROOT else LIFE
    made = _make(f"{authority.name}.crl", now, life, changed_at, partial(_list, authority, issued, now, life))
    if authority.agency == ROOT:  # its key is rarely here: its list must do
        return made
    for one in issued:
        for algorithm in HASHES:
            name = _ocsp_name(algorithm, _key_hash(authority.certificate, algorithm), one.certificate.serial_number)
            revoked_at = one.revoked.at if one.revoked else None
            made += _make(name, now, LIFE, revoked_at, partial(_answer, authority, one, algorithm, now))
    return made


def _make(
    name: str, now: datetime, life: timedelta, changed_at: datetime | None, content: Callable[[], bytes]
) -> list[str]:
    before = Statement.objects.filter(name=name).first()
    if before is not None and not before.is_due(now, changed_at):
        return []
    Statement.objects.update_or_create(
        name=name, defaults={"content": content(), "made_at": clock.now(), "ends_at": now + life}
    )
    return [name]


def _list(authority: Authority, issued: Sequence[Certificate], now: datetime, life: timedelta) -> bytes:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(now)
        .next_update(now + life)
        .add_extension(x509.AuthorityKeyIdentifier(key_id(authority.certificate), None, None), critical=False)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    )
    for one in issued:
        if one.revoked is not None and one.revoked.since is not None:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(one.certificate.serial_number)
                .revocation_date(one.revoked.at)
                .add_extension(x509.CRLReason(one.revoked.flag), critical=False)
                .add_extension(x509.InvalidityDate(one.revoked.since), critical=False)
                .build()
            )
    return builder.sign(authority.key, SHA256()).public_bytes(Encoding.DER)


def _answer(authority: Authority, one: Certificate, algorithm: HashAlgorithm, now: datetime) -> bytes:
    status = ocsp.OCSPCertStatus.REVOKED if one.revoked else ocsp.OCSPCertStatus.GOOD
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=one.certificate,
            issuer=authority.certificate,
            algorithm=algorithm,
            cert_status=status,
            this_update=now,
            next_update=now + LIFE,
            revocation_time=one.revoked.at if one.revoked else None,
            revocation_reason=one.revoked.flag if one.revoked else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, authority.certificate)
    )
    return builder.sign(authority.key, SHA256()).public_bytes(Encoding.DER)


def answer(request: bytes) -> bytes:
    """The OCSP answer to a request, as it lies ready; else why there is none (RFC 5019, 2.2.3)."""
    try:
        asked = ocsp.load_der_ocsp_request(request)
        name = _ocsp_name(asked.hash_algorithm, asked.issuer_key_hash, asked.serial_number)
    except Exception:  # noqa: BLE001  hostile requests make the parser fail in any way it likes
        return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    found = Statement.objects.filter(name=name, ends_at__gt=clock.now()).first()
    return bytes(found.content) if found else _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _ocsp_name(algorithm: HashAlgorithm, key_hash: bytes, serial: int) -> str:
    return f"ocsp:{algorithm.name}:{key_hash.hex()}:{serial:x}"


def _key_hash(issuer: x509.Certificate, algorithm: HashAlgorithm) -> bytes:
    """By which askers name an issuer: the hash over the bits of its key (RFC 6960, 4.1.1)."""
    request = ocsp.OCSPRequestBuilder().add_certificate(issuer, issuer, algorithm).build()
    return request.issuer_key_hash
