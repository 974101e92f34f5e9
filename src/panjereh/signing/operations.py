"""All that signs."""

from collections.abc import Mapping
from typing import Any

from panjereh.signing import checkpoints, keys, records
from panjereh.signing.records import Signature


def prepare(agencies: Mapping[str, Mapping[str, str]]) -> None:
    """At start: make the keys that are missing. `agencies`: id to names by language. Doing it again changes nothing."""
    keys.ring().prepare(agencies)


def sign_record(agency: str, record: Mapping[str, Any]) -> Signature:
    """Sign a record with the agency's seal. Values must be JSON without floats; raises NoSeal or UnfitRecord."""
    return records.sign(keys.ring(), agency, record)


def seal_pdf(agency: str, pdf: bytes, *, reason: str = "") -> bytes:
    """Put the agency's seal on a PDF (PAdES B-B). `reason` becomes part of what is sealed. Takes about 30 ms."""
    from panjereh.signing import pdf as pdf_seals  # pyHanko takes 0.4 s to load: only who seals pays

    return pdf_seals.seal(keys.ring(), agency, pdf, reason=reason)


def sign_checkpoint(size: int, root: bytes) -> str:
    """The log's signed word on its first `size` entries."""
    return checkpoints.sign(keys.ring(), checkpoints.Checkpoint(checkpoints.ORIGIN, size, root))
