"""The fair queue of writers, with real processes and threads on one file."""

import copy
import fcntl
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connections, transaction

from panjereh.audit.models import LogEntry
from panjereh.config.env import sqlite
from panjereh.config.sqlite.base import DatabaseWrapper
from panjereh.config.sqlite.writers import WriterQueue
from panjereh.kernel import clock
from panjereh.storage import append_only

WRITER = dedent("""
    import sys
    from pathlib import Path
    import django
    from django.conf import settings
    from panjereh.config.env import sqlite
    settings.configure(DATABASES={"default": sqlite(Path(sys.argv[1]))}, USE_TZ=True)
    django.setup()
    from django.db import connection, transaction
    for _ in range(int(sys.argv[2])):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT n FROM counter")
            n = cursor.fetchone()[0]
            cursor.execute("UPDATE counter SET n = %s", [n + 1])
""")

SINGLE_STATEMENTS = {
    "by a cursor": 'connection.cursor().execute("UPDATE counter SET n = n + %s", [1])',
    "many by a cursor": 'connection.cursor().executemany("UPDATE counter SET n = n + %s", [[1]])',
    "prepared": 'Statement(connection, "UPDATE counter SET n = n + %s").run([1])',
    "that returns rows": 'connection.cursor().execute("insert INTO counter VALUES (1) RETURNING n").fetchall()',
}
SINGLE_WRITER = dedent("""
    import sys
    from pathlib import Path
    import django
    from django.conf import settings
    from panjereh.config.env import sqlite
    settings.configure(DATABASES={"default": sqlite(Path(sys.argv[1]))}, USE_TZ=True)
    django.setup()
    from django.db import connection
    from panjereh.storage.statement import Statement
    connection.ensure_connection()
    print("connected", flush=True)
    sys.stdin.readline()
""")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "country.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE counter (n integer UNIQUE)")
        database.execute("INSERT INTO counter VALUES (0)")
    database.close()
    return path


def connect(path: Path) -> DatabaseWrapper:
    settings = copy.deepcopy(connections["default"].settings_dict) | {"TIME_ZONE": None} | sqlite(path)
    return DatabaseWrapper(settings, "file")


@pytest.fixture
def database(path: Path, django_db_blocker) -> Iterator[DatabaseWrapper]:
    with django_db_blocker.unblock():
        wrapper = connect(path)
        connections["file"] = wrapper
        yield wrapper
        wrapper.close()
        del connections["file"]


def count(path: Path) -> int:
    database = sqlite3.connect(path)
    try:
        return database.execute("SELECT max(n) FROM counter").fetchone()[0]
    finally:
        database.close()


def is_locked(path: Path, suffix: str = "-writers") -> bool:
    """Would another process have to wait at that door? Tried without waiting."""
    with Path(f"{path}{suffix}").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def test_processes_that_write_at_once_are_all_served_and_none_finds_the_database_locked(path: Path):
    command = [sys.executable, "-c", WRITER, str(path), "60"]

    writers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(5)]
    complaints = [writer.communicate(timeout=60)[1] for writer in writers]

    assert complaints == [""] * 5
    assert count(path) == 300


def test_threads_with_connections_of_their_own_wait_for_each_other(path: Path, django_db_blocker):
    def write() -> None:
        wrapper = connect(path)
        connections["file"] = wrapper
        for _ in range(30):
            with transaction.atomic(using="file"), wrapper.cursor() as cursor:
                cursor.execute("SELECT n FROM counter")
                cursor.execute("UPDATE counter SET n = %s", [cursor.fetchone()[0] + 1])
        wrapper.close()

    with django_db_blocker.unblock():
        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert count(path) == 120


def test_who_has_just_written_does_not_overtake_those_who_wait(path: Path):
    worker, citizen = (WriterQueue(Path(f"{path}-writers")) for _ in range(2))
    turns: list[str] = []
    worker.enter()
    waiting = threading.Thread(target=lambda: (citizen.enter(), turns.append("citizen"), citizen.leave()))
    waiting.start()
    for _ in range(1000):
        if is_locked(path, "-writers-next"):
            break
        threading.Event().wait(0.001)
    next_one_has_a_place = is_locked(path, "-writers-next")

    worker.leave()
    worker.enter()
    turns.append("worker")
    worker.close()
    waiting.join()
    citizen.close()

    assert next_one_has_a_place
    assert turns == ["citizen", "worker"]


def test_whoever_writes_can_see_whether_somebody_waits(path: Path, database: DatabaseWrapper):
    citizen = WriterQueue(Path(f"{path}-writers"))
    with transaction.atomic(using="file"):
        alone = database.somebody_waits()
        waiting = threading.Thread(target=lambda: (citizen.enter(), citizen.leave()))
        waiting.start()
        while not is_locked(path, "-writers-next"):
            threading.Event().wait(0.001)
        crowded = database.somebody_waits()
    waiting.join()
    citizen.close()

    assert (alone, crowded) == (False, True)


