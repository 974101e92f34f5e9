"""What an operator typed about an office, read field by field."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from panjereh.catalogue.offices import REASON_AT_MOST
from panjereh.definitions import Office
from panjereh.definitions.country_files import jalali_day
from panjereh.kernel import clock
from panjereh.localisation import dates, digits, identifiers, opening
from panjereh.localisation.dates import WEEKDAYS
from panjereh.localisation.errors import DateProblem, IdentifierProblem, InputProblem

WEEK = (5, 6, 0, 1, 2, 3, 4)
"""Saturday first; Monday is 0."""
WORDS_AT_MOST = 300
DAY = ("closed.day", "closed.month", "closed.year")
AGAIN = "again-"
"""Before the day on which an office that was to be closed shall be open again."""

Problems = list[tuple[str, str]]


def boxes(languages: tuple[str, ...]) -> tuple[str, ...]:
    """The names of all boxes that are there for every office."""
    words = tuple(f"{field}-{language}" for field in ("title", "address", "hours", "why") for language in languages)
    return (*words, "phone", *(f"open-{opening.DAYS[day]}" for day in WEEK), *DAY, "reason", "seen")


def closed_ahead(office: Office) -> list[tuple[str, date, Any]]:
    """(box that opens it again, day, why) for each day ahead on which this office is to be closed."""
    found = [(f"{AGAIN}{written}", jalali_day(written), why) for written, why in office.closed.items()]
    return sorted((one for one in found if one[1] >= clock.today()), key=lambda one: one[1])


def days(language: str) -> list[tuple[str, str]]:
    """(box, weekday in words), as the week goes."""
    names = WEEKDAYS.get(language, WEEKDAYS["en"])
    return [(f"open-{opening.DAYS[day]}", names[day]) for day in WEEK]


def filled(office: Office, languages: tuple[str, ...]) -> dict[str, str]:
    """What the boxes hold before somebody types."""
    found = {"phone": office.phone or "", "reason": ""}
    for field, text in (("title", office.title), ("address", office.address), ("hours", office.hours)):
        found |= {f"{field}-{language}": (text.get(language, "") if text else "") for language in languages}
    for day, spans in opening.parse(office.open).items():
        found[f"open-{opening.DAYS[day]}"] = ", ".join(_written(span) for span in spans)
    return found


def read(
    typed: Mapping[str, str], languages: tuple[str, ...], office: Office, opened: Iterable[str] = ()
) -> tuple[dict[str, Any], Problems]:
    """The fields as agencies.yaml would say them, and what is wrong, by box. opened: boxes of `closed_ahead`."""
    problems: Problems = []
    wanted = {
        "title": _words("title", typed, languages, problems),
        "closed": _closed(typed, languages, office, set(opened), problems),
        "address": _words("address", typed, languages, problems),
        "phone": _phone(typed["phone"], problems),
        "open": _hours(typed, problems),
        "hours": _words("hours", typed, languages, problems),
    }
    if wanted["title"] is None:
        problems.append((f"title-{languages[0]}", _("Write what the office is called")))
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


def _closed(
    typed: Mapping[str, str], languages: tuple[str, ...], office: Office, opened: set[str], problems: Problems
) -> dict[str, Any]:
    """Day → why, as it shall be: without the days that are opened again, with the one that was added."""
    found: dict[str, Any] = {day: dict(why) for day, why in office.closed.items() if f"{AGAIN}{day}" not in opened}
    words = _words("why", typed, languages, problems)
    typed_day = [typed[box] for box in DAY]
    if not any(typed_day) and words is None:
        return found
    try:
        day = dates.parse_either(*typed_day)
    except DateProblem:
        day = None
    if day is None or day < clock.today():
        problems.append(("closed-day", _("Write a day that is still to come, as day, month and year")))
    elif words is None:
        problems.append((f"why-{languages[0]}", _("Write why the office is closed on that day")))
    else:
        jalali = dates.to_jalali(day)
        found[f"{jalali.year:04}-{jalali.month:02}-{jalali.day:02}"] = words
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
