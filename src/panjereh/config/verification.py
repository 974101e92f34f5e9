"""`./panjereh verify`: every chain, the decision log and every certificate's signature, recomputed."""

from collections.abc import Iterator

from panjereh.audit import verify_log
from panjereh.cases import verify as cases
from panjereh.catalogue import verify as catalogue
from panjereh.config.logged import SOURCES
from panjereh.documents import verify as documents
from panjereh.identity import history as authority
from panjereh.payments import verify as payments
from panjereh.registries import verify as registries


def all_checks() -> Iterator[tuple[str, list[str]]]:
    """Name of each check and what it found, one sentence for each fault."""
    yield "chains of the registers", [str(fault) for fault in registries.chains()]
    yield "chains of the cases", [str(fault) for fault in cases.chains()]
    yield "mandates, offices and permissions", list(authority.verify())
    yield "certificates", [str(fault) for fault in documents.certificates()]
    yield "books", list(payments.books())
    yield "published versions", [str(fault) for fault in catalogue.versions()]
    yield "transparency log", [str(fault) for fault in verify_log.everything(SOURCES)]
