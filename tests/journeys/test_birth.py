"""A birth from the first page to the checked certificate: the mother, the official, and anybody who wants to know."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.journeys import steps
from tests.journeys.conftest import Visit
from tests.journeys.installation import Installation

pytestmark = pytest.mark.browser

WAYS = [
    pytest.param("fa", True, True, id="persian-phone"),
    pytest.param("en", False, False, id="english-desktop-without-scripts"),
    pytest.param("fa", False, False, id="persian-desktop-without-scripts", marks=pytest.mark.long),
    pytest.param("en", True, True, id="english-phone", marks=pytest.mark.long),
]
VALID = {"fa": "معتبر", "en": "valid"}


@pytest.mark.parametrize(("language", "scripts", "phone"), WAYS)
def test_a_birth_is_registered_decided_and_its_certificate_checked(
    portal: Installation, visit: Visit, tmp_path: Path, language: str, scripts: bool, phone: bool
):
    mother, official, anybody = (visit(scripts=scripts, phone=phone) for _ in range(3))
    person, home = portal.somebody(), steps.start_of(language)

    steps.sign_in(mother, person.name, language=language)
    steps.start(mother, "birth-registration", language)
    steps.answer_all(mother, person.answers)
    number = steps.send(mother)

    steps.sign_in_as_official(official, language)
    steps.work_on(official, number, "accept", "approve", language=language)

    steps.see_until(mother, f"{home}/my/documents/", "a[href$='.pdf']")
    mother.goto(f"{home}/my/messages/")
    assert mother.locator("main li, main article, main tr").count()
    file = certificate_of(mother, home, tmp_path)
    code = file.stem

    for ask in (by_code, by_file):
        anybody.goto(f"{home}/check/")
        ask(anybody, code, file)
        assert VALID[language] in anybody.locator("main").inner_text().lower()
        assert "هلیا" in anybody.locator("main").inner_text()


def certificate_of(page: Page, home: str, folder: Path) -> Path:
    page.goto(f"{home}/my/documents/")
    with page.expect_download() as waiting:
        page.locator("a[href$='.pdf']").first.click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF")
    return file


def by_code(page: Page, code: str, _file: Path) -> None:
    page.locator('[name="code"]').fill(code)
    steps.follow(page, page.locator("main form button.btn"))


def by_file(page: Page, _code: str, file: Path) -> None:
    page.locator('[name="file"]').set_input_files(file)
    steps.follow(page, page.locator("main form button.btn"))
