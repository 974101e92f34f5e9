"""Dates in the Solar Hijri (Jalali) and the Gregorian calendar: read from three boxes, written in words."""

from datetime import date, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

import jdatetime

from panjereh.kernel import clock
from panjereh.localisation import digits, letters
from panjereh.localisation.errors import DateProblem

Calendar = Literal["jalali", "gregorian"]

MONTHS: dict[tuple[str, str], tuple[str, ...]] = {
    ("jalali", "fa"): (
        "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
    ),
    ("jalali", "en"): (
        "Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar",
        "Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand",
    ),
    ("gregorian", "fa"): (
        "ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر",
    ),
    ("gregorian", "en"): (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
WEEKDAYS = {
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
"""Monday first, as Python counts."""

_YEARS: dict[str, tuple[int, int]] = {"jalali": (1178, 1599), "gregorian": (1800, 2220)}
_OTHER_SPELLINGS = {
    "jalali": {"امرداد": 5, "shahrivar": 6, "day": 10, "farvardeen": 1, "khordaad": 3, "aaban": 8},
    "gregorian": {"می": 5, "ژوین": 6, "جولای": 7, "آگوست": 8, "اگوست": 8, "اپریل": 4, "جون": 6, "sept": 9},
}


class Jalali(NamedTuple):
    """A day of the Solar Hijri calendar."""

    year: int
    month: int
    day: int

    def to_date(self) -> date:
        """The same day in the Gregorian calendar. Raises ValueError when there is no such day."""
        gregorian: date = jdatetime.date(self.year, self.month, self.day).togregorian()
        return gregorian

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}-{self.day:02}"


@lru_cache(maxsize=4096)
def to_jalali(day: date) -> Jalali:
    """The same day in the Solar Hijri calendar."""
    found = jdatetime.date.fromgregorian(date=date(day.year, day.month, day.day))
    return Jalali(found.year, found.month, found.day)


def days_in_month(year: int, month: int, calendar: Calendar = "jalali") -> int:
    """How many days the month has; Esfand and February know leap years."""
    if calendar == "gregorian":
        following = date(year + month // 12, month % 12 + 1, 1)
        return (following - date(year, month, 1)).days
    if month < 12:
        return 31 if month <= 6 else 30
    return 30 if jdatetime.date(year, 1, 1).isleap() else 29


FIRST_GREGORIAN = 1700
"""Years from here on are Gregorian where either calendar may be written."""


def parse(day: str, month: str, year: str, calendar: Calendar = "jalali") -> date:
    """The date of three boxes, in any digits; the month may be a name in Persian or English.

    Raises DateProblem, which names the box to correct.
    """
    typed = {"day": day.strip(), "month": month.strip(), "year": year.strip()}
    empty = [part for part, text in typed.items() if not text]
    if empty:
        raise DateProblem("missing", "all" if len(empty) == 3 else empty[0])
    in_month = _month(typed["month"], calendar)
    in_year = _year(typed["year"], calendar)
    last = days_in_month(in_year, in_month, calendar)
    on_day = _within("day", _number(typed["day"], "day"), 1, last)
    if calendar == "gregorian":
        return date(in_year, in_month, on_day)
    return Jalali(in_year, in_month, on_day).to_date()


def parse_either(day: str, month: str, year: str) -> date:
    """As `parse`, of whichever calendar the year is of: no day of this life is in both. Raises DateProblem."""
    plain = digits.to_ascii(year).strip()
    gregorian = plain.isascii() and plain.isdigit() and int(plain[:6]) >= FIRST_GREGORIAN
    return parse(day, month, year, "gregorian" if gregorian else "jalali")


def _number(text: str, part: str) -> int:
    plain = digits.to_ascii(text)
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 6):
        raise DateProblem("not_a_number", part)
    return int(plain)


def _within(part: str, number: int, low: int, high: int) -> int:
    if not low <= number <= high:
        raise DateProblem("out_of_range", part, low=low, high=high)
    return number


def _year(text: str, calendar: Calendar) -> int:
    year = _number(text, "year")
    if len(digits.to_ascii(text)) < 4:
        raise DateProblem("year_needs_four_digits", "year")
    low, high = _YEARS[calendar]
    other_low, other_high = _YEARS["gregorian" if calendar == "jalali" else "jalali"]
    if not low <= year <= high and other_low <= year <= other_high:
        raise DateProblem("other_calendar", "year", calendar=calendar)
    return _within("year", year, low, high)


def _month(text: str, calendar: Calendar) -> int:
    if digits.to_ascii(text).isdigit():
        return _within("month", _number(text, "month"), 1, 12)
    found = _MONTH_NUMBERS[calendar].get(letters.search_key(text).replace(" ", ""))
    if found is None:
        raise DateProblem("not_a_month", "month")
    return found


def _month_numbers(calendar: Calendar) -> dict[str, int]:
    """Search keys of all spellings; English names also by their first three letters."""
    found: dict[str, int] = {}
    for (of_calendar, lang), names in MONTHS.items():
        if of_calendar == calendar:
            for number, name in enumerate(names, 1):
                found[letters.search_key(name)] = number
                if lang == "en":
                    found.setdefault(letters.search_key(name)[:3], number)
    return found | {letters.search_key(name): number for name, number in _OTHER_SPELLINGS[calendar].items()}


_MONTH_NUMBERS: dict[str, dict[str, int]] = {
    "jalali": _month_numbers("jalali"),
    "gregorian": _month_numbers("gregorian"),
}


def unparse(day: date, calendar: Calendar = "jalali") -> tuple[str, str, str]:
    """Day, month and year as ASCII digits, to fill the three boxes again."""
    if calendar == "gregorian":
        return str(day.day), str(day.month), str(day.year)
    jalali = to_jalali(day)
    return str(jalali.day), str(jalali.month), str(jalali.year)


def calendar_of(lang: str) -> Calendar:
    """The calendar that readers of the language live by."""
    return "gregorian" if lang == "en" else "jalali"


@lru_cache(maxsize=4096)
def format_date(day: date, lang: str, weekday: bool = False, solar_hijri: bool = False) -> str:
    """The date in words: ۱ آذر ۱۴۰۵ in Persian, 22 November 2026 in English.

    weekday: with the day of the week before it
    solar_hijri: in English, with the Solar Hijri date in brackets, where the date is evidence
    """
    words = "en" if lang == "en" else "fa"
    text = _in_words(day, calendar_of(lang), words)
    if weekday:
        text = f"{WEEKDAYS[words][day.weekday()]} {text}"
    if solar_hijri and words == "en":
        text += f" ({_in_words(day, 'jalali', 'en')})"
    return digits.for_language(text, lang)


def _in_words(of: date, calendar: Calendar, words: str) -> str:
    day, month, year = unparse(of, calendar)
    return f"{day} {MONTHS[calendar, words][int(month) - 1]} {year}"


def format_datetime(moment: datetime, lang: str, weekday: bool = False, solar_hijri: bool = False) -> str:
    """Date and time of day where the people are: ۱ آذر ۱۴۰۵، ساعت ۱۴:۳۰ or 22 November 2026, 14:30."""
    local = moment.astimezone(clock.home_zone())
    between = ", " if lang == "en" else "، ساعت "
    time = digits.for_language(f"{local:%H:%M}", lang)
    return format_date(local.date(), lang, weekday, solar_hijri) + between + time
