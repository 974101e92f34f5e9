"""Real worker processes on one file, killed in the middle of their work."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

SETUP = dedent("""
    import sys
    from datetime import timedelta
    from pathlib import Path
    import django
    from django.conf import settings
    from panjereh.config.env import sqlite
    settings.configure(
        DATABASES={"default": sqlite(Path(sys.argv[1]))}, USE_TZ=True, INSTALLED_APPS=["panjereh.outbox"],
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
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def begin(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def done(path: Path) -> list[str]:
    database = sqlite3.connect(path)
    try:
        return [row[0] for row in database.execute("SELECT key FROM done ORDER BY CAST(substr(key, 2) AS integer)")]
    finally:
        database.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "country.sqlite3"


def test_what_a_killed_worker_had_claimed_is_done_by_another_exactly_once(path: Path):
    run(PREPARE, path, 4)
    with begin(VICTIM, path) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "in the middle\n"
        os.kill(victim.pid, signal.SIGKILL)

    assert done(path) == ["k0"]
    assert run(HEIR, path) == "4\n"
    assert done(path) == ["k0", "k1", "k2", "k3"]


def test_several_workers_share_the_work_and_none_does_what_another_did(path: Path):
    run(PREPARE, path, 120)

    workers = [begin(WORKER, path, f"w{n}") for n in range(3)]
    for worker in workers:
        assert worker.communicate(timeout=60)[0] == "ready\nstopped\n"

    assert done(path) == [f"k{n}" for n in range(120)]


def test_a_worker_that_is_told_to_end_ends_by_itself(path: Path):
    run(PREPARE, path, 0)
    with begin(IDLER, path, "w") as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        worker.terminate()
        assert worker.stdout.read() == "stopped\n"

    assert worker.returncode == 0
