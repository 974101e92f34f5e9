"""A whole installation for a browser to visit: web server and worker as real processes, on one SQLite file.

Its country is the demonstration's with more people, so that each test has somebody of its own.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from panjereh.config.supervisor import web_command
from panjereh.localisation import dates

ROOT = Path(__file__).parents[2]
LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
PATIENCE = 90  # seconds for processes to start, on a machine with much else to do
PREPARING = 300  # seconds for the tables and the demonstration, which many tests share the machine with


@dataclass
class Person:
    """Somebody who can sign in with one click, married, and since three days mother of a child."""

    name: str
    husband: dict[str, Any]
    notice: str
    born: date

    @property
    def answers(self) -> dict[str, str]:
        """What she writes into the boxes of a birth registration; dates in the Persian calendar."""
        born = dates.to_jalali(self.born)
        his = dates.to_jalali(date.fromisoformat(self.husband["birth_date"]))
        return {
            "role": "mother",
            "setting": "hospital",
            "birth_date.day": str(born.day),
            "birth_date.month": str(born.month),
            "birth_date.year": str(born.year),
            "birth_place": "شیراز",
            "given_name": "هلیا",
            "sex": "female",
            "more": "no",
            "father_known": "yes",
            "father.national_id": self.husband["national_id"],
            "father.birth_date.day": str(his.day),
            "father.birth_date.month": str(his.month),
            "father.birth_date.year": str(his.year),
            "found": "yes",
            "foreign_parent": "no",
            "notice": self.notice,
        }


@dataclass
class Installation:
    """Where it answers, and who has not been used yet."""

    address: str
    people: Iterator[Person]
    visitors: int = field(default=0)
    environment: dict[str, str] = field(default_factory=dict)
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def somebody(self) -> Person:
        return next(self.people)

    def another_address(self) -> str:
        """A network address of their own for each visitor, because limits count by it."""
        self.visitors += 1
        return f"10.9.{self.visitors // 250}.{self.visitors % 250 + 1}"

    def code_for(self, email: str) -> str:
        """The code of the newest message to this address, which the worker has written to a file."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for file in sorted((Path(self.environment["PANJEREH_DATA"]) / "mail").glob("*"), reverse=True):
                message = message_from_bytes(file.read_bytes(), policy=policy.default)
                if message["To"] == email:
                    found = re.search(r"\b\d{6}\b", str(message["Subject"]).translate(LATIN))
                    assert found, message["Subject"]
                    return found[0]
            time.sleep(0.2)
        raise AssertionError(f"no message to {email}")

    @contextmanager
    def away(self) -> Iterator[None]:
        """Within the block nobody answers there: its processes stand still."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGSTOP)  # each leads a group: the server's own children, too
        try:
            yield
        finally:
            for process in self.processes:
                os.killpg(process.pid, signal.SIGCONT)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def country_with_people(folder: Path, number: int = 60) -> list[Person]:
    """A copy of the demonstration's definitions in `folder`, with that many more people to sign in as."""
    shutil.copytree(ROOT / "services", folder)
    population = [json.loads(line) for line in (folder / "demonstration" / "population.jsonl").read_text().splitlines()]
    rows = {row["national_id"]: row for row in population}
    shown = yaml.safe_load((folder / "demonstration.yaml").read_text())
    known = {one.get("national_id") for one in shown["people"]}
    born = date.today() - timedelta(days=3)  # noqa: DTZ011 - the processes' own clock is the machine's
    people, notices = [], []
    for row in population:
        husband = rows.get(row.get("spouse") or "")
        fits = row["sex"] == "female" and "1975" < row["birth_date"] < "2004" and row["national_id"] not in known
        if not fits or husband is None or len(people) == number:
            continue
        name = f"{row['given_name']} {row['family_name']} {len(people)}"
        people.append(Person(name, husband, f"BN-{len(people):07d}", born))
        shown["people"].append(entry_of(row, people[-1], len(people)))
        notices.append(notice_for(row, people[-1]))
    (folder / "demonstration.yaml").write_text(yaml.safe_dump(shown, allow_unicode=True))
    with (folder / "demonstration" / "birth-notices.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(notice) + "\n" for notice in notices)
    return people


def entry_of(row: dict[str, Any], person: Person, number: int) -> dict[str, Any]:
    given, _, family = person.name.partition(" ")
    return {
        "id": f"guest-{number}",
        "national_id": row["national_id"],
        "given_name": {"fa": given, "en": given},
        "family_name": {"fa": family, "en": family},
        "birth_date": date.fromisoformat(row["birth_date"]),
        "email": f"guest-{number}@example.org",
        "story": {"fa": "مهمان", "en": "Guest"},
    }


def notice_for(row: dict[str, Any], person: Person) -> dict[str, Any]:
    return {
        "entity": str(uuid4()),
        "valid_from": person.born.isoformat(),
        "notice_number": person.notice,
        "mother": row["national_id"],
        "birth_date": person.born.isoformat(),
        "sex": "female",
        "hospital": "بیمارستان",
    }


def run(
    folder: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    database: str = "",
    more: Mapping[str, str] | None = None,
    people: int = 60,
) -> Iterator[Installation]:
    """Prepare, start both processes, wait until the portal answers; stop them afterwards.

    host: of its address, on this machine; more: further variables of the operator's; people: who can sign in besides
    the demonstration's own
    """
    guests = country_with_people(folder / "services", people)
    port = port or free_port()
    address = f"http://{host}:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PANJEREH_DATABASE"},
        "DJANGO_SETTINGS_MODULE": "panjereh.config.settings.demo",
        "PYTHONPATH": str(ROOT / "src"),
        "PANJEREH_DATA": str(folder / "data"),
        "PANJEREH_SERVICES": str(folder / "services"),
        "PANJEREH_ADDRESS": address,
        **({"PANJEREH_DATABASE": database, "PANJEREH_WEB_PROCESSES": "1"} if database else {}),
        **(more or {}),
    }
    with (folder / "servers.log").open("wb") as log:

        def start(command: list[str]) -> subprocess.Popen[bytes]:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)

        prepare = start([sys.executable, "-m", "panjereh.config.prepare"])
        assert prepare.wait(PREPARING) == 0, (folder / "servers.log").read_text()
        commands = [web_command("127.0.0.1", port, 1), [sys.executable, "-m", "panjereh.config.cli", "worker"]]
        children = [start(command) for command in commands]
        try:
            wait_for(address)
            yield Installation(address, iter(guests), environment=environment, processes=children)
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(PATIENCE)


def wait_for(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE):
                return
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < until, "the web server does not answer"
            time.sleep(0.2)
