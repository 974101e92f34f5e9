"""All that checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from panjereh.signing import checkpoints, keys, raw, records, revocation, statements, stores
from panjereh.signing.authorities import ROOT
from panjereh.signing.checkpoints import Checkpoint
from panjereh.signing.findings import PdfCheck
from panjereh.signing.keys import Seal
from panjereh.signing.models import KeyAct, Statement
from panjereh.signing.notes import Signer, Verifier
from panjereh.signing.revocation import Standing


def verify_record(record: Mapping[str, Any], jws: str, *, agency: str | None = None) -> bool:
    """Was exactly this record signed by one of our seals, present or past (that of `agency`, if given)?"""
    return records.verify(keys.ring(), record, jws, agency=agency)


def check_pdf(pdf: bytes) -> PdfCheck:
    """Say what is true of a PDF that somebody brings: intact, altered, unsealed, foreign or unreadable."""
    from panjereh.signing import pdf_checking  # pyHanko takes 0.4 s to load: only who checks pays

    return pdf_checking.check(keys.ring(), pdf)


def read_checkpoint(note: str) -> Checkpoint:
    """The checkpoint in a signed note; raises BadCheckpoint when it is not strictly ours."""
    return checkpoints.read(keys.ring(), note)


def log_key() -> Verifier:
    """The key with which everybody checks the checkpoints of this installation's log."""
    return checkpoints.log_signer(keys.ring()).verifier


def witness_key() -> Verifier:
    """The key with which everybody checks what this installation cosigns as a witness."""
    return witness_signer().verifier


def witness_signer() -> Signer:
    """This installation as a witness of other logs."""
    return checkpoints.witness_signer(keys.ring())


def seals() -> list[Seal]:
    """Every seal of this installation, old ones included."""
    return keys.ring().all()


def find_seal(kid: str) -> Seal | None:
    """The seal of that number, present or past, or None when it was never ours."""
    return keys.ring().find(kid)


def current_seal(agency: str) -> Seal:
    """The seal that the agency signs with now; raises NoSeal."""
    return keys.ring().seal(agency)


def seal_that_begins(prefix: bytes) -> Seal | None:
    """The seal whose number begins with these bytes, as short tokens name it; None when there is none or two."""
    return keys.ring().find_prefix(prefix)


def verify_bytes(seal: Seal, message: bytes, signature: bytes) -> bool:
    """Did this seal sign exactly these bytes? `signature`: r and s of ES256, 64 bytes."""
    return raw.verify(seal, message, signature)


def chain(seal: Seal) -> list[bytes]:
    """The certificates of the seal, of the authority above it, and of the root, each as DER."""
    return [one.der for one in keys.ring().chain(seal)]


def certificate_of(name: str) -> bytes | None:
    """The certificate of an authority of that name, as DER; None when there is none."""
    return next((one.der for one in keys.ring().authorities.all() if one.name == name), None)


def revocation_list(name: str) -> bytes | None:
    """The list of revoked certificates of an authority of that name (CRL), as it lies ready."""
    found = Statement.objects.filter(name=f"{name}.crl").first()
    return bytes(found.content) if found else None


def ocsp_answer(request: bytes) -> bytes:
    """What an authority says to an OCSP request; a refusal when it is malformed or about a certificate of others."""
    return statements.answer(request)


def standing(kid: str, *, said: datetime | None, proven: datetime | None = None) -> Standing:
    """Whether something that seal `kid` has sealed holds, if the seal was revoked (see `revocation.standing`)."""
    return revocation.standing(keys.ring(), kid, said=said, proven=proven)


@dataclass(frozen=True, slots=True)
class Keeping:
    """A key as operators see it. kind: seal or authority; store: file, token, or none when the private key is gone."""

    agency: str
    kind: str
    kid: str
    ends_at: datetime
    is_present: bool
    store: str
    revocation: KeyAct | None


def keepings() -> list[Keeping]:
    """Every authority and seal, by agency, the present ones first."""
    ring = keys.ring()
    authorities = ring.authorities.all()
    present = {authorities[0].kid, *(ring.present(agency).kid for agency in ring.agencies())}
    present |= {one.kid for agency in ring.agencies() if (one := ring.authorities.present(agency))}
    revoked = {act.kid: act for act in reversed(revocation.revocations(one.kid for one in [*authorities, *ring.all()]))}
    found = [
        Keeping(
            one.agency,
            "seal" if isinstance(one, Seal) else "authority",
            one.kid,
            one.certificate.not_valid_after_utc,
            one.kid in present,
            stores.where(one.place),
            revoked.get(one.kid),
        )
        for one in [*authorities, *ring.all()]
    ]
    return sorted(found, key=lambda one: (one.agency != ROOT, one.agency, not one.is_present, one.kind))


def root_pem() -> bytes:
    """The certificate that others must trust to check our seals in their own programs."""
    return keys.ring().root.public_bytes(Encoding.PEM)
