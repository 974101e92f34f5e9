"""Every table whose rows are in the transparency log, gathered from the rooms."""

from panjereh.audit.logged import LOGGED as AUDIT
from panjereh.audit.sources import Source
from panjereh.cases.logged import LOGGED as CASES
from panjereh.catalogue.logged import LOGGED as CATALOGUE
from panjereh.documents.logged import LOGGED as DOCUMENTS
from panjereh.identity.logged import LOGGED as IDENTITY
from panjereh.payments.logged import LOGGED as PAYMENTS
from panjereh.registries.logged import LOGGED as REGISTRIES

SOURCES: tuple[Source, ...] = (*CATALOGUE, *IDENTITY, *REGISTRIES, *CASES, *DOCUMENTS, *PAYMENTS, *AUDIT)

NOT_LOGGED = {
    "audit_logbatch": "the log itself",
    "audit_logtile": "the log itself",
    "audit_checkpoint": "the log itself",
    "audit_cosignature": "what others signed about the log",
    "audit_contradiction": "signed notes, which prove themselves",
    "registries_superseded": "follows from `supersedes` of the entries, which their hashes cover",
}
"""Tables to which one can only add and that have no entries in the log, with the reason."""

UNSEEN = {
    ("audit_checkpoint", "at"): "when we signed is not signed; witnesses sign when they saw",
    ("audit_cosignature", "at"): "when we received it; the witness’s own time is signed",
    ("audit_cosignature", "id"): "a number that nothing refers to",
    ("audit_logtile", "id"): "a number that nothing refers to",
    (
        "payments_bankline",
        "text",
    ): "can be erased; the digest of the statement’s file covers it, for whoever has the file",
    ("audit_logbatch", "upto"): "only helps to find a place; a wrong one makes rows be logged twice",
}
"""Columns in which a changed bit is not found, and why that does no harm."""
