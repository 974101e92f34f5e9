"""Values of a certificate: what is kept (canonical JSON), and what people read (words in their language)."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from panjereh.documents.errors import UnfitValue
from panjereh.kernel.money import Money
from panjereh.localisation import dates, digits, numbers
from panjereh.localisation.money import format_money

ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
LANGUAGE = re.compile(r"[a-z]{2,3}")
_YES_NO = {"fa": ("بله", "خیر"), "en": ("Yes", "No")}


def canonical(value: Any, name: str = "") -> Any:
    """The value as JSON without floats: what is signed and kept. Raises UnfitValue."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return format(value.normalize(), "f")
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Money():
            return {"amount": value.amount, "currency": value.currency}
        case Mapping():
            return {str(key): canonical(item, f"{name}.{key}") for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [canonical(item, name) for item in value]
    raise UnfitValue(name=name, type=type(value).__name__)


def show(value: Any, language: str) -> str:
    """A canonical value in words: dates in the reader's calendar, digits of the language, lists with commas."""
    match value:
        case None:
            return ""
        case bool():
            return _YES_NO.get(language, _YES_NO["en"])[not value]
        case int():
            return numbers.format_number(value, language)
        case str():
            return _show_text(value, language)
        case list():
            return ("، " if language == "fa" else ", ").join(show(item, language) for item in value)
        case {"amount": int(amount), "currency": "IRR"}:
            return format_money(Money(amount), language)
        case Mapping():
            return _show_mapping(value, language)
    return str(value)


def _show_text(text: str, language: str) -> str:
    if ISO_DATE.fullmatch(text):
        try:
            return dates.format_date(date.fromisoformat(text), language, solar_hijri=True)
        except ValueError:
            return text
    if ISO_MOMENT.fullmatch(text):
        return dates.format_datetime(datetime.fromisoformat(text), language, solar_hijri=True)
    return digits.for_language(text, language)


def _show_mapping(value: Mapping[str, Any], language: str) -> str:
    if value and all(LANGUAGE.fullmatch(key) for key in value):
        return show(value.get(language) or value.get("fa") or next(iter(value.values())), language)
    if "given_name" in value or "family_name" in value:
        return " ".join(str(value[part]) for part in ("given_name", "family_name") if value.get(part))
    return show([item for item in value.values() if item not in (None, "")], language)
