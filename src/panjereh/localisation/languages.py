"""Languages by their tags (BCP 47): how they call themselves and which way they run."""

from typing import Literal

_NAMES = {
    "fa": "فارسی",
    "en": "English",
    "ar": "العربية",
    "azb": "تۆرکجه",
    "az": "Azərbaycanca",
    "ckb": "کوردیی ناوەندی",
    "ku": "Kurdî",
    "ps": "پښتو",
    "tk": "Türkmençe",
    "tr": "Türkçe",
    "ur": "اردو",
    "fr": "Français",
    "de": "Deutsch",
}
_RIGHT_TO_LEFT = frozenset({"fa", "ar", "azb", "ckb", "he", "ps", "sd", "ug", "ur", "yi"})


def direction(lang: str) -> Literal["rtl", "ltr"]:
    """Which way the language is written. A region after the language ("fa-IR") makes no difference."""
    return "rtl" if lang.split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def name(lang: str) -> str:
    """The language's own name for itself, or the tag if we don't know it."""
    return _NAMES.get(lang.split("-")[0], lang)
