"""Regular expressions of XPath, as FEEL has them, run by Python's engine without its traps.

Python's engine tries all ways to match. A pattern that repeats a repetition can take for ever and is refused; the more
parts of a pattern repeat or choose, the shorter the texts that it may search.
"""

import itertools
import re
from functools import lru_cache
from typing import NamedTuple

LONGEST_PATTERN = 500
LONGEST_SEARCHED = 4000
MOST_WAYS = 10**8

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


class Pattern(NamedTuple):
    """A pattern ready for use.

    repeats: how many of its parts can take any number of signs; choices: how many can be there or not
    """

    python: re.Pattern[str]
    repeats: int
    choices: int

    def ways(self, text: str) -> int:
        """About how many ways there are to try it on the text, at worst."""
        return int((len(text) + 1) ** self.repeats) << self.choices

    def may_search(self, text: str) -> bool:
        return len(text) <= LONGEST_SEARCHED and self.ways(text) <= MOST_WAYS


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str = "") -> Pattern:
    """The pattern ready for use. Raises PatternError."""
    if len(pattern) > LONGEST_PATTERN or set(flags) - set("ismxq"):
        raise PatternError("the pattern is too long, or has flags other than i, s, m, x, q")
    pieces = [re.escape(pattern)] if "q" in flags else _pieces(pattern, flags)
    repeats, choices = (0, 0) if "q" in flags else _freedom(pieces)
    any_sign = "." if "s" in flags else r"[^\n\r]"
    python = pieces[0] if "q" in flags else "".join(_piece(piece, any_sign) for piece in pieces)
    value = re.NOFLAG
    for flag in set(flags) - {"q", "x"}:
        value |= _FLAGS[flag]
    try:
        return Pattern(re.compile(python, value), repeats, choices)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(str(error)) from error


def _pieces(pattern: str, flags: str) -> list[str]:
    """The pattern taken apart into signs, classes, brackets and repetitions."""
    pieces = _PIECE.findall(pattern)
    if "x" in flags:
        return _PIECE.findall("".join(piece if piece[0] == "[" else re.sub(r"\s", "", piece) for piece in pieces))
    return pieces


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


def _freedom(pieces: list[str]) -> tuple[int, int]:
    """How many parts repeat, and how many choose. Raises PatternError for a repeated group that does either."""
    if any(pair in (("(", "?"), ("(", "??")) for pair in itertools.pairwise(pieces)):
        raise PatternError("look-around and named groups are no part of FEEL")
    wild = [False]
    repeats, choices = 0 if pieces[:1] == ["^"] and "|" not in pieces else 1, 0
    for piece, following in itertools.pairwise([*pieces, ""]):
        repeats += _is_open(following)
        choices += piece == "|" or following[:1] == "?"
        if piece in ("(", "(?:"):
            wild.append(False)
        elif piece == ")" and len(wild) > 1:
            inside = wild.pop()
            if inside and (_is_open(following) or following[:1] == "{"):
                raise PatternError("a repeated group must not repeat or choose within itself")
            wild[-1] = wild[-1] or inside
        wild[-1] = wild[-1] or piece == "|" or _is_open(following) or following[:1] == "?"
    return repeats, choices


def _is_open(piece: str) -> bool:
    """Whether this is a repetition without a fixed count."""
    return piece[:1] in ("*", "+") or (piece[:1] == "{" and "," in piece)
