"""./panjereh diff and migrate-cases: two versions side by side, and cases that go over, told in words."""

import argparse
from dataclasses import replace
from typing import Any

import pytest
from tests.cases.conftest import country, house  # noqa: F401 - the fixtures

from panjereh.catalogue import operations, queries
from panjereh.config.cli import diff, migrate_cases

pytestmark = pytest.mark.django_db
SERVICE = "birth-registration"


@pytest.fixture
def second_version(house: Any) -> None:  # noqa: F811
    newest = queries.versions(SERVICE)[0]
    bundle = queries.bundle(newest.source_id)
    service = bundle.files["service.yaml"].replace(b"extend: once", b"extend: never", 1)
    operations.publish(replace(bundle, files={**bundle.files, "service.yaml": service}), by="Sara", note="a new rule")


def shown(*versions: str, service: str = SERVICE) -> int:
    a, b = [*versions, None, None][:2]
    given = argparse.Namespace(service=service, a=a, b=b or diff.FOLDER, services=None, production=False)
    return diff.run(given)


def migrated(**options: Any) -> int:
    given = {"service": SERVICE, "to": "2", "dry_run": False, "leave_others": False, "by": "Sara", "note": "The law."}
    return migrate_cases.run(argparse.Namespace(**{**given, "services": None, "production": False, **options}))


def test_two_versions_stand_side_by_side(second_version, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert shown("1", "2") == 0

    lines = capsys.readouterr().out.splitlines()
    place = lines.index("deadlines.decide.extend")
    left, right = lines[place + 1].split("│")
    assert (left.strip(), right.strip()) == ("once", "never")
    assert lines[0].split("│")[0].strip() == "version 1"
    assert {line.index("│") for line in lines if "│" in line} == {39}


def test_the_newest_version_is_compared_with_the_folder(second_version, capsys):
    assert shown() == 0
    assert "in the folder" in capsys.readouterr().out


def test_versions_that_say_the_same_are_said_to(second_version, capsys):
    assert shown("2", "2") == 0
    assert capsys.readouterr().out == "Both say the same.\n"


@pytest.mark.parametrize(("versions", "service"), [(("7", "1"), SERVICE), ((), "nothing"), (("1", "9"), SERVICE)])
def test_a_version_that_is_not_there_is_told_with_those_that_are(second_version, capsys, versions, service):
    assert shown(*versions, service=service) == 1
    assert "There are: 2, 1, folder" in capsys.readouterr().out or service == "nothing"


def test_a_dry_run_tells_for_each_case_and_changes_nothing(house, second_version, capsys):  # noqa: F811
    case = house.case(name="mother")
    first = queries.versions(SERVICE)[1].pk
    type(case).objects.filter(pk=case.pk).update(version=first)

    assert migrated(dry_run=True) == 0

    out = capsys.readouterr().out
    assert f"{case.number}  can go over" in out
    assert "1 open cases: 1 can go over, 0 would lose something. Nothing was changed." in out
    case.refresh_from_db()
    assert case.version_id == first


def test_cases_go_over_with_a_name_and_a_reason_only(house, second_version, capsys):  # noqa: F811
    case = house.case()
    type(case).objects.filter(pk=case.pk).update(version=queries.versions(SERVICE)[1].pk)

    assert migrated(by=" ") == 2
    assert migrated(note="") == 2
    assert migrated(to="9") == 1
    assert migrated() == 0

    assert "1 cases went over to version 2; 0 stay where they are." in capsys.readouterr().out
    case.refresh_from_db()
    assert case.version_id == queries.versions(SERVICE)[0].pk
