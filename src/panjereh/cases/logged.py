"""Rows of cases in the transparency log."""

from panjereh.audit.sources import Source
from panjereh.cases.models import Decision, Event, Signature

EVENT = Source(
    "case-event",
    Event,
    ("case_id", "seq", "kind", "at", "commitment", "prev_hash", "hash"),
    {
        "public": "the hash covers it",
        "personal": "can be erased; the commitment covers it until then",
        "salt": "can be erased; the commitment covers it until then",
    },
)
DECISION = Source(
    "case-decision",
    Decision,
    ("case_id", "kind", "outcome", "conditions", "by_id", "at"),
    {"reason": "personal; it must be that of the event of the decision"},
)
SIGNATURE = Source(
    "case-signature",
    Signature,
    (
        "case_id", "party_id", "sha256", "credential_id", "public_key", "client_data", "authenticator_data",
        "signature", "at", "who", "act",
    ),
    {"statement": "personal, encrypted and erased with the case; sha256 covers it"},
)  # fmt: skip
LOGGED = (EVENT, DECISION, SIGNATURE)
