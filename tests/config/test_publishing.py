"""./panjereh publish: checked, tried, the difference shown, stored with a name and a reason, or not at all."""

import argparse
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured

from panjereh.catalogue import queries
from panjereh.config.cli import publish
from panjereh.config.trying import apart

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch):
    """A country of one's own whose examples end as they say."""
    shutil.copytree(configured.SERVICES, tmp_path / "services", ignore=shutil.ignore_patterns("*.jsonl"))
    settings.SERVICES = tmp_path / "services"
    monkeypatch.setattr(apart, "passes", lambda services, folder: True)
    queries.forget()
    yield tmp_path / "services"
    queries.forget()


def run(*services: str, **options: Any) -> int:
    given = {
        "by": "Sara",
        "note": "because",
        "day": None,
        "dry_run": False,
        "text_patch": False,
        "services": None,
        "production": False,
    }
    queries.forget()
    return publish.run(argparse.Namespace(service=list(services), **{**given, **options}))


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "inspectorate/complaint/service.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def versions(service: str = "complaint") -> list[int]:
    return [version.number for version in queries.versions(service)]


def test_all_that_changed_is_published_and_then_nothing_more(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run() == 0
    assert {len(versions(name)) for name in ("complaint", "change-of-address", "birth-registration")} == {1}

    capsys.readouterr()
    assert run() == 0
    assert capsys.readouterr().out == "Everything is published as it is.\n"


def test_the_difference_is_shown_and_a_dry_run_stores_nothing(folder: Path, capsys: pytest.CaptureFixture[str]):
    run("complaint")
    change(folder, "within: P10D, calendar", "within: P15D, calendar")

    capsys.readouterr()
    assert run(dry_run=True) == 0
    assert "complaint:\n    deadlines.decide.within: P10D → P15D\n" in capsys.readouterr().out
    assert versions() == [1]

    assert run("complaint") == 0
    assert versions() == [2, 1]
    newest = queries.versions("complaint")[0]
    assert (newest.published_by, newest.note) == ("Sara", "because")


def test_without_a_name_and_a_reason_nothing_is_published(folder: Path):
    assert run("complaint", by=None) == 2
    assert run("complaint", note="") == 2
    assert versions() == []


def test_definitions_with_mistakes_are_not_published(folder: Path, capsys: pytest.CaptureFixture[str]):
    change(folder, "identity: low", "identity: sure")

    assert run("complaint") == 1
    assert versions() == []
    assert "nothing is published" in capsys.readouterr().out


def test_examples_that_end_otherwise_stop_it(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(apart, "passes", lambda services, folder: False)

    assert run("complaint") == 1
    assert versions() == []


def test_an_unknown_service_is_named(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run("wedding") == 1
    assert "There is no service wedding" in capsys.readouterr().out


def test_better_words_are_no_new_version_and_more_than_words_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    run("complaint")
    change(folder, "ask it for something", "ask it for anything")
    assert run("complaint", text_patch=True) == 0
    assert "complaint: version 1 has better words now" in capsys.readouterr().out

    assert run("complaint", text_patch=True, day=date(2027, 1, 1)) == 2
    change(folder, "within: P10D, calendar", "within: P15D, calendar")
    assert run("complaint", text_patch=True) == 1
    assert "deadlines.decide.within: P10D → P15D" in capsys.readouterr().out
    assert versions() == [1]
