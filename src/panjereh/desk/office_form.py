"""What an operator typed about an office, read field by field."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from panjereh.catalogue.offices import REASON_AT_MOST
from panjereh.definitions import Office
from panjereh.localisation import digits, identifiers, opening
from panjereh.localisation.dates import WEEKDAYS
from panjereh.localisation.errors import IdentifierProblem, InputProblem

WEEK = (5, 6, 0, 1, 2, 3, 4)
"""Saturday first; Monday is 0."""
WORDS_AT_MOST = 300

Problems = list[tuple[str, str]]


def boxes(languages: tuple[str, ...]) -> tuple[str, ...]:
    """The names of all boxes."""
    words = tuple(f"{field}-{language}" for field in ("address", "hours") for language in languages)
    return (*words, "phone", *(f"open-{opening.DAYS[day]}" for day in WEEK), "reason", "seen")


def days(language: str) -> list[tuple[str, str]]:
    """(box, weekday in words), as the week goes."""
    names = WEEKDAYS.get(language, WEEKDAYS["en"])
    return [(f"open-{opening.DAYS[day]}", names[day]) for day in WEEK]


def filled(office: Office, languages: tuple[str, ...]) -> dict[str, str]:
    """What the boxes hold before somebody types."""
    found = {"phone": office.phone or "", "reason": ""}
    for field, text in (("address", office.address), ("hours", office.hours)):
        found |= {f"{field}-{language}": (text.get(language, "") if text else "") for language in languages}
    for day, spans in opening.parse(office.open).items():
        found[f"open-{opening.DAYS[day]}"] = ", ".join(_written(span) for span in spans)
    return found


def read(typed: Mapping[str, str], languages: tuple[str, ...]) -> tuple[dict[str, Any], Problems]:
    """The fields as agencies.yaml would say them, and what is wrong, by box."""
    problems: Problems = []
    wanted = {
        "address": _words("address", typed, languages, problems),
        "phone": _phone(typed["phone"], problems),
        "open": _hours(typed, problems),
        "hours": _words("hours", typed, languages, problems),
    }
    if not typed["reason"]:
        problems.append(("reason", _("Say why, in a few words: others must be able to follow it later.")))
    if len(typed["reason"]) > REASON_AT_MOST:
        problems.append(("reason", _("This is too long")))
    return wanted, problems


def _words(
    field: str, typed: Mapping[str, str], languages: tuple[str, ...], problems: Problems
) -> dict[str, str] | None:
    found = {language: typed[f"{field}-{language}"] for language in languages}
    if not any(found.values()):
        return None
    for language, words in found.items():
        if not words:
            problems.append((f"{field}-{language}", _("Write it in this language, too, or in none")))
        elif len(words) > WORDS_AT_MOST:
            problems.append((f"{field}-{language}", _("This is too long")))
    return found


def _phone(text: str, problems: Problems) -> str | None:
    """As it is dialled within the country; who typed another country’s number keeps its code."""
    if not text:
        return None
    try:
        number = identifiers.parse_phone(text)
    except IdentifierProblem:
        problems.append(("phone", _("Write a telephone number with its area code, such as 02112345678")))
        return None
    return "0" + number.removeprefix("+98") if number.startswith("+98") else number


def _hours(typed: Mapping[str, str], problems: Problems) -> dict[str, str]:
    found = {}
    for day in (opening.DAYS[number] for number in WEEK):
        text = digits.to_ascii(typed[f"open-{day}"]).replace("،", ",").replace("–", "-")
        if not text:
            continue
        try:
            spans = opening.parse({day: text})[opening.DAYS.index(day)]
        except InputProblem:
            problems.append((f"open-{day}", _("Write hours such as 8-14 or 8:30-12, 13-15; nothing if it is closed")))
            continue
        found[day] = ", ".join(_written(span) for span in spans)
    return found


def _written(span: opening.Span) -> str:
    return f"{span.opens:%-H:%M}-{span.closes:%-H:%M}"
