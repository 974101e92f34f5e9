"""Why a table decided so, in the words of a person, from what it noted about itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from panjereh.localisation import dates, numbers
from panjereh.rules.decided import Decision, Matched
from panjereh.rules.texts import written

_YES_NO = {"fa": ("بله", "خیر"), "en": ("yes", "no")}
_NOTHING = {"fa": "نامعلوم", "en": "unknown"}
_SHAPES = {
    "fa": {"inputs": "{label}: {value}", "between": "؛ ", "law": "قانون: {law}"},
    "en": {"inputs": "{label}: {value}", "between": "; ", "law": "Law: {law}"},
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One row that counted.

    text: what the row says; law: where it stands; looked_at: what it was looked at, each by its label, with the value
    """

    row: str
    text: Mapping[str, str]
    law: str | None
    looked_at: tuple[tuple[Mapping[str, str], Any], ...]

    def in_words(self, language: str, law: Callable[[str], str] = str) -> str:
        """“Declared late (days after the birth: 53). Law: act#19.” `law` turns a reference into words."""
        shape = _SHAPES.get(language, _SHAPES["en"])
        looked_at = shape["between"].join(
            shape["inputs"].format(label=of_language(label, language), value=said(value, language))
            for label, value in self.looked_at
        )
        words = of_language(self.text, language) or self.row
        words += f" ({looked_at})." if looked_at else "."
        return f"{words} {shape['law'].format(law=law(self.law))}." if self.law else words


def reasons(decision: Decision) -> list[Reason]:
    """The rows that counted, with those of their columns that have a label."""
    return [_reason(row, decision.labels) for row in decision.rows]


def _reason(row: Matched, labels: Mapping[str, Mapping[str, str]]) -> Reason:
    looked_at = tuple((labels[column], value) for column, value in row.inputs.items() if column in labels)
    return Reason(row.id, row.text, row.law, looked_at)


def of_language(words: Mapping[str, str], language: str) -> str:
    """The words in a language, or in whichever there are."""
    return words.get(language) or next(iter(words.values()), "")


def said(value: Any, language: str) -> str:
    """A value as a person reads it."""
    if value is None:
        return _NOTHING.get(language, _NOTHING["en"])
    if isinstance(value, bool):
        return _YES_NO.get(language, _YES_NO["en"])[not value]
    if isinstance(value, Decimal):
        return numbers.format_number(value, language)
    if isinstance(value, datetime):
        return dates.format_datetime(value, language)
    if isinstance(value, date):
        return dates.format_date(value, language)
    if isinstance(value, list):
        return ("، " if language == "fa" else ", ").join(said(one, language) for one in value)
    return value if isinstance(value, str) else written(value)
