"""MT940 (SWIFT customer statement). The library reads each field; we find them, so that a fault has its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _
from mt940.models import Transactions
from mt940.options import Options

from panjereh.definitions import BankAccount
from panjereh.payments.statements import cells
from panjereh.payments.statements.lines import decoded
from panjereh.payments.statements.shape import Balance, BankEntry, Fault, Item, Unreadable

TAG = re.compile(r"^:(\d{2}[A-Z]?|NS):")
ENTRY = re.compile(r"^:61:\d{6}(?:\d{4}| {4})?R?[CD][A-Z]?\n?\d{1,15},\d{0,3}[A-Z][A-Z0-9]{3}")
"""How an entry begins. The library takes a broken amount for a short one with a reference behind it."""
BALANCES = {"60F": "opening", "60M": "", "62F": "closing", "62M": ""}
NO_REFERENCE = ("NONREF", "NOTPROVIDED")
OPTIONS = Options.all()


@dataclass(slots=True)
class _Field:
    """A tag with the lines that go on with it."""

    tag: str
    line: int
    text: str


@dataclass(slots=True)
class _Statement:
    """What the fields so far have said of the statement that is read."""

    account: str = ""
    opening: str = ""
    currency: str = ""
    pending: list[_Field] = field(default_factory=list)


def read(stream: BinaryIO, account: BankAccount | None) -> Iterator[Item]:
    """The entries and balances of all statements of a file."""
    statement = _Statement()
    for found in _fields(stream, account.table.encoding if account else "utf-8"):
        if isinstance(found, Fault):
            yield found
            continue
        if found.tag != "86":
            yield from _entry(statement)
        try:
            yield from _taken_in(statement, found)
        except Unreadable as problem:
            yield Fault(found.line, problem.sentence)
    yield from _entry(statement)


def _fields(stream: BinaryIO, encoding: str) -> Iterator[_Field | Fault]:
    held: _Field | None = None
    for each in decoded(stream, encoding):
        if isinstance(each, Fault):
            yield each
            continue
        number, text = each
        if found := TAG.match(text):
            if held:
                yield held
            held = _Field(found[1], number, text)
        elif text.strip() in ("-", "-}") or text.startswith("{"):
            if held:
                yield held
            held = None
        elif held and text.strip():
            held.text += "\n" + text
        elif text.strip():
            yield Fault(number, _("This line belongs to no field of an MT940 statement."))
    if held:
        yield held


def _taken_in(statement: _Statement, found: _Field) -> Iterator[Item]:
    if found.tag == "20":
        statement.account = statement.opening = statement.currency = ""
    elif found.tag in ("25", "25P"):
        statement.account = _account(found.text[len(found.tag) + 2 :])
    elif found.tag in BALANCES:
        balance = _parsed(found.text).data
        (value,) = (each for each in balance.values() if hasattr(each, "amount"))
        statement.currency = value.amount.currency
        if found.tag.startswith("60"):
            statement.opening = found.text
        if kind := BALANCES[found.tag]:
            units = cells.amount(str(value.amount.amount), statement.currency)
            yield Balance(found.line, statement.account, kind, units, statement.currency)  # type: ignore[arg-type]
    elif found.tag == "61":
        if not ENTRY.match(found.text):
            raise Unreadable(_("This field is not as MT940 writes it."))
        if not statement.account or not statement.opening:
            raise Unreadable(_("An entry stands before its account and opening balance."))
        statement.pending = [found]
    elif found.tag == "86" and statement.pending:
        statement.pending.append(found)


def _account(text: str) -> str:
    """Banks write the IBAN, or the bank's number, a slash and the account's."""
    return re.sub(r"[\s-]", "", text.splitlines()[0]).upper()


def _parsed(*fields: str) -> Transactions:
    transactions = Transactions(options=OPTIONS)
    try:
        transactions.parse("\n".join(fields))
    except Exception as error:  # the library raises whatever the parts of a field raise
        raise Unreadable(_("This field is not as MT940 writes it.")) from error
    return transactions


def _entry(statement: _Statement) -> Iterator[Item]:
    """The entry whose fields are gathered, if there is one."""
    if not statement.pending:
        return
    fields, statement.pending = statement.pending, []
    try:
        entry = _read(statement, fields)
        if entry.amount:
            yield entry
    except Unreadable as problem:
        yield Fault(fields[0].line, problem.sentence)


def _read(statement: _Statement, fields: list[_Field]) -> BankEntry:
    parsed = _parsed(statement.opening, *(each.text for each in fields))
    if not parsed.transactions or "amount" not in parsed.transactions[-1].data:
        raise Unreadable(_("This field is not as MT940 writes it."))
    data: dict[str, Any] = parsed.transactions[-1].data
    value_on = _day(data["date"])
    return BankEntry(
        line=fields[0].line,
        account=statement.account,
        booked_on=cells.must_be_past(_day(data.get("entry_date") or data["date"])),
        value_on=value_on,
        amount=cells.amount(str(data["amount"].amount), statement.currency),
        currency=statement.currency,
        reference=_reference(data),
        text=cells.words(*(data.get(name) for name in _TEXTS)),
        bank_id=cells.words(data.get("bank_reference"))[:80],
    )


_TEXTS = ("applicant_name", "purpose", "additional_purpose", "transaction_details", "extra_details")


def _day(value: Any) -> Any:
    return cells.day(f"{value.year:04}-{value.month:02}-{value.day:02}", "gregorian")


def _reference(data: dict[str, Any]) -> str:
    for name in ("end_to_end_reference", "customer_reference"):
        text = cells.words(data.get(name))
        if text and text.upper() not in NO_REFERENCE:
            return text[:100]
    return ""
