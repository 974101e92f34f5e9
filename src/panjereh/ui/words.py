"""Codes of problems into sentences: what to do, in the language of the page, without blame."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from panjereh.kernel.money import Money
from panjereh.localisation import digits, numbers
from panjereh.localisation.money import format_money

SENTENCES: Mapping[str, Any] = {
    # of any question
    "missing": _("Write an answer"),
    "missing_choice": _("Choose one of these"),
    "missing_file": _("Choose a file to send"),
    "part_missing": _("Fill in this part: %(part)s"),
    "one_answer_only": _("Give one answer only"),
    "too_long": _("Use at most %(max)s characters; you wrote %(got)s"),
    "too_short": _("Write at least %(min)s characters; you wrote %(got)s"),
    "wrong_shape": _("We could not read this answer. Write it once more"),
    "source_not_allowed": _("We could not read this answer. Write it once more"),
    "check": _("Look at this answer again"),
    # lists
    "too_few": _("Give at least %(min)s; there are %(got)s"),
    "too_many": _("Give at most %(max)s; there are %(got)s"),
    "unknown_choice": _("Choose one of those listed"),
    "declaration_not_ticked": _("Put a tick here if this is so. We can’t go on without it"),
    # names
    "name_character": _("A name has letters only; take out “%(character)s”"),
    "name_not_persian": _("Write the name in Persian letters"),
    "name_not_latin": _("Write the name in Latin letters"),
    # numbers and money
    "not_a_number": _("Write a number, such as 12"),
    "not_whole": _("Write a whole number, such as 12"),
    "too_many_decimals": _("Write at most %(decimals)s digits after the point"),
    "too_small": _("The number must be %(min)s or more"),
    "too_large": _("The number must be %(max)s or less"),
    "not_an_amount": _("Write the amount in toman, such as 45,000"),
    "amount_not_whole": _("Write the amount in toman with at most one digit after the point"),
    "amount_too_small": _("The amount must be %(min)s or more"),
    "amount_too_large": _("The amount must be %(max)s or less"),
    # dates and times
    "date_missing": _("Write the %(part)s of the date too"),
    "date_not_a_number": _("The %(part)s must be a number"),
    "date_not_a_month": _("Write the month as a number from 1 to 12 or by its name"),
    "date_month_out_of_range": _("Month must be a number from 1 to 12"),
    "date_no_such_day": _("That month has %(last)s days"),
    "date_year_needs_four_digits": _("Write the year with four digits, such as 1405"),
    "date_year_out_of_range": _("The year must be from %(low)s to %(high)s"),
    "date_other_calendar": _("This year looks like another calendar. Write the date by the %(calendar)s calendar"),
    "date_unknown_calendar": _("We could not read this date. Write it once more"),
    "date_not_readable": _("Write the date as day, month and year"),
    "time_not_readable": _("Write the time as hour and minute, such as 14:30"),
    "time_out_of_range": _("Hours go from 0 to 23 and minutes from 0 to 59"),
    "period_backwards": _("The end must be after the beginning"),
    # identifiers
    "national_id_characters": _("A national number has digits only"),
    "national_id_length": _("A national number has %(expected)s digits; you entered %(got)s"),
    "national_id_repeated": _("This national number is not right. Check it again"),
    "national_id_check_digit": _("This national number is not right. Check it again"),
    "company_id_characters": _("A company’s number has digits only"),
    "company_id_length": _("A company’s number has %(expected)s digits; you entered %(got)s"),
    "company_id_repeated": _("This company’s number is not right. Check it again"),
    "company_id_check_digit": _("This company’s number is not right. Check it again"),
    "iban_characters": _("An account number has IR and digits only"),
    "iban_country": _("The account number must begin with %(expected)s"),
    "iban_length": _("This account number has %(got)s characters. Check that all of it is there"),
    "iban_check_digit": _("This account number is not right. Check it again"),
    "phone": _("This telephone number does not exist. Check it again"),
    "phone_not_mobile": _("Write the number of a mobile phone, which can receive messages"),
    "email": _("Write the e-mail address in full, such as name@example.ir"),
    "postal_code_characters": _("A postal code has digits only"),
    "postal_code_length": _("A postal code has %(expected)s digits; you entered %(got)s"),
    "postal_code_repeated": _("This postal code is not right. Check it again"),
    "postal_code_check_digit": _("This postal code is not right. Check it again"),
    # places
    "unknown_place": _("We know no place by this name. Check the spelling, or write the nearest town"),
    "place_ambiguous": _("Several places bear this name. Write one of: %(places)s"),
    "place_level": _("Write the name of a %(level)s"),
    # files
    "file_empty": _("The file “%(name)s” is empty. Choose another"),
    "file_too_large": _("The file “%(name)s” is larger than %(max)s megabytes. Make it smaller or choose another"),
    "file_type": _("The file “%(name)s” is of another kind. Send one of: %(types)s"),
    "file_unknown": _("That file is no longer here. Send it again"),
}
"""Code of a problem (definitions.problems.CODES) → its sentence. The two belong together, which a test checks."""

WORDS: Mapping[tuple[str, str], Any] = {
    ("part", "day"): pgettext_lazy("part of a date", "day"),
    ("part", "month"): pgettext_lazy("part of a date", "month"),
    ("part", "year"): pgettext_lazy("part of a date", "year"),
    ("part", "street"): _("street and number"),
    ("part", "city"): _("city or village"),
    ("part", "postal_code"): _("postal code"),
    ("part", "province"): _("province"),
    ("part", "county"): _("county"),
    ("part", "national_id"): _("national number"),
    ("part", "birth_date"): _("date of birth"),
    ("part", "given_name"): _("given name"),
    ("part", "family_name"): _("family name"),
    ("part", "company_id"): _("the company’s number"),
    ("part", "name"): pgettext_lazy("part of an organisation", "name"),
    ("part", "from"): _("beginning"),
    ("part", "to"): _("end"),
    ("calendar", "jalali"): _("Solar Hijri"),
    ("calendar", "gregorian"): _("Gregorian"),
    ("level", "province"): _("province"),
    ("level", "county"): _("county"),
    ("level", "city"): _("city or village"),
    ("types", "pdf"): _("PDF"),
    ("types", "jpeg"): _("JPEG picture"),
    ("types", "png"): _("PNG picture"),
}
"""Particulars that are words themselves: (name of the parameter, its value) → what people call it."""

YEARS = frozenset({"low", "high"})
"""Particulars that are years: digits without separators."""


def sentence(code: str, **params: Any) -> str:
    """What to tell the person about the problem `code`. An unknown code becomes a plain request to look again."""
    text = SENTENCES.get(code)
    if text is None:
        return gettext("Look at this answer again")
    return str(text) % {name: spoken(code, name, value) for name, value in params.items()}


def spoken(code: str, name: str, value: Any) -> str:
    """One particular as the reader says it: a word, an amount in toman, a number in the digits of the language."""
    language = translation.get_language() or "fa"
    if isinstance(value, list | tuple | set | frozenset):
        return ("، " if language == "fa" else ", ").join(spoken(code, name, one) for one in value)
    if (name, str(value)) in WORDS:
        return str(WORDS[name, str(value)])
    if code.startswith("amount_") and name in ("min", "max"):
        return format_money(Money(int(value)), language)
    if name in YEARS:
        return digits.for_language(str(value), language)
    return _number(value, language)


def _number(value: Any, language: str) -> str:
    try:
        return numbers.format_number(Decimal(str(value)), language)
    except ArithmeticError:
        return str(value)
