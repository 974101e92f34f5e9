"""Which format a file has, and the reader of it."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from panjereh.definitions import BankAccount
from panjereh.payments.statements import camt, mt940, table
from panjereh.payments.statements.shape import Item

FORMATS: Mapping[str, Callable[[BinaryIO, BankAccount | None], Iterator[Item]]] = {
    "camt053": camt.read,
    "mt940": mt940.read,
    "csv": table.read,
}
"""Name of a format → what reads it."""


def format_of(stream: BinaryIO) -> str:
    """The format by how the file begins; what is neither XML nor MT940 is a table."""
    head = stream.read(400).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    stream.seek(0)
    if head.startswith(b"<"):
        return "camt053"
    return "mt940" if head.startswith((b":20:", b"{1:")) or b"\n:20:" in head else "csv"


def read(stream: BinaryIO, account: BankAccount | None = None) -> Iterator[Item]:
    """Every entry, balance and fault of a file, in its order. `account`: the one that was chosen, if any."""
    return FORMATS[format_of(stream)](stream, account)
