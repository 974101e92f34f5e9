"""Lines of a file of text, decoded one by one, so that what can't be read has a place."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, iterdecode
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from panjereh.payments.statements.shape import Fault

LONGEST_LINE = 20_000  # of a table or an MT940 field: a few hundred signs are usual


def decoded(stream: BinaryIO, encoding: str) -> Iterator[tuple[int, str] | Fault]:
    """Number and text of each line without its end. A mark at the beginning says more than `encoding` does."""
    head = stream.read(4)
    stream.seek(0)
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        yield from _of_utf16(stream)
        return
    if head.startswith(BOM_UTF8):
        stream.seek(len(BOM_UTF8))
        encoding = "utf-8"
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            yield Fault(number, _("This line is too long for a statement."))
            return
        try:
            yield number, raw.decode(encoding).rstrip("\r\n")
        except UnicodeDecodeError:
            yield Fault(number, _("This line is not written in %(encoding)s.") % {"encoding": encoding.upper()})


def _of_utf16(stream: BinaryIO) -> Iterator[tuple[int, str] | Fault]:
    number, rest = 1, ""
    try:
        for piece in iterdecode(iter(lambda: stream.read(1 << 14), b""), "utf-16"):
            *whole, rest = (rest + piece).split("\n")
            for text in whole:
                yield number, text.rstrip("\r")
                number += 1
            if len(rest) > LONGEST_LINE:
                yield Fault(number, _("This line is too long for a statement."))
                return
    except UnicodeDecodeError:
        yield Fault(number, _("This line is not written in %(encoding)s.") % {"encoding": "UTF-16"})
        return
    if rest:
        yield number, rest
