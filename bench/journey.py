"""Register births end to end over HTTP, both sides, with parallel users: how many a second, and what each costs.

A fresh installation in a folder of its own: web server with one process, one worker, the demonstration country. Every
user is a mother who signs in, goes through all screens, checks and sends; an official beside her takes tasks in turn,
checks and decides. A journey counts when the register holds the child, the certificate exists and all are told.
CPU time is that of web server and worker; the users' own is not in it. PANJEREH_DATABASE measures an empty
PostgreSQL database instead of a SQLite file.

Goals: below 25 ms of CPU for a journey, 75 with its PDF; below 300 MB at rest and 600 under load.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from bench.journeys import inside, machine, people, users  # noqa: E402

PUBLISHED = 1.2  # complete birth workflows per second and core, the best that others have published
HOST = "127.0.0.1"
APART = 27  # registrations inside this process, to see what each part costs


def main() -> None:
    given = options()
    with tempfile.TemporaryDirectory(prefix="panjereh-bench-") as folder:
        os.environ |= {"PANJEREH_DATA": folder, "DJANGO_SETTINGS_MODULE": "panjereh.config.settings.demo"}
        os.environ["PYTHONPATH"] = str(ROOT / "src")
        subprocess.run([sys.executable, "-m", "panjereh.config.prepare"], check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()
        report = measure(given, Path(folder))
    print(json.dumps(report, indent=2) if given.json else in_words(report))
    sys.exit(1 if report["failures"] else 0)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./panjereh bench journey", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--users", type=int, default=8, help="mothers at the same time")
    parser.add_argument("--journeys", type=int, default=400, help="registrations at most")
    parser.add_argument("--seconds", type=float, default=25.0, help="time in which registrations are begun")
    parser.add_argument("--pdfs", type=int, default=20, help="certificates that are downloaded afterwards")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    return parser.parse_args()


def measure(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection

    raw = raw_limit(folder)
    mothers, desk = people.invite(settings.SERVICES, families=given.journeys + APART, officials=given.users)
    mothers, apart = mothers[APART:], mothers[:APART]
    with serving() as (port, pids):
        connection.close()
        rest = machine.memory_mb(pids)
        warm_up(port, mothers.pop(), desk[0])
        spent, begun = machine.cpu_seconds(pids), time.time()
        done = run_users(port, mothers, desk, begun + given.seconds)
        load = machine.memory_mb(pids)
        for official in desk:
            users.drain(HOST, port, official)
        numbers = [number for each in done for number in each.numbers]
        completed = wait_for_effects(numbers)
        took = time.time() - begun
        spent = machine.cpu_seconds(pids) - spent
        pdf_spent = machine.cpu_seconds(pids)
        pdfs = users.fetch(HOST, port, mothers, min(given.pdfs, completed))
        pdf_spent = machine.cpu_seconds(pids) - pdf_spent
        load = max(load, machine.memory_mb(pids))
    parts = inside_parts(apart, desk[0])
    each, pdf = 1000 * spent / max(1, completed), 1000 * pdf_spent / max(1, len(pdfs))
    return {
        "database": connection.vendor,
        "users": given.users,
        "completed": completed,
        "seconds": round(took, 1),
        "per_second": round(completed / took, 2),
        "per_second_published": PUBLISHED,
        "cpu_ms_per_journey": round(each, 1),
        "cpu_ms_per_journey_with_pdf": round(each + pdf, 1),
        "screens": max((each.screens for each in done), default=0),
        "memory_mb_at_rest": round(rest),
        "memory_mb_under_load": round(load),
        "raw_commits_per_second": round(raw),
        "cores": os.cpu_count(),
        "load_of_the_machine_before": round(os.getloadavg()[2], 1),
        "yardstick_ms": round(machine.yardstick_ms(), 1),
        "failures": [failure for each in done for failure in each.failures],
        "parts": parts,
        "optimised_python": is_optimised(),
        "pages": pages([*done, users.Done(times={"GET certificate as PDF": pdfs})]),
    }


def raw_limit(folder: Path) -> float:
    """What the same disk can do at most, so that a slow disk is not taken for a slow program."""
    url = os.environ.get("PANJEREH_DATABASE")
    return machine.postgresql_commits_per_second(url) if url else machine.sqlite_commits_per_second(folder)


@contextlib.contextmanager
def serving() -> Iterator[tuple[int, list[int]]]:
    """Web server and worker as `./panjereh start` runs them: the port, and their process numbers."""
    from panjereh.config.supervisor import web_command

    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    commands = [web_command(HOST, port, 1), [sys.executable, "-m", "panjereh.config.cli", "worker"]]
    children = [subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) for command in commands]
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(OSError):  # not there yet, or too busy to answer
                urlopen(f"http://{HOST}:{port}/", timeout=5).read()
                break
            time.sleep(0.2)
        yield port, [child.pid for child in children]
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(15)


def warm_up(port: int, mother: dict[str, Any], official: str) -> None:
    """One journey that is not counted: templates and definitions are compiled when they are first needed."""
    done = users.run(users.Plan(HOST, port, [mother], [official], time.time() + 60, 99))
    users.drain(HOST, port, official)
    wait_for_effects(done.numbers)


def run_users(port: int, mothers: list[dict[str, Any]], desk: list[str], until: float) -> list[users.Done]:
    """Users in two processes, for one would be busy with itself."""
    plans = [users.Plan(HOST, port, mothers[n::2], desk[n::2], until, n) for n in range(2) if desk[n::2]]
    with ProcessPoolExecutor(len(plans), mp_context=multiprocessing.get_context("spawn")) as processes:
        return list(processes.map(users.run, plans))


def wait_for_effects(numbers: list[str], most: float = 20.0) -> int:
    """Until the worker has done what these cases called for; how many of them are complete."""
    until = time.monotonic() + most
    while (completed := closed(numbers)) < len(numbers) and time.monotonic() < until:
        time.sleep(0.05)
    return completed


def closed(numbers: list[str]) -> int:
    """How many of these cases ended with an approval and a certificate."""
    from django.db import connection

    from panjereh.cases.models import Case

    found = Case.objects.filter(number__in=numbers, state="closed", outcome="approved")
    complete = sum(1 for case in found if case.results.get("documents"))
    connection.close()
    return complete


def inside_parts(mothers: list[dict[str, Any]], official: str) -> dict[str, dict[str, float]]:
    """The application and the worker's effects in this process, when the servers have ended."""
    from panjereh.config import collector, handlers
    from panjereh.config.wsgi import application
    from panjereh.outbox import operations as outbox

    collector.ease()
    walk = inside.Walk(application, official, lambda: outbox.run_until_idle(handlers.HANDLERS))
    return inside.measured(walk, mothers)


