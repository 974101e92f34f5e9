"""Statements as tables (CSV, RFC 4180): which column is what is said by the account, or by common headings."""

import csv
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from panjereh.definitions import BankAccount, StatementTable
from panjereh.localisation import digits, letters
from panjereh.payments.statements import cells
from panjereh.payments.statements.lines import decoded
from panjereh.payments.statements.shape import BankEntry, Fault, Item, Unreadable

HEADINGS: dict[str, tuple[str, ...]] = {
    "account": ("account", "iban", "account number", "شبا", "شماره شبا", "شماره حساب", "حساب"),
    "booked": ("booking date", "booked", "date", "day", "posting date", "تاریخ", "تاریخ ثبت", "تاریخ سند"),
    "value": ("value date", "value", "تاریخ موثر", "تاریخ مؤثر", "تاریخ ارزش"),
    "amount": ("amount", "مبلغ"),
    "credit": ("credit", "paid in", "deposit", "واریز", "بستانکار", "مبلغ واریز"),
    "debit": ("debit", "paid out", "withdrawal", "برداشت", "بدهکار", "مبلغ برداشت"),
    "reference": ("reference", "ref", "payment reference", "شناسه واریز", "شناسه پرداخت", "شماره پیگیری", "مرجع"),
    "text": ("text", "description", "counterparty", "details", "شرح", "توضیحات", "بابت", "واریزکننده"),
    "id": ("id", "bank id", "transaction id", "document", "شماره سند", "شماره تراکنش", "کد رهگیری"),
}
"""What a column may be called."""


def read(stream: BinaryIO, account: BankAccount | None) -> Iterator[Item]:
    """The entries of a table. `account`: to which it belongs where no column says so, and how its bank writes."""
    layout = account.table if account else StatementTable()
    source = _Source(stream, layout)
    rows = csv.reader(source, delimiter=layout.delimiter or source.delimiter(), strict=True)
    try:
        yield from _entries(rows, source, layout, account)
    except csv.Error:
        yield Fault(source.number, _("A quotation mark in this line has no end."))


class _Source:
    """Gives the lines to the reader, and keeps the faults and the place."""

    def __init__(self, stream: BinaryIO, layout: StatementTable) -> None:
        self.lines = decoded(stream, layout.encoding)
        self.number = 0
        self.faults: list[Fault] = []
        self.first: str | None = None

    def __iter__(self) -> Iterator[str]:
        if self.first is not None:
            yield self.first
        yield from self._rest()

    def _rest(self) -> Iterator[str]:
        for line in self.lines:
            if isinstance(line, Fault):
                self.faults.append(line)
                self.number = line.line
                yield ""
            else:
                self.number, text = line
                yield text + "\n"

    def delimiter(self) -> str:
        """The one that the headings have most of."""
        self.first = next(self._rest(), "")
        return max(";,\t|", key=self.first.count)


def _entries(
    rows: Iterator[list[str]], source: _Source, layout: StatementTable, account: BankAccount | None
) -> Iterator[Item]:
    columns: dict[str, int] = {}
    for row in rows:
        yield from source.faults
        source.faults.clear()
        if not any(cell.strip() for cell in row):
            continue
        try:
            if columns:
                entry = _entry(row, columns, source.number, layout, account)
                if entry.amount:
                    yield entry
            else:
                columns = _columns(row, layout, account)
        except Unreadable as problem:
            yield Fault(source.number, problem.sentence)
            if not columns:
                return
    yield from source.faults
    if not columns:
        yield Fault(1, _("The file is empty."))


def _columns(headings: list[str], layout: StatementTable, account: BankAccount | None) -> dict[str, int]:
    """What → where it stands. Raises Unreadable."""
    given = [_plain(heading) for heading in headings]
    known: Mapping[str, tuple[str, ...]] = {
        what: (layout.columns[what],) if what in layout.columns else HEADINGS[what] for what in HEADINGS
    }
    found = {
        what: place
        for what, names in known.items()
        if (place := next((given.index(_plain(name)) for name in names if _plain(name) in given), None)) is not None
    }
    if "booked" not in found:
        raise Unreadable(_("The first line must name the columns; none is called “date” or as the account says."))
    if "amount" not in found and not {"credit", "debit"} <= found.keys():
        raise Unreadable(_("There is no column of amounts, nor one of credit and one of debit."))
    if "account" not in found and account is None:
        raise Unreadable(_("No column says which account it is. Choose the account."))
    return found


def _plain(heading: str) -> str:
    return letters.search_key(digits.to_ascii(heading)).strip()


def _entry(
    row: list[str], columns: Mapping[str, int], line: int, layout: StatementTable, account: BankAccount | None
) -> BankEntry:
    cell = {what: row[place].strip() for what, place in columns.items() if place < len(row)}
    if len(row) <= max(columns.values()):
        raise Unreadable(_("This line has fewer columns than the first one."))
    currency = account.currency if account else "IRR"
    booked = cells.must_be_past(cells.day(cell["booked"], layout.days))
    return BankEntry(
        line=line,
        account=cells.words(cell.get("account")).replace(" ", "").upper() or (account.iban if account else ""),
        booked_on=booked,
        value_on=cells.day(cell["value"], layout.days) if cell.get("value") else booked,
        amount=_amount(cell, currency, layout),
        currency=currency,
        reference=cells.words(cell.get("reference"))[:100],
        text=cells.words(cell.get("text")),
        bank_id=cells.words(cell.get("id"))[:80],
    )


def _amount(cell: Mapping[str, str], currency: str, layout: StatementTable) -> int:
    """Signed in one column, or without a sign in one of two."""
    if "amount" in cell and not (cell.get("credit") or cell.get("debit")):
        return cells.amount(cell["amount"], currency, decimal=layout.decimal)
    sides = [cells.amount(cell.get(side) or "0", currency, decimal=layout.decimal) for side in ("credit", "debit")]
    if min(sides) < 0:
        raise Unreadable(_("An amount in a column of credit or debit has no sign."))
    if all(sides):
        raise Unreadable(_("A line has a credit or a debit, not both."))
    return sides[0] - sides[1]
