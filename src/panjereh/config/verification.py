"""`./panjereh verify`: every chain, the decision log and every certificate's signature, recomputed."""

import json
from collections.abc import Iterator

from panjereh.audit import verify as audit
from panjereh.cases import verify as cases
from panjereh.catalogue import verify as catalogue
from panjereh.documents import verify as documents
from panjereh.registries import verify as registries
from panjereh.signing import queries as signing
from panjereh.signing.errors import BadCheckpoint


def all_checks() -> Iterator[tuple[str, list[str]]]:
    """Name of each check and what it found, one sentence for each fault."""
    yield "chains of the registers", [str(fault) for fault in registries.chains()]
    yield "chains of the cases", [str(fault) for fault in cases.chains()]
    yield "certificates", [str(fault) for fault in documents.certificates()]
    yield "published versions", [str(fault) for fault in catalogue.versions()]
    fault = audit.transparency_log(is_signed)
    yield "log of decisions", [str(fault)] if fault else []


def is_signed(text: bytes, note: str) -> bool:
    """Whether the log's own key signed a note that says the same as audit's text."""
    stated = json.loads(text)
    try:
        noted = signing.read_checkpoint(note)
    except BadCheckpoint:
        return False
    return (noted.size, noted.root.hex()) == (stated["size"], stated["root"])
