"""How values look as text."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from panjereh.rules import temporal
from panjereh.rules.values import Range, YearsMonths


def text_of(value: Any) -> str | None:
    """The value as FEEL's string function gives it; null for null."""
    if value is None or isinstance(value, str):
        return value
    return written(value)


def number_text(number: Decimal) -> str:
    """A number in plain digits, without an exponent and without trailing zeros."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def written(value: Any) -> str:  # one line per type
    """The value as it would be written in an expression, texts within others in quotes."""
    kind = type(value)
    if value is None:
        return "null"
    if kind is str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if kind is bool:
        return "true" if value else "false"
    if kind is Decimal:
        return number_text(value)
    if kind is datetime:
        return temporal.format_date_time(value)
    if kind is date:
        return value.isoformat()
    if kind is time:
        return temporal.format_time(value)
    if kind is timedelta:
        return temporal.format_days(value)
    if kind is YearsMonths:
        return str(value)
    if kind is list:
        return "[" + ", ".join(written(item) for item in value) + "]"
    if kind is dict:
        return "{" + ", ".join(f"{_key(key)}: {written(item)}" for key, item in value.items()) + "}"
    return _range(value) if kind is Range else f"function {value.name}"


def _key(key: str) -> str:
    return key if key.replace(" ", "").isalnum() else written(key)


def _range(value: Range) -> str:
    if value.start is None:
        return f"({'<=' if value.end_included else '<'} {written(value.end)})"
    if value.end is None:
        return f"({'>=' if value.start_included else '>'} {written(value.start)})"
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{written(value.start)}..{written(value.end)}{closing}"
