"""The books on the desk: who may see them sees each day; days are closed, mistakes taken back, tables taken along."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.desk.conftest import AGENCY, Desk
from tests.looking import complaints

from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.payments import operations as payments
from panjereh.payments.books import Claim
from panjereh.payments.models import Closing, Posting
from panjereh.signing import keys

BOOKS = "/en/desk/books/"
CLAIM = Claim(AGENCY, "4058317263")


@pytest.fixture
def daneshvar() -> Desk:
    return Desk("daneshvar", "accountant")


@pytest.fixture
def paid(amini: Desk) -> Posting:
    payments.charge(CLAIM, 500_000, key="c", actor=SYSTEM)
    return payments.take(CLAIM, 500_000, how="cash", reference="=84-1", key="t", actor=amini.actor)


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[None]:
    ring = keys.KeyRing(tmp_path, demonstration=True)
    ring.prepare({AGENCY: {"fa": "ثبت احوال", "en": "Civil Registry"}})
    with keys.use(ring):
        yield


def test_an_accountant_sees_what_was_entered_and_what_every_account_comes_to(daneshvar: Desk, paid: Posting) -> None:
    shown = daneshvar.page.open(BOOKS).text

    assert "50,000 toman" in shown
    assert "Fees earned" in shown
    assert "Nothing is owed." in shown
    assert "Amini Test" in shown


def test_what_is_owed_is_listed_with_its_number(daneshvar: Desk) -> None:
    payments.charge(CLAIM, 500_000, key="c", actor=SYSTEM)

    shown = daneshvar.page.open(BOOKS).text

    assert CLAIM.subject in shown
    assert "Nothing is owed." not in shown


def test_others_see_no_book_and_an_accountant_no_other_agencys(amini: Desk, paid: Posting) -> None:
    elsewhere = Desk("elsewhere", "accountant", agency="municipality")

    assert amini.client.get(BOOKS).status_code == 403
    assert "The books are empty." in elsewhere.page.open(BOOKS).text
    assert elsewhere.client.get(f"{BOOKS}{paid.number}/").status_code == 404
    assert elsewhere.client.post(f"{BOOKS}{paid.number}/", {"reason": "Mine now."}).status_code == 404


def test_a_mistake_is_taken_back_with_a_reason(daneshvar: Desk, paid: Posting) -> None:
    address = f"{BOOKS}{paid.number}/"

    assert daneshvar.client.post(address, {"reason": " "}).status_code == 422
    assert daneshvar.client.post(address, {"reason": "Another case."}).status_code == 302
    assert daneshvar.client.post(address, {"reason": "Another case."}).status_code == 302

    assert Posting.objects.filter(kind="reversal").count() == 1
    assert "Another case." in daneshvar.page.open(BOOKS).text


def test_a_day_that_is_over_is_closed_once_and_then_takes_nothing(daneshvar: Desk, paid: Posting, ring: None) -> None:
    day = clock.today().isoformat()
    assert daneshvar.client.post(BOOKS, {"day": day}).status_code == 409
    with clock.at(clock.now() + timedelta(days=1)):
        assert "Close and seal" in daneshvar.page.open(f"{BOOKS}?day={day}").text
        assert daneshvar.client.post(BOOKS, {"day": day}).status_code == 302
        assert daneshvar.client.post(BOOKS, {"day": day}).status_code == 409

        shown = daneshvar.page.open(f"{BOOKS}?day={day}").text

    assert Closing.objects.count() == 1
    assert "closed and sealed" in shown
    assert "Close and seal" not in shown


def test_the_table_of_a_day_is_taken_along_and_holds_no_formula(daneshvar: Desk, paid: Posting) -> None:
    table = daneshvar.client.get(f"{BOOKS}table/?day={clock.today().isoformat()}").content.decode()

    lines = table.splitlines()
    assert len(lines) == 5
    assert f"2,{clock.today().isoformat()},receipt,{CLAIM.subject},'=84-1,cash,,,IRR,500000,0" in lines


@pytest.mark.parametrize("day", ["nonsense", "9999-12-31", "2026-02-30", ""])
def test_an_odd_day_is_today(daneshvar: Desk, day: str) -> None:
    assert daneshvar.client.get(BOOKS, {"day": day}).status_code == 200


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width", "scheme"), [("", 320, "dark"), ("/en", 1280, "light")])
def test_books_with_entries_are_accessible_and_fit(
    daneshvar: Desk, paid: Posting, language: str, width: int, scheme: str
) -> None:
    payments.charge(Claim(AGENCY, "1111111111"), 2_000_000, key="d", actor=SYSTEM)
    paths = [f"{language}/desk/books/", f"{language}/desk/books/{paid.number}/"]
    shown = {path: daneshvar.client.get(path).content.decode() for path in paths}

    assert complaints(shown, width=width, scheme=scheme) == []
