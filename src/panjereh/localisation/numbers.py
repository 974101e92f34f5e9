"""Numbers as people read and write them."""

import re
from decimal import Decimal

from panjereh.localisation import digits, languages
from panjereh.localisation.errors import NumberProblem

_MINUS = "\u2212"
_TO_LEFT = "\u200e"  # keeps the minus before its number on a page that runs from right to left
_PERSIAN_SIGNS = str.maketrans({",": "٬", ".": "٫"})
_PLAIN = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")


def format_number(number: int | Decimal, lang: str) -> str:
    """The number in the digits and separators of the language: 1234.5 is ۱٬۲۳۴٫۵ and 1,234.5."""
    text = digits.for_language(f"{Decimal(number).copy_abs():,f}", lang)
    if text[0] not in digits.ASCII:
        text = text.translate(_PERSIAN_SIGNS)
    if number >= 0:
        return text
    return (_TO_LEFT if languages.direction(lang) == "rtl" else "") + _MINUS + text


def parse_number(text: str) -> Decimal:
    """Read a number typed with any digits, with or without thousands separators.

    The decimal sign may be a point, the Persian ٫, or a slash between digits, as many write it.
    """
    plain = re.sub(r"[\s\u200b-\u200f]", "", digits.to_ascii(text))
    plain = plain.replace(_MINUS, "-").replace("٬", ",").replace("،", ",").replace("٫", ".").replace("/", ".")
    if not plain:
        raise NumberProblem("missing")
    if len(plain) > 40 or not _PLAIN.fullmatch(plain):
        raise NumberProblem("not_a_number")
    return Decimal(plain.replace(",", ""))


def parse_whole_number(text: str) -> int:
    """Read a whole number as `parse_number` does."""
    number = parse_number(text)
    if number != number.to_integral_value():
        raise NumberProblem("not_whole")
    return int(number)


def group(text: str, sizes: tuple[int, ...]) -> str:
    """Digits in groups that can be read aloud: group("4058317263", (3, 3, 4)) is "405 831 7263".

    The last size repeats until the text ends.
    """
    if not sizes or min(sizes) < 1:
        raise ValueError("groups have sizes of at least one")
    parts, start, place = [], 0, 0
    while start < len(text):
        size = sizes[min(place, len(sizes) - 1)]
        parts.append(text[start : start + size])
        start, place = start + size, place + 1
    return " ".join(parts)
