"""Digits of three scripts: Persian ۰-۹, Arabic ٠-٩ and ASCII. Stored values are always ASCII."""

PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
ARABIC = "٠١٢٣٤٥٦٧٨٩"
ASCII = "0123456789"

_TO_ASCII = str.maketrans(PERSIAN + ARABIC, ASCII * 2)
_TO_PERSIAN = str.maketrans(ASCII + ARABIC, PERSIAN * 2)
_TO_ARABIC = str.maketrans(ASCII + PERSIAN, ARABIC * 2)
_OF_LANGUAGE = {"fa": _TO_PERSIAN, "ckb": _TO_PERSIAN, "azb": _TO_PERSIAN, "ar": _TO_ARABIC}


def to_ascii(text: str) -> str:
    """The text with every Persian and Arabic digit as an ASCII digit."""
    return text.translate(_TO_ASCII)


def to_persian(text: str) -> str:
    """The text with every digit as a Persian one."""
    return text.translate(_TO_PERSIAN)


def for_language(text: str, lang: str) -> str:
    """The text with the digits that readers of `lang` expect."""
    return text.translate(_OF_LANGUAGE.get(lang, _TO_ASCII))
