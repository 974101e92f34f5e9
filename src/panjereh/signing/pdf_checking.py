"""What can truly be said of a sealed file.

pyHanko calls a signature intact and valid as long as the bytes it covers are unchanged, even when pages were added
behind them (an incremental update). We write seal and evidence at once and never touch a file afterwards, so for us
every byte must be covered. If something was added, the difference is looked at: only evidence does no harm.
"""

from io import BytesIO

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from panjereh.kernel import clock
from panjereh.signing import timestamps
from panjereh.signing.authorities import jwk_of
from panjereh.signing.findings import PdfCheck, Stamp
from panjereh.signing.keys import KeyRing, Seal
from panjereh.signing.pdf_sealing import asn1
from panjereh.signing.swelling import swells

HARMLESS = ("evidence_added",)


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
    told = _token(first)
    status = _validate(ring, first, ours, told)
    reasons = _reasons(ring, status, first, pdf)
    stamp = _stamp(told, status) if told else None
    if told and stamp is None:
        reasons.append("time_stamp_wrong")
    if len(found) > 1:
        reasons.append("several_signatures")
    return PdfCheck(
        "intact" if set(reasons) <= set(HARMLESS) else "altered",
        tuple(reasons),
        ours.agency,
        ours.kid,
        first.self_reported_timestamp,
        str(first.sig_object.get("/Reason", "")),
        stamp,
        _pages(first) if "pages_added" in reasons else None,
    )


def _our_seal(ring: KeyRing, signature: EmbeddedPdfSignature) -> Seal | None:
    """The seal whose very certificate is in the signature. Its number alone could be claimed by anybody."""
    der = signature.signer_cert.dump()
    mine = ring.find(jwk_of(x509.load_der_x509_certificate(der)).thumbprint())
    return mine if mine is not None and mine.der == der else None


def _validate(
    ring: KeyRing, signature: EmbeddedPdfSignature, ours: Seal, told: tsp.TSTInfo | None
) -> PdfSignatureStatus:
    # A seal stays good for what it sealed in its time, so the chain is judged within the certificate's life.
    certificate = ours.certificate
    moment = min(max(clock.now(), certificate.not_valid_before_utc), certificate.not_valid_after_utc)
    context = ValidationContext(
        trust_roots=[asn1(ring.root)],
        other_certs=[asn1_x509.Certificate.load(one.der) for one in ring.chain(ours)[1:-1]],
        allow_fetching=False,
        moment=moment,
        revocation_mode="soft-fail",
    )
    stamps = _trusted_stamps(told) if told else None
    return validate_pdf_signature(signature, signer_validation_context=context, ts_validation_context=stamps)


def _reasons(ring: KeyRing, status: PdfSignatureStatus, signature: EmbeddedPdfSignature, pdf: bytes) -> list[str]:
    if not status.intact:
        return ["bytes_changed"]
    if not (status.valid and status.trusted):
        return ["signature_wrong"]
    start, head, tail, length = (int(number) for number in signature.byte_range)
    if start != 0 or pdf[head:tail] != _as_written(ring, signature):
        return ["bytes_changed"]
    if tail + length == len(pdf) and status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return [] if status.docmdp_ok else ["added_after_sealing"]
    is_evidence = status.modification_level == ModificationLevel.LTA_UPDATES and status.docmdp_ok
    if status.coverage == SignatureCoverageLevel.ENTIRE_REVISION and is_evidence and _ends_regularly(pdf):
        return ["evidence_added"]
    sealed, now = _pages(signature)
    return ["added_after_sealing", *(["pages_added"] if now > sealed else [])]


def _ends_regularly(pdf: bytes) -> bool:
    return pdf.endswith((b"%%EOF", b"%%EOF\n", b"%%EOF\r\n"))


def _as_written(ring: KeyRing, signature: EmbeddedPdfSignature) -> bytes:
    """The one part that a signature can't cover is itself: it must be what we write around what is signed.

    Capital hexadecimal, filled up with zeros; no certificates but ours; no attribute but a time-stamp.
    """
    content = signature.pkcs7_content
    found = cms.ContentInfo.load(content)["content"]
    signer = found["signer_infos"][0]
    ours = {one.der for one in [*ring.all(), *ring.authorities.all()]} | ring.authorities.earlier_roots()
    stamps = [one for one in signer["unsigned_attrs"] if one["type"].native == "signature_time_stamp_token"]
    rebuilt = cms.SignerInfo(
        {
            "version": "v1",
            "sid": signer["sid"],
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": signer["signed_attrs"],
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signer["signature"],
            **({"unsigned_attrs": cms.CMSAttributes(stamps)} if stamps else {}),
        }
    )
    whole = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [one for one in found["certificates"] if one.chosen.dump() in ours],
            "signer_infos": [rebuilt],
        }
    )
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": whole}).dump()
    return b"<" + der.hex().upper().encode().ljust(2 * len(content), b"0") + b">"


def _token(signature: EmbeddedPdfSignature) -> tsp.TSTInfo | None:
    """What the time-stamp in a seal says, if there is one."""
    attributes = signature.signer_info["unsigned_attrs"]
    found = [one for one in attributes if one["type"].native == "signature_time_stamp_token"]
    return found[0]["values"][0]["content"]["encap_content_info"]["content"].parsed if found else None


def _trusted_stamps(told: tsp.TSTInfo) -> ValidationContext:
    """Trusted or not is judged at the moment that the token names: authorities renew their keys every few years."""
    tsa = timestamps.authority()
    return ValidationContext(
        trust_roots=[asn1(root) for root in tsa.roots] if tsa else [],
        allow_fetching=False,
        moment=told["gen_time"].native,
        revocation_mode="soft-fail",
    )


def _stamp(told: tsp.TSTInfo, status: PdfSignatureStatus) -> Stamp | None:
    """The time-stamp in a seal, if it fits."""
    found = status.timestamp_validity
    if found is None or not (found.valid and found.intact):
        return None
    by = found.signing_cert.subject.native.get("common_name", "")
    return Stamp("good" if found.trusted else "unknown", told["gen_time"].native, by)


def _pages(signature: EmbeddedPdfSignature) -> tuple[int, int]:
    """How many pages were there when it was sealed, and how many there are now."""
    reader = signature.reader
    then = reader.get_historical_root(signature.signed_revision)
    return int(then["/Pages"]["/Count"]), int(reader.root["/Pages"]["/Count"])
