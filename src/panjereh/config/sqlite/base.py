"""Django's SQLite backend with a fair queue of writers.

Every atomic block waits in `WriterQueue` before it begins and leaves it at commit or rollback; a statement that writes
outside of a block waits for itself (`QueuedCursor`). A database in memory has one connection and no queue.
"""

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper as SQLiteWrapper

from panjereh.config.sqlite.cursor import QueuedCursor
from panjereh.config.sqlite.operations import DatabaseOperations
from panjereh.config.sqlite.writers import WriterQueue


class DatabaseWrapper(SQLiteWrapper):
    ops_class = DatabaseOperations
    _queue: WriterQueue | None = None  # (the methods of Django that its stubs leave out are marked `misc`)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connecting waits its turn too: the first one switches the file to a write-ahead log."""
        self._forget_queue()
        if self.is_in_memory_db():
            return super().get_new_connection(conn_params)
        self._queue = WriterQueue(self._lock_path())
        self._queue.enter()
        try:
            return super().get_new_connection(conn_params)
        finally:
            self._queue.leave()

    def create_cursor(self, name: str | None = None) -> QueuedCursor:  # noqa: ARG002 - as Django has it
        cursor: QueuedCursor = self.connection.cursor(factory=QueuedCursor)
        cursor.queue = self._queue
        return cursor

    def somebody_waits(self) -> bool:
        """Whether another connection waits to write, now that it is our turn."""
        return self._queue is not None and self._queue.has_next()

    def _lock_path(self) -> Path:
        name = str(self.settings_dict["NAME"]).removeprefix("file:").partition("?")[0]
        return Path(f"{name}-writers")

    def _start_transaction_under_autocommit(self) -> None:
        if self._queue is not None:
            self._queue.enter()
        try:
            if not self._run_at_once(f"BEGIN {getattr(self, 'transaction_mode', None) or ''}"):
                super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_queue()
            raise

    def _savepoint(self, sid: str) -> None:
        if not self._run_at_once(self.ops.savepoint_create_sql(sid)):
            super()._savepoint(sid)  # type: ignore[misc]

    def _savepoint_commit(self, sid: str) -> None:
        if not self._run_at_once(self.ops.savepoint_commit_sql(sid)):
            super()._savepoint_commit(sid)  # type: ignore[misc]

    def _run_at_once(self, sql: str) -> bool:
        """Marks of transactions go to the driver itself, unless somebody listens or there is no connection yet."""
        if self.connection is None or self.execute_wrappers or self.force_debug_cursor or self.needs_rollback:
            return False
        with self.wrap_database_errors:
            self.connection.execute(sql)
        return True

    def _commit(self) -> None:
        """A commit that fails leaves the transaction open: Django then rolls back, and only that leaves the queue."""
        super()._commit()  # type: ignore[misc]
        self._leave_queue()

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        self._leave_queue()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._forget_queue()

    def _leave_queue(self) -> None:
        if self._queue is not None:
            self._queue.leave()

    def _forget_queue(self) -> None:
        if self._queue is not None:
            self._queue.close()
            self._queue = None
