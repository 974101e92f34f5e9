"""Files that are small until they are opened: whether a PDF may be read at all, found out at a bounded cost.

A stream of some kilobytes can be inflated to gigabytes, and who reads PDFs inflates before looking. Our own files are
far below these limits, and use no other filter than Flate.
"""

import re
import zlib

MOST_INFLATED = 64 * 2**20  # bytes of all streams together, whether read or inflated
MOST_STREAMS = 5_000
PIECE = 2**14  # bytes that are read, and that come out, at once
DEEPEST = 3  # a stream within a stream within a stream

STREAM = re.compile(rb"(?<!end)stream\r?\n")
IN_LETTERS = re.compile(rb"/(?:ASCII85|ASCIIHex)Decode\b|/A85\b|/AHx\b")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def swells(pdf: bytes) -> bool:
    """Whether reading it could cost more than a check is worth.

    A stream ends where its compressed data say so: the word `endstream` may stand within them.
    """
    room = MOST_INFLATED
    if _hides_streams(pdf):
        return True
    for number, found in enumerate(STREAM.finditer(pdf), 1):
        if number > MOST_STREAMS or pdf.find(b"endstream", found.end()) < 0:
            return True
        content, start = pdf, found.end()
        for _depth in range(DEEPEST):
            content, cost = _inflated(content, start, room)
            start = 0
            room -= cost
            if room <= 0 or _hides_streams(content):
                return True
    return False


def _inflated(content: bytes, start: int, most: int) -> tuple[bytes, int]:
    """What it holds from `start` on, up to so many bytes, and how many bytes were read or came out, if those are more.

    Of damaged data it is what came before the damage, as readers take it; of uncompressed data nothing.
    """
    inflater, out, read = zlib.decompressobj(), bytearray(), 0
    while not inflater.eof and max(len(out), read) < most:
        piece = content[start + read : start + read + PIECE]
        try:
            came = inflater.decompress(piece, min(PIECE, most - len(out)))
        except zlib.error:
            break
        taken = len(piece) - len(inflater.unconsumed_tail) - len(inflater.unused_data)
        if not came and not taken:
            break
        out += came
        read += taken
    return bytes(out), max(len(out), read)


def _hides_streams(content: bytes) -> bool:
    """Filters that write bytes in letters hide from us what is compressed below. Names may be written with escapes."""
    if b"#" in content:
        content = ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), content)
    return IN_LETTERS.search(content) is not None
