"""Reports of the books over some days: as page, table and PDF, in both languages, the same figures everywhere."""

import csv
from datetime import timedelta
from io import StringIO
from subprocess import run

import pytest
from tests.desk.conftest import AGENCY, Desk
from tests.looking import complaints

from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.payments import operations as payments
from panjereh.payments.books import Claim
from panjereh.payments.queries import reports

REPORT = "/en/desk/books/report/"
FIRST, SECOND = Claim(AGENCY, "4058317263", fund="births"), Claim(AGENCY, "1111111111")


@pytest.fixture
def daneshvar() -> Desk:
    return Desk("daneshvar", "accountant")


@pytest.fixture
def history(amini: Desk, daneshvar: Desk) -> None:
    """Forty days ago 500,000 was asked and paid; today 300,000 was asked, 100,000 of it paid and taken back again."""
    with clock.at(clock.now() - timedelta(days=40)):
        payments.charge(FIRST, 500_000, key="c1", actor=SYSTEM)
        payments.take(FIRST, 500_000, how="cash", reference="84-1", key="t1", actor=amini.actor)
    payments.charge(SECOND, 300_000, key="c2", actor=SYSTEM)
    wrong = payments.take(SECOND, 100_000, how="card", reference="=84-2", key="t2", actor=amini.actor)
    payments.reverse(AGENCY, wrong.number, actor=daneshvar.actor, reason="Another case.")


def table(desk: Desk, kind: str, **days: str) -> list[dict[str, str]]:
    answer = desk.client.get(f"{REPORT}{kind}/", {"form": "csv", **days})
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.content.decode())))


def test_the_trial_balance_of_a_month_begins_with_what_was_there_and_sums_to_nothing(
    daneshvar: Desk, history: None
) -> None:
    found = reports.period_balances(daneshvar.actor, clock.today() - timedelta(days=30), clock.today())

    told = {one.place.kind + one.place.fund: (one.opening, one.debit, one.credit, one.closing) for one in found}
    assert told == {
        "card": (0, 100_000, 100_000, 0),
        "cash": (500_000, 0, 0, 500_000),
        "receivable": (0, 400_000, 100_000, 300_000),
        "receivablebirths": (0, 0, 0, 0),
        "revenue": (0, 0, 300_000, -300_000),
        "revenuebirths": (-500_000, 0, 0, -500_000),
    }
    assert sum(one.opening for one in found) == sum(one.closing for one in found) == 0


def test_the_statement_says_what_was_asked_and_what_came_less_what_was_taken_back(
    daneshvar: Desk, history: None
) -> None:
    today = clock.today()
    month = [(flow.kind, flow.place.kind, flow.amount) for flow in reports.statement(daneshvar.actor, today, today)]
    whole = reports.statement(daneshvar.actor, today - timedelta(days=60), today)

    assert month == [("asked", "revenue", 300_000)]
    assert [(flow.kind, flow.place.fund, flow.amount) for flow in whole] == [
        ("asked", "", 300_000),
        ("asked", "births", 500_000),
        ("came", "", 500_000),
    ]


def test_open_items_are_those_of_the_last_day(daneshvar: Desk, history: None) -> None:
    today = clock.today()

    assert [item.amount for item in reports.owed_at(daneshvar.actor, today, today)] == [300_000]
    yesterday = today - timedelta(days=1)
    assert reports.owed_at(daneshvar.actor, yesterday, yesterday) == []


def test_the_table_has_plain_figures_and_no_formula(daneshvar: Desk, history: None) -> None:
    rows = table(daneshvar, "journal")

    assert {row["Receipt"] for row in rows} == {"", "'=84-2"}
    assert sum(int(row["Debit"]) for row in rows) == sum(int(row["Credit"]) for row in rows) == 500_000
    assert {row["Currency"] for row in rows} == {"IRR"}


@pytest.mark.parametrize("kind", ["statement", "balance", "journal", "open"])
def test_every_report_is_a_page_and_a_pdf_in_both_languages(daneshvar: Desk, history: None, kind: str) -> None:
    assert "30,000 toman" in daneshvar.page.open(f"{REPORT}{kind}/").text
    assert "۳۰٬۰۰۰ تومان" in daneshvar.page.open(f"/desk/books/report/{kind}/").text

    for language, figure in (("/en", "30,000"), ("", "۳۰٬۰۰۰")):
        answer = daneshvar.client.get(f"{language}/desk/books/report/{kind}/", {"form": "pdf"})
        assert answer.headers["Content-Type"] == "application/pdf"
        text = run(
            ["pdftotext", "-layout", "-", "-"], input=answer.content, capture_output=True, check=True
        ).stdout.decode()
        assert figure in text or figure[::-1] in text


@pytest.mark.parametrize(
    "days",
    [{"from": "x"}, {"until": "2999-01-01"}, {"from": "2026-01-02", "until": "2026-01-01"}, {"from": "2020-01-01"}],
)
def test_days_that_are_none_are_told(daneshvar: Desk, days: dict[str, str]) -> None:
    assert daneshvar.client.get(f"{REPORT}balance/", days).status_code == 422
    assert daneshvar.client.get(f"{REPORT}balance/", {**days, "form": "csv"}).status_code == 422


def test_days_may_be_jalali_and_in_persian_digits(daneshvar: Desk, history: None) -> None:
    assert daneshvar.client.get(f"{REPORT}balance/", {"from": "۱۴۰۵/۰۶/۰۱"}).status_code == 200


def test_others_see_no_report_and_there_is_none_of_another_name(amini: Desk, daneshvar: Desk) -> None:
    assert amini.client.get(f"{REPORT}balance/").status_code == 403
    assert daneshvar.client.get(f"{REPORT}profit/").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width", "scheme"), [("", 320, "dark"), ("/en", 1280, "light")])
def test_reports_are_accessible_and_fit(daneshvar: Desk, history: None, language: str, width: int, scheme: str) -> None:
    paths = [f"{language}/desk/books/report/{kind}/" for kind in ("statement", "balance", "journal", "open")]

    shown = {path: daneshvar.client.get(path).content.decode() for path in paths}
    assert complaints(shown, width=width, scheme=scheme) == []
