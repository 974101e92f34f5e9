"""Seals on PDFs: PAdES B-B (ETSI EN 319 142-1), and what can truly be said of a sealed file.

pyHanko calls a signature intact and valid as long as the bytes it covers are unchanged, even when pages were added
behind them (an incremental update). We never touch a file after sealing it, so for us every byte must be covered.
"""

from io import BytesIO

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from panjereh.kernel import clock
from panjereh.signing.authorities import jwk_of
from panjereh.signing.findings import PdfCheck
from panjereh.signing.keys import KeyRing, Seal
from panjereh.signing.swelling import swells

FIELD = "Seal"
SIGNATURE_ROOM = 8192
"""Bytes kept for the signature, so that pyHanko need not make a trial signature to learn its size."""


class HeldKeySigner(signers.Signer):
    """Signs with a key that is already loaded: pyHanko's own signer parses and checks the key at every signature."""

    def __init__(self, seal: Seal, ring: KeyRing) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        for above in ring.chain(seal)[1:]:
            store.register(asn1_x509.Certificate.load(above.der))
        super().__init__(signing_cert=asn1_x509.Certificate.load(seal.der), cert_registry=store)
        self._key = seal.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != "sha256":
            raise ValueError(f"seals use SHA-256, not {digest_algorithm}")
        return bytes(80) if dry_run else self._key.sign(data, ECDSA(SHA256()))


def seal(ring: KeyRing, agency: str, pdf: bytes, *, reason: str = "") -> bytes:
    """The PDF with the agency's certifying signature, which forbids every later change (DocMDP 1)."""
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason or None,
    )
    signer = HeldKeySigner(ring.seal(agency), ring)
    output = BytesIO()
    signers.PdfSigner(metadata, signer).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)), output=output, bytes_reserved=SIGNATURE_ROOM
    )
    return output.getvalue()


def check(ring: KeyRing, pdf: bytes) -> PdfCheck:
    if b"%PDF-" not in pdf[:1024]:
        return PdfCheck("unreadable", ("not_a_pdf",))
    if swells(pdf):
        return PdfCheck("unreadable", ("broken",))
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        if reader.encrypted:
            return PdfCheck("unreadable", ("locked",))
        found = reader.embedded_regular_signatures
    except Exception:  # noqa: BLE001  hostile files make the parser fail in any way it likes
        return PdfCheck("unreadable", ("broken",))
    if not found:
        return PdfCheck("unsealed")
    try:
        return _judge(ring, pdf, found)
    except Exception:  # noqa: BLE001  a signature that can't even be read does not fit the file
        return PdfCheck("altered", ("signature_wrong",))


def _judge(ring: KeyRing, pdf: bytes, found: list[EmbeddedPdfSignature]) -> PdfCheck:
    known = [(signature, ours) for signature in found if (ours := _our_seal(ring, signature)) is not None]
    if not known:
        return PdfCheck("foreign")
    first, ours = known[0]
    reasons = _reasons(_validate(ring, first, ours), first, pdf)
    if len(found) > 1:
        reasons.append("several_signatures")
    return PdfCheck(
        "altered" if reasons else "intact",
        tuple(reasons),
        ours.agency,
        ours.kid,
        first.self_reported_timestamp,
        str(first.sig_object.get("/Reason", "")),
    )


def _our_seal(ring: KeyRing, signature: EmbeddedPdfSignature) -> Seal | None:
    """The seal whose very certificate is in the signature. Its number alone could be claimed by anybody."""
    der = signature.signer_cert.dump()
    mine = ring.find(jwk_of(x509.load_der_x509_certificate(der)).thumbprint())
    return mine if mine is not None and mine.der == der else None


def _validate(ring: KeyRing, signature: EmbeddedPdfSignature, ours: Seal) -> PdfSignatureStatus:
    # A seal stays good for what it sealed in its time, so the chain is judged within the certificate's life.
    certificate = ours.certificate
    moment = min(max(clock.now(), certificate.not_valid_before_utc), certificate.not_valid_after_utc)
    above = [asn1_x509.Certificate.load(one.der) for one in ring.chain(ours)[1:-1]]
    context = ValidationContext(
        trust_roots=[_root(ring)], other_certs=above, allow_fetching=False, moment=moment, revocation_mode="soft-fail"
    )
    return validate_pdf_signature(signature, signer_validation_context=context)


def _reasons(status: PdfSignatureStatus, signature: EmbeddedPdfSignature, pdf: bytes) -> list[str]:
    if not status.intact:
        return ["bytes_changed"]
    if not (status.valid and status.trusted):
        return ["signature_wrong"]
    start, head, tail, length = (int(number) for number in signature.byte_range)
    covered = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and start == 0 and tail + length == len(pdf)
    if not (covered and status.bottom_line):
        return ["added_after_sealing"]
    return [] if pdf[head:tail] == _as_written(signature.pkcs7_content) else ["bytes_changed"]


def _as_written(content: bytes) -> bytes:
    """The one part that a signature can't cover is itself: capital hexadecimal, filled up with zeros."""
    signature: bytes = cms.ContentInfo.load(content).dump()
    return b"<" + signature.hex().upper().encode().ljust(2 * len(content), b"0") + b">"


def _root(ring: KeyRing) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(ring.root.public_bytes(Encoding.DER))
