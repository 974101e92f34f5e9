"""The same journeys inside this process: what each part costs in CPU time, and how often it asks and writes.

What a journey over HTTP costs beyond that is the web server's, the worker's polling, and the crowd's: caches of the
processor serve one process better than three.
"""

import io
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPMessage
from typing import Any

from bench.journeys import users
from bench.journeys.browser import Browser, kind_of

HOST, PORT = "127.0.0.1", 8000
EFFECTS = "effects"
WRITES = ("INSERT", "UPDATE", "DELETE")
MARKS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")

Application = Callable[..., Any]


class Parts:
    """What was spent, by part of a journey."""

    def __init__(self) -> None:
        self.now = ""
        self.times: defaultdict[str, list[int]] = defaultdict(list)
        self.asked: Counter[str] = Counter()
        self.written: Counter[str] = Counter()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Nanoseconds of this thread's CPU time."""
        self.now, begun = name, time.thread_time_ns()
        try:
            yield
        finally:
            self.times[name].append(time.thread_time_ns() - begun)

    def count(self, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        """An ear for Django's connection."""
        word = sql.split(maxsplit=1)[0].upper()
        if word not in MARKS:
            (self.written if word in WRITES else self.asked)[self.now] += 1
        return execute(sql, *more)


class Inside:
    """Stands in for the connection of a browser: asks the application itself."""

    def __init__(self, application: Application, parts: Parts) -> None:
        self.application, self.parts = application, parts
        self.answer: Answer | None = None

    def close(self) -> None:
        """There is nothing to close."""

    def request(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> None:
        environ = environment(method, path, (body or "").encode(), headers)
        told: list[Any] = []
        with self.parts.part(f"{method} {kind_of(path)}"):
            answer = self.application(environ, lambda *start: told.extend(start))
            content = b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
        self.answer = Answer(int(told[0].split()[0]), told[1], content)

    def getresponse(self) -> "Answer":
        assert self.answer is not None
        return self.answer


class Answer:
    """What `http.client` would give."""

    def __init__(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.status, self.content, self.headers = status, content, HTTPMessage()
        for name, value in headers:
            self.headers[name] = value

    def read(self) -> bytes:
        return self.content


def environment(method: str, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """A request as WSGI has it."""
    plain, _mark, query = path.partition("?")
    made: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": plain,
        "QUERY_STRING": query,
        "SERVER_NAME": HOST,
        "SERVER_PORT": str(PORT),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": HOST,
        "HTTP_HOST": f"{HOST}:{PORT}",
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return made | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}


class Walk:
    """One official and, one after the other, mothers whom they serve."""

    def __init__(self, application: Application, official: str, run_effects: Callable[[], object]) -> None:
        self.parts, self._application, self._run_effects = Parts(), application, run_effects
        self._official = self._browser(0)
        users.sign_in(self._official, official, "/desk/")

    def _browser(self, place: int) -> Browser:
        connection = Inside(self._application, self.parts)
        return Browser(HOST, PORT, f"10.249.{place // 250}.{place % 250}", connection=connection)

    def journey(self, mother: dict[str, Any], place: int) -> str:
        """From the home page to the certificate; the tracking code."""
        person = self._browser(place + 1)
        number = users.register(person, mother)
        self.effects()
        for _task in range(2):
            if not users.serve(self._official):
                raise AssertionError(f"case {number}: no task")
            self.effects()
        return number

    def effects(self) -> None:
        with self.parts.part(EFFECTS):
            self._run_effects()


def measured(walk: Walk, mothers: list[dict[str, Any]], *, warm: int = 6) -> dict[str, dict[str, float]]:
    """Parts of an average journey, the dearest first: how often, ms of CPU each and together, questions and writes."""
    from django.db import connection

    for place, mother in enumerate(mothers[:warm]):
        walk.journey(mother, place)
    with counting(walk.parts, connection):
        walk.journey(mothers[warm], warm)
    timed, walk.parts.times = mothers[warm + 1 :], defaultdict(list)
    for place, mother in enumerate(timed, warm + 1):
        walk.journey(mother, place)
    parts = walk.parts
    rows = {
        name: {
            "times": round(len(each) / len(timed), 1),
            "cpu_ms_each": round(sum(each) / len(each) / 1e6, 2),
            "cpu_ms": round(sum(each) / len(timed) / 1e6, 2),
            "asks": parts.asked[name],
            "writes": parts.written[name],
        }
        for name, each in parts.times.items()
    }
    return dict(sorted(rows.items(), key=lambda row: -row[1]["cpu_ms"]))


@contextmanager
def counting(parts: Parts, connection: Any) -> Iterator[None]:
    """Count the statements of each part. (They go a slower way meanwhile: no times are taken.)"""
    parts.asked.clear()
    parts.written.clear()
    with connection.execute_wrapper(parts.count):
        yield
