"""Regular expressions of XPath, as FEEL has them, run by Python's engine without its traps.

Python's engine tries all ways to match, so a pattern that repeats a repetition can take for ever. Such patterns are
refused, and texts longer than a page are not searched.
"""

import re
from functools import lru_cache

LONGEST_PATTERN = 500
LONGEST_SEARCHED = 4000

_FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}
_PIECE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\(\?:|\(|\)|[*+?]\??|\{\d+(?:,\d*)?\}\??|.", re.DOTALL)


class PatternError(ValueError):
    """A pattern that can't be used."""


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str = "") -> re.Pattern[str]:
    """The pattern ready for use. Raises PatternError."""
    if len(pattern) > LONGEST_PATTERN or set(flags) - set("ismxq"):
        raise PatternError("the pattern is too long, or has flags other than i, s, m, x, q")
    if "q" in flags:
        pattern = re.escape(pattern)
    else:
        _must_be_harmless(pattern)
    value = re.NOFLAG
    for flag in set(flags) - {"q"}:
        value |= _FLAGS[flag]
    try:
        return re.compile(_in_python(pattern), value)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(str(error)) from error


def _in_python(pattern: str) -> str:
    """The classes of letters and digits that Python spells otherwise."""
    return re.sub(r"\\p\{L\}", r"[^\\W\\d_]", pattern).replace(r"\p{Nd}", r"\d")


def _must_be_harmless(pattern: str) -> None:
    """Refuse look-around and a repeated group that itself repeats or chooses."""
    if re.search(r"\(\?(?!:)", pattern):
        raise PatternError("look-around and named groups are no part of FEEL")
    wild = [False]
    repeats = 0
    pieces = _PIECE.findall(pattern)
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
