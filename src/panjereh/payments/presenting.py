"""A bill as a biller presents it, and what can be wrong with it. Nothing of this reads or writes bills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from panjereh.definitions.country_files import Biller
from panjereh.kernel import clock
from panjereh.localisation import bill_ids, identifiers
from panjereh.localisation.bill_ids import BillId, Utility
from panjereh.localisation.errors import IdentifierProblem
from panjereh.vault import keys

AT_MOST = 500
"""Bills of one transaction: some tens of milliseconds, so that nobody at a counter waits for them."""

MOST_OF_A_BILL = 10**13
"""Rials. No customer of a utility owes more; whoever says so has slipped by some digits."""

LONGEST_WAIT = timedelta(days=3 * 366)
DIGITS = {
    "water": Utility.WATER,
    "electricity": Utility.ELECTRICITY,
    "gas": Utility.GAS,
    "telephone": Utility.FIXED_TELEPHONE,
    "mobile-telephone": Utility.MOBILE_TELEPHONE,
    "municipal-duty": Utility.MUNICIPAL_DUTY,
    "tax": Utility.TAX,
    "driving-fine": Utility.DRIVING_FINE,
}
"""What an agency's bills are for, as agencies.yaml says → the digit in its bill identifiers."""


@dataclass(frozen=True, slots=True)
class Presented:
    """One bill as a biller presents it. Numbers in any digits; `due` is the last day without a reminder.

    reference: the biller's own number for this bill, by which it asks for it later
    account: the number by which it knows its customer; amount: in the currency's smallest unit
    bill_id, payment_id: both or neither; postal_code: of the place, the second fact by which anybody finds the bill
    payer: national number of a person, or number of a company; title: by language, instead of the biller's own
    """

    reference: str
    account: str
    amount: int
    due: date
    currency: str = "IRR"
    bill_id: str = ""
    payment_id: str = ""
    postal_code: str = ""
    payer: str = ""
    title: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a bill: the member, a code, and its particulars."""

    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one bill: issued now, there before, or refused."""

    kind: Literal["fresh", "known", "refused"]
    number: str = ""
    problem: Problem | None = None


def check(one: Presented, biller: Biller) -> Presented | Problem:
    """The same with every number in its stored form, or the first thing that is wrong with it."""
    if not 0 < one.amount <= MOST_OF_A_BILL:
        return Problem(
            "amount", "amount_not_positive" if one.amount <= 0 else "amount_too_large", {"max": MOST_OF_A_BILL}
        )
    if one.currency != "IRR":
        return Problem("currency", "other_currency", {"got": one.currency[:10]})
    if not clock.today() - LONGEST_WAIT <= one.due <= clock.today() + LONGEST_WAIT:
        return Problem("due", "date_far_away")
    column = "account"
    try:
        account = _short(one.account, 30)
        column = "reference"
        reference = _short(one.reference, 40)
        column = "bill_id"
        bill_id, payment_id = "", ""
        if one.bill_id or one.payment_id:
            bill = bill_ids.parse_bill_id(one.bill_id)
            _must_be_of(bill, biller)
            column = "payment_id"
            payment = bill_ids.parse_payment_id(one.payment_id, bill)
            if payment.rials != one.amount:
                return Problem("payment_id", "other_amount", {"got": payment.rials})
            bill_id, payment_id = bill_ids.shortest(one.bill_id), bill_ids.shortest(one.payment_id)
        column = "postal_code"
        postal_code = identifiers.parse_postal_code(one.postal_code) if one.postal_code else ""
        column = "payer"
        payer = _payer(one.payer)
    except IdentifierProblem as problem:
        return Problem(column, problem.code, problem.params)
    return Presented(
        reference, account, one.amount, one.due, one.currency, bill_id, payment_id, postal_code, payer, one.title
    )


def _must_be_of(bill: BillId, biller: Biller) -> None:
    if bill.utility != DIGITS[biller.utility]:
        raise IdentifierProblem("other_utility", got=str(bill.utility))
    if biller.company and bill.company != int(biller.company):
        raise IdentifierProblem("other_company", expected=biller.company, got=f"{bill.company:03}")


def _short(text: str, most: int) -> str:
    """A number of the biller's own: letters, digits and - / . _ in stored digits."""
    kept = identifiers.plain_number(text)
    if len(kept) > most:
        raise IdentifierProblem("length", expected=most, got=len(kept))
    return kept


def _payer(text: str) -> str:
    if not text:
        return ""
    number = identifiers.only_digits(text)
    return identifiers.parse_company_id(number) if len(number) == 11 else identifiers.parse_national_id(number)


def second_fact(postal_code: str) -> str:
    """What is kept of a postal code."""
    return keys.digest("payments.presentment.postal_code", postal_code) if postal_code else ""


def payer_digest(number: str) -> str:
    """What is kept of the national or company number of who is asked."""
    return keys.digest("payments.presentment.payer", number) if number else ""
