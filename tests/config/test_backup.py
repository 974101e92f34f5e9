"""Backup and restore as an operator runs them, with real processes and a real data folder."""

import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from panjereh.config import backup

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture
def installation(tmp_path):
    """An installation with tables, a key and an upload; gives a function that runs a subcommand on it."""
    (tmp_path / "passphrase").write_text("correct horse battery\n")

    def panjereh(*arguments: str, data: str = "data") -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(SOURCE),
            "PANJEREH_DATA": str(tmp_path / data),
            "PANJEREH_DATABASE": "",
            "DJANGO_SETTINGS_MODULE": "panjereh.config.settings.demo",
        }
        environment.pop("PANJEREH_SECRET_KEY", None)
        command = [sys.executable, "-m", "panjereh.config.cli", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    (tmp_path / "data" / "keys").mkdir(parents=True)
    (tmp_path / "data" / "keys" / "root.pem").write_text("a key")
    (tmp_path / "data" / "files" / "2026").mkdir(parents=True)
    (tmp_path / "data" / "files" / "2026" / "نامه.pdf").write_bytes(b"an upload")
    with closing(sqlite3.connect(tmp_path / "data" / "panjereh.sqlite3")) as database:
        database.execute("create table letters (text)")
        database.execute("insert into letters values ('پ')")
        database.commit()
    return panjereh


PASSPHRASE = ("--passphrase-file", "passphrase")


def letters(data: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(data / "panjereh.sqlite3")) as database:
        return database.execute("select text from letters").fetchall()


def test_a_backup_brings_database_keys_and_uploads_to_another_machine(installation, tmp_path):
    made = installation("backup", "b.panjereh", *PASSPHRASE)
    restored = installation("restore", "b.panjereh", *PASSPHRASE, data="elsewhere")

    assert (made.returncode, restored.returncode) == (0, 0), made.stderr + restored.stderr
    assert letters(tmp_path / "elsewhere") == [("پ",)]
    assert (tmp_path / "elsewhere" / "keys" / "root.pem").read_text() == "a key"
    assert (tmp_path / "elsewhere" / "files" / "2026" / "نامه.pdf").read_bytes() == b"an upload"
    assert (tmp_path / "b.panjereh").stat().st_mode & 0o077 == 0
    assert b"an upload" not in (tmp_path / "b.panjereh").read_bytes()


def test_restoring_over_a_database_is_refused_and_with_replace_keeps_what_was_there(installation, tmp_path):
    installation("backup", "b.panjereh", *PASSPHRASE)
    with closing(sqlite3.connect(tmp_path / "data" / "panjereh.sqlite3")) as database:
        database.execute("insert into letters values ('ژ')")
        database.commit()

    refused = installation("restore", "b.panjereh", *PASSPHRASE)
    assert refused.returncode == 1
    assert "There is a database already" in refused.stderr
    assert letters(tmp_path / "data") == [("پ",), ("ژ",)]

    replaced = installation("restore", "b.panjereh", *PASSPHRASE, "--replace")
    assert replaced.returncode == 0, replaced.stderr
    assert letters(tmp_path / "data") == [("پ",)]
    assert letters(next(tmp_path.glob("data.before-restore-*"))) == [("پ",), ("ژ",)]


def test_a_broken_backup_touches_nothing(installation, tmp_path):
    installation("backup", "b.panjereh", *PASSPHRASE)
    whole = (tmp_path / "b.panjereh").read_bytes()
    (tmp_path / "b.panjereh").write_bytes(whole[:-1])

    refused = installation("restore", "b.panjereh", *PASSPHRASE, "--replace")

    assert refused.returncode == 1
    assert "not whole" in refused.stderr
    assert letters(tmp_path / "data") == [("پ",)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.panjereh", "data", "passphrase"]


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path):
    class Plain:
        """The archive as it would be inside of the encryption."""

        def __init__(self, path: Path) -> None:
            self.file = path.open("rb")

        def read(self, size: int = -1) -> bytes:
            return self.file.read(size)

    (tmp_path / "x").write_text("x")
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "x", "data/../../out")
    evil = Plain(tmp_path / "evil.tar.gz")

    with evil.file, pytest.raises(backup.Invalid, match="not a plain file"):
        backup.unpack(evil, tmp_path / "in")

    assert not (tmp_path / "out").exists()


def test_without_a_passphrase_file_nothing_is_written(installation, tmp_path):
    refused = installation("backup", "b.panjereh", "--passphrase-file", "nowhere")

    assert refused.returncode == 1
    assert "nowhere" in refused.stderr
    assert not (tmp_path / "b.panjereh").exists()
