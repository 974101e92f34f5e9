"""Numbers that name people, companies, places and accounts: read leniently, kept in one form, checked.

Every `parse_…` takes what a person typed (any digits, spaces, dashes) and gives the form that is stored, or raises
IdentifierProblem. Every `is_…` says whether a text already has that form.
"""

import re
from collections.abc import Callable

import phonenumbers
from schwifty import IBAN
from schwifty.exceptions import InvalidChecksumDigits, InvalidLength, SchwiftyException

from panjereh.localisation import digits
from panjereh.localisation.errors import IdentifierProblem

_PUNCTUATION = re.compile(r"[\s\u200b-\u200f\u2010-\u2015\u2212\-_.,/()ـ]+")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]"
)


def parse_national_id(text: str, *, pad: bool = False) -> str:
    """The ten digits of a person's Iranian national number.

    `pad` puts back the leading zeros that spreadsheets drop. It is off where people type: a forgotten digit would
    pass as somebody else's number once in eleven times.
    """
    number = only_digits(text)
    if pad and 8 <= len(number) <= 9:
        number = number.zfill(10)
    _must_have(number, 10)
    if len(set(number)) == 1:
        raise IdentifierProblem("repeated")
    if national_id_check_digit(number[:9]) != number[9]:
        raise IdentifierProblem("check_digit")
    return number


def national_id_check_digit(first_nine: str) -> str:
    """The last digit of a national number: the rest of the weighted sum by 11, or 11 less it from 2 on."""
    rest = sum(int(digit) * weight for digit, weight in zip(first_nine, range(10, 1, -1), strict=True)) % 11
    return str(rest if rest < 2 else 11 - rest)


def parse_company_id(text: str) -> str:
    """The eleven digits of an organisation's Iranian national identifier."""
    number = only_digits(text)
    _must_have(number, 11)
    if len(set(number)) == 1:
        raise IdentifierProblem("repeated")
    if company_id_check_digit(number[:10]) != number[10]:
        raise IdentifierProblem("check_digit")
    return number


def company_id_check_digit(first_ten: str) -> str:
    """The last digit of a company's identifier: every digit is raised by the tenth plus two before weighing."""
    raised = int(first_ten[9]) + 2
    weights = (29, 27, 23, 19, 17, 29, 27, 23, 19, 17)
    rest = sum((int(digit) + raised) * weight for digit, weight in zip(first_ten, weights, strict=True)) % 11
    return str(rest % 10)


def parse_postal_code(text: str) -> str:
    """The ten digits of an Iranian postal code. It has no check digit; no region begins with 0."""
    number = only_digits(text)
    _must_have(number, 10)
    if len(set(number)) == 1:
        raise IdentifierProblem("repeated")
    if number[0] == "0":
        raise IdentifierProblem("check_digit")
    return number


def parse_phone(text: str, *, region: str = "IR") -> str:
    """A telephone number as +989121234567 (E.164). Without a country's code it is taken as one of `region`."""
    typed = _must_be_there(digits.to_ascii(text))
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as error:
        raise IdentifierProblem("phone") from error
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise IdentifierProblem("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_mobile(phone: str) -> bool:
    """Whether a number in stored form can get text messages."""
    kind = phonenumbers.number_type(phonenumbers.parse(phone))
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def parse_iban(text: str, *, country: str | None = "IR") -> str:
    """A bank account's IBAN without spaces. Iranians often leave out the leading IR; None allows any country."""
    number = _PUNCTUATION.sub("", digits.to_ascii(_must_be_there(text))).upper()
    if country == "IR" and len(number) == 24 and number.isdigit():
        number = "IR" + number
    if not number.isascii() or not number.isalnum():
        raise IdentifierProblem("characters")
    if country and not number.startswith(country):
        raise IdentifierProblem("country", expected=country)
    try:
        return str(IBAN(number))
    except InvalidLength as error:
        raise IdentifierProblem("length", expected=26 if country == "IR" else None, got=len(number)) from error
    except InvalidChecksumDigits as error:
        raise IdentifierProblem("check_digit") from error
    except SchwiftyException as error:
        raise IdentifierProblem("characters") from error


def parse_email(text: str) -> str:
    """An e-mail address, its domain in small letters. Only sending a message to it can prove that it is right."""
    address = _must_be_there(text)
    if len(address) > 254 or not _EMAIL.fullmatch(address) or ".." in address or address.startswith("."):
        raise IdentifierProblem("email")
    name, _, domain = address.rpartition("@")
    if name.endswith("."):
        raise IdentifierProblem("email")
    return f"{name}@{domain.lower()}"


def _must_be_there(text: str) -> str:
    text = text.strip()
    if not text:
        raise IdentifierProblem("missing")
    return text


def only_digits(text: str) -> str:
    """The digits of something that consists of them, without spaces and dashes. Raises IdentifierProblem."""
    number = _PUNCTUATION.sub("", digits.to_ascii(_must_be_there(text)))
    if not (number.isascii() and number.isdigit()):
        raise IdentifierProblem("characters")
    return number


def plain_number(text: str) -> str:
    """A number that an organisation gives as it likes: digits, Latin letters and - / . _, without spaces."""
    number = re.sub(r"[\s\u200b-\u200f]+", "", digits.to_ascii(_must_be_there(text)))
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_./-]*", number):
        raise IdentifierProblem("characters")
    return number


def _must_have(number: str, length: int) -> None:
    if len(number) != length:
        raise IdentifierProblem("length", expected=length, got=len(number))


def _is(parse: Callable[[str], str], text: str) -> bool:
    try:
        return parse(text) == text
    except IdentifierProblem:
        return False


def is_national_id(text: str) -> bool:
    return _is(parse_national_id, text)


def is_company_id(text: str) -> bool:
    return _is(parse_company_id, text)


def is_postal_code(text: str) -> bool:
    return _is(parse_postal_code, text)


def is_phone(text: str) -> bool:
    return _is(parse_phone, text)


def is_iban(text: str) -> bool:
    return _is(lambda given: parse_iban(given, country=None), text)


def is_email(text: str) -> bool:
    return _is(parse_email, text)
