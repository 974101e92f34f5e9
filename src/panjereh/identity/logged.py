"""Rows of identity in the transparency log: who gave whom which office, role or mandate."""

from panjereh.audit.sources import Source
from panjereh.identity.models import AuthorityEvent, Change

AUTHORITY = Source(
    "authority-event",
    AuthorityEvent,
    ("stream", "seq", "kind", "at", "commitment", "prev_hash", "hash"),
    {
        "public": "the hash covers it",
        "personal": "can be erased; the commitment covers it until then",
        "salt": "can be erased; the commitment covers it until then",
    },
)
LOGGED = (
    Source("role-change", Change, ("what", "party", "actor", "actor_agency", "fields", "reason", "at")),
    AUTHORITY,
)
