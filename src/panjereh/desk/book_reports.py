"""Reports of the books in words: the same rows for the page, the table to take along (CSV) and the PDF."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from panjereh.catalogue import queries as catalogue
from panjereh.desk import words
from panjereh.documents import queries as documents
from panjereh.documents.tables import Table
from panjereh.kernel.actor import Actor
from panjereh.kernel.money import Money
from panjereh.localisation import dates, digits
from panjereh.localisation.money import format_money
from panjereh.payments.queries import reports

FLOWS: Mapping[str, Promise] = {
    "asked": gettext_lazy("Asked for"),
    "let_go": gettext_lazy("Not owed any more"),
    "came": gettext_lazy("Came"),
    "went_back": gettext_lazy("Given back"),
    "commission": gettext_lazy("Commissions and bank charges"),
    "difference": gettext_lazy("Differences with the bank"),
}

Cell = str | int | date | Money
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Report:
    """Rows of plain values under headings; `totals` are the last rows, one for each currency."""

    kind: str
    title: str
    first: date
    last: date
    heads: Sequence[str]
    rows: Sequence[Row]
    totals: Sequence[Row] = field(default=())

    @property
    def numbers(self) -> frozenset[int]:
        """The places of the columns that hold amounts."""
        return frozenset(place for row in self.rows[:1] for place, cell in enumerate(row) if isinstance(cell, Money))


def make(kind: str, actor: Actor, first: date, last: date) -> Report:
    """The report of a kind of KINDS over some days. Raises NotAllowed, Invalid."""
    title, heads, rows = KINDS[kind]
    found = list(rows(actor, first, last))
    return Report(kind, str(title), first, last, [str(head) for head in heads], found, _totals(found))


def _journal(actor: Actor, first: date, last: date) -> Iterator[Row]:
    for entry in reports.journal(actor, first, last):
        of = entry.posting
        for place, amount in entry.lines:
            sides = (Money(max(amount, 0), place.currency), Money(max(-amount, 0), place.currency))
            yield (
                of.number,
                of.day,
                str(words.POSTINGS[of.kind]),
                of.subject,
                of.reference,
                words.account(place),
                *sides,
            )


def _balances(actor: Actor, first: date, last: date) -> Iterator[Row]:
    for one in reports.period_balances(actor, first, last):
        sums = (one.opening, one.debit, one.credit, one.closing)
        yield words.account(one.place), *(Money(amount, one.place.currency) for amount in sums)


def _statement(actor: Actor, first: date, last: date) -> Iterator[Row]:
    for flow in reports.statement(actor, first, last):
        yield str(FLOWS[flow.kind]), words.account(flow.place), Money(flow.amount, flow.place.currency)


def _owed(actor: Actor, first: date, last: date) -> Iterator[Row]:
    for item in reports.owed_at(actor, first, last):
        yield item.subject, item.since, (last - item.since).days, Money(item.amount, item.currency)


Rows = Callable[[Actor, date, date], Iterator[Row]]
_ACCOUNT, _AMOUNT = gettext_lazy("Account"), gettext_lazy("Amount")
_DEBIT, _CREDIT = gettext_lazy("Debit"), gettext_lazy("Credit")
_ABOUT = gettext_lazy("Case or bill")
KINDS: Mapping[str, tuple[Promise, Sequence[Promise], Rows]] = {
    "statement": (gettext_lazy("Statement of the agency"), [gettext_lazy("What"), _ACCOUNT, _AMOUNT], _statement),
    "balance": (
        gettext_lazy("Trial balance"),
        [_ACCOUNT, gettext_lazy("Before"), _DEBIT, _CREDIT, gettext_lazy("At the end")],
        _balances,
    ),
    "journal": (
        gettext_lazy("Day book"),
        [
            gettext_lazy("No."),
            gettext_lazy("Day"),
            gettext_lazy("What"),
            _ABOUT,
            gettext_lazy("Receipt"),
            _ACCOUNT,
            _DEBIT,
            _CREDIT,
        ],
        _journal,
    ),
    "open": (gettext_lazy("Open items"), [_ABOUT, gettext_lazy("Since"), gettext_lazy("Days"), _AMOUNT], _owed),
}
"""Name → title, headings, and what makes its rows."""


def _totals(rows: Sequence[Row]) -> list[Row]:
    """One row for each currency with the sum of every column of amounts."""
    sums: dict[str, dict[int, int]] = {}
    for row in rows:
        for place, cell in enumerate(row):
            if isinstance(cell, Money):
                held = sums.setdefault(cell.currency, {})
                held[place] = held.get(place, 0) + cell.amount
    width = len(rows[0]) if rows else 0
    return [
        [Money(held[place], currency) if place in held else (_("Sum") if place == 0 else "") for place in range(width)]
        for currency, held in sorted(sums.items())
    ]


def shown(cell: Cell, language: str) -> str:
    """A value in words of the language."""
    if isinstance(cell, Money):
        return format_money(cell, language)
    if isinstance(cell, date):
        return dates.format_date(cell, language)
    return digits.for_language(str(cell), language) if isinstance(cell, int) else cell


def as_csv(report: Report) -> str:
    """Amounts in the currency's smallest unit, each beside its currency; days as YYYY-MM-DD."""
    text = StringIO()
    writer = csv.writer(text)
    heads = [[head, _("Currency")] if place in report.numbers else [head] for place, head in enumerate(report.heads)]
    writer.writerow([head for each in heads for head in each])
    for row in report.rows:
        writer.writerow([plain for cell in row for plain in _plain(cell)])
    return text.getvalue()


def _plain(cell: Cell) -> list[str]:
    if isinstance(cell, Money):
        return [str(cell.amount), cell.currency]
    text = str(cell)
    return [f"'{text}" if text[:1] in "=+-@\t\r" and text else text]  # no spreadsheet takes it for a formula


def as_pdf(report: Report, agency: str) -> bytes:
    language = get_language() or "fa"
    period = f"{dates.format_date(report.first, language)} – {dates.format_date(report.last, language)}"
    known = catalogue.agencies().get(agency)
    return documents.table(
        Table(
            title=report.title,
            agency=dict(known.title) if known else {},
            language=language,
            facts=[(_("Days"), period)],
            heads=report.heads,
            rows=[[shown(cell, language) for cell in row] for row in report.rows],
            numbers=report.numbers,
            total=[shown(cell, language) for row in report.totals for cell in row],
        )
    )
