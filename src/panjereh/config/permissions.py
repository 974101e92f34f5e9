"""The table of permissions for people who want it outside: as text, CSV, JSON, and as a page of the reference.

python -m panjereh.config.permissions docs/reference
"""

import csv
import json
import sys
from datetime import date, datetime, time
from io import StringIO
from pathlib import Path
from typing import Any

from panjereh.identity import policy
from panjereh.identity.policy import Role
from panjereh.kernel import clock

PAGE = "permissions.md"


def printed(form: str, on: date | None) -> str:
    """The table, and on a day who held what."""
    table = _table(on)
    if form == "csv":
        return _csv(table)
    held = _offices(on) if on else []
    if form == "json":
        return json.dumps({"on": on.isoformat() if on else None, "table": table, "offices": held}, indent=2) + "\n"
    offices = [
        f"{each['agency']}/{each['office'] or '-'}  {each['party']}  {', '.join(each['roles'])}" for each in held
    ]
    return policy.columns(_rows(table)) + ("\n" + "\n".join(offices) + "\n" if offices else "")


def _table(on: date | None) -> dict[str, dict[str, str]]:
    from panjereh.identity import standing  # needs Django's tables of apps

    return standing.table_at(_end_of(on)) if on else standing.table_as_data(policy.TABLE)


def _offices(on: date) -> list[dict[str, Any]]:
    from panjereh.catalogue import queries as catalogue
    from panjereh.identity import standing

    return [
        {"agency": each.agency, "office": each.office, "party": str(each.party), "roles": list(each.roles)}
        for each in standing.offices_at(_end_of(on), catalogue.country().agencies)
    ]


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=clock.home_zone())


def _rows(table: dict[str, dict[str, str]]) -> list[list[str]]:
    return [["action", *Role], *([action, *(rule.get(role, "") for role in Role)] for action, rule in table.items())]


def _csv(table: dict[str, dict[str, str]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(_rows(table))
    return text.getvalue()


def page() -> str:
    """The page of the reference."""
    heads, *rows = policy.as_rows()
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join([f"`{row[0]}`", *row[1:]]) + " |" for row in rows]
    return (
        "# Who may do what\n\n"
        "Made from `identity.policy.TABLE`, the one place where permissions are asked: "
        "`python -m panjereh.config.permissions docs/reference`.\n\n"
        "Each cell says how far a role reaches: `own` matters (as oneself or by a mandate), the official’s `office` or "
        "`agency`, or `everywhere`; an empty cell means never. Whatever the role, nobody touches a matter of their "
        "own, of a relative, or of a company that they belong to.\n\n"
        + "\n".join(lines)
        + "\n\n`./panjereh policy` prints it, with `--on` as it stood on an earlier day.\n"
    )


if __name__ == "__main__":
    (Path(sys.argv[1]) / PAGE).write_text(page(), encoding="utf-8")
