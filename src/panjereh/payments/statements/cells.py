"""Amounts, days and texts as they stand in statements: any digits, exact, and refused with a sentence."""

import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.localisation import dates, digits, letters, numbers
from panjereh.localisation.errors import DateProblem, NumberProblem
from panjereh.localisation.money import MINOR
from panjereh.payments.models import MOST
from panjereh.payments.statements.shape import Unreadable

LONGEST = 500
EARLIEST = date(2000, 1, 1)


def amount(text: str, currency: str, *, decimal: str = ".") -> int:
    """An amount in the currency's smallest unit, exactly. Raises Unreadable."""
    if currency not in MINOR:
        raise Unreadable(_("“%(currency)s” is no currency that we know.") % {"currency": currency[:10]})
    if decimal == ",":
        text = text.replace(".", "").replace(",", ".")
    try:
        number = numbers.parse_number(text)
    except NumberProblem:
        raise Unreadable(_("“%(text)s” is no amount.") % {"text": text[:40]}) from None
    units = number.scaleb(MINOR[currency])
    if units != units.to_integral_value():
        problem = _("“%(text)s” has more decimal places than %(currency)s.")
        raise Unreadable(problem % {"text": text[:40], "currency": currency})
    return _bounded(units, text)


def _bounded(units: Decimal, text: str) -> int:
    if abs(units) > MOST:
        raise Unreadable(_("“%(text)s” is more than any account holds.") % {"text": text[:40]})
    return int(units)


@lru_cache(maxsize=4096)
def day(text: str, calendar: str = "by-year") -> date:
    """A day written as year, month, day, with or without signs between them. Raises Unreadable."""
    plain = digits.to_ascii(text).strip().split("T")[0].split(" ")[0]
    parts = plain.replace("/", "-").replace(".", "-").split("-")
    if len(parts) == 1 and len(plain) == 8:
        parts = [plain[:4], plain[4:6], plain[6:]]
    try:
        year, month, of_month = parts
        of = calendar if calendar != "by-year" else "jalali" if int(year) < 1600 else "gregorian"
        found = dates.parse(of_month, month, year, "jalali" if of == "jalali" else "gregorian")
    except (ValueError, DateProblem):
        raise Unreadable(_("“%(text)s” is no day; year, month and day belong there.") % {"text": text[:40]}) from None
    return found


def must_be_past(booked: date) -> date:
    """A bank books today or earlier. Raises Unreadable."""
    if not EARLIEST <= booked <= clock.today():
        raise Unreadable(_("%(day)s can't be: a bank books up to today.") % {"day": booked.isoformat()})
    return booked


def words(*parts: str | None) -> str:
    """Texts joined, letters and digits made the same, without what no text has. Raises Unreadable."""
    text = " ".join(" ".join(part.split()) for part in parts if part)
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise Unreadable(_("This line holds signs that no text has. Was the file written in another encoding?"))
    return digits.to_ascii(letters.normalise(text))[:LONGEST]
