"""The two numbers by which every Iranian bill is paid: the bill identifier and the payment identifier.

The bill identifier (شناسهٔ قبض) says whose bill it is: up to eight digits of the subscription, three of the company,
one of the kind of service and a check digit. The payment identifier (شناسهٔ پرداخت) says what is to be paid: up to eight
digits of the amount in thousands of rials, one of the year, two of the period, a check digit of its own and one of both
numbers together. Leading zeros are left out when people write them; in a barcode both have 13 digits.

Source: the description of bill payment by the Central Bank's switch (Shetab) as banks and utilities publish it.
"""

from dataclasses import dataclass
from enum import StrEnum
from operator import mul

from panjereh.localisation.errors import IdentifierProblem
from panjereh.localisation.identifiers import only_digits

WIDTH = 13  # of either number in a barcode
SHORTEST = 6
THOUSAND = 1000
_WEIGHTS = (2, 3, 4, 5, 6, 7) * 5  # as many as two numbers together have


class Utility(StrEnum):
    """What a bill is for: the last digit but one of its identifier."""

    WATER = "1"
    ELECTRICITY = "2"
    GAS = "3"
    FIXED_TELEPHONE = "4"
    MOBILE_TELEPHONE = "5"
    MUNICIPAL_DUTY = "6"
    TAX = "8"
    DRIVING_FINE = "9"


@dataclass(frozen=True, slots=True)
class BillId:
    """Whose bill: `account` is the subscription with the company, up to eight digits; `company` has three."""

    account: int
    company: int
    utility: Utility

    def __str__(self) -> str:
        """The number as people write it, without leading zeros but never shorter than six digits."""
        body = f"{self.account}{self.company:03}{self.utility}"
        return (body + check_digit(body)).lstrip("0").zfill(SHORTEST)


@dataclass(frozen=True, slots=True)
class PaymentId:
    """What is to be paid: rials (whole thousands), the last digit of the Solar Hijri year, the period of it."""

    rials: int
    year: int
    period: int

    def for_bill(self, bill: BillId) -> str:
        """The number that belongs to `bill`, as people write it."""
        body = f"{self.rials // THOUSAND}{self.year}{self.period:02}"
        first = check_digit(body)
        return (body + first + check_digit(f"{bill}{body}{first}")).lstrip("0").zfill(SHORTEST)


def check_digit(number: str) -> str:
    """The weighted sum from the end, weights 2 to 7 in turn, taken by 11: 0 for a rest of 0 or 1, else 11 less it."""
    rest = sum(map(mul, map(int, reversed(number)), _WEIGHTS)) % 11
    return str(0 if rest < 2 else 11 - rest)


def make_bill_id(account: int, company: int, utility: Utility) -> BillId:
    """Raises IdentifierProblem when a part doesn't fit its digits."""
    if not 0 < account < 10**8 or not 0 <= company < 10**3:
        raise IdentifierProblem("length", expected=WIDTH, got=len(f"{account}{company:03}00"))
    return BillId(account, company, Utility(utility))


def make_payment_id(rials: int, year: int, period: int) -> PaymentId:
    """Raises IdentifierProblem when a part doesn't fit: the amount must be whole thousands of rials below 10^11."""
    if not 0 < rials < 10**11 or rials % THOUSAND or not 0 <= year <= 9 or not 0 <= period <= 99:
        raise IdentifierProblem("amount", expected=THOUSAND)
    return PaymentId(rials, year, period)


def parse_bill_id(text: str) -> BillId:
    """What a bill identifier says. Raises IdentifierProblem: missing, characters, length, check_digit, utility."""
    number = _numbered(text)
    if check_digit(number[:-1]) != number[-1]:
        raise IdentifierProblem("check_digit")
    if number[-2] not in list(Utility):
        raise IdentifierProblem("utility", got=number[-2])
    return BillId(int(number[:-5]), int(number[-5:-2]), Utility(number[-2]))


def parse_payment_id(text: str, bill: BillId) -> PaymentId:
    """What a payment identifier says. It must belong to the bill. Raises IdentifierProblem, also `other_bill`."""
    number = _numbered(text)
    if check_digit(number[:-2]) != number[-2]:
        raise IdentifierProblem("check_digit")
    if check_digit(f"{bill}{number[:-1]}") != number[-1]:
        raise IdentifierProblem("other_bill")
    return make_payment_id(int(number[:-5]) * THOUSAND, int(number[-5]), int(number[-4:-2]))


def shortest(text: str) -> str:
    """An identifier that was read, in the form in which it is kept: digits without leading zeros."""
    return _numbered(text)


def barcode(bill: BillId, payment: PaymentId) -> str:
    """The 26 digits that stand in the barcode of a paper bill."""
    return str(bill).zfill(WIDTH) + payment.for_bill(bill).zfill(WIDTH)


def parse_barcode(text: str) -> tuple[BillId, PaymentId]:
    """Both numbers from the 26 digits of a barcode. Raises IdentifierProblem."""
    number = only_digits(text)
    if len(number) != 2 * WIDTH:
        raise IdentifierProblem("length", expected=2 * WIDTH, got=len(number))
    bill = parse_bill_id(number[:WIDTH])
    return bill, parse_payment_id(number[WIDTH:], bill)


def _numbered(text: str) -> str:
    """The digits without leading zeros, filled up so that every part is there."""
    number = only_digits(text)
    if not SHORTEST <= len(number) <= WIDTH:
        raise IdentifierProblem("length", expected=WIDTH, got=len(number))
    return number.lstrip("0").zfill(SHORTEST)
