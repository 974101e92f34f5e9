"""The tabular Islamic calendar: what the lunar date of a day would be by calculation.

A cycle of thirty years has eleven leap years (2, 5, 7, 10, 13, 16, 18, 21, 24, 26 and 29); months have thirty and
twenty-nine days in turn, the twelfth a thirtieth in leap years; the first day was 16 July 622 (Julian). Governments go
by the sight of the moon, or by their own astronomers: the published date may be a day or two off. Where there is a
published list it counts, and this only fills the years that have none yet. Algorithm: E. M. Reingold and
N. Dershowitz, Calendrical Calculations, chapter 7.
"""

from datetime import date
from typing import NamedTuple

EPOCH = 227015
"""16 July 622 (Julian) as Python counts days: `date.toordinal()`."""


class Islamic(NamedTuple):
    """A day of the tabular Islamic calendar."""

    year: int
    month: int
    day: int

    def to_date(self) -> date:
        """The same day in the Gregorian calendar."""
        years, months = self.year - 1, self.month - 1
        before = years * 354 + (3 + 11 * self.year) // 30 + 29 * months + (6 * self.month - 1) // 11
        return date.fromordinal(EPOCH - 1 + before + self.day)


def is_leap(year: int) -> bool:
    return (14 + 11 * year) % 30 < 11


def days_in_month(year: int, month: int) -> int:
    return 30 if month % 2 or (month == 12 and is_leap(year)) else 29


def to_islamic(day: date) -> Islamic:
    """The same day in the tabular Islamic calendar."""
    year = (30 * (day.toordinal() - EPOCH) + 10646) // 10631
    month = 1
    while month < 12 and Islamic(year, month, days_in_month(year, month)).to_date() < day:
        month += 1
    return Islamic(year, month, (day - Islamic(year, month, 1).to_date()).days + 1)
