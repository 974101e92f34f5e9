"""Tables to which one can only add: the database itself refuses to change or delete what is there.

SQLite rebuilds a table when Django alters it, and its triggers are gone then: a later migration that alters a guarded
table begins with `unguard` and ends with `guard` again. `is_guarded` lets a test see to it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, migrations, transaction

REFUSAL = "is append-only"

_FUNCTION = """
CREATE OR REPLACE FUNCTION panjereh_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    erasable text[] := COALESCE(TG_ARGV, '{}'::text[]);  -- NULL when there are none
    erased boolean := true;
    col text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOREACH col IN ARRAY erasable LOOP
            erased := erased AND (
                (to_jsonb(NEW) ->> col) IS NULL OR (to_jsonb(NEW) -> col) = (to_jsonb(OLD) -> col)
            );
        END LOOP;
        IF erased AND (to_jsonb(NEW) - erasable) = (to_jsonb(OLD) - erasable) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def guard(table: str, *, erasable: Sequence[str] = ()) -> migrations.RunPython:
    """A migration step that refuses UPDATE and DELETE on a table, with an IntegrityError.

    erasable: columns that may become NULL later (a person's values that are erased), and nothing else
    """

    backwards = _taking_off(table)

    def forwards(_apps: Any, schema_editor: Any) -> None:
        backwards(_apps, schema_editor)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_FUNCTION, None)  # no parameters: % stands for itself
            arguments = ", ".join(f"'{column}'" for column in erasable)
            schema_editor.execute(
                f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION panjereh_append_only({arguments})"
            )
            return
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
        changed = _changed(schema_editor.connection, table, erasable)
        schema_editor.execute(f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" WHEN {changed} {refuse}')
        schema_editor.execute(f'CREATE TRIGGER "{table}_append_only" BEFORE DELETE ON "{table}" {refuse}')

    return migrations.RunPython(forwards, backwards)


def unguard(table: str) -> migrations.RunPython:
    """A migration step that takes the guard off a table which the next steps alter; `guard` again comes after them."""
    return migrations.RunPython(_taking_off(table), migrations.RunPython.noop)


def _taking_off(table: str) -> Callable[[Any, Any], None]:
    def take_off(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_append_only" ON "{table}"')
        else:
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_append_only"')
            schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_update"')

    return take_off


def _changed(database: Any, table: str, erasable: Sequence[str]) -> str:
    """SQLite's condition for a forbidden change: any column differs, other than an erasable one that becomes NULL."""
    with database.cursor() as cursor:
        columns = [column.name for column in database.introspection.get_table_description(cursor, table)]
    return " OR ".join(
        f'(NEW."{column}" IS NOT OLD."{column}"' + (f' AND NEW."{column}" IS NOT NULL)' if column in erasable else ")")
        for column in columns
    )


@contextmanager
def lifted(table: str) -> Iterator[None]:
    """Within the block, which is a transaction, the guard of a table is put aside, if it has one.

    Only for closing what lay open before there was encryption, on an operator's word: chains show that nothing changed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if guarded := is_guarded(table):
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while checks of its rows wait
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{table}_append_only"')
            yield
            if guarded:
                cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{table}_append_only"')
            return
        wanted = (f"{table}_append_only", f"{table}_no_update")
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s)", wanted)
        guards = cursor.fetchall()
        for name, _sql in guards:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in guards:
            cursor.execute(sql)


def is_guarded(table: str) -> bool:
    """Is the guard of a table in place?"""
    if connection.vendor == "postgresql":
        look = "SELECT 1 FROM pg_trigger WHERE tgname = %s AND tgenabled <> 'D'"
    else:
        look = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s"
    with connection.cursor() as cursor:
        cursor.execute(look, [f"{table}_append_only"])
        return cursor.fetchone() is not None
