"""The web server is killed between requests and in the middle of them, and started again: nothing is lost or doubled.

Granian as `./panjereh start` runs it, a worker beside it, applicants who send one complaint after the other and an
official who grants them. Everybody whose connection breaks does what people do: loads the page and tries again.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from textwrap import dedent
from typing import TypeVar

import pytest
from bench.journeys.browser import Browser

from panjereh.config.cli import throwaway_postgresql
from panjereh.config.supervisor import status_of_home, web_command

pytestmark = pytest.mark.long

T = TypeVar("T")
Work = Callable[["Visitor"], None]
ROOT = Path(__file__).parents[2]
HOST, PATIENCE = "127.0.0.1", 60
ACT = re.compile(r'action="(/desk/case/(\d+)/do/approve/)">.*?name="task" value="([^"]+)"', re.DOTALL)
APPLICANTS, KILLS, ACKNOWLEDGED_BETWEEN = 5, 4, 15

PREPARE = (
    dedent("""
    import json
    import django
    django.setup()
    from django.core.management import call_command
    from panjereh.config import prepare
    from tests.project import town
    call_command("migrate", verbosity=0)
    prepare.collect_static_files()
    town.publish()
    people = [town.person(f"{n}@example.org", "x") for n in range(%d)] + [town.official("officer", "registrar")]
    print(json.dumps([town.signed_in(one).cookies["panjereh"].value for one in people]))
""")
    % APPLICANTS
)
COUNT = dedent("""
    import json
    import django
    django.setup()
    from panjereh.cases.models import Case, Draft
    from panjereh.config.handlers import HANDLERS
    from panjereh.correspondence.models import Message
    from panjereh.kernel import clock
    from panjereh.outbox import operations as outbox
    from panjereh.outbox.models import Effect
    with clock.at(clock.now() + 2 * outbox.LEASE):
        outbox.run_until_idle(HANDLERS)
    def told(case):
        return sorted(message.key.split(":")[2] for message in Message.objects.filter(case=case.number))
    print(json.dumps({
        "cases": {case.number: {
            "what": case.answers["what"], "outcome": case.outcome, "told": told(case),
            "events": list(case.events.order_by("seq").values_list("kind", flat=True)),
            "decisions": case.decisions.count(),
        } for case in Case.objects.all()},
        "drafts": {str(draft.pk): draft.answers for draft in Draft.objects.filter(case=None)},
        "given_up": Effect.objects.filter(state="dead").count(),
    }))
