"""Children of `./panjereh start`, as real processes: they come back, and none is left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from panjereh.config import supervisor
from panjereh.config.supervisor import Child

SOURCE = Path(__file__).parents[2] / "src"
WITH_A_CHILD = """
import subprocess, sys
inner = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print(inner.pid, flush=True)
inner.wait()
"""


def is_alive(pid: int) -> bool:
    """Whether that process still works; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(holds, patience: float = 20.0) -> bool:
    """Look until it holds; real processes take their time."""
    pause = threading.Event()
    for _ in range(int(patience / 0.02)):
        if holds():
            return True
        pause.wait(0.02)
    return False


def child(code: str) -> Child:
    return Child("example", [sys.executable, "-c", code])


def test_a_child_that_ends_starts_again():
    example = child("import signal; signal.pause()")
    example.start()
    first = example.process
    first.kill()
    first.wait()

    example.tend()
    example.again_at = 0.0
    example.tend()

    assert example.process.pid != first.pid
    assert is_alive(example.process.pid)
    example.stop(until=0.0)
    assert not is_alive(example.process.pid)


def test_a_child_that_fails_each_time_ends_the_start(capfd, monkeypatch):
    monkeypatch.setattr(supervisor, "PAUSE", 0.0)
    failing = child("raise SystemExit(7)")

    code = supervisor.watch([failing], threading.Event(), "127.0.0.1", 1, ["welcome"], time.monotonic())

    said = capfd.readouterr()
    assert code == 1
    assert "welcome" not in said.out


def test_ending_a_child_ends_what_it_started(tmp_path):
    example = child(WITH_A_CHILD)
    read, write = os.pipe()
    example.process = subprocess.Popen(example.command, start_new_session=True, stdout=write)
    os.close(write)
    with os.fdopen(read) as said:
        inner = int(said.readline())

    example.send(signal.SIGTERM)
    example.stop(until=0.0)

    assert wait_until(lambda: not is_alive(inner))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent died")
def test_a_killed_parent_takes_its_children_along():
    parent = """
import sys
from panjereh.config.supervisor import Child
example = Child("example", [sys.executable, "-c", "import signal; signal.pause()"])
example.start()
print(example.process.pid, flush=True)
example.process.wait()
"""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    with subprocess.Popen([sys.executable, "-c", parent], env=environment, stdout=subprocess.PIPE) as process:
        inner = int(process.stdout.readline())
        process.kill()

    assert wait_until(lambda: not is_alive(inner))


def test_the_server_has_one_thread_for_each_process():
    command = supervisor.web_command("127.0.0.1", 8000, 3)

    assert command[command.index("--workers") + 1] == "3"
    assert command[command.index("--blocking-threads") + 1] == "1"
