"""Rows of cases in the transparency log."""

from panjereh.audit.sources import Source
from panjereh.cases.models import Decision, Event

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
LOGGED = (EVENT, DECISION)
