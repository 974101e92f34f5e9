"""What the people at both sides do: each thread is a mother after the other, and an official who works between them."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bench.journeys.browser import Browser, Failed

SERVICE = "birth-registration"
MOST_SCREENS = 40
ACT = re.compile(r'action="(/desk/case/\d+/do/(?:accept|approve)/)">.*?name="task" value="([^"]+)"', re.DOTALL)


@dataclass
class Plan:
    """For one process of users."""

    host: str
    port: int
    mothers: list[dict[str, Any]]
    officials: list[str]
    until: float
    place: int


@dataclass
class Done:
    """What one process of users brought about."""

    numbers: list[str] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    screens: int = 0
    mothers: dict[str, int] = field(default_factory=dict)


def run(plan: Plan) -> Done:
    """Let one thread for each official work until the time is over or nobody is left."""
    done, lock, next_one = Done(), threading.Lock(), count()

    def work(account: str) -> None:
        official = Browser(plan.host, plan.port, f"10.200.{plan.place}.{len(account) % 250}", done_times := {})
        numbers: list[str] = []
        try:
            sign_in(official, account, "/desk/")
            while time.time() < plan.until and (place := next(next_one)) < len(plan.mothers):
                mother = plan.mothers[place]
                person = Browser(
                    plan.host, plan.port, f"10.{100 + plan.place}.{place // 250}.{place % 250}", done_times
                )
                number = register(person, mother)
                numbers.append(number)
                with lock:
                    done.screens = max(done.screens, mother.get("screens", 0))
                    done.mothers[number] = place
                person.close()
                serve(official)
                serve(official)
        except (Failed, OSError) as error:
            with lock:
                done.failures.append(str(error))
        with lock:
            done.numbers += numbers
            for kind, times in done_times.items():
                done.times.setdefault(kind, []).extend(times)

    with ThreadPoolExecutor(len(plan.officials)) as threads:
        list(threads.map(work, plan.officials))
    return done


def sign_in(browser: Browser, account: str, to: str) -> None:
    browser.open(f"/signin/?next={to}")
    browser.send("/signin/demonstration/", {"identity": account, "next": to})


def register(person: Browser, mother: dict[str, Any]) -> str:
    """From the home page to the case page; the tracking code."""
    person.open("/")
    person.open(f"/services/{SERVICE}/")
    sign_in(person, mother["account"], f"/apply/{SERVICE}/start/")
    for screens in range(MOST_SCREENS):
        if person.here.endswith("/check/"):
            mother["screens"] = screens
            break
        known = {name: mother["answers"][name] for name in person.boxes() if name in mother["answers"]}
        before = person.here
        person.send(person.here, known)
        if person.here == before:
            raise Failed(f"{before}: the answer was not taken")
    person.send(person.here.replace("/check/", "/send/"), {"declared": "yes"})
    number = re.search(r"\d{10}", person.here)
    if number is None:
        raise Failed(f"{person.here}: not sent")
    person.open(f"/my/cases/{number[0]}/")
    return number[0]


def serve(official: Browser) -> bool:
    """Take the next task in turn, look at the case, do what it needs. False: there was none."""
    official.open("/desk/")
    official.send("/desk/next/", {})
    act = ACT.search(official.html)
    if act is None:
        return False
    official.send(act[1], {"task": act[2]})
    return True


def drain(host: str, port: int, account: str) -> None:
    """Do all tasks that are left."""
    official = Browser(host, port, "10.250.0.1")
    sign_in(official, account, "/desk/")
    while serve(official):
        pass
    official.close()


def fetch(host: str, port: int, mothers: list[dict[str, Any]], most: int) -> list[float]:
    """Each of `most` mothers downloads the certificate of her child: the seconds that each took."""
    times: dict[str, list[float]] = {}
    for place, mother in enumerate(mothers[:most]):
        person = Browser(host, port, f"10.251.{place // 250}.{place % 250}", times)
        sign_in(person, mother["account"], "/my/documents/")
        found = re.search(r'href="(/my/documents/[^"]+\.pdf)"', person.html)
        if found is None:
            raise Failed("no certificate among the documents")
        person.times = {}
        person.open(found[1], "certificate")
        times.setdefault("certificate", []).extend(person.times["GET certificate"])
        person.close()
    return times.get("certificate", [])
