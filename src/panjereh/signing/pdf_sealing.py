"""Seals on PDFs: PAdES B-B, B-T and B-LT (ETSI EN 319 142-1), all in one revision, so that every byte is covered."""

from functools import lru_cache
from io import BytesIO
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from panjereh.signing import timestamps
from panjereh.signing.authorities import Certified
from panjereh.signing.errors import NoTimeStamp
from panjereh.signing.findings import Level
from panjereh.signing.keys import KeyRing, Seal
from panjereh.signing.models import Statement
from panjereh.signing.ports import TimeStampAuthority

FIELD = "Seal"
ROOM = {"B-B": 8_192, "B-T": 24_576, "B-LT": 24_576}
"""Digits kept for the signature, so that pyHanko need not make a trial signature to learn its size."""
IN_THE_SAME_REVISION = DSSContentSettings(
    include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
)


class HeldKeySigner(signers.Signer):
    """Signs with a key that is already loaded: pyHanko's own signer parses and checks the key at every signature."""

    def __init__(self, seal: Seal, above: list[Certified]) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        for one in above:
            store.register(asn1_x509.Certificate.load(one.der))
        super().__init__(signing_cert=asn1_x509.Certificate.load(seal.der), cert_registry=store)
        self._key = seal.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != "sha256":
            raise ValueError(f"seals use SHA-256, not {digest_algorithm}")
        return bytes(80) if dry_run else self._key.sign(data, ECDSA(SHA256()))


@lru_cache(maxsize=256)
def signer(ring: KeyRing, seal: Seal) -> HeldKeySigner:
    """Held ready for each seal."""
    return HeldKeySigner(seal, ring.chain(seal)[1:])


def seal(ring: KeyRing, agency: str, pdf: bytes, *, reason: str = "", level: Level = "B-B") -> bytes:
    """The PDF with the agency's certifying signature, which forbids every later change (DocMDP 1).

    Raises NoTimeStamp when the level wants one and the authority does not answer as it should.
    """
    mine = ring.seal(agency)
    stamper = timestamps.stamper() if level != "B-B" else None
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason or None,
        **(_evidence(ring, mine, stamper.tsa) if stamper and level == "B-LT" else {}),
    )
    output = BytesIO()
    work = signers.PdfSigner(metadata, signer(ring, mine), timestamper=stamper)
    try:
        work.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=output, bytes_reserved=ROOM[level])
    except (*timestamps.REFUSALS, PathError) as error:
        if stamper is None:
            raise
        raise NoTimeStamp(address=getattr(stamper.tsa, "address", ""), reason=str(error)) from error
    return output.getvalue()


def _evidence(ring: KeyRing, mine: Seal, tsa: TimeStampAuthority) -> dict[str, Any]:
    """What a reader of a later time needs to check the seal: certificates, and lists of that day."""
    above = ring.chain(mine)[1:]
    names = [f"{one.name}.crl" for one in ring.authorities.all() if one.kid in {each.kid for each in above}]
    told = [bytes(one.content) for one in Statement.objects.filter(name__in=names)]
    lists = [asn1_crl.CertificateList.load(one) for one in [*told, *tsa.lists]]
    context = ValidationContext(
        trust_roots=[asn1(ring.root), *map(asn1, tsa.roots)],
        other_certs=[asn1_x509.Certificate.load(one.der) for one in above[:-1]],
        crls=lists,
        allow_fetching=not tsa.lists,
        revocation_mode="hard-fail",
    )
    return {"embed_validation_info": True, "validation_context": context, "dss_settings": IN_THE_SAME_REVISION}


def asn1(certificate: Any) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
