"""Rows of this room in the transparency log. Its batches, tiles and checkpoints are what the log is made of."""

from panjereh.audit.models import LogEntry
from panjereh.audit.sources import Source

STATEMENT = Source("statement", LogEntry, ("key", "kind", "public", "commitment", "at"))
LOGGED = (STATEMENT,)
