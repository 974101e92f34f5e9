"""What can be wrong with an answer. A problem is a code with particulars; a face puts it into the reader's words."""

from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from panjereh.localisation.errors import InputProblem


class AnswerProblem(InputProblem):
    """An answer that can't be taken as it is.

    code: one of CODES
    box: name of the box in the form to point at
    params: the particulars that CODES promises; numbers and dates in canonical form
    """

    def __init__(self, code: str, box: str, **params: Any) -> None:
        super().__init__(code, **params)
        self.box = box
        self._further: tuple[AnswerProblem, ...] = ()

    @property
    def all(self) -> tuple["AnswerProblem", ...]:
        """This problem and the further ones of the same question, in the order of the boxes."""
        return (self, *self._further)

    @classmethod
    def of(cls, problems: Iterable["AnswerProblem"]) -> Self:
        """The first of the problems, which carries the others with it."""
        first, *further = [each for problem in problems for each in problem.all]
        together = cls(first.code, first.box, **first.params)
        together._further = tuple(further)
        return together

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (self.code, self.box, self.params, self._further))


def _again(code: str, box: str, params: dict[str, Any], further: tuple[AnswerProblem, ...]) -> AnswerProblem:
    problem = AnswerProblem(code, box, **params)
    problem._further = further
    return problem


class Code(NamedTuple):
    """What a code of a problem means, and the names of its particulars."""

    doc: str
    params: tuple[str, ...] = ()


CODES: dict[str, Code] = {
    # of any question
    "missing": Code("Nothing was given where an answer is needed."),
    "missing_choice": Code("None of the choices was taken where one is needed."),
    "missing_file": Code("No file was given where one is needed."),
    "part_missing": Code("A part of the answer is empty; `part` is the last word of the box's name.", ("part",)),
    "one_answer_only": Code("Several answers came where there can be one."),
    "too_long": Code("The text has `got` characters, more than `max`.", ("max", "got")),
    "too_short": Code("The text has `got` characters, fewer than `min`.", ("min", "got")),
    "wrong_shape": Code("A value of data has another shape than this type's; `expected` names it.", ("expected",)),
    "source_not_allowed": Code("The value claims to come from a registry, which only the registry can say."),
    "check": Code("What the definition checks does not hold. The definition may have its own words for it."),
    # lists
    "too_few": Code("`got` were given, fewer than `min`.", ("min", "got")),
    "too_many": Code("`got` were given, more than `max`.", ("max", "got")),
    "unknown_choice": Code("What was chosen is not among the choices."),
    "declaration_not_ticked": Code("The statement was not confirmed."),
    # names
    "name_character": Code("`character` is not part of a person's name.", ("character",)),
    "name_not_persian": Code("The name must be in Persian letters."),
    "name_not_latin": Code("The name must be in Latin letters."),
    # numbers and money
    "not_a_number": Code("The text is not a number."),
    "not_whole": Code("The number must be whole."),
    "too_many_decimals": Code("The number has more than `decimals` digits after the point.", ("decimals",)),
    "too_small": Code("The number is smaller than `min`.", ("min",)),
    "too_large": Code("The number is larger than `max`.", ("max",)),
    "not_an_amount": Code("The text is not an amount of money."),
    "amount_not_whole": Code("The amount is not a whole number of rials."),
    "amount_too_small": Code("The amount is less than `min` rials.", ("min",)),
    "amount_too_large": Code("The amount is more than `max` rials.", ("max",)),
    # dates and times
    "date_missing": Code("`part` (day, month or year) of the date is empty.", ("part",)),
    "date_not_a_number": Code("`part` (day or year) is not a number.", ("part",)),
    "date_not_a_month": Code("The month is neither a number nor the name of a month."),
    "date_month_out_of_range": Code("The month is not from 1 to 12."),
    "date_no_such_day": Code("That month has only `last` days.", ("last",)),
    "date_year_needs_four_digits": Code("The year is not written with four digits."),
    "date_year_out_of_range": Code("The year is not from `low` to `high`.", ("low", "high")),
    "date_other_calendar": Code(
        "The year belongs to another calendar than `calendar`, in which the date was asked.", ("calendar",)
    ),
    "date_unknown_calendar": Code("The calendar is neither jalali nor gregorian."),
    "date_not_readable": Code("A date written in one line has no day, month and year."),
    "time_not_readable": Code("The text is not a time such as 14:30."),
    "time_out_of_range": Code("Hours go from 0 to 23, minutes from 0 to 59."),
    "period_backwards": Code("The period ends before it begins."),
    # identifiers
    "national_id_characters": Code("A national number has digits only."),
    "national_id_length": Code("A national number has `expected` digits; `got` were given.", ("expected", "got")),
    "national_id_repeated": Code("A national number is not one digit repeated."),
    "national_id_check_digit": Code("The check digit of the national number does not fit."),
    "company_id_characters": Code("A company's national identifier has digits only."),
    "company_id_length": Code(
        "A company's national identifier has `expected` digits; `got` were given.", ("expected", "got")
    ),
    "company_id_repeated": Code("A company's national identifier is not one digit repeated."),
    "company_id_check_digit": Code("The check digit of the company's identifier does not fit."),
    "iban_characters": Code("An IBAN has letters and digits only."),
    "iban_country": Code("The IBAN is not of the country `expected`.", ("expected",)),
    "iban_length": Code(
        "The IBAN has `got` characters; `expected` are right (null: another country's length).", ("expected", "got")
    ),
    "iban_check_digit": Code("The check digits of the IBAN do not fit."),
    "phone": Code("The text is not a telephone number that exists."),
    "phone_not_mobile": Code("The telephone number can't get text messages."),
    "email": Code("The text is not an e-mail address such as name@example.ir."),
    "postal_code_characters": Code("A postal code has digits only."),
    "postal_code_length": Code("A postal code has `expected` digits; `got` were given.", ("expected", "got")),
    "postal_code_repeated": Code("A postal code is not one digit repeated."),
    "postal_code_check_digit": Code("There is no such postal code."),
    # places
    "unknown_place": Code("There is no place with this name or code."),
    "place_ambiguous": Code("Several places have this name; `places` are their full names.", ("places",)),
    "place_level": Code("The place is not a `level`.", ("level",)),
    # files
    "file_empty": Code("The file `name` is empty.", ("name",)),
    "file_too_large": Code("The file `name` has more than `max` megabytes.", ("name", "max")),
    "file_type": Code("The content of `name` is none of `types`, whatever its name says.", ("name", "types")),
    "file_unknown": Code("The file is not among those that were uploaded here."),
}
"""Every code with its meaning and particulars. `ui` has the words in each language; a test pairs the two."""
