"""Questions for numbers and addresses that a state, a bank or a network gave out."""

from collections.abc import Callable
from typing import Any, ClassVar

import phonenumbers
from pydantic import Field

from panjereh.definitions.block import Block
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types.base import (
    HERE,
    Asking,
    Channel,
    OneBox,
    Value,
    Way,
    by_keypad,
    on_paper_and_screens,
    tidied,
)
from panjereh.localisation import digits, identifiers, numbers
from panjereh.localisation.errors import IdentifierProblem

LONGEST = 300
"""Characters; a longer text is no identifier, and reading it would only cost time."""


def read_identifier(parse: Callable[[str], str], kind: str, typed: str, box: str) -> str:
    """What `parse` makes of the text; its problems get the name of the kind of identifier before their code."""
    if len(typed) > LONGEST:
        raise AnswerProblem("too_long", box, max=LONGEST, got=len(typed))
    try:
        return parse(typed)
    except IdentifierProblem as problem:
        code = kind if problem.code in (kind, "missing") else f"{kind}_{problem.code}"
        raise AnswerProblem(code, box, **problem.params) from problem


class NationalId(OneBox):
    """The national number of a person: ten digits, the last a check digit."""

    name = "national_id"
    shown_as = "code"
    ways = by_keypad(10)

    def read(self, typed: str, box: str, asking: Asking) -> str:
        return read_identifier(identifiers.parse_national_id, self.name, typed, box)

    def show(self, value: Value, asking: Asking = HERE) -> str:
        return digits.for_language(value, asking.language)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{10}$"}


class CompanyId(OneBox):
    """The national identifier of an organisation: eleven digits, the last a check digit."""

    name = "company_id"
    shown_as = "code"
    ways = by_keypad(11)

    def read(self, typed: str, box: str, asking: Asking) -> str:
        return read_identifier(identifiers.parse_company_id, self.name, typed, box)

    def show(self, value: Value, asking: Asking = HERE) -> str:
        return digits.for_language(value, asking.language)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{11}$"}


class PostalCode(OneBox):
    """A postal code: ten digits."""

    name = "postal_code"
    shown_as = "code"
    ways = by_keypad(10)

    def read(self, typed: str, box: str, asking: Asking) -> str:
        return read_identifier(identifiers.parse_postal_code, self.name, typed, box)

    def show(self, value: Value, asking: Asking = HERE) -> str:
        return digits.for_language(value, asking.language)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{10}$"}


class Iban(OneBox):
    """The number of a bank account in Iran (ISO 13616). The letters IR may be left out."""

    name = "iban"
    shown_as = "code"
    ways = by_keypad(24)

    def read(self, typed: str, box: str, asking: Asking) -> str:
        return read_identifier(identifiers.parse_iban, self.name, typed, box)

    def show(self, value: Value, asking: Asking = HERE) -> str:
        return numbers.group(value, (4,))

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "string", "pattern": "^IR[0-9]{24}$"}


class PhoneOptions(Block):
    mobile: bool = Field(default=False, description="whether it must be able to get text messages")


class Phone(OneBox):
    """A telephone number (E.164). Without a country's code it is one of Iran."""

    name = "phone"
    Options: ClassVar[type[Block]] = PhoneOptions
    options: PhoneOptions
    shown_as = "code"
    ways = by_keypad(15)

    def read(self, typed: str, box: str, asking: Asking) -> str:
        number = read_identifier(identifiers.parse_phone, self.name, typed, box)
        if self.options.mobile and not identifiers.is_mobile(number):
            raise AnswerProblem("phone_not_mobile", box)
        return number

    def show(self, value: Value, asking: Asking = HERE) -> str:
        """As it is dialled: within the country for numbers of Iran, international for others."""
        number = phonenumbers.parse(value)
        home = number.country_code == 98
        style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return digits.for_language(phonenumbers.format_number(number, style), asking.language)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\+[1-9][0-9]{3,14}$"}


class Email(OneBox):
    """An e-mail address. Only a message to it can prove it."""

    name = "email"
    shown_as = "code"
    ways = on_paper_and_screens() | {Channel.SMS: Way("text", 254)}

    def read(self, typed: str, box: str, asking: Asking) -> str:
        return read_identifier(identifiers.parse_email, self.name, tidied(digits.to_ascii(typed), box), box)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": 254}
