"""What can be wrong with something typed: a code and its particulars, which a face puts into words."""

from typing import Any

from panjereh.kernel.errors import Invalid


class InputProblem(Invalid):
    """What was typed can't be read. `code` says which way, `params` the particulars."""

    code: str  # type: ignore[misc]  # here each problem carries its own

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        super().__init__(code, **params)


class DateProblem(InputProblem):
    """A date that isn't one. `part` is the box to point at: day, month, year, or all of them.

    Codes: missing, not_a_number, not_a_month, year_needs_four_digits, other_calendar, out_of_range (low, high).
    """

    def __init__(self, code: str, part: str, **params: Any) -> None:
        self.part = part
        super().__init__(code, **params, part=part)


class IdentifierProblem(InputProblem):
    """An identifier that can't be right.

    Codes: missing, characters, length (expected, got), repeated, check_digit, country, phone, email; of bills also
    utility (got), other_bill, amount (expected: a multiple of it).
    """


class NumberProblem(InputProblem):
    """A number that can't be read. Codes: missing, not_a_number, not_whole."""
