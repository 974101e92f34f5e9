"""The bank on the desk: statements are loaded, lines find their payments, days say why books and bank differ."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.desk.conftest import AGENCY, Desk, effects
from tests.looking import complaints
from tests.payments.statement_files import camt, table

from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.payments import operations as payments
from panjereh.payments.books import Claim
from panjereh.payments.models import Account, BankLine, Discrepancy, Match, Statement, Suggestion
from panjereh.payments.operations import discrepancies

BANK = "/en/desk/bank/"
IBAN = "IR290170000000001052345602"


@pytest.fixture
def daneshvar() -> Desk:
    return Desk("daneshvar", "accountant")


@pytest.fixture
def parsa() -> Desk:
    return Desk("parsa", "accountant")


def paid(amount: int, reference: str, how: str = "bank") -> None:
    claim = Claim(AGENCY, f"40583172{amount % 90 + 10}")
    payments.charge(claim, amount, key=f"c{reference}", actor=SYSTEM)
    payments.take(claim, amount, how=how, reference=reference, key=f"t{reference}", actor=SYSTEM)


def statement(*rows: tuple[str, int, str, str]) -> bytes:
    return camt(rows, day=clock.today(), iban=IBAN)


def upload(desk: Desk, content: bytes, status: int = 302, where: str = BANK) -> Any:
    response = desk.client.post(where, {"file": SimpleUploadedFile("nov.xml", content)})
    assert response.status_code == status
    return response


@pytest.fixture
def told(daneshvar: Desk) -> list[BankLine]:
    """Three lines: one is known, one differs from its payment, one is nobody's."""
    paid(500_000, "TR-771")
    paid(700_000, "TR-772")
    rows = [("B-1", 500_000, "TR-771", "Laleh"), ("B-2", 690_000, "TR-772", "Sara"), ("B-3", 44_000, "", "ناشناس")]
    upload(daneshvar, statement(*rows))
    effects()
    return list(BankLine.objects.order_by("pk"))


def test_an_accountant_loads_a_statement_and_sees_what_is_open(daneshvar: Desk, told: list[BankLine]) -> None:
    shown = daneshvar.page.open(BANK).text

    assert "69,000 toman" in shown
    assert "4,400 toman" in shown
    assert "50,000 toman" not in shown
    assert "In the bank, in no book" in shown
    assert "Daneshvar Test" in shown


def test_the_same_file_twice_changes_nothing_and_says_so(daneshvar: Desk) -> None:
    content = statement(("B-1", 500_000, "TR-771", "Laleh"))
    first, again = upload(daneshvar, content), upload(daneshvar, content)

    assert "new=1&stood=0" in first.headers["Location"]
    assert "1 stood already." in daneshvar.page.open(again.headers["Location"]).text
    assert Statement.objects.count() == 1


@pytest.mark.parametrize(("language", "said"), [("/en", "“x” is no amount."), ("", "«x» مبلغ نیست.")])
def test_what_is_wrong_with_a_file_is_told_by_line_in_both_languages(daneshvar: Desk, language: str, said: str) -> None:
    content = table([("B-1", "x", "R", "x")], day=clock.today().isoformat())

    shown = upload(daneshvar, content, 422, f"{language}/desk/bank/").content.decode()

    assert said in shown
    assert not BankLine.objects.exists()


def test_without_a_file_one_is_asked_for(daneshvar: Desk) -> None:
    response = daneshvar.client.post(BANK, {})

    assert response.status_code == 422
    assert "Choose the file of the bank first." in response.content.decode()


def test_a_difference_is_accepted_by_two_officials(daneshvar: Desk, parsa: Desk, told: list[BankLine]) -> None:
    where = f"{BANK}line/{told[1].pk}/"
    key = next(key for key in keys(daneshvar, where) if key.startswith("lines:"))

    assert daneshvar.client.post(where, {"key": key, "do": "accept"}).status_code == 422
    assert daneshvar.client.post(where, {"key": key, "do": "accept", "reason": "Fee."}).status_code == 302
    waits = Suggestion.objects.get()
    assert "Another official must agree." in daneshvar.page.open(where).text
    assert daneshvar.client.post(where, {"do": "agree", "suggestion": waits.pk}).status_code == 422
    assert "Fee." in parsa.page.open(where).text
    assert parsa.client.post(where, {"do": "agree", "suggestion": waits.pk}).status_code == 302

    assert Match.objects.filter(line=told[1]).get().difference == -10_000
    assert parsa.client.get(where).status_code == 404


