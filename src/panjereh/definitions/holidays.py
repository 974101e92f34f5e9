"""The days without work of a country: as its lists have them, and computed for the years that have none yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from panjereh.definitions.country_files import CalendarFile
from panjereh.definitions.texts import Text
from panjereh.localisation import dates
from panjereh.localisation.errors import InputProblem
from panjereh.localisation.islamic import Islamic, to_islamic

YEARS_AHEAD = 10
"""So many years after the last list are computed: longer than any term."""

Known = Literal["listed", "computed", "unknown"]


@dataclass(frozen=True)
class Holidays:
    """Day → what is celebrated or mourned. `listed` are the Jalali years with a list, `computed` those without."""

    days: Mapping[date, Text] = field(default_factory=dict)
    listed: frozenset[int] = frozenset()
    computed: frozenset[int] = frozenset()
    sources: Mapping[int, Text] = field(default_factory=dict)

    def known(self, day: date) -> Known:
        """How well the holidays of that day's year are known."""
        year = dates.to_jalali(day).year
        return "listed" if year in self.listed else "computed" if year in self.computed else "unknown"

    def between(self, first: date, last: date) -> list[tuple[date, Text]]:
        return sorted((day, text) for day, text in self.days.items() if first <= day <= last)


def holidays_of(file: CalendarFile) -> tuple[Holidays, list[tuple[str, str]]]:
    """The holidays of calendar.yaml, and the (year, "MM-DD") that are no days."""
    days: dict[date, Text] = {}
    wrong: list[tuple[str, str]] = []
    for year, listed in file.holidays.items():
        for day, text in listed.items():
            month, _, number = day.partition("-")
            try:
                days[dates.parse(number, month, year)] = text
            except InputProblem:
                wrong.append((year, day))
    years = frozenset(int(year) for year in file.holidays if year.isdigit())
    computed = frozenset(range(max(years) + 1, max(years) + 1 + YEARS_AHEAD)) if years and _rules(file) else frozenset()
    for later in computed:
        days |= _computed(later, file)
    sources = {int(year): text for year, text in file.sources.items() if year.isdigit()}
    return Holidays(days, years, computed, sources), wrong


def _rules(file: CalendarFile) -> bool:
    return bool(file.yearly.jalali or file.yearly.islamic)


def _computed(year: int, file: CalendarFile) -> dict[date, Text]:
    first, next_year = dates.Jalali(year, 1, 1).to_date(), dates.Jalali(year + 1, 1, 1).to_date()
    found = {}
    for day, text in file.yearly.jalali.items():
        month, number = map(int, day.split("-"))
        if number <= dates.days_in_month(year, month):
            found[dates.Jalali(year, month, number).to_date()] = text
    begins = to_islamic(first).year
    for day, text in file.yearly.islamic.items():
        month, number = map(int, day.split("-"))
        for lunar in (begins, begins + 1):
            falls = Islamic(lunar, month, number).to_date()
            if first <= falls < next_year:
                found[falls] = text
    return found
