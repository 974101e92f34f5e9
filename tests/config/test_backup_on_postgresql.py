"""Backup and restore where the database is PostgreSQL: its own programs, on a server made for the occasion."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from textwrap import dedent

import psycopg
import pytest
from tests.project import town

from panjereh.config.cli import throwaway_postgresql

pytestmark = pytest.mark.postgresql

ROOT = Path(__file__).parents[2]
SETTLE = dedent("""
    import django
    django.setup()
    from django.core.management import call_command
    from panjereh.config.handlers import HANDLERS
    from panjereh.outbox import operations as outbox
    from tests.project import town
    call_command("migrate", verbosity=0)
    town.publish()
    town.settle()
    outbox.run_until_idle(HANDLERS)
""")
PASSPHRASE = ("--passphrase-file", "passphrase")


class Place:
    """A machine with PostgreSQL, a database and a data folder for each name."""

    def __init__(self, folder: Path, server: str) -> None:
        self.folder, self.server = folder, server
        (folder / "passphrase").write_text("correct horse battery\n")
        for name in ("here", "there"):
            self.query("postgres", f"create database {name}")

    def address(self, name: str) -> str:
        return self.server.replace("/postgres?", f"/{name}?")

    def query(self, name: str, statement: str) -> list[tuple[object, ...]]:
        with closing(psycopg.connect(self.address(name), autocommit=True)) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def python(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
            "PANJEREH_DATA": str(self.folder / name),
            "PANJEREH_DATABASE": self.address(name),
            "DJANGO_SETTINGS_MODULE": "panjereh.config.settings.demo",
        }
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def panjereh(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.python(name, "-m", "panjereh.config.cli", *arguments)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """`here` is a town with cases, and `b.panjereh` its backup; `there` is empty."""
    with throwaway_postgresql.server() as address:
        place = Place(tmp_path_factory.mktemp("place"), address)
        settled = place.python("here", "-c", SETTLE)
        assert settled.returncode == 0, settled.stderr
        made = place.panjereh("here", "backup", "b.panjereh", *PASSPHRASE)
        assert made.returncode == 0, made.stderr
        yield place


def keys(data: Path) -> dict[Path, bytes]:
    return {path.relative_to(data): path.read_bytes() for path in sorted((data / "keys").rglob("*")) if path.is_file()}


def test_a_backup_brings_cases_keys_and_uploads_to_an_empty_database(place):
    restored = place.panjereh("there", "restore", "b.panjereh", *PASSPHRASE)

    assert restored.returncode == 0, restored.stderr
    assert place.query("there", "select number, head from cases_case") == place.query(
        "here", "select number, head from cases_case"
    )
    assert keys(place.folder / "there") == keys(place.folder / "here") != {}
    ((stored_as,),) = place.query("there", "select stored_as from cases_upload where case_id is not null")
    kept = (place.folder / "there" / "files" / stored_as).read_bytes()
    assert kept == (place.folder / "here" / "files" / stored_as).read_bytes() != town.PNG
    with pytest.raises(psycopg.errors.RestrictViolation):
        place.query("there", "update cases_event set kind = 'closed'")
    verified = place.panjereh("there", "verify")
    assert (verified.returncode, "faults" in verified.stdout) == (0, False), verified.stdout


def test_verify_finds_a_change_on_postgresql_too(place):
    place.query("postgres", "create database tampered template here")
    place.query("tampered", "alter table cases_event disable trigger cases_event_append_only")
    place.query("tampered", 'update cases_event set public = public || \'{"kind": "closed"}\'')

    verified = place.panjereh("tampered", "verify")

    assert verified.returncode == 1
    assert "chains of the cases          1 faults" in verified.stdout


def test_replacing_keeps_what_was_there_and_leaves_nothing_of_it_in_the_database(place):
    place.query("postgres", "create database taken template here")
    place.query("taken", "create table newer (text text)")
    place.query("taken", "create function newest() returns int language sql as 'select 1'")
    (place.folder / "taken").mkdir()

    refused = place.panjereh("taken", "restore", "b.panjereh", *PASSPHRASE)
    assert refused.returncode == 1
    assert "There is a database already" in refused.stderr
    assert place.query("taken", "select * from newer") == []

    replaced = place.panjereh("taken", "restore", "b.panjereh", *PASSPHRASE, "--replace")
    assert replaced.returncode == 0, replaced.stderr
    assert place.query("taken", "select to_regclass('newer'), to_regproc('newest')") == [(None, None)]
    (kept,) = place.folder.glob("taken.before-restore-*")
    assert "CREATE TABLE public.newer" in (kept / "database.sql").read_text()
    assert (kept / "database.sql").stat().st_mode & 0o077 == 0


def test_a_database_that_cannot_be_restored_leaves_the_data_folder_as_it_was(place):
    place.query("postgres", "create database closed")
    place.query("postgres", "create role guest login")
    (place.folder / "closed").mkdir()
    (place.folder / "closed" / "note").write_text("mine")
    held, place.server = place.server, place.server.replace("panjereh@", "guest@")
    try:
        failed = place.panjereh("closed", "restore", "b.panjereh", *PASSPHRASE)
    finally:
        place.server = held

    assert failed.returncode == 1
    assert "permission denied" in failed.stderr
    assert (place.folder / "closed" / "note").read_text() == "mine"
    assert list(place.folder.glob("closed.before-restore-*")) == []
