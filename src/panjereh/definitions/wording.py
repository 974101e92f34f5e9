"""How values become words in notices: `{birth_date}`, `{fee | money}`, `{code | code}`."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from panjereh.definitions.expressions import Context, Formula
from panjereh.definitions.questions import Question
from panjereh.definitions.texts import Text
from panjereh.definitions.types import Asking
from panjereh.kernel.money import Money
from panjereh.localisation import dates, digits, numbers
from panjereh.localisation.money import format_money

YES = Text({"fa": "بله", "en": "yes"})
NO = Text({"fa": "خیر", "en": "no"})
CODE_GROUPS = (3, 3, 4)


def say(value: Any, language: str) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, bool):
        return (YES if value else NO).in_(language)
    if isinstance(value, datetime):
        return dates.format_datetime(value, language)
    if isinstance(value, date):
        return dates.format_date(value, language)
    if isinstance(value, int | Decimal):
        return numbers.format_number(value, language)
    if isinstance(value, Money):
        return format_money(value, language)
    if isinstance(value, list | tuple):
        return joined([say(each, language) for each in value], language)
    return _name(value, language) if isinstance(value, Mapping) else str(value)


def _name(value: Mapping[str, Any], language: str) -> str:
    """A person by their names, a text per language by its words."""
    if value and all(isinstance(each, str) for each in value.values()) and language in value:
        return str(value[language])
    names = (value.get("given_name"), value.get("family_name"), value.get("name"))
    return " ".join(str(name) for name in names if name)


def joined(parts: list[str], language: str) -> str:
    return (", " if language == "en" else "، ").join(part for part in parts if part)


def _money(value: Any, language: str) -> str:
    return "" if value is None else format_money(Money(int(value)), language)


def _code(value: Any, language: str) -> str:
    return digits.for_language(numbers.group(str(value), CODE_GROUPS), language)


def _digits(value: Any, language: str) -> str:
    return digits.for_language(str(value), language)


FILTERS: dict[str, Callable[[Any, str], str]] = {
    "money": _money,
    "code": _code,
    "digits": _digits,
    "date": say,
    "number": say,
}
"""What may stand after | in a placeholder."""


def split(placeholder: str) -> tuple[str, str | None]:
    """The expression of a placeholder, and its filter."""
    expression, bar, name = placeholder.rpartition("|")
    return (expression.strip(), name.strip()) if bar and name.strip() in FILTERS else (placeholder.strip(), None)


def fill(
    text: Text,
    context: Context,
    language: str,
    *,
    formula: Callable[[str], Formula],
    questions: Mapping[str, Question],
    asking: Asking,
) -> str:
    """The words in `language`, with the placeholders filled in."""

    def show(placeholder: str, language: str) -> str:
        expression, name = split(placeholder)
        value = formula(expression).value(context)
        if name is not None:
            return FILTERS[name](value, language)
        question = questions.get(expression)
        if question is not None and isinstance(value, str) and hasattr(question.kind.options, "choices"):
            shown = question.kind.show(value, asking)
            return shown if isinstance(shown, str) else joined(shown, language)
        return say(value, language)

    return text.fill_with(show, language)
