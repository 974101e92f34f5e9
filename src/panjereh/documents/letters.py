"""A notice or message on paper, for those who want to be told so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from panjereh.documents import typesetting, wording
from panjereh.kernel import clock
from panjereh.localisation import dates, digits, numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What stands on it, in the language of whoever gets it.

    case: the number of the case that it is about, if any
    """

    to: str
    agency: Mapping[str, str]
    subject: str
    text: str
    written_at: datetime
    language: str
    case: str = ""


def typeset(letter: Letter) -> bytes:
    return typesetting.typeset(typesetting.own_template("letter.typ"), describe(letter))


def describe(letter: Letter) -> dict[str, Any]:
    """All that the template is given."""
    language = letter.language
    written_on = letter.written_at.astimezone(clock.home_zone()).date()
    number = numbers.group(letter.case, (3, 3, 4)).replace(" ", "\u00a0") if letter.case else ""
    return {
        "languages": [language],
        "title": {language: letter.subject},
        "agency": dict(letter.agency),
        "code": "",
        "address": "",
        "qr": "",
        "demonstration": settings.DEMONSTRATION,
        "words": wording.in_languages(wording.LETTER, [language]),
        "letter": {
            "to": letter.to,
            "date": dates.format_date(written_on, language, solar_hijri=True),
            "number": digits.for_language(number, language),
            "text": letter.text,
        },
    }
