"""What programs send and are sent. Unknown members are mistakes: a misspelt one must not be passed over."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from ninja import Schema
from pydantic import ConfigDict, Field

from panjereh.payments.presenting import MOST_OF_A_BILL


class Sent(Schema):
    """The base of what programs send."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Token(Schema):
    """RFC 6749, 5.1."""

    access_token: str = Field(description=gettext_noop("to be sent in the header Authorization"))
    token_type: str = Field(description=gettext_noop("always Bearer"))
    expires_in: int = Field(description=gettext_noop("seconds"))
    scope: str = Field(description=gettext_noop("what this token allows"))


class Caller(Schema):
    """Who the program is for us."""

    client_id: str = Field(description=gettext_noop("number of the program"))
    name: str = Field(description=gettext_noop("what the operator calls it"))
    agency: str = Field(description=gettext_noop("the agency for which it acts"))
    scopes: list[str] = Field(description=gettext_noop("what this token allows"))


Reference = Annotated[str, Field(min_length=1, max_length=60, description=gettext_noop("your own number of the bill"))]


class NewBill(Sent):
    """One bill that a biller hands in. Numbers may be in Persian, Arabic or Latin digits."""

    reference: Reference
    account: str = Field(
        min_length=1, max_length=60, description=gettext_noop("the number by which you know your customer")
    )
    amount: int = Field(strict=True, gt=0, le=MOST_OF_A_BILL, description=gettext_noop("in rials"))
    due: date = Field(description=gettext_noop("the last day to pay"))
    currency: Literal["IRR"] = Field(default="IRR", description=gettext_noop("code of ISO 4217"))
    bill_id: str = Field(
        default="", max_length=30, description=gettext_noop("bill identifier, with its payment identifier")
    )
    payment_id: str = Field(
        default="", max_length=30, description=gettext_noop("payment identifier; says the same amount")
    )
    postal_code: str = Field(
        default="",
        max_length=20,
        description=gettext_noop("of the place: with it anybody finds the bill by its account"),
    )
    payer: str = Field(
        default="",
        max_length=20,
        description=gettext_noop("national or company number of who is asked; never told to anybody"),
    )


class NewBills(Sent):
    """Many bills at once."""

    bills: list[NewBill] = Field(min_length=1, max_length=1000, description=gettext_noop("at most a thousand"))


class HandedIn(Schema):
    """What became of one bill."""

    reference: str = Field(description=gettext_noop("your own number of the bill"))
    outcome: Literal["issued", "known", "refused"] = Field(
        description=gettext_noop("issued now; known: handed in before, and the same; or refused")
    )
    number: str | None = Field(default=None, description=gettext_noop("our number of the bill"))
    problem: dict[str, str] | None = Field(
        default=None, description=gettext_noop("what is wrong: pointer, code and detail")
    )


class HandedInAll(Schema):
    """What became of many bills, in their order."""

    bills: list[HandedIn] = Field(description=gettext_noop("in their order"))
    issued: int = Field(description=gettext_noop("how many were issued now"))
    known: int = Field(description=gettext_noop("how many were there before"))
    refused: int = Field(description=gettext_noop("how many were refused"))


class Paged(Sent):
    """Which page of a list."""

    cursor: str = Field(default="", max_length=100, description=gettext_noop("“next” of the page before"))
    limit: int = Field(default=100, ge=1, le=500, description=gettext_noop("how many at most"))


class BillsWanted(Paged):
    """Which bills; all that are named must fit."""

    reference: str = Field(default="", max_length=60, description=gettext_noop("your own number of the bill"))
    account: str = Field(
        default="", max_length=60, description=gettext_noop("the number by which you know your customer")
    )
    state: Literal["", "open", "settled", "cancelled"] = Field(
        default="", description=gettext_noop("to pay, paid, or taken back")
    )


class DayWanted(Paged):
    """Which day of the books."""

    day: date = Field(description=gettext_noop("day of the books"))


StateOfBill = Literal["open", "settled", "cancelled"]


class BillState(Schema):
    """How a bill stands."""

    number: str = Field(description=gettext_noop("our number of the bill"))
    reference: str = Field(description=gettext_noop("your own number of the bill"))
    account: str = Field(description=gettext_noop("the number by which you know your customer"))
    state: StateOfBill = Field(description=gettext_noop("to pay, paid, or taken back"))
    amount: int = Field(description=gettext_noop("what was asked"))
    owed: int = Field(description=gettext_noop("what is not paid yet"))
    currency: str = Field(description=gettext_noop("code of ISO 4217"))
    due: date | None = Field(description=gettext_noop("the last day to pay"))
    issued_at: datetime = Field(description=gettext_noop("when it was issued"))
    settled_at: datetime | None = Field(description=gettext_noop("when nothing was owed any more"))
    cancelled_at: datetime | None = Field(description=gettext_noop("when it was taken back"))


class BillPage(Schema):
    """Some bills, the oldest first."""

    bills: list[BillState] = Field(description=gettext_noop("the oldest first"))
    next: str | None = Field(description=gettext_noop("what to ask for as “cursor” for the next page"))


class Cancelling(Sent):
    """Why a bill is taken back."""

    reason: str = Field(min_length=3, max_length=300, description=gettext_noop("in words; it is kept for good"))


class Received(Schema):
    """Money that came for a bill of the agency: its share of a payment."""

    entry: int = Field(description=gettext_noop("number of the entry in the agency’s book"))
    bill: str = Field(description=gettext_noop("our number of the bill"))
    reference: str | None = Field(description=gettext_noop("your own number of the bill; none for fees"))
    amount: int = Field(description=gettext_noop("the agency’s share; negative where money was taken back"))
    currency: str = Field(description=gettext_noop("code of ISO 4217"))
    way: str = Field(description=gettext_noop("where the money is: gateway, cash, card or bank"))
    trace: str = Field(description=gettext_noop("number of the payment with the bank or on the receipt"))
    at: datetime = Field(description=gettext_noop("when it was entered"))


class ReceivedPage(Schema):
    """The money of a day, in the order of the book."""

    payments: list[Received] = Field(description=gettext_noop("in the order of the book"))
    next: str | None = Field(description=gettext_noop("what to ask for as “cursor” for the next page"))
