"""Rows of this room in the transparency log. Its batches, tiles and checkpoints are what the log is made of."""

from panjereh.audit.models import AccessLog, Disclosed, LogEntry
from panjereh.audit.sources import Source

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
LOGGED = (STATEMENT, ACCESS, DISCLOSED)
