"""`./panjereh start` after its options: prepare, run web server and worker as children, watch them, stop them."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

PATIENCE = 180.0  # seconds until the portal must answer for the first time; a busy small machine needs many
GRACE = 15.0  # seconds that a child has to finish what it does
SHORT_LIFE = 10.0  # a child that lives for fewer seconds failed at its start
PAUSE = 1.0  # seconds before a child starts again, longer after each such failure
LIVES = 3  # failures at the start, one after the other, until we give up


@dataclass
class Child:
    """A process of ours with everything that it starts: its own group, so that none is left behind."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float = field(default=0.0)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=end_with_parent)

    def tend(self) -> None:
        """Start the child again when it has ended; wait a little longer after each failure at its start."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.again_at:
                self.start()
        elif self.process.poll() is not None:
            self.send(signal.SIGKILL)  # what it may have left behind
            self.failures = self.failures + 1 if now - self.started < SHORT_LIFE else 1
            self.again_at = now + self.failures * PAUSE
            print(f"The {self.name} ended (code {self.process.returncode}); it starts again.", file=sys.stderr)
            self.process = None

    def send(self, number: signal.Signals) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                return  # the whole group has ended

    def stop(self, until: float) -> None:
        """Ask for the end, wait until that moment, then insist."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            print(f"The {self.name} does not stop; it is ended now.", file=sys.stderr)
        self.send(signal.SIGKILL)
        self.process.wait()


def end_with_parent() -> None:
    """On Linux, a child whose parent was killed gets SIGTERM."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 = PR_SET_PDEATHSIG


def run(host: str, port: int) -> int:
    """Everything from preparing to the last child's end; returns the exit code."""
    begun = time.monotonic()
    prepared = subprocess.run([sys.executable, "-m", "panjereh.config.prepare"], stdout=subprocess.PIPE, check=False)
    if prepared.returncode:
        return prepared.returncode
    plan = json.loads(prepared.stdout)
    children = [
        Child("web server", web_command(host, port, plan["web_processes"])),
        *(Child("worker", [sys.executable, "-m", "panjereh.config.cli", "worker"]) for _ in range(plan["workers"])),
    ]
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        return watch(children, stopping, host, port, plan["welcome"], begun)
    finally:
        for child in children:
            child.send(signal.SIGTERM)
        until = time.monotonic() + GRACE
        for child in children:
            child.stop(until)


def web_command(host: str, port: int, processes: int) -> list[str]:
    """Granian with one blocking thread for each process: the database connection is its own, and SQLite's lock fair."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(processes), "--blocking-threads", "1", "--no-ws", "--log-level", "warning"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "10", "panjereh.config.wsgi:application"),
    ]


def watch(
    children: list[Child], stopping: threading.Event, host: str, port: int, welcome: list[str], begun: float
) -> int:
    """Keep the children running until somebody asks for the end."""
    greeted = False
    while not stopping.wait(0.5 if greeted else 0.1):
        for child in children:
            child.tend()
            if child.failures >= LIVES:
                print(f"The {child.name} ends each time it starts. The lines above say why.", file=sys.stderr)
                return 1
        if greeted:
            continue
        status = status_of_home(host, port)
        if status >= 500 or time.monotonic() - begun > PATIENCE:
            how = f"with error {status}" if status else "not at all"
            print(f"The portal answers {how} on port {port}. The lines above say why.", file=sys.stderr)
            return 1
        if status:
            greeted = True
            print("\n".join(welcome), flush=True)
            print(f"  Ready after {time.monotonic() - begun:.1f} s. Ctrl-C stops it.", flush=True)
    print("\nStopping …", flush=True)
    return 0


def status_of_home(host: str, port: int) -> int:
    """What the home page answers with; 0 while nobody listens. The header stands for production's TLS proxy."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    connection = http.client.HTTPConnection(near, port, timeout=30)
    try:
        connection.request("GET", "/", headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
