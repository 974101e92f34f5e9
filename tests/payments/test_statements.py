"""Statements in three formats come to the same plain shape; what can't be read is told with its line."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from tests.payments.statement_files import ACCOUNT, DAY, IBAN, camt, lines, mt940, table

from panjereh.definitions import BankAccount
from panjereh.kernel import clock
from panjereh.payments import statements
from panjereh.payments.statements import Balance, BankEntry, Fault

ROWS = [("B-1", 500_000, "4058317263", "Laleh Mana"), ("B-2", -70_000, "FEE", "Bank")]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(datetime(2026, 11, 25, 10, tzinfo=UTC)):
        yield


def read(content: bytes, account: BankAccount | None = ACCOUNT) -> list[Any]:
    return list(statements.read(BytesIO(content), account))


def entries(content: bytes, account: BankAccount | None = ACCOUNT) -> list[BankEntry]:
    found = read(content, account)
    assert [each for each in found if isinstance(each, Fault)] == []
    return [each for each in found if isinstance(each, BankEntry)]


def faults(content: bytes, account: BankAccount | None = ACCOUNT) -> list[tuple[int, str]]:
    with override("en"):
        return [(each.line, str(each.sentence)) for each in read(content, account) if isinstance(each, Fault)]


@pytest.mark.parametrize("write", [camt, mt940, table])
def test_the_same_movements_read_the_same_from_every_format(write):
    found = entries(write(ROWS))

    told = [(e.account, e.booked_on, e.value_on, e.amount, e.currency, e.reference, e.text, e.bank_id) for e in found]
    assert told == [
        (IBAN, DAY, DAY, 500_000, "IRR", "4058317263", "Laleh Mana", "B-1"),
        (IBAN, DAY, DAY, -70_000, "IRR", "FEE", "Bank", "B-2"),
    ]


@pytest.mark.parametrize("write", [camt, mt940])
def test_balances_before_and_after_are_read(write):
    found = [(each.kind, each.amount) for each in read(write(ROWS)) if isinstance(each, Balance)]

    assert found == [("opening", 1000), ("closing", 431_000)]


@given(st.lists(st.integers(1, 10**15).map(lambda n: n - 5 * 10**14).filter(bool), min_size=1, max_size=8))
def test_every_amount_comes_back_to_the_rial(amounts):
    rows = [(f"B{place}", amount, "REF", "who") for place, amount in enumerate(amounts)]

    with clock.at(datetime(2026, 11, 25, 10, tzinfo=UTC)):
        for write in (camt, table):
            assert [entry.amount for entry in entries(write(rows))] == amounts
        short = [row for row in rows if abs(row[1]) < 10**14]  # MT940 has fifteen signs for an amount
        assert [entry.amount for entry in entries(mt940(short))] == [row[1] for row in short]


def test_a_table_in_persian_with_jalali_days_and_persian_digits_is_read():
    content = lines(["تاریخ;مبلغ;شناسه واریز;شرح;شماره سند", "۱۴۰۵/۰۹/۰۲;۵۰۰٬۰۰۰;۴۰۵۸۳۱۷۲۶۳;علي;۷"])

    (entry,) = entries(content)

    assert (entry.booked_on, entry.amount, entry.reference, entry.text) == (DAY, 500_000, "4058317263", "علی")


def test_a_table_with_two_columns_of_amounts_and_its_own_headings_is_read():
    account = ACCOUNT.model_copy(
        update={
            "table": ACCOUNT.table.model_copy(
                update={"columns": {"booked": "Buchung", "credit": "Haben", "debit": "Soll"}, "decimal": ","}
            )
        }
    )
    content = lines(["Buchung;Haben;Soll", "2026-11-23;1.200,00;", "2026-11-23;;300,00"])

    assert [entry.amount for entry in entries(content, account)] == [1200, -300]


def test_a_table_written_for_windows_or_in_utf_16_is_read():
    text = "تاریخ,مبلغ,شرح\n1405/09/02,5000,علی\n"
    windows = ACCOUNT.model_copy(update={"table": ACCOUNT.table.model_copy(update={"encoding": "windows-1256"})})

    assert entries(text.replace("ی", "ي").encode("windows-1256"), windows)[0].text == "علی"
    assert entries(text.encode("utf-16"))[0].text == "علی"
    assert entries(text.encode("utf-8-sig"))[0].text == "علی"


def test_a_collective_booking_is_read_as_its_payments_where_they_make_the_whole():
    details = "".join(
        f'<TxDtls><Refs><EndToEndId>R{place}</EndToEndId></Refs><Amt Ccy="IRR">{amount}</Amt></TxDtls>'
        for place, amount in enumerate((300, 200), 1)
    )
    whole = camt([("B-1", 500, "X", "Y")]).decode()
    content = whole[: whole.index("<TxDtls>")] + details + whole[whole.index("</NtryDtls>") :]

    assert [(e.amount, e.reference, e.bank_id) for e in entries(content.encode())] == [
        (300, "R1", "B-1/1"),
        (200, "R2", "B-1/2"),
    ]
    assert [e.amount for e in entries(content.replace(">200<", ">199<").encode())] == [500]


def test_what_is_only_pending_is_not_read():
    assert entries(camt(ROWS).replace(b"<Cd>BOOK</Cd>", b"<Cd>PDNG</Cd>")) == []


def test_an_entry_of_the_new_year_booked_in_the_old_one_has_the_right_years():
    with clock.at(datetime(2027, 1, 5, 10, tzinfo=UTC)):
        content = mt940(ROWS[:1], day=date(2027, 1, 1)).replace(b":61:2701010101", b":61:2701011231")
        (entry,) = entries(content)

    assert (entry.booked_on, entry.value_on) == (date(2026, 12, 31), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-11-23,12x,R", "“12x” is no amount."),
        ("2026-11-23,12.5,R", "“12.5” has more decimal places than IRR."),
        ("2026-11-23,900000000000000000,R", "“900000000000000000” is more than any account holds."),
        ("2026-13-23,5,R", "“2026-13-23” is no day; year, month and day belong there."),
        ("2026-12-23,5,R", "2026-12-23 can't be: a bank books up to today."),
        ("1990-01-01,5,R", "1990-01-01 can't be: a bank books up to today."),
        ("2026-11-23,5", "This line has fewer columns than the first one."),
        ("2026-11-23,5,R\x07", "This line holds signs that no text has. Was the file written in another encoding?"),
        ('2026-11-23,5,"R', "A quotation mark in this line has no end."),
    ],
)
def test_a_bad_line_of_a_table_is_told_with_its_number(row, said):
    assert faults(lines(["date,amount,reference", "2026-11-23,5,R", row])) == [(3, said)]


def test_a_line_in_another_encoding_is_told_with_its_number_and_the_others_are_read():
    content = b"date,amount,text\n2026-11-23,5,x\n2026-11-23,5,\xc8\xc7\n2026-11-23,6,y\n"

    assert faults(content) == [(3, "This line is not written in UTF-8.")]
    assert [each.amount for each in read(content) if isinstance(each, BankEntry)] == [5, 6]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"who,what\nx,y\n", "The first line must name the columns; none is called “date” or as the account says."),
        (b"date,what\n", "There is no column of amounts, nor one of credit and one of debit."),
        (b"date,credit,debit\n2026-11-23,-5,\n", "An amount in a column of credit or debit has no sign."),
        (b"date,credit,debit\n2026-11-23,5,5\n", "A line has a credit or a debit, not both."),
        (b"x" * 30_000, "This line is too long for a statement."),
    ],
)
def test_a_table_that_is_none_is_told(content, said):
    assert faults(content)[0][1] == said


def test_without_an_account_a_table_must_name_it():
    assert faults(table(ROWS), None) == [(1, "No column says which account it is. Choose the account.")]
    assert entries(lines(["date,amount,iban", f"2026-11-23,5,{IBAN}"]), None)[0].account == IBAN


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        (b">500000<", b">5e5<", 6, "“5e5” is no amount."),
        (b">500000<", b">-500000<", 6, "An amount in CAMT.053 has no sign."),
        (b'Ccy="IRR">500000', b'Ccy="XXX">500000', 6, "“XXX” is no currency that we know."),
        (b"<CdtDbtInd>DBIT", b"<CdtDbtInd>BOTH", 7, "It doesn't say whether this came in or went out (CdtDbtInd)."),
        (b"</Ntry>\n</Stmt>", b"", 7, "Here the file stops being XML. Was it cut off?"),
        (b"BkToCstmrStmt>", b"BkToCstmrDbtCdtNtfctn>", 1, "This XML is no CAMT.053 statement."),
        (
            b"<Document",
            b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]><Document',
            2,
            "A document type has no place in a statement; the file is refused.",
        ),
    ],
)
def test_a_bad_camt_file_is_told_with_its_line(before, after, line, said):
    found = faults(camt(ROWS).replace(before, after))

    assert found[0] == (line, said)


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        (b"C500000,", b"C5o0000,", 5, "This field is not as MT940 writes it."),
        (b"C500000,", b"C500000,50", 5, "“500000.50” has more decimal places than IRR."),
        (b":61:261123", b":61:261399", 5, "This field is not as MT940 writes it."),
        (b":25:IR840120000000009612345601\r\n", b"", 4, "An entry stands before its account and opening balance."),
        (b":86:Laleh", b":86:\xff\xfe", 6, "This line is not written in UTF-8."),
    ],
)
def test_a_bad_mt940_file_is_told_with_its_line(before, after, line, said):
    assert faults(mt940(ROWS[:1]).replace(before, after))[0] == (line, said)


@given(st.binary(max_size=400), st.sampled_from([b"", b"<a>", b":20:X\n", b"date,amount\n"]))
def test_whatever_bytes_come_they_are_read_or_told_and_nothing_else(noise, head):
    for item in statements.read(BytesIO(head + noise), ACCOUNT):
        assert isinstance(item, BankEntry | Balance | Fault)
