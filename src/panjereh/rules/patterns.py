"""Regular expressions of XPath, as FEEL has them, run by Python's engine without its traps.

Python's engine tries all ways to match, so a pattern that repeats a repetition can take for ever. Such patterns are
refused, and texts longer than a page are not searched.
"""

import itertools
import re
from functools import lru_cache

LONGEST_PATTERN = 500
LONGEST_SEARCHED = 4000

_FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE}
_PIECE = re.compile(
    r"\\[pP]\{[^}]*\}|\\.|\[(?:\\.|\[[^\]]*\]|[^\]\\\[])*\]|\(\?:|\(|\)|[*+?]\??|\{\d+(?:,\d*)?\}\??|.", re.DOTALL
)
_SUBTRACTION = re.compile(r"\[(.*)-(\[[^\]]*\])\]", re.DOTALL)
_CLASSES = {
    r"\p{L}": r"[^\W\d_]",
    r"\p{Nd}": r"\d",
    r"\p{IsBasicLatin}": r"[\x00-\x7f]",
    r"\P{IsBasicLatin}": r"[^\x00-\x7f]",
}


class PatternError(ValueError):
    """A pattern that can't be used."""


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str = "") -> re.Pattern[str]:
    """The pattern ready for use. Raises PatternError."""
    if len(pattern) > LONGEST_PATTERN or set(flags) - set("ismxq"):
        raise PatternError("the pattern is too long, or has flags other than i, s, m, x, q")
    python = re.escape(pattern) if "q" in flags else _translated(pattern, flags)
    value = re.NOFLAG
    for flag in set(flags) - {"q", "x"}:
        value |= _FLAGS[flag]
    try:
        return re.compile(python, value)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(str(error)) from error


def _translated(pattern: str, flags: str) -> str:
    """The pattern in Python's dialect."""
    pieces = _PIECE.findall(pattern)
    if "x" in flags:
        pieces = _PIECE.findall("".join(p if p[0] == "[" else re.sub(r"\s", "", p) for p in pieces))
    _must_be_harmless(pieces)
    return "".join(_piece(piece, any_sign="." if "s" in flags else r"[^\n\r]") for piece in pieces)


def _piece(piece: str, any_sign: str) -> str:
    if piece == ".":
        return any_sign
    if piece[:2] in (r"\p", r"\P"):
        if piece not in _CLASSES:
            raise PatternError(f"the class {piece} is not known")
        return _CLASSES[piece]
    if piece[0] == "[" and len(piece) > 1:
        if re.search(r"\\\d", piece):
            raise PatternError("a group can't be meant within [ ]")
        less = _SUBTRACTION.fullmatch(piece)
        return f"(?:(?!{less[2]})[{less[1]}])" if less else piece
    return piece


def _must_be_harmless(pieces: list[str]) -> None:
    """Refuse look-around and a repeated group that itself repeats or chooses."""
    if any(pair in (("(", "?"), ("(", "??")) for pair in itertools.pairwise(pieces)):
        raise PatternError("look-around and named groups are no part of FEEL")
    wild = [False]
    repeats = 0
    for place, piece in enumerate(pieces):
        following = pieces[place + 1] if place + 1 < len(pieces) else ""
        unbounded = following[:1] in ("*", "+") or (following[:1] == "{" and not following.startswith(("{0}", "{1}")))
        if piece in ("(", "(?:"):
            wild.append(False)
        elif piece == ")" and len(wild) > 1:
            inside = wild.pop()
            if inside and unbounded:
                raise PatternError("a repeated group must not repeat or choose within itself")
            wild[-1] = wild[-1] or inside or unbounded
        elif piece == "|" or unbounded:
            wild[-1] = True
        repeats += unbounded
    if repeats > 12:
        raise PatternError("the pattern repeats too many parts")