@pytest.mark.parametrize("statement", SINGLE_STATEMENTS.values(), ids=SINGLE_STATEMENTS)
def test_a_single_statement_that_writes_waits_its_turn_like_a_transaction(path: Path, statement: str):
    worker = WriterQueue(Path(f"{path}-writers"))
    command = [sys.executable, "-c", f"{SINGLE_WRITER}{statement}\n", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as citizen:
        assert citizen.stdin is not None
        assert citizen.stdout is not None
        citizen.stdout.readline()
        worker.enter()
        citizen.stdin.write(b"go on\n")
        citizen.stdin.flush()
        has_a_place = waits_at(path, citizen)
        meanwhile = count(path)
        worker.close()

    assert (has_a_place, meanwhile) == (True, 0)
    assert (citizen.returncode, count(path)) == (0, 1)
    assert not is_locked(path)


def waits_at(path: Path, process: subprocess.Popen[bytes]) -> bool:
    """Whether somebody comes to stand at the door before the process has ended."""
    while process.poll() is None:
        if is_locked(path, "-writers-next"):
            return True
        threading.Event().wait(0.001)
    return False


def test_the_turn_ends_with_the_outermost_block_only(path: Path, database: DatabaseWrapper):
    with transaction.atomic(using="file"):
        with transaction.atomic(using="file"), database.cursor() as cursor:
            cursor.execute("UPDATE counter SET n = 7")
        assert is_locked(path)

    assert not is_locked(path)
    assert count(path) == 7


def test_an_error_rolls_back_and_ends_the_turn(path: Path, database: DatabaseWrapper):
    def write_and_fail() -> None:
        with transaction.atomic(using="file"), database.cursor() as cursor:
            cursor.execute("UPDATE counter SET n = 7")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()

    assert not is_locked(path)
    assert count(path) == 0


def test_a_refused_inner_block_leaves_the_outer_one_its_turn(path: Path, database: DatabaseWrapper):
    with transaction.atomic(using="file"), database.cursor() as cursor:
        cursor.execute("INSERT INTO counter VALUES (1)")
        with pytest.raises(IntegrityError), transaction.atomic(using="file"):
            cursor.execute("INSERT INTO counter VALUES (1)")
        assert is_locked(path)

    assert not is_locked(path)
    assert count(path) == 1


def test_a_commit_that_fails_ends_the_turn_too(path: Path, database: DatabaseWrapper):
    with database.cursor() as cursor:
        cursor.execute("CREATE TABLE child (parent REFERENCES counter (n) DEFERRABLE INITIALLY DEFERRED)")

    with pytest.raises(IntegrityError), transaction.atomic(using="file"), database.cursor() as cursor:
        cursor.execute("INSERT INTO child VALUES (99)")

    assert not is_locked(path)
    with transaction.atomic(using="file"), database.cursor() as cursor:
        cursor.execute("UPDATE counter SET n = 3")
    assert count(path) == 3


def test_closing_in_the_middle_ends_the_turn(path: Path, database: DatabaseWrapper):
    with transaction.atomic(using="file"):
        with database.cursor() as cursor:
            cursor.execute("UPDATE counter SET n = 7")
        database.close()

    assert not is_locked(path)
    assert count(path) == 0


def test_a_killed_writer_holds_nobody_up(path: Path, database: DatabaseWrapper):
    holder = WRITER.replace(
        'cursor.execute("UPDATE', "print('in', flush=True); sys.stdin.read(); cursor.execute(\"UPDATE"
    )
    command = [sys.executable, "-c", holder, str(path), "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        assert is_locked(path)
        writer.kill()

    with transaction.atomic(using="file"), database.cursor() as cursor:
        cursor.execute("UPDATE counter SET n = 5")
    assert count(path) == 5


def test_reading_waits_for_no_writer(path: Path, database: DatabaseWrapper):
    reader = connect(path)
    reader.ensure_connection()

    with transaction.atomic(using="file"), database.cursor() as cursor:
        cursor.execute("UPDATE counter SET n = 7")
        with reader.cursor() as other:
            other.execute("SELECT n FROM counter")
            seen = other.fetchone()[0]
    reader.close()

    assert seen == 0


def test_a_database_in_memory_has_no_queue(django_db_blocker):
    with django_db_blocker.unblock():
        wrapper = connect(Path(":memory:"))
        wrapper.ensure_connection()
    assert wrapper._queue is None
    wrapper.connection.close()


@pytest.mark.django_db(transaction=True)
def test_tables_that_only_grow_can_be_emptied_between_tests_and_are_guarded_again():
    LogEntry.objects.create(key="k", kind="d", public={}, commitment="", at=clock.now())

    call_command("flush", interactive=False, verbosity=0)

    assert not LogEntry.objects.exists()
    assert append_only.is_guarded("audit_logentry")
