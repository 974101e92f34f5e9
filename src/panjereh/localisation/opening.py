"""Opening hours: read from `saturday-wednesday: 7:30-14:30`, and put into words."""

import re
from collections.abc import Iterator, Mapping
from datetime import time
from itertools import pairwise
from typing import NamedTuple

from panjereh.localisation import digits
from panjereh.localisation.dates import WEEKDAYS
from panjereh.localisation.errors import InputProblem

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""Monday first, as Python counts."""

_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?")


class Span(NamedTuple):
    """From opening to closing, within one day."""

    opens: time
    closes: time


Opening = dict[int, tuple[Span, ...]]
"""Weekday (Monday is 0) → when it is open, in order. A day that is missing is closed."""


def parse(written: Mapping[str, str]) -> Opening:
    """Read days and hours: `saturday-wednesday: 7:30-14:30`, `thursday: 8-12, 13-15`. Raises InputProblem.

    Codes: not_a_weekday (text), not_hours (text), day_twice (text).
    """
    found: Opening = {}
    for days, hours in written.items():
        spans = _spans(hours)
        for day in _days(days):
            if day in found:
                raise InputProblem("day_twice", text=DAYS[day])
            found[day] = spans
    return found


def _days(text: str) -> list[int]:
    first, _, last = (part.strip() for part in text.lower().partition("-"))
    if first not in DAYS or (last and last not in DAYS):
        raise InputProblem("not_a_weekday", text=text)
    start = DAYS.index(first)
    number = (DAYS.index(last) - start) % 7 + 1 if last else 1
    return [(start + step) % 7 for step in range(number)]


def _spans(text: str) -> tuple[Span, ...]:
    spans = []
    for part in text.split(","):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            raise InputProblem("not_hours", text=text)
        spans.append(_span(text, *(int(number or 0) for number in match.groups())))
    spans.sort()
    if any(one.closes > other.opens for one, other in pairwise(spans)):
        raise InputProblem("not_hours", text=text)
    return tuple(spans)


def _span(text: str, hour: int, minute: int, until_hour: int, until_minute: int) -> Span:
    if until_hour == 24 and until_minute == 0:
        until_hour, until_minute = 23, 59
    try:
        span = Span(time(hour, minute), time(until_hour, until_minute))
    except ValueError:
        raise InputProblem("not_hours", text=text) from None
    if span.opens >= span.closes:
        raise InputProblem("not_hours", text=text)
    return span


def in_words(opening: Mapping[int, tuple[Span, ...]], lang: str, *, week_begins: int = 5) -> list[tuple[str, str]]:
    """(days, hours) for a list: neighbouring days with the same hours together; the week begins with Saturday (5)."""
    names, joint = WEEKDAYS.get(lang, WEEKDAYS["en"]), "تا" if lang == "fa" else "to"
    lines = []
    for first, last, spans in _runs(opening, week_begins):
        days = names[first] if first == last else f"{names[first]} {joint} {names[last]}"
        hours = [f"{_clock(span.opens)} {joint} {_clock(span.closes)}" for span in spans]
        lines.append((days, digits.for_language("، ".join(hours) if lang == "fa" else ", ".join(hours), lang)))
    return lines


def _runs(opening: Mapping[int, tuple[Span, ...]], week_begins: int) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    days = [(week_begins + step) % 7 for step in range(7)]
    run: list[int] = []
    for day in days:
        spans = opening.get(day, ())
        if run and spans != opening.get(run[0], ()):
            yield run[0], run[-1], opening[run[0]]
            run = []
        if spans:
            run.append(day)
    if run:
        yield run[0], run[-1], opening[run[0]]


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02}"
