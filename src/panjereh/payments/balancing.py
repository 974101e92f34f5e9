"""The ledger's own rules, in the database: whatever program writes, the books balance.

Lines are written before their entry (the foreign key between them is checked at commit); the entry is refused unless
its lines are whole, and lines are refused once their entry stands.
"""

from typing import Any

from django.db import migrations

_LINES = "SELECT 1 FROM payments_line l JOIN payments_account a ON a.id = l.account_id WHERE l.posting_id = NEW.id"
RULES: dict[str, tuple[str, str]] = {
    "payments_posting_has_two_lines": (
        "payments_posting",
        "(SELECT COUNT(*) FROM payments_line WHERE posting_id = NEW.id) < 2",
    ),
    "payments_posting_balances": (
        "payments_posting",
        f"EXISTS ({_LINES} GROUP BY a.currency HAVING SUM(l.amount) <> 0)",
    ),
    "payments_posting_stays_in_its_book": ("payments_posting", f"EXISTS ({_LINES} AND a.book_id <> NEW.book_id)"),
    "payments_posting_day_is_open": (
        "payments_posting",
        "EXISTS (SELECT 1 FROM payments_closing WHERE book_id = NEW.book_id AND day >= NEW.day)",
    ),
    "payments_line_comes_before_its_posting": (
        "payments_line",
        "EXISTS (SELECT 1 FROM payments_posting WHERE id = NEW.posting_id)",
    ),
    "payments_closing_goes_forward": (
        "payments_closing",
        "EXISTS (SELECT 1 FROM payments_closing WHERE book_id = NEW.book_id AND day >= NEW.day)",
    ),
}
"""Name of each rule: the table, and what must not be when a row is added (NEW)."""


def lay_down(_apps: Any, editor: Any) -> None:
    for name, (table, wrong) in RULES.items():
        if editor.connection.vendor == "postgresql":
            body = f"BEGIN IF {wrong} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"
            body += " END IF; RETURN NEW; END"
            editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$", None)
            does = f"FOR EACH ROW EXECUTE FUNCTION {name}()"
            editor.execute(f"CREATE TRIGGER {name} BEFORE INSERT ON {table} {does}", None)
        else:
            does = f"WHEN {wrong} BEGIN SELECT RAISE(ABORT, '{name}'); END"
            editor.execute(f"CREATE TRIGGER {name} BEFORE INSERT ON {table} {does}", None)


def take_up(_apps: Any, editor: Any) -> None:
    for name, (table, _wrong) in RULES.items():
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {name} ON {table}")
            editor.execute(f"DROP FUNCTION {name}()")
        else:
            editor.execute(f"DROP TRIGGER {name}")


def rules() -> migrations.RunPython:
    """The migration step. A later one that alters these tables ends with it again, as with `append_only.guard`."""
    return migrations.RunPython(lay_down, take_up)
