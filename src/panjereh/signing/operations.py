"""All that signs."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from panjereh.signing import checkpoints, keys, raw, records
from panjereh.signing.errors import NoTimeStamp
from panjereh.signing.findings import Level
from panjereh.signing.raw import RawSignature
from panjereh.signing.records import Signature


def sign_record(agency: str, record: Mapping[str, Any]) -> Signature:
    """Sign a record with the agency's seal. Values must be JSON without floats; raises NoSeal or UnfitRecord."""
    return records.sign(keys.ring(), agency, record)


def sign_bytes(agency: str, message: bytes) -> RawSignature:
    """Sign bytes that a format has framed (COSE) with the agency's seal; raises NoSeal."""
    return raw.sign(keys.ring().seal(agency), message)


def sign_jwt(agency: str, typ: str, claims: Mapping[str, Any]) -> str:
    """A JSON Web Token of that kind (`typ`), signed with the agency's seal; raises NoSeal."""
    return raw.jwt(keys.ring(), agency, typ, claims)


def seal_pdf(agency: str, pdf: bytes, *, reason: str = "", level: Level = "B-B") -> bytes:
    """Put the agency's seal on a PDF (PAdES). `reason` becomes part of what is sealed. Takes about 30 ms of CPU.

    level: above B-B a time-stamp authority is asked; call that in workers only. Raises NoTimeStamp.
    """
    from panjereh.signing import pdf_checking, pdf_sealing  # pyHanko takes 0.4 s to load: only who seals pays

    sealed = pdf_sealing.seal(keys.ring(), agency, pdf, reason=reason, level=level)
    if level != "B-B":
        stamp = pdf_checking.check(keys.ring(), sealed).stamp
        if stamp is None or stamp.state != "good":
            raise NoTimeStamp(address=settings.TIME_STAMPS, reason="the answer does not fit, or nobody here trusts it")
    return sealed


def sign_checkpoint(size: int, root: bytes) -> str:
    """The log's signed word on its first `size` entries."""
    return checkpoints.sign(keys.ring(), size, root)
