"""Rows of this room and of `signing` in the transparency log. Batches, tiles and checkpoints are the log itself."""

from panjereh.audit.models import AccessLog, Disclosed, LogEntry
from panjereh.audit.sources import Source
from panjereh.signing.models import KeyAct

STATEMENT = Source("statement", LogEntry, ("key", "kind", "public", "commitment", "at"))
ACCESS = Source(
    "access",
    AccessLog,
    (
        "at",
        "actor",
        "actor_name",
        "role",
        "agency",
        "channel",
        "subject",
        "source",
        "fields",
        "purpose",
        "law",
        "case",
        "disclosure",
        "disclose_at",
        "hidden_by",
        "salt",
    ),
)
DISCLOSED = Source("disclosure", Disclosed, ("at",), is_ordered=False)
KEY = Source("key-act", KeyAct, ("at", "act", "agency", "kid", "by", "reason", "cause", "since"))
LOGGED = (STATEMENT, ACCESS, DISCLOSED, KEY)
