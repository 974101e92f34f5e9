"""Files of bills: every line told, nothing lost or doubled wherever the reading stopped, whatever the file holds."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.project import town

from panjereh.config.handlers import HANDLERS
from panjereh.kernel import clock
from panjereh.kernel.errors import Invalid, NotAllowed
from panjereh.outbox import operations as outbox
from panjereh.payments import billfiles, queries
from panjereh.payments import operations as payments
from panjereh.payments.errors import FileIsUnfit
from panjereh.payments.models import BadLine, Bill, BillLoad
from panjereh.payments.operations import loading
from panjereh.ui.bill_words import SENTENCES

BILLER = "electricity-company"
HEADING = "reference,account,amount,due"


def line(number: int, amount: object = 1000) -> str:
    return f"E-{number},A{number},{amount},{clock.today().isoformat()}"


def file_of(tmp_path: Path, content: str | bytes, name: str = "bills.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def loaded(path: Path) -> BillLoad:
    return payments.load_file(BILLER, path)


def told(load: BillLoad) -> list[tuple[int, str, str]]:
    return list(BadLine.objects.filter(load=load).order_by("line").values_list("line", "column", "code"))


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "AT_MOST", 3)


def test_a_file_with_persian_headings_and_digits_is_loaded(db, tmp_path):
    path = file_of(
        tmp_path,
        "\ufeffشمارهٔ قبض;شمارهٔ اشتراک;مبلغ (ریال);مهلت پرداخت;کد پستی\r\n"
        "E-۱;۱۲۳۴۵;۴۵۰٬۰۰۰;۱۴۰۵/۰۹/۲۰;۱۹۳۹۵۴۶۹۷۵\r\n\r\nE-2;678;٩٠٠٠;2026-12-11;\r\n",
    )
    with clock.at(clock.now().replace(year=2026, month=11, day=30)):
        load = loaded(path)

    assert (load.fresh, load.known, load.bad, load.line) == (2, 0, 0, 4)
    assert load.ended_at is not None
    bills = {bill.key.rpartition(":")[2]: bill for bill in Bill.objects.all()}
    assert (bills["E-1"].subject, queries.owed_on(bills["E-1"].number)) == ("12345", 450_000)
    assert bills["E-1"].due == bills["E-2"].due


def test_json_lines_are_loaded(db, tmp_path):
    day = clock.today().isoformat()
    path = file_of(
        tmp_path,
        f'{{"reference":"J1","account":"5","amount":7000,"due":"{day}"}}\n'
        f'{{"reference":"J2","account":"5","amount":"۷۰۰۰","due":"{day}","currency":"irr"}}\n'
        f'{{"reference":"J3","account":"5","amount":7000.5,"due":"{day}"}}\n'
        f'{{"reference":"J4","account":"5","amount":7000,"due":"{day}","amuont":1}}\n'
        f'{{"reference":"J5","account":["5"],"amount":7000,"due":"{day}"}}\n'
        "[1]\n{\n",
        "bills.jsonl",
    )
    load = loaded(path)

    assert (load.fresh, load.bad) == (2, 5)
    assert told(load) == [
        (3, "amount", "amount_not_whole"),
        (4, "amuont", "unknown_column"),
        (5, "", "wrong_shape"),
        (6, "", "not_json"),
        (7, "", "not_json"),
    ]


BAD_LINES: list[tuple[bytes, str, str]] = [
    (b"E,1,-5,2026-12-01", "amount", "amount_not_positive"),
    (b"E,1,0,2026-12-01", "amount", "amount_not_positive"),
    (b"E,1,99999999999999999999,2026-12-01", "amount", "amount_too_large"),
    (b"E,1,99999999999999,2026-12-01", "amount", "amount_too_large"),
    (b"E,1,12.5,2026-12-01", "amount", "amount_not_whole"),
    (b"E,1,many,2026-12-01", "amount", "amount_not_a_number"),
    (b"E,1,,2026-12-01", "amount", "missing"),
    (b"E,,5,2026-12-01", "account", "missing"),
    (b"E,1,5,", "due", "missing"),
    (b"E,1,5,tomorrow", "due", "date_not_readable"),
    (b"E,1,5,2026-02-30", "due", "no_such_day"),
    (b"E,1,5,1405-12-31", "due", "no_such_day"),
    (b"E,1,5,1980-01-01", "due", "date_far_away"),
    (b"E,1,5", "", "cells"),
    (b"E,1,5,2026-12-01,x", "", "cells"),
    (b'E,"1,5,2026-12-01', "", "not_a_row"),
    ("E,شماره,5,2026-12-01".encode("windows-1256"), "", "other_encoding"),
    (b"E,1\0,5,2026-12-01", "", "other_encoding"),
    (b"E," + b"1" * 20_000 + b",5,2026-12-01", "", "line_too_long"),
    ("E,شماره,5,2026-12-01".encode(), "account", "characters"),
]


@pytest.mark.parametrize(("bad", "column", "code"), BAD_LINES)
def test_a_bad_line_is_told_with_its_number_and_the_others_are_loaded(db, tmp_path, bad, column, code):
    content = f"{HEADING}\n{line(1)}\n".encode() + bad + f"\n{line(2)}\n".encode()
    load = loaded(file_of(tmp_path, content))

    assert told(load) == [(3, column, code)]
    assert (load.fresh, load.bad, load.line) == (2, 1, 4)


def test_every_code_of_a_bad_line_has_words(db):
    codes = {code for _bad, _column, code in BAD_LINES}
    assert (
        codes | {"reference_used", "other_amount", "other_company", "other_utility", "other_currency"}
        <= SENTENCES.keys()
    )


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.csv", "empty"),
        (b"", "a.jsonl", "empty"),
        (b"reference,account,amount\n", "a.csv", "missing_columns"),
        (b"reference,account,amount,amount,due\n", "a.csv", "doubled_columns"),
        ("reference,account,amount,due\n".encode("utf-16"), "a.csv", "other_encoding"),
        (b"x" * 20_000, "a.csv", "line_too_long"),
        (b"PK\x03\x04 something\n", "a.csv", "missing_columns"),
        (b"reference,account,amount,due\n", "a.jsonl", "not_json"),
    ],
)
def test_what_is_no_file_of_bills_is_refused_with_a_sentence_before_anything_is_written(
    db, tmp_path, content, name, reason
):
    with pytest.raises(FileIsUnfit) as refused:
        loaded(file_of(tmp_path, content, name))

    assert refused.value.params["reason"] == reason
    assert str(refused.value.message)
    assert not BillLoad.objects.exists()


def test_a_file_of_another_kind_is_refused(db, tmp_path):
    with pytest.raises(Invalid, match="csv"):
        loaded(file_of(tmp_path, b"PK", "bills.xlsx"))


def test_the_same_file_again_does_nothing_and_says_what_it_did(db, tmp_path):
    path = file_of(tmp_path, "\n".join([HEADING, line(1), line(2, -1), line(1), line(1, 9)]))
    first = loaded(path)
    again = loaded(path)

    assert (first.pk, first.fresh, first.known, first.bad) == (again.pk, 1, 1, 2)
    assert again.bad == BadLine.objects.count() == 2
    assert Bill.objects.count() == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_killed_reader_goes_on_where_it_stopped(db, tmp_path, monkeypatch, form):
    day = clock.today().isoformat()
    rows = [line(number, -1 if number % 5 == 0 else 1000) for number in range(1, 21)]
    if form == "jsonl":
        rows = [
            f'{{"reference":"E-{n}","account":"{n}","amount":{-1 if n % 5 == 0 else 1000},"due":"{day}"}}'
            for n in range(1, 21)
        ]
    path = file_of(tmp_path, "\n".join([*([HEADING] if form == "csv" else []), *rows]), f"bills.{form}")
    write, calls = loading._write, iter(range(1000))

    def dying(*args: Any, **named: Any) -> Any:
        done = write(*args, **named)
        if next(calls) % 2:
            raise Killed
        return done

    monkeypatch.setattr(loading, "_write", dying)
    deaths = 0
    while True:
        try:
            load = loaded(path)
            break
        except Killed:
            deaths += 1

    assert deaths >= 3
    assert (load.fresh, load.known, load.bad) == (16, 0, 4)
    assert Bill.objects.count() == 16
    first = 6 if form == "csv" else 5
    assert [number for number, _column, _code in told(load)] == [first, first + 5, first + 10, first + 15]


@pytest.mark.usefixtures("small_pieces")
def test_two_readers_of_one_file_do_not_double_it(db, tmp_path, monkeypatch):
    path = file_of(tmp_path, "\n".join([HEADING, *map(line, range(9))]))
    inner: Iterator[BillLoad] | None = None

    def other(_load: BillLoad) -> None:
        nonlocal inner
        if inner is None:
            inner = iter(())
            loaded(path)

    with pytest.raises(Invalid, match="فرایند دیگری"):
        payments.load_file(BILLER, path, tell=other)
    assert loaded(path).fresh == 9
    assert Bill.objects.count() == 9


@pytest.mark.usefixtures("small_pieces")
def test_an_official_brings_a_file_that_a_worker_reads_in_turns_and_nothing_of_it_stays(db, monkeypatch):
    monkeypatch.setattr(loading, "A_TURN", 0.0)
    actor = town.actor_of(town.official("accountant", agency=BILLER), as_official=True)
    content = "\n".join([HEADING, *map(line, range(10)), line(99, -1)]).encode()
    load = payments.begin_load(BILLER, "قبض‌ها.csv", BytesIO(content), actor=actor)
    assert default_storage.exists(load.file)
    with default_storage.open(load.file) as kept:
        assert b"E-1" not in kept.read()
    assert payments.begin_load(BILLER, "again.csv", BytesIO(content), actor=actor).pk == load.pk

    outbox.run_until_idle(HANDLERS)

    done = BillLoad.objects.get(pk=load.pk)
    assert (done.fresh, done.bad, done.file) == (10, 1, "")
    assert done.ended_at is not None
    assert not default_storage.exists(load.file)
    assert Bill.objects.count() == 10


def test_only_the_accountant_of_the_biller_brings_files(db):
    for role, agency in (("registrar", BILLER), ("accountant", "gas-company"), ("operator", BILLER)):
        actor = town.actor_of(town.official(role, agency=agency), as_official=True)
        with pytest.raises(NotAllowed):
            payments.begin_load(BILLER, "a.csv", BytesIO(b""), actor=actor)
        with pytest.raises(NotAllowed):
            payments.load_file(BILLER, Path("a.csv"), actor=actor)


class TestAnyFile(TestCase):
    @given(st.binary(max_size=400), st.sampled_from(["csv", "jsonl"]))
    def test_no_content_whatever_breaks_the_reader_and_every_byte_is_passed_over_once(self, content, form):
        start = f"{HEADING}\n".encode() if form == "csv" else b'{"reference": "E-1"}\n'
        whole = start + content
        read = list(billfiles.read(BytesIO(whole), form))

        assert [each.end for each in read] == sorted({each.end for each in read})
        for each in read:
            rest = list(billfiles.read(BytesIO(whole), form, offset=each.end, line=each.line))
            assert rest == [later for later in read if later.end > each.end]