def is_optimised() -> bool:
    """Whether this Python was built with profile-guided optimisation, as distributions build theirs."""
    return "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")


def pages(done: list[users.Done]) -> dict[str, dict[str, float]]:
    """Milliseconds as the user waits, by kind of page."""
    together: dict[str, list[float]] = {}
    for each in done:
        for kind, times in each.times.items():
            together.setdefault(kind, []).extend(times)
    return {
        kind: {
            "count": len(times),
            "p50": round(1000 * statistics.median(times), 1),
            "p95": round(1000 * sorted(times)[int(0.95 * (len(times) - 1))], 1),
        }
        for kind, times in sorted(together.items())
        if times
    }


def in_words(report: dict[str, Any]) -> str:
    lines = [
        f"{report['completed']} births registered end to end in {report['seconds']} s by {report['users']} users "
        f"({report['screens']} screens each) on {report['database']}, {report['cores']} cores",
        f"  {report['per_second']:8} a second; published systems reach about {PUBLISHED} per core",
        f"  {report['cpu_ms_per_journey']:8} ms of CPU for each (goal: 25)",
        f"  {report['cpu_ms_per_journey_with_pdf']:8} ms with its certificate as PDF (goal: 75)",
        f"  {report['memory_mb_at_rest']:8} MB at rest (goal: 300)",
        f"  {report['memory_mb_under_load']:8} MB under load (goal: 600)",
        f"  {report['raw_commits_per_second']:8} durable commits a second are this machine’s raw limit",
        f"  {report['load_of_the_machine_before']:8} was the load of the machine before",
        f"  {report['yardstick_ms']:8} ms for summing 500,000 squares, to compare machines and hours by",
        *([] if report["optimised_python"] else ["  This Python was built without optimisation; Debian’s is faster."]),
        "",
        f"  {'CPU inside, for one birth':32}{'times':>7}{'ms each':>9}{'ms':>8}{'asks':>7}{'writes':>8}",
        *(part_in_words(name, row) for name, row in report["parts"].items()),
        part_in_words("together", together(report["parts"])),
        "",
        f"  {'waiting, ms':32}{'count':>7}{'p50':>8}{'p95':>8}",
    ]
    lines += [f"  {kind:32}{row['count']:7}{row['p50']:8}{row['p95']:8}" for kind, row in report["pages"].items()]
    return "\n".join([*lines, *(f"  FAILED: {failure}" for failure in report["failures"])])


def together(parts: dict[str, dict[str, float]]) -> dict[str, float]:
    sums = {name: sum(row[name] for row in parts.values()) for name in ("times", "cpu_ms", "asks", "writes")}
    return sums | {"cpu_ms_each": sums["cpu_ms"] / sums["times"]}


def part_in_words(name: str, row: dict[str, float]) -> str:
    return (
        f"  {name:32}{row['times']:7.1f}{row['cpu_ms_each']:9.2f}{row['cpu_ms']:8.1f}{row['asks']:7}{row['writes']:8}"
    )


if __name__ == "__main__":
    main()
