"""`./panjereh verify` says what holds, in words or as JSON, and where it does not."""

import json
from argparse import Namespace
from pathlib import Path

import pytest
from django.db import connection
from tests.project import town

from panjereh.audit import sequencer
from panjereh.audit.models import Checkpoint
from panjereh.config.cli import verify
from panjereh.config.logged import SOURCES
from panjereh.identity.models import Change

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> town.Belongings:
    town.publish()
    hers = town.settle()
    sequencer.drain(SOURCES)
    return hers


def run(capsys: pytest.CaptureFixture[str], **options: object) -> tuple[int, str]:
    given = Namespace(**({"json": False, "checkpoint": None, "services": None, "production": False} | options))
    return verify.run(given), capsys.readouterr().out


def spoil(change: Change) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER identity_change_no_update")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE identity_change DISABLE TRIGGER USER")
    Change.objects.filter(pk=change.pk).update(reason="another reason")


def test_a_sound_house_is_said_to_be_sound_with_how_much_was_looked_at(house, capsys):
    code, said = run(capsys)

    assert code == 0
    assert "faults" not in said
    size = Checkpoint.objects.order_by("-size")[0].size
    assert f"({size} entries, " in said


def test_what_is_wrong_is_named_with_its_place_and_the_exit_code_tells(house, capsys):
    change = Change.objects.order_by("pk")[0]
    spoil(change)

    code, said = run(capsys)

    assert code == 1
    assert f"    identity_change {change.pk}, entry " in said
    assert "transparency log             1 faults" in said


def test_machines_get_json(house, capsys):
    change = Change.objects.order_by("pk")[0]
    assert json.loads(run(capsys, json=True)[1])["sound"] is True
    spoil(change)

    code, said = run(capsys, json=True)

    assert code == 1
    told = {each["check"]: each for each in json.loads(said)["checks"]}
    assert told["transparency log"]["faults"][0].startswith(f"identity_change {change.pk}, entry ")
    assert told["certificates"]["faults"] == []


def test_many_faults_are_cut_off_in_words_and_whole_in_json(house, capsys, monkeypatch):
    monkeypatch.setattr(verify, "MOST_SHOWN", 0)
    spoil(Change.objects.order_by("pk")[0])

    assert "… and 1 more: see --json" in run(capsys)[1]


def test_a_kept_checkpoint_is_compared(house, capsys, tmp_path: Path):
    kept = tmp_path / "checkpoint"
    kept.write_text(Checkpoint.objects.order_by("-size")[0].signature)

    code, said = run(capsys, checkpoint=kept)

    assert code == 0
    assert "checkpoint that was kept     sound" in said


def test_one_check_that_can_not_go_on_does_not_stop_the_others(house, capsys, monkeypatch):
    def broken() -> None:
        raise ValueError("spoilt")

    monkeypatch.setattr("panjereh.cases.verify.chains", broken)

    code, said = run(capsys)

    assert code == 1
    assert "something can’t be read: spoilt" in said
    assert "transparency log             sound" in said
