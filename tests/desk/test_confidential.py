"""What is confidential stands closed on the page of a case; who opens it is written down, by the question."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from tests.desk.conftest import Desk

from panjereh import definitions
from panjereh.audit import queries as audit
from panjereh.cases.models import Case
from panjereh.catalogue import operations as catalogue

PLACE = "id: birth_place\n        concept: person.birth_place\n"


@pytest.fixture(autouse=True)
def closed_place(tmp_path: Path, published: None) -> None:
    """Where a child was born is confidential in this version."""
    folder = tmp_path / "services"
    shutil.copytree(settings.SERVICES, folder, ignore=shutil.ignore_patterns("*.jsonl"))
    (file,) = folder.glob("*/birth-registration/service.yaml")
    text = file.read_text()
    assert PLACE in text
    file.write_text(text.replace(PLACE, f"{PLACE}        classification: confidential\n"))
    catalogue.publish(definitions.bundle(folder, "birth-registration"), by="test", note="closed")


def newest_look(case: Case) -> list[str]:
    looks = [look for look in audit.accesses_of(f"party:{case.applicant_id}") if look.case == case.number]
    return list(looks[0].fields)


def test_it_is_not_on_the_page_and_was_not_read_until_somebody_opens_it(amini: Desk, birth_case: Case) -> None:
    closed = amini.page.open(f"/en/desk/case/{birth_case.number}/")
    assert "confidential" in closed.text
    assert "Shiraz" not in closed.text
    assert "birth_place" not in newest_look(birth_case)

    opened = amini.page.open(f"/en/desk/case/{birth_case.number}/?show=birth_place")

    assert "Shiraz" in opened.text
    assert "birth_place" in newest_look(birth_case)


def test_the_printed_file_holds_it_and_bears_the_label(amini: Desk, birth_case: Case) -> None:
    printed = amini.page.open(f"/en/desk/case/{birth_case.number}/print/")

    assert "Confidential" in printed.text
    assert "Shiraz" in printed.text
    assert "birth_place" in newest_look(birth_case)
