"""A marriage in a browser: one spouse asks, the other signs with a passkey, two witnesses declare; it is sent then."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.journeys import steps
from tests.journeys.conftest import Visit
from tests.journeys.inspection import faults_of
from tests.journeys.test_passkeys import device

pytestmark = pytest.mark.browser

NAMES = {
    "fa": {"maryam": "مریم سپهر", "sohrab": "سهراب نوری", "kamran": "کامران نیک", "laleh": "لاله مانا"},
    "en": {"maryam": "Maryam Sepehr", "sohrab": "Sohrab Nouri", "kamran": "Kamran Nik", "laleh": "Laleh Mana"},
}
WORDS = {
    "fa": {"make": "ساختن گذرکلید", "ask": "امضا و خواستن امضای دیگران", "sign": "امضا", "waits": "ثبت ازدواج"},
    "en": {
        "make": "Make the passkey",
        "ask": "Sign and ask the others",
        "sign": "Sign",
        "waits": "Register a marriage",
    },
}
PEOPLE = {
    "other_spouse": ("7108594269", "11", "12", "1373"),
    "kamran": ("6729718323", "9", "10", "1358"),
    "laleh": ("1325615676", "16", "4", "1362"),
}


def paper(page: Page, name: str, folder: Path) -> None:
    file = folder / f"{name}.pdf"
    file.write_bytes(b"%PDF-1.7\n% a sample\n")
    page.locator('input[type="file"]').set_input_files(str(file))
    steps.follow(page, page.locator("form#answer button.btn").last)


def person(page: Page, who: tuple[str, ...], box: str) -> None:
    number, day, month, year = who
    steps.answer(
        page,
        {
            f"{box}.national_id": number,
            f"{box}.birth_date.day": day,
            f"{box}.birth_date.month": month,
            f"{box}.birth_date.year": year,
        },
    )
    steps.answer(page, {"found": "yes"})


def fill_in(page: Page, folder: Path) -> None:
    """All questions of the service, from its first to the page where answers are checked."""
    steps.answer(page, {"married_on.day": "1", "married_on.month": "9", "married_on.year": "1405"})
    steps.answer(page, {"place": "شیراز"})
    paper(page, "deed", folder)
    paper(page, "test", folder)
    person(page, PEOPLE["other_spouse"], "other_spouse")
    steps.answer(page, {"name_kept": "yes"})
    person(page, PEOPLE["kamran"], "witnesses")
    person(page, PEOPLE["laleh"], "witnesses")
    steps.answer(page, {"more": "no"})


def signs_in(page: Page, at: str, who: str, language: str) -> None:
    page.goto(f"{at}{steps.start_of(language)}/signin/demonstration/")
    button = page.locator("ul.people").first.locator("button.person").filter(has_text=NAMES[language][who]).first
    steps.follow(page, button)


def makes_a_passkey(page: Page, at: str, language: str) -> None:
    page.goto(f"{at}{steps.start_of(language)}/my/signin/passkey/")
    page.locator("[name=name]").fill("Telephone")
    steps.follow(page, page.get_by_role("button", name=WORDS[language]["make"]))


def test_a_marriage_goes_round_in_the_browser_and_is_sent_by_the_last_signature(
    visit: Visit, portal, tmp_path: Path
) -> None:
    """One couple marries once: the applicant and the first to sign read Persian, the witnesses English."""
    at, language = f"http://localhost:{urlsplit(portal.address).port}", "fa"
    words, root = WORDS[language], steps.start_of(language)
    page = visit()
    device(page)
    signs_in(page, at, "maryam", language)
    makes_a_passkey(page, at, language)
    page.goto(f"{at}{root}/apply/marriage-registration/start/")
    fill_in(page, tmp_path)
    assert faults_of(page) == []
    page.locator('[name="declared"]').check()
    steps.follow(page, page.get_by_role("button", name=words["ask"]))
    assert page.url.endswith("/signatures/")
    assert faults_of(page) == []

    for who in ("sohrab", "kamran", "laleh"):
        language = "fa" if who == "sohrab" else "en"
        words, root = WORDS[language], steps.start_of(language)
        page = visit(phone=who == "kamran", dark=who == "laleh")
        device(page)
        signs_in(page, at, who, language)
        if who == "sohrab":
            makes_a_passkey(page, at, language)
        page.goto(f"{at}{root}/my/")
        assert faults_of(page) == []
        steps.follow(page, page.get_by_role("link", name=words["waits"]).first)
        assert faults_of(page) == []
        page.locator('[name="declared"]').check()
        steps.follow(page, page.get_by_role("button", name=words["sign"], exact=True))
        assert faults_of(page) == []

    expect(page.locator(".done-panel .code")).to_be_visible()
