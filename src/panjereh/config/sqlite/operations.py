"""Emptying tables, which append-only triggers would otherwise refuse."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.sqlite3.operations import DatabaseOperations as SQLiteOperations


class DatabaseOperations(SQLiteOperations):
    def sql_flush(self, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        """As Django's, with the guards of append-only tables put aside and set up again.

        Only Django's `flush` asks for this, on an operator's word or between two tests that commit.
        """
        statements = super().sql_flush(style, tables, **options)
        guards = self._triggers() if statements else {}
        taken_down = [f"DROP TRIGGER {self.quote_name(name)}" for name in guards]
        return [*taken_down, *statements, *guards.values()]

    def _triggers(self) -> dict[str, str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())
