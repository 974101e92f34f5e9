"""The database itself refuses that a registry believes two things of one entity for the same day."""

from typing import Any

from django.db import migrations

TABLE = "registries_current"
REFUSAL = "overlaps with what is believed already"
_OVERLAPS = f"""EXISTS (
    SELECT 1 FROM {TABLE} other WHERE other.entity_id = NEW.entity_id AND other.record_id <> NEW.record_id
    AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to)
    AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to)
)"""  # noqa: S608 - a constant
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION panjereh_no_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {_OVERLAPS} THEN
        RAISE EXCEPTION '% {REFUSAL}', TG_TABLE_NAME USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$
"""


def guard() -> migrations.RunPython:
    """A migration step; writers of one entity are already in line, so looking before writing suffices."""

    def forwards(_apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_FUNCTION, None)  # no parameters: % stands for itself
            action = "EXECUTE FUNCTION panjereh_no_overlap()"
            when = ""
        else:
            action = f"BEGIN SELECT RAISE(ABORT, '{TABLE} {REFUSAL}'); END"
            when = f"WHEN {_OVERLAPS}"
        for event in ("insert", "update"):
            name = f"{TABLE}_no_overlap_{event}"
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {TABLE} FOR EACH ROW {when} {action}"
            )

    def backwards(_apps: Any, schema_editor: Any) -> None:
        on_table = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
        for event in ("insert", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_no_overlap_{event}{on_table}")

    return migrations.RunPython(forwards, backwards)
