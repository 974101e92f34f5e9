"""SQL that was made once, run on one connection: past Django's cursors where nobody listens to them."""

from collections.abc import Sequence
from typing import Any, Protocol

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper


class Answer(Protocol):
    """What a cursor tells after its statement has run."""

    rowcount: int

    def fetchall(self) -> list[Any]: ...


class Statement:
    """On SQLite each statement goes to the driver itself: the layers before it were half of the cost of a row.

    A debugger's or a test's ear (`execute_wrappers`, logged queries), a connection that is not there yet, or a
    transaction that has failed go Django's way, and so does PostgreSQL. So does what writes outside of a transaction:
    its cursor waits in the queue of writers.
    """

    __slots__ = ("_connection", "_logged", "_native", "_reads", "_sql")

    def __init__(self, connection: BaseDatabaseWrapper, sql: str) -> None:
        self._connection = connection
        self._sql = sql
        self._logged = settings.DEBUG
        self._reads = sql.startswith("SELECT")
        self._native = _for_sqlite(sql) if connection.vendor == "sqlite" else None

    def run(self, parameters: Sequence[Any]) -> Answer:
        """All rows of the answer must be fetched before the next statement."""
        connection = self._connection
        driver = connection.connection
        if (
            self._native is None
            or driver is None
            or not (self._reads or driver.in_transaction)
            or connection.needs_rollback
            or connection.execute_wrappers
            or connection.force_debug_cursor
            or self._logged
        ):
            cursor: Answer = connection.cursor()
            cursor.execute(self._sql, parameters)  # type: ignore[attr-defined]
            return cursor
        with connection.wrap_database_errors:
            answer: Answer = driver.execute(self._native, parameters)
            return answer


def _for_sqlite(sql: str) -> str:
    """Its driver knows `?` for a value, and no doubled percent signs."""
    return "%".join(part.replace("%s", "?") for part in sql.split("%%"))
