"""Files that are small until they are opened: whether a PDF may be read at all, found out at a bounded cost.

A stream of some kilobytes can be inflated to gigabytes, and who reads PDFs inflates before looking. Our own files are
far below these limits, and use no other filter than Flate.
"""

import re
import zlib

MOST_INFLATED = 64 * 2**20  # bytes of all streams together
MOST_STREAMS = 5_000
DEEPEST = 3  # a stream within a stream within a stream

STREAM = re.compile(rb"(?<!end)stream\r?\n")
IN_LETTERS = re.compile(rb"/(?:ASCII85|ASCIIHex)Decode\b|/A85\b|/AHx\b")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def swells(pdf: bytes) -> bool:
    """Whether reading it could cost more than a check is worth."""
    room = MOST_INFLATED
    if _hides_streams(pdf):
        return True
    for number, found in enumerate(STREAM.finditer(pdf), 1):
        end = pdf.find(b"endstream", found.end())
        if number > MOST_STREAMS or end < 0:
            return True
        content = pdf[found.end() : end]
        for _depth in range(DEEPEST):
            content = _inflated(content, room)
            room -= len(content)
            if room <= 0 or _hides_streams(content):
                return True
    return False


def _inflated(content: bytes, most: int) -> bytes:
    """What it holds, up to so many bytes; nothing, if it is not compressed."""
    try:
        return zlib.decompressobj().decompress(content, most)
    except zlib.error:
        return b""


def _hides_streams(content: bytes) -> bool:
    """Filters that write bytes in letters hide from us what is compressed below. Names may be written with escapes."""
    if b"#" in content:
        content = ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), content)
    return IN_LETTERS.search(content) is not None
