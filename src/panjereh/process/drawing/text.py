"""How wide words will be on the page, and where they break: by the widths of the font that our pages use."""

import json
from functools import cache
from pathlib import Path

SIZE = 14.0
"""Of letters in a picture, in CSS pixels."""
SMALL = 12.5
RESERVE = 1.05
"""English pages use the reader's own font, which may be a little wider than ours."""
USUAL = 560
"""Of a letter that the table does not know."""
_MARKS = range(0x64B, 0x660)  # vowel signs stand above and below and take no room


@cache
def _widths() -> dict[str, int | list[int]]:
    """`bench/fonts.py` writes this table: isolated, final, initial and medial form, in thousandths of the type size."""
    table: dict[str, int | list[int]] = json.loads(Path(__file__).with_name("widths.json").read_text("utf-8"))
    return table


def width(text: str, size: float = SIZE) -> float:
    """CSS pixels. Persian letters are measured in the form that they take beside their neighbours."""
    letters = [letter for letter in text if ord(letter) not in _MARKS]
    total = 0
    for place, letter in enumerate(letters):
        widths = _widths().get(letter, 0 if letter in "\u200c\u200d\u200e\u200f" else USUAL)
        if isinstance(widths, int):
            total += widths
            continue
        after = place > 0 and _joins_on(letters[place - 1])
        before = place + 1 < len(letters) and _joins_on(letter) and isinstance(_widths().get(letters[place + 1]), list)
        total += widths[after + 2 * before]
    return total * size / 1000 * RESERVE


def _joins_on(letter: str) -> bool:
    """Whether the letter reaches out to the next one (ب does, د does not): only then it has an initial form."""
    widths = _widths().get(letter)
    return isinstance(widths, list) and letter not in "اأإآدذرزژوؤةى"


def wrap(text: str, room: float, size: float = SIZE, most: int = 4) -> tuple[str, ...]:
    """Lines of at most `room` pixels as long as the words allow; what exceeds `most` lines is cut with an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines += _broken(word, room, size)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1] + "…"]
    return _balanced(lines, room, size)


def _broken(word: str, room: float, size: float) -> list[str]:
    """A word that is wider than the room, in pieces."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width(pieces[-1] + letter, size) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _balanced(lines: list[str], room: float, size: float) -> tuple[str, ...]:
    """Two lines of about the same length look better than a long one and a single word."""
    if len(lines) != 2 or "…" in lines[1]:
        return tuple(lines)
    words = " ".join(lines).split(" ")
    cuts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    fitting = [cut for cut in cuts if max(width(part, size) for part in cut) <= room]
    return min(fitting, key=lambda cut: max(width(part, size) for part in cut), default=tuple(lines))
