"""How values look as text."""

from collections.abc import Callable
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


def written(value: Any) -> str:
    """The value as it would be written in an expression, texts within others in quotes."""
    writer = _WRITERS.get(type(value))
    return writer(value) if writer else f"function {value.name}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(items: list[Any]) -> str:
    return "[" + ", ".join(map(written, items)) + "]"


def _context(entries: dict[str, Any]) -> str:
    return "{" + ", ".join(f"{_key(key)}: {written(item)}" for key, item in entries.items()) + "}"


def _key(key: str) -> str:
    return key if key.replace(" ", "").isalnum() else _quoted(key)


def _range(value: Range) -> str:
    if value.sign:
        return f"({value.sign} {written(value.start)})"
    if value.start is None:
        return f"({'<=' if value.end_included else '<'} {written(value.end)})"
    if value.end is None:
        return f"({'>=' if value.start_included else '>'} {written(value.start)})"
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{opening}{written(value.start)}..{written(value.end)}{closing}"


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    str: _quoted,
    Decimal: number_text,
    datetime: temporal.format_date_time,
    date: date.isoformat,
    time: temporal.format_time,
    timedelta: temporal.format_days,
    YearsMonths: str,
    list: _list,
    dict: _context,
    Range: _range,
}