""")


@dataclass
class Witness:
    """What the server has acknowledged, and how often a connection broke."""

    is_up: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)
    acknowledged: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    to_grant: SimpleQueue[str] = field(default_factory=SimpleQueue)
    sent: dict[str, str] = field(default_factory=dict)  # case number → its text
    left: dict[str, str] = field(default_factory=dict)  # draft → the text in it
    granted: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


class Visitor:
    """Somebody with a browser who is signed in."""

    def __init__(self, witness: Witness, port: int, cookie: str, place: int, work: Work) -> None:
        """`work` is what they do until all is over."""
        self.witness, self.place, self.work = witness, place, work
        self.browser = Browser(HOST, port, f"10.7.0.{place}", cookies={"panjereh": cookie})

    def live(self) -> None:
        with closing(self.browser):
            self.work(self)

    def patiently(self, act: Callable[[], T]) -> T:
        """Until it succeeds; after a broken connection when the server is there again."""
        while True:
            try:
                return act()
            except (OSError, http.client.HTTPException) as error:
                self.broke(error)

    def broke(self, error: Exception) -> None:
        self.browser.close()
        self.witness.broken.append(repr(error))
        assert self.witness.is_up.wait(PATIENCE)

    def apply(self) -> None:
        """One complaint after the other; the last one is filled in and left."""
        number = 0
        while True:
            is_last = self.witness.is_over.is_set()
            draft = self.fill_in(text := f"Complaint {number} of {self.place}")
            if is_last:
                self.witness.left[draft] = text
                return
            send = self.browser.here.replace("/check/", "/send/")
            arrived = self.patiently(lambda send=send: self.browser.send(send, {"declared": "yes"}, follow=False))
            found = re.search(r"\d{10}", arrived)
            assert found, arrived
            self.witness.sent[found[0]] = text
            self.witness.acknowledged.release()
            self.witness.to_grant.put(found[0])
            number += 1

    def fill_in(self, text: str) -> str:
        """The draft, when every answer was acknowledged and the check page is open."""
        boxes = {"kind": "request", "addressee": "civil-registry", "what": text}
        self.patiently(lambda: self.browser.open("/apply/complaint/start/"))
        while not (page := self.browser.here).endswith("/check/"):
            known = {name: boxes[name] for name in self.browser.boxes() if name in boxes}
            onward = self.patiently(lambda page=page, known=known: self.browser.send(page, known, follow=False))
            assert onward != page, "the answer was taken"
            self.witness.acknowledged.release()
            self.patiently(lambda onward=onward: self.browser.open(onward))
        return page.split("/")[3]

    def grant(self) -> None:
        """Take the next task and approve, as often as something was sent."""
        while number := self.witness.to_grant.get():
            try:
                self.grant_next()
            except (OSError, http.client.HTTPException) as error:
                self.broke(error)
                self.witness.to_grant.put(number)

    def grant_next(self) -> None:
        self.browser.open("/desk/")
        self.browser.send("/desk/next/", {})
        if act := ACT.search(self.browser.html):
            self.browser.send(act[1], {"task": act[3]}, follow=False)
            self.witness.granted.append(act[2])


class House:
    """Web server and worker of one installation."""

    def __init__(self, folder: Path, database: str) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
            "PANJEREH_DATA": str(folder),
            "PANJEREH_DATABASE": database,
            "DJANGO_SETTINGS_MODULE": "panjereh.config.settings.demo",
        }
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = free.getsockname()[1]
        self.log = folder / "servers.log"
        self.children: list[subprocess.Popen[bytes]] = []
        self.processes = 2 if database else 1

    def run(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, env=self.environment, stdout=subprocess.PIPE, text=True, timeout=120, check=True
        ).stdout

    def start(self, command: list[str]) -> None:
        with self.log.open("ab") as log:
            child = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        self.children.append(child)

    def open_doors(self) -> None:
        """Start the web server, and come back when it answers."""
        self.start(web_command(HOST, self.port, self.processes))
        until = time.monotonic() + PATIENCE
        while not status_of_home(HOST, self.port):
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.1)

    def kill_the_youngest(self) -> None:
        child = self.children.pop()
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def close(self) -> None:
        for child in self.children:
            child.terminate()
        while self.children:
            self.children.pop().wait(PATIENCE)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    with throwaway_postgresql.server() if request.param == "postgresql" else nullcontext("") as address:
        house = House(tmp_path, address)
        try:
            yield house
        finally:
            house.close()


def live_through_kills(house: House, witness: Witness) -> None:
    """Each time that some more was acknowledged, kill the server at once, and start it again."""
    for _ in range(KILLS):
        for _ in range(ACKNOWLEDGED_BETWEEN):
            assert witness.acknowledged.acquire(timeout=PATIENCE)
        witness.is_up.clear()
        house.kill_the_youngest()
        house.open_doors()
        witness.is_up.set()


def test_what_a_killed_web_server_has_acknowledged_is_there_exactly_once(house):
    *applicants, official = json.loads(house.run("-c", PREPARE))
    witness = Witness()
    house.start([sys.executable, "-m", "panjereh.config.cli", "worker"])
    house.open_doors()
    witness.is_up.set()
    with ThreadPoolExecutor(APPLICANTS + 1) as threads:
        applying = [
            threads.submit(Visitor(witness, house.port, one, n, Visitor.apply).live) for n, one in enumerate(applicants)
        ]
        granting = threads.submit(Visitor(witness, house.port, official, 99, Visitor.grant).live)
        try:
            live_through_kills(house, witness)
        finally:
            witness.is_over.set()
            witness.is_up.set()
            wait(applying, PATIENCE)
            witness.to_grant.put("")
        for each in [*applying, granting]:
            each.result()
    house.close()

    held = json.loads(house.run("-c", COUNT))
    assert {number: case["what"] for number, case in held["cases"].items()} == witness.sent
    assert {draft: answers["what"] for draft, answers in held["drafts"].items()} == witness.left
    assert len(witness.broken) >= KILLS
    assert witness.granted
    assert {held["cases"][number]["outcome"] for number in witness.granted} == {"approved"}
    for case in held["cases"].values():
        is_granted = case["outcome"] == "approved"
        assert case["told"] == ["approved", "submitted"] if is_granted else ["submitted"]
        assert case["decisions"] == is_granted
        assert len(set(case["events"])) == len(case["events"])
    assert held["given_up"] == 0
    house.run("-m", "panjereh.config.cli", "verify")