def keys(desk: Desk, where: str) -> list[str]:
    return re.findall(r'name="key" value="([^"]+)"', desk.client.get(where).content.decode())


def test_what_was_refused_is_not_proposed_again(daneshvar: Desk, told: list[BankLine]) -> None:
    where = f"{BANK}line/{told[1].pk}/"
    key = keys(daneshvar, where)[0]

    assert daneshvar.client.post(where, {"key": key, "do": "refuse"}).status_code == 302

    assert key not in keys(daneshvar, where)


def test_days_say_why_books_and_bank_differ(daneshvar: Desk, told: list[BankLine]) -> None:
    assert "not known: 73,400 toman" in daneshvar.page.open(f"{BANK}days/").text

    shown = daneshvar.page.open(f"{BANK}day/").text
    assert "paid on this day, not in the bank yet" in shown
    assert "in the bank, of payers not known" in shown
    assert "by its reference" in shown


def test_a_match_is_undone_with_a_reason(daneshvar: Desk, told: list[BankLine]) -> None:
    where = f"{BANK}match/{Match.objects.get().pk}/"
    assert "50,000 toman" in daneshvar.page.open(where).text

    assert daneshvar.client.post(where, {"reason": ""}).status_code == 422
    assert daneshvar.client.post(where, {"reason": "Another payer."}).status_code == 302

    assert not Match.objects.filter(stands=True).exists()
    assert daneshvar.client.get(where).status_code == 404


def test_a_difference_is_taken_over_and_closed(daneshvar: Desk, parsa: Desk) -> None:
    paid(500_000, "K-1", how="card")
    one = Discrepancy(kind="missing", book_id=AGENCY, day=clock.today(), amount=500_000)
    one.account_id = payments_account()
    discrepancies.note([one])
    where = f"{BANK}difference/{Discrepancy.objects.get().pk}/"

    assert parsa.client.post(where, {"do": "take"}).status_code == 302
    assert "Parsa Test" in daneshvar.page.open(BANK).text
    assert parsa.client.post(where, {"do": "close", "note": ""}).status_code == 422
    assert parsa.client.post(where, {"do": "close", "note": "Came on Sunday."}).status_code == 302

    assert "Books and bank agree." in daneshvar.page.open(BANK).text
    assert parsa.client.get(where).status_code == 404


def payments_account() -> int:
    return int(Account.objects.get(kind="card").pk)


def test_others_see_no_bank_and_accountants_no_other_agencys(amini: Desk, told: list[BankLine]) -> None:
    elsewhere = Desk("elsewhere", "accountant", agency="municipality")

    for path in ("", "days/", "day/", f"line/{told[1].pk}/", f"match/{Match.objects.get().pk}/"):
        assert amini.client.get(BANK + path).status_code == 403
    assert "No statement was loaded yet." in elsewhere.page.open(BANK).text
    assert elsewhere.client.get(f"{BANK}line/{told[1].pk}/").status_code == 404
    upload(elsewhere, statement(("B-9", 5, "x", "x")), 422)


def test_a_supervisor_looks_and_agrees_but_loads_nothing(bahrami: Desk, told: list[BankLine]) -> None:
    assert "Load a statement" not in bahrami.page.open(BANK).text
    upload(bahrami, statement(("B-9", 5, "x", "x")), 403)


def test_the_page_costs_no_more_queries_with_more_lines(
    daneshvar: Desk, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    upload(daneshvar, statement(*((f"B-{n}", 100 + n, f"X-{n}00", "x") for n in range(40))))
    effects()
    daneshvar.client.get(BANK)

    with django_assert_max_num_queries(16):
        daneshvar.client.get(BANK)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("", 320, "dark"), ("/en", 1280, "light"), ("", 390, "light")]
)
def test_pages_of_the_bank_are_accessible_and_fit(
    daneshvar: Desk, parsa: Desk, told: list[BankLine], language: str, width: int, scheme: str
) -> None:
    where = f"/en/desk/bank/line/{told[2].pk}/"
    daneshvar.client.post(where, {"key": "enter:unknown", "do": "accept", "reason": "Nobody asked."})
    base = f"{language}/desk/bank/"
    paths = ["", "days/", "day/", f"line/{told[1].pk}/", f"line/{told[2].pk}/", f"match/{Match.objects.get().pk}/"]
    paths += [f"difference/{one.pk}/" for one in Discrepancy.objects.all()[:1]]
    shown = {base + path: parsa.client.get(base + path).content.decode() for path in paths}

    assert complaints(shown, width=width, scheme=scheme) == []
