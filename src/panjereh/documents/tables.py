"""A table on paper: a title, facts about it, and rows under headings that repeat on each page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from panjereh.documents import typesetting, wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What stands on it, in its language. `numbers`: the places of the columns that hold amounts; `total`: last row."""

    title: str
    agency: Mapping[str, str]
    language: str
    facts: Sequence[tuple[str, str]]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    total: Sequence[str] = ()


def typeset(table: Table) -> bytes:
    return typesetting.typeset(typesetting.own_template("table.typ"), describe(table))


def describe(table: Table) -> dict[str, Any]:
    """All that the template is given."""
    return {
        "languages": [table.language],
        "title": {table.language: table.title},
        "agency": dict(table.agency),
        "code": "",
        "address": "",
        "qr": "",
        "demonstration": settings.DEMONSTRATION,
        "words": wording.in_languages(wording.COMMON, [table.language]),
        "table": {
            "facts": [{"label": label, "value": value} for label, value in table.facts],
            "heads": list(table.heads),
            "rows": [list(row) for row in table.rows],
            "numbers": sorted(table.numbers),
            "total": list(table.total),
        },
    }
