"""Letters: one spelling to store, one key to search by, one key to sort by."""

import re
import unicodedata

from panjereh.localisation import digits

HALF_SPACE = "\u200c"
ALPHABET = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"

_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ـ": None, "\u00a0": " ", "\u202f": " ", "\t": " "})
_MARKS = "\u0300-\u036f\u064b-\u065f\u0670"
_NEVER_JOINS = "آأاإدذرزژوؤ"
# A half-space says something only between two letters, the first of which would otherwise join.
_IDLE_HALF_SPACE = re.compile(
    rf"(?<=[{_NEVER_JOINS}]){HALF_SPACE}|{HALF_SPACE}(?![^\W_])|(?<![\w{_MARKS}]){HALF_SPACE}"
)
_FOLDED = str.maketrans(
    {"ئ": "ی", "ة": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ء": None, HALF_SPACE: " "}
    | dict.fromkeys("ەہھ", "ه")
)
# 33 letters fit exactly between the ASCII digits and the small Latin letters, so keys compare as plain bytes.
_SORTED = str.maketrans({letter: chr(0x3A + place) for place, letter in enumerate(ALPHABET)})
_SORTS_AS = str.maketrans({"ئ": "ی", "ة": "ه", "ۀ": "ه", "أ": "ا", "إ": "ا", "ٱ": "ا", "ؤ": "و", "ء": None})


_USUAL = re.compile(f"(?:[!-~{ALPHABET}]+(?: [!-~{ALPHABET}]+)*)?")
"""Most answers: letters and signs that we keep, with single spaces between them."""


def normalise(text: str) -> str:
    """The spelling that we keep: Persian yeh and kaf, composed letters, tidy spaces and half-spaces.

    Control and direction characters, tatweel and lone surrogates go; line ends stay. Doing it twice changes nothing.
    """
    if _USUAL.fullmatch(text):
        return text
    text = "".join(_kept(char) for char in text.replace("\r\n", "\n").replace("\r", "\n"))
    text = unicodedata.normalize("NFC", text).translate(_LETTERS)
    text = unicodedata.normalize("NFC", re.sub(rf"{HALF_SPACE}+(?=[{_MARKS}])", "", text))
    text = re.sub(rf"{HALF_SPACE}+", HALF_SPACE, text)
    text = _IDLE_HALF_SPACE.sub("", text)
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r" ?\n ?", "\n", text).strip()


def _kept(char: str) -> str:
    """The character, its plain form if it is a presentation form, or nothing."""
    code = ord(char)
    if 0xFB50 <= code <= 0xFDCF or 0xFE70 <= code <= 0xFEFC:
        return unicodedata.normalize("NFKC", char)
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if category in ("Zl", "Zp"):
        return "\n"
    nothing = category in ("Cc", "Cs") and char not in "\n\t"
    hidden = category == "Cf" and char not in (HALF_SPACE, "\u200d")
    return "" if nothing or hidden or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF else char


def search_key(text: str) -> str:
    """The text as search sees it: folded letters, no marks, no punctuation, ASCII digits, single spaces.

    Half-spaces become spaces; taking the spaces out as well makes all ways of writing a compound equal.
    """
    text = unicodedata.normalize("NFKD", normalise(text)).casefold()
    parts = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in parts if not unicodedata.category(char).startswith("M"))
    text = digits.to_ascii(text)
    return re.sub(r"[\W_]+", " ", text.translate(_LETTERS).translate(_FOLDED)).strip()


_SUFFIXES = (
    ("هایشان", "", 2), ("هایتان", "", 2), ("هایمان", "", 2), ("هایم", "", 2), ("هایت", "", 2), ("هایش", "", 2),
    ("هایی", "", 2), ("های", "", 2), ("ها", "", 2), ("ترین", "", 2), ("تر", "", 3), ("گان", "ه", 3), ("ان", "", 4),
    ("ات", "", 4), ("ی", "", 3),
    ("ies", "y", 3), ("sses", "ss", 2), ("ss", "ss", 1), ("us", "us", 1), ("s", "", 3),
)  # fmt: skip


def stem(word: str) -> str:
    """The word of a search key without its plural, comparative or possessive ending.

    Light on purpose: it sometimes cuts too much, always in the same way, and search falls back on trigrams.
    """
    for suffix, instead, least in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= least:
            return word[: -len(suffix)] + instead
    return word


def sort_key(text: str) -> str:
    """A key whose byte order is the Persian dictionary's: digits, Persian letters, then all others."""
    text = digits.to_ascii(normalise(text)).casefold().replace(HALF_SPACE, "").translate(_SORTS_AS)
    text = unicodedata.normalize("NFC", text)
    kept = (char for char in text if char.isalnum() or char.isspace())
    return " ".join("".join(kept).split()).translate(_SORTED)
