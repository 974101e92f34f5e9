"""A certificate on paper is checked on a phone without a network, after the checking page was visited once."""

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.journeys import steps
from tests.journeys.conftest import Visit
from tests.journeys.inspection import faults_of
from tests.journeys.installation import Installation
from tests.journeys.test_birth import certificate_of

from panjereh.documents import pictures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs pdftoppm of poppler-utils"),
]

SOUND = {"fa": "امضای دستگاه درست است", "en": "Signed by the agency, and unchanged"}
NOT_OURS = {"fa": "این آن چیزی نیست که ما صادر کرده‌ایم", "en": "This is not what we issued"}
LOOKUP = {"fa": "تنها با شبکه", "en": "only with a network"}


@pytest.fixture
def mother(visit: Visit) -> Page:
    return visit(phone=True)


@pytest.fixture
def scanned(portal: Installation, visit: Visit, mother: Page, tmp_path: Path) -> str:
    """What the QR code on her child's printed birth certificate says."""
    official, person = visit(), portal.somebody()
    steps.sign_in(mother, person.name)
    steps.start(mother, "birth-registration", "fa")
    steps.answer_all(mother, person.answers)
    number = steps.send(mother)
    steps.sign_in_as_official(official, "fa")
    steps.work_on(official, number, "accept", "approve", language="fa")
    steps.see_until(mother, "/my/documents/", "a[href$='.pdf']")
    file = certificate_of(mother, "", tmp_path)
    subprocess.run(["pdftoppm", "-r", "200", "-png", file, tmp_path / "page"], check=True)
    found = pictures.text_of_code(next(tmp_path.glob("page*.png")).read_bytes())
    assert found
    return found


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_certificate_is_checked_without_a_network(portal: Installation, visit: Visit, scanned: str, language: str):
    checker = visit(phone=True)
    asked: list[str] = []
    checker.on("request", lambda request: asked.append(request.url))
    address = scanned.replace("/check/", f"{steps.start_of(language)}/check/")
    token = scanned.partition("#")[2]

    checker.goto(f"{steps.start_of(language)}/check/")
    checker.wait_for_selector("[data-kept]", state="attached")
    checker.context.set_offline(True)
    checker.goto("about:blank")
    checker.goto(address)

    checker.wait_for_selector("#answer .verdict")
    shown = checker.locator("#answer").inner_text()
    assert SOUND[language] in shown
    assert "هلیا" in shown
    assert faults_of(checker) == []
    assert not any(token in url.partition("#")[0] for url in asked)

    paste(checker, f"{token[:100]}{'A' if token[100] != 'A' else 'B'}{token[101:]}")
    checker.wait_for_selector("#answer .verdict.late")
    assert NOT_OURS[language] in checker.locator("#answer").inner_text()

    paste(checker, "7K3M-Q9TX-2B4C-D8RE")
    checker.wait_for_function(f"document.querySelector('#answer').innerText.includes('{LOOKUP[language]}')")


def paste(page: Page, text: str) -> None:
    page.locator("[name=code]").fill(text)
    page.locator("#check form button[type=submit], #check form button:not([type])").first.click()


def test_without_scripts_the_page_asks_the_server_as_ever(visit: Visit, scanned: str):
    checker = visit(scripts=False, phone=True)
    checker.goto("/en/check/")

    paste(checker, scanned)

    assert "valid" in checker.locator("h1").inner_text()
    assert "هلیا" in checker.locator("main").inner_text()


@pytest.mark.parametrize(("language", "dark"), [("fa", False), ("en", True)])
def test_the_document_is_offered_to_a_wallet_on_a_page_that_everybody_can_use(
    mother: Page, scanned: str, language: str, dark: bool
):
    mother.emulate_media(color_scheme="dark" if dark else "light")
    mother.goto(f"{steps.start_of(language)}/my/documents/")
    mother.locator("a[href$='/wallet/']").first.click()
    mother.wait_for_url("**/wallet/")
    assert faults_of(mother) == []

    mother.locator("main form button").first.click()

    mother.wait_for_selector(".qr svg")
    assert faults_of(mother) == []
    assert mother.locator("a[href^='openid-credential-offer:']").count() == 1
    assert mother.locator(".qr svg").count() == 1
    assert scanned not in mother.content()
