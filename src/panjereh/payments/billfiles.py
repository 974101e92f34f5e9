"""Files of bills, read line by line: CSV with named columns, or JSON lines. Nothing of this touches the database.

A file is read in pieces of bounded size whatever it holds. Each line gives a bill or the reason why not; with it comes
the offset of the byte after it, so that reading can go on there.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any, BinaryIO

from panjereh.localisation import dates, digits
from panjereh.localisation.errors import InputProblem
from panjereh.payments.errors import FileIsUnfit
from panjereh.payments.presenting import Presented, Problem

LONGEST = 16_384
"""Bytes of one line, far more than any bill has."""

NEEDED = ("reference", "account", "amount", "due")
COLUMNS = tuple(each.name for each in fields(Presented) if each.name != "title")
NAMES: Mapping[str, str] = {
    **{name: name for name in COLUMNS},
    "شماره": "reference",
    "شماره قبض": "reference",
    "اشتراک": "account",
    "شماره اشتراک": "account",
    "مبلغ": "amount",
    "مبلغ ریال": "amount",
    "مهلت": "due",
    "مهلت پرداخت": "due",
    "ارز": "currency",
    "شناسه قبض": "bill_id",
    "شناسه پرداخت": "payment_id",
    "کد پستی": "postal_code",
    "کدپستی": "postal_code",
    "شماره ملی": "payer",
    "کد ملی": "payer",
}
"""Headings, without differences that spreadsheets make, → the column."""


@dataclass(frozen=True, slots=True)
class Read:
    """One line: its number, where the next begins, and the bill or what is wrong with it."""

    line: int
    end: int
    content: Presented | Problem


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    end: int
    text: str | Problem


def read(file: BinaryIO, form: str, *, offset: int = 0, line: int = 0) -> Iterator[Read]:
    """Every line from `offset` on, which is the end of line number `line`; empty lines are passed over.

    The file stands at its beginning, and need not be one in which one can seek.

    Raises FileIsUnfit when it is no such file at all.
    """
    if form == "jsonl":
        return _read_json(_lines(_moved(file, offset), offset, line), is_begun=offset > 0)
    return _read_csv(file, offset, line)


def _moved(file: BinaryIO, by: int) -> BinaryIO:
    """The file with so many more bytes read: not every file can be sought in."""
    left = by
    while left > 0:
        piece = file.read(min(left, 1 << 20))
        if not piece:
            break
        left -= len(piece)
    return file


def _lines(file: BinaryIO, offset: int, number: int) -> Iterator[_Line]:
    """Lines of text, or why one is none: too long, or in another encoding than UTF-8."""
    while raw := file.readline(LONGEST + 1):
        number += 1
        offset += len(raw)
        text: str | Problem
        if len(raw) > LONGEST:
            offset += _skip_line(file, raw)
            text = Problem("", "line_too_long", {"max": LONGEST})
        else:
            text = _decoded(raw, is_first=number == 1)
        if text != "":
            yield _Line(number, offset, text)


def _skip_line(file: BinaryIO, raw: bytes) -> int:
    """Read on to the end of a line that is too long, a piece at a time: how many bytes that were."""
    skipped = 0
    while raw and not raw.endswith(b"\n"):
        raw = file.readline(LONGEST)
        skipped += len(raw)
    return skipped


def _decoded(raw: bytes, *, is_first: bool) -> str | Problem:
    try:
        text = raw.decode("utf-8-sig" if is_first else "utf-8")
    except UnicodeDecodeError:
        return Problem("", "other_encoding")
    if "\0" in text:
        return Problem("", "other_encoding")
    return text.strip("\r\n \t\u200e\u200f")


def _read_csv(file: BinaryIO, offset: int, number: int) -> Iterator[Read]:
    heading = next(_lines(file, 0, 0), None)
    columns, delimiter = _heading(heading)
    begun = heading.end if heading else 0
    start, at = max(begun, offset), max(heading.number if heading else 0, number)
    for line in _lines(_moved(file, start - begun), start, at):
        yield Read(line.number, line.end, _from_csv(line.text, columns, delimiter))


def _heading(line: _Line | None) -> tuple[list[str], str]:
    """The columns in their order, and what stands between them."""
    if line is None:
        raise FileIsUnfit(reason="empty")
    if isinstance(line.text, Problem):
        raise FileIsUnfit(reason=line.text.code)
    delimiter = max(",;\t", key=line.text.count)
    columns = [NAMES.get(_plain(name), "") for name in next(csv.reader([line.text], delimiter=delimiter))]
    missing = [name for name in NEEDED if name not in columns]
    doubled = [name for name in COLUMNS if columns.count(name) > 1]
    if missing or doubled:
        reason = "missing_columns" if missing else "doubled_columns"
        raise FileIsUnfit(reason=reason, columns=missing or doubled)
    return columns, delimiter


def _plain(heading: str) -> str:
    """A heading without what differs between spreadsheets: marks, half-spaces, Arabic letters, capitals."""
    text = heading.strip().lower().replace("\u200c", " ").replace("ي", "ی").replace("ك", "ک").replace("ۀ", "ه")
    return " ".join(text.replace("هٔ", "ه").replace("ٔ", "").replace("-", "_").replace("(", "").replace(")", "").split())


def _from_csv(text: str | Problem, columns: list[str], delimiter: str) -> Presented | Problem:
    if isinstance(text, Problem):
        return text
    try:
        cells = next(csv.reader([text], delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return Problem("", "not_a_row")
    if len(cells) != len(columns):
        return Problem("", "cells", {"expected": len(columns), "got": len(cells)})
    return _presented({name: cell.strip() for name, cell in zip(columns, cells, strict=True) if name})


def _read_json(lines: Iterator[_Line], *, is_begun: bool) -> Iterator[Read]:
    for line in lines:
        content = line.text if isinstance(line.text, Problem) else _from_json(line.text)
        if not is_begun and isinstance(content, Problem) and content.code in ("other_encoding", "not_json"):
            raise FileIsUnfit(reason=content.code)
        is_begun = True
        yield Read(line.number, line.end, content)


def _from_json(text: str) -> Presented | Problem:
    try:
        said = json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        return Problem("", "not_json")
    if not isinstance(said, dict):
        return Problem("", "not_json")
    strange = [name for name in said if name not in COLUMNS]
    if strange:
        return Problem(str(strange[0])[:40], "unknown_column")
    if any(not isinstance(value, str | int) or isinstance(value, bool) for value in said.values()):
        return Problem("", "wrong_shape")
    return _presented({name: str(value).strip() for name, value in said.items()})


def _presented(said: dict[str, str]) -> Presented | Problem:
    """A bill from texts. Only amount and day are read here; what the others must be is asked where bills are issued."""
    for name in NEEDED:
        if not said.get(name):
            return Problem(name, "missing")
    amount = _amount(said["amount"])
    if isinstance(amount, Problem):
        return amount
    due = _day(said["due"])
    if isinstance(due, Problem):
        return due
    rest: dict[str, Any] = {name: value for name, value in said.items() if name not in ("amount", "due") and value}
    if "currency" in rest:
        rest["currency"] = rest["currency"].upper()
    return Presented(amount=amount, due=due, **rest)


def _amount(text: str) -> int | Problem:
    """Whole rials in any digits, with or without separators of thousands."""
    number = digits.to_ascii(text).replace("٬", "").replace(",", "").replace("،", "").replace(" ", "")
    number = number.replace("\u2212", "-").replace("\u200c", "")
    sign = number[:1] == "-"
    body = number[1:] if number[:1] in ("-", "+") else number
    if not (body.isascii() and body.isdigit()):
        fraction = body.replace(".", "", 1).replace("٫", "", 1)
        return Problem(
            "amount", "amount_not_whole" if fraction.isascii() and fraction.isdigit() else "amount_not_a_number"
        )
    if len(body) > 18:
        return Problem("amount", "amount_too_large", {"max": 10**13})
    return -int(body) if sign else int(body)


@lru_cache(maxsize=4096)
def _day(text: str) -> date | Problem:
    """A day as 2026-11-30, or by the Solar Hijri calendar as 1405/09/09."""
    plain = digits.to_ascii(text).replace("/", "-").replace(".", "-")
    parts = plain.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts) or len(parts[0]) != 4:
        return Problem("due", "date_not_readable")
    try:
        return dates.parse(parts[2], parts[1], parts[0], "gregorian" if int(parts[0]) >= 1900 else "jalali")
    except InputProblem:
        return Problem("due", "no_such_day")
