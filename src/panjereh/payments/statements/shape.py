"""What a statement comes to, whatever its format: entries, balances, and what could not be read."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One booked movement on an account.

    line: of the file, counted from 1
    amount: in the currency's smallest unit; positive came in, negative went out
    reference: by which the payer or the bank names the payment; text: who, and what for
    bank_id: the bank's own number of the movement; "" where it gives none
    """

    line: int
    account: str
    booked_on: date
    value_on: date
    amount: int
    currency: str
    reference: str = ""
    text: str = ""
    bank_id: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What was on the account before the first, or after the last entry of a statement."""

    line: int
    account: str
    kind: Literal["opening", "closing"]
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What can't be read, and in which line of the file. `sentence` is lazily translated."""

    line: int
    sentence: Any


Item: TypeAlias = BankEntry | Balance | Fault


class Unreadable(Exception):
    """Raised while one line is read; `sentence` says to a person what is wrong with it."""

    def __init__(self, sentence: Any) -> None:
        self.sentence = sentence
        super().__init__(str(sentence))
