"""Real worker processes on one database, killed in the middle of their work."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from django.db import connection

from panjereh.config.env import sqlite

SETUP = dedent("""
    import json
    import sys
    from datetime import timedelta
    import django
    from django.conf import settings
    settings.configure(
        DATABASES={"default": json.loads(sys.argv[1])}, USE_TZ=True, INSTALLED_APPS=["panjereh.outbox"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from panjereh.kernel import clock
    from panjereh.outbox import handlers, operations, queries
    from panjereh.outbox.models import Effect

    def count(payload, context):
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO done VALUES (%s)", [context.key])
""")
PREPARE = SETUP + dedent("""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE done (key text)")
    with transaction.atomic():
        operations.queue_many([operations.Order("count", {}, f"k{n}") for n in range(int(sys.argv[2]))])
""")
# Does its second effect only half: it has written, and is killed before the transaction ends.
VICTIM = SETUP + dedent("""
    def count_and_hang(payload, context):
        count(payload, context)
        if context.key == "k1":
            print("in the middle", flush=True)
            sys.stdin.read()

    operations.run_due({"count": count_and_hang}, worker="victim")
""")
HEIR = SETUP + dedent("""
    with clock.at(clock.now() + operations.LEASE + timedelta(seconds=1)):
        operations.run_until_idle({"count": count})
    print(Effect.objects.filter(state="done").count())
""")
SHOW = SETUP + dedent("""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM done")
        keys = [row[0] for row in cursor.fetchall()]
    print(*sorted(keys, key=lambda key: int(key[1:])))
""")
WORKER = SETUP + dedent("""
    from panjereh.config.worker import Worker
    import signal, threading
    worker = Worker({"count": count}, [(0.1, lambda: queries.backlog().due or worker.stop())], name=sys.argv[2])
    signal.signal(signal.SIGTERM, worker.stop)
    print("ready", flush=True)
    worker.run()
    print("stopped")
""")
IDLER = WORKER.replace("or worker.stop()", "or None")


def run(script: str, *arguments: object) -> str:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout


def begin(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def database(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    """Settings of the database in which the workers meet: a file, or the PostgreSQL that the suite runs on."""
    if connection.vendor == "sqlite":
        yield json.dumps(sqlite(tmp_path / "country.sqlite3"))
        return
    keys = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    yield json.dumps({key: connection.settings_dict[key] for key in keys})
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE done")


def done(database: str) -> list[str]:
    return run(SHOW, database).split()


def test_what_a_killed_worker_had_claimed_is_done_by_another_exactly_once(database: str):
    run(PREPARE, database, 4)
    with begin(VICTIM, database) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "in the middle\n"
        os.kill(victim.pid, signal.SIGKILL)

    assert done(database) == ["k0"]
    assert run(HEIR, database) == "4\n"
    assert done(database) == ["k0", "k1", "k2", "k3"]


def test_several_workers_share_the_work_and_none_does_what_another_did(database: str):
    run(PREPARE, database, 120)

    workers = [begin(WORKER, database, f"w{n}") for n in range(3)]
    for worker in workers:
        assert worker.communicate(timeout=60)[0] == "ready\nstopped\n"

    assert done(database) == [f"k{n}" for n in range(120)]


def test_a_worker_that_is_told_to_end_ends_by_itself(database: str):
    run(PREPARE, database, 0)
    with begin(IDLER, database, "w") as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        worker.terminate()
        assert worker.stdout.read() == "stopped\n"

    assert worker.returncode == 0
