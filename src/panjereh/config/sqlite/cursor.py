"""A cursor by which a single statement that writes waits its turn, as a transaction does."""

import re
from typing import Any

from django.db.backends.sqlite3.base import SQLiteCursorWrapper

from panjereh.config.sqlite.writers import WriterQueue

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|VACUUM|REINDEX|ANALYZE)\b", re.IGNORECASE)


class QueuedCursor(SQLiteCursorWrapper):
    """Outside of a transaction each statement is one of its own, and SQLite would let it poll for its turn.

    One that returns rows is made durable when they are read, just after it has left; who is next waits at the file.
    """

    queue: WriterQueue | None = None

    def execute(self, query: str, params: Any = None) -> Any:
        if (queue := self._queue_for(query)) is None:
            return super().execute(query, params)
        with queue.turn():
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        if (queue := self._queue_for(query)) is None:
            return super().executemany(query, param_list)
        with queue.turn():
            return super().executemany(query, param_list)

    def _queue_for(self, query: str) -> WriterQueue | None:
        """The queue that a statement must wait in, if it must: a transaction has had its turn already."""
        return None if self.connection.in_transaction or WRITES.match(query) is None else self.queue
