"""Let many legal clocks strike in the same moment: how many a second one worker handles, and how long people wait.

A fresh installation as for `journey`: web server with one process, one worker. Then cases are made whose term ends in
the same second, half of them of a service that silence approves (decision, register of documents, notices), half of one
that goes to a supervisor. Before that second and after it the same users register births; what they wait for is
compared. A clock counts when its consequence stands; what it calls for (the certificate, notices) follows in the crowd.

Goal: 100,000 within ten minutes, and a citizen's request at the 95th percentile below 500 ms meanwhile.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from bench import journey  # noqa: E402
from bench.journeys import crowd, machine, people, users  # noqa: E402

CROWD = 100_000
BEFORE = 12.0  # seconds in which people are watched while no clock strikes


def main() -> None:
    given = options()
    with tempfile.TemporaryDirectory(prefix="panjereh-clocks-") as folder:
        os.environ |= {"PANJEREH_DATA": folder, "DJANGO_SETTINGS_MODULE": "panjereh.config.settings.demo"}
        os.environ["PYTHONPATH"] = str(ROOT / "src")
        subprocess.run([sys.executable, "-m", "panjereh.config.prepare"], check=True, stdout=subprocess.DEVNULL)
        import django

        django.setup()
        report = measure(given)
    print(json.dumps(report, indent=2) if given.json else in_words(report))
    sys.exit(1 if report["failures"] or report["dead"] else 0)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./panjereh bench clocks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clocks", type=int, default=20_000, help="clocks that strike in the same second")
    parser.add_argument("--users", type=int, default=2, help="people who register births meanwhile")
    parser.add_argument("--watch", type=float, default=15.0, help="seconds for which they are watched from then on")
    parser.add_argument("--most", type=float, default=900.0, help="seconds after which it is given up")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    return parser.parse_args()


def measure(given: argparse.Namespace) -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection

    mothers, desk = people.invite(settings.SERVICES, families=600, officials=given.users)
    begun = time.monotonic()
    due = datetime.now(UTC) + timedelta(days=1)
    for service in crowd.ANSWERS:
        crowd.gather(service, given.clocks // 2, due, mothers[0]["account"])
    last = newest()
    made_in = time.monotonic() - begun
    with journey.serving() as (port, pids):
        connection.close()
        journey.warm_up(port, mothers.pop(), desk[0])
        before = journey.run_users(port, mothers[:100], desk, time.time() + BEFORE)
        spent, struck, struck_at = machine.cpu_seconds(pids[1:]), time.monotonic(), datetime.now(UTC)
        strike()
        meanwhile = journey.run_users(port, mothers[100:], desk, time.time() + given.watch)
        while (left := still_open("cases.clock", last)) and time.monotonic() - struck < given.most:
            time.sleep(1)
        while still_open("cases.step") and time.monotonic() - struck < given.most:
            time.sleep(1)
        spent = machine.cpu_seconds(pids[1:]) - spent
    took, everything = until_done("cases.clock", struck_at), until_done("cases.step", struck_at)
    handled = given.clocks - left
    return {
        "database": connection.vendor,
        "clocks": given.clocks,
        "handled": handled,
        "seconds": round(took, 1),
        "per_second": round(handled / max(took, 0.001), 1),
        "minutes_for_100000": round(CROWD / max(handled, 1) * took / 60, 1),
        "seconds_with_certificates_and_notices": round(everything, 1),
        "cpu_ms_per_clock_with_all_that_follows": round(1000 * spent / max(handled, 1), 1),
        "making_them_took": round(made_in, 1),
        "citizen_ms_before": percentiles(before),
        "citizen_ms_meanwhile": percentiles(meanwhile),
        "requests_before": requests(before),
        "requests_meanwhile": requests(meanwhile),
        "dead": dead(),
        "cores": os.cpu_count(),
        "load_of_the_machine_before": round(os.getloadavg()[2], 1),
        "yardstick_ms": round(machine.yardstick_ms(), 1),
        "failures": [failure for each in [*before, *meanwhile] for failure in each.failures],
    }


def strike() -> None:
    """It is midnight: the term of all of them ended a moment ago."""
    from django.db import connection

    from panjereh.cases.models import Deadline
    from panjereh.outbox.models import Effect

    now = datetime.now(UTC)
    Deadline.objects.filter(kind="decide", due_at__gt=now, case__service__in=crowd.ANSWERS).update(due_at=now)
    Effect.objects.filter(kind="cases.clock", state="open", run_at__gt=now, lane=1).update(run_at=now)
    connection.close()


def still_open(kind: str, until: int | None = None) -> int:
    """Effects of the crowd that are not done; `until` leaves out those that were queued later."""
    from django.db import connection

    from panjereh.outbox.models import Effect

    rows = Effect.objects.filter(kind=kind, state="open", lane=1)
    found = (rows if until is None else rows.filter(pk__lte=until)).count()
    connection.close()
    return found


def until_done(kind: str, since: datetime) -> float:
    """Seconds until the last effect of the crowd was done."""
    from django.db.models import Max

    from panjereh.outbox.models import Effect

    done = Effect.objects.filter(kind=kind, state="done", lane=1, closed_at__gte=since).aggregate(last=Max("closed_at"))
    return (done["last"] - since).total_seconds() if done["last"] else 0.0


def newest() -> int:
    from panjereh.outbox.models import Effect

    return Effect.objects.latest("pk").pk


def dead() -> int:
    from panjereh.outbox import queries

    return queries.backlog().dead


def requests(done: list[users.Done]) -> int:
    return sum(len(times) for each in done for times in each.times.values())


def percentiles(done: list[users.Done]) -> dict[str, float]:
    """Milliseconds within which 50, 95 and 99 of 100 requests were answered."""
    times = sorted(seconds for each in done for kind in each.times.values() for seconds in kind) or [0.0]
    return {f"p{share}": round(1000 * times[share * (len(times) - 1) // 100], 1) for share in (50, 95, 99)}


def in_words(report: dict[str, Any]) -> str:
    lines = [
        f"{report['handled']} of {report['clocks']} clocks handled in {report['seconds']} s by one worker on "
        f"{report['database']}, {report['cores']} cores",
        f"  {report['per_second']:8} a second: 100,000 in {report['minutes_for_100000']} minutes (goal: 10)",
        f"  {report['seconds_with_certificates_and_notices']:8} s until all certificates and notices were there, too",
        f"  {report['cpu_ms_per_clock_with_all_that_follows']:8} ms of CPU for each with all that follows",
        *(
            f"  {report[f'citizen_ms_{when}'][share]:8} ms was a citizen’s request {when} "
            f"({share} of {report[f'requests_{when}']} requests; goal at p95: 500)"
            for when in ("before", "meanwhile")
            for share in ("p50", "p95", "p99")
        ),
        f"  {report['load_of_the_machine_before']:8} was the load of the machine before",
        f"  {report['yardstick_ms']:8} ms for summing 500,000 squares, to compare machines and hours by",
    ]
    if report["dead"]:
        lines.append(f"  FAILED: {report['dead']} effects were given up")
    return "\n".join([*lines, *(f"  FAILED: {failure}" for failure in report["failures"])])


if __name__ == "__main__":
    main()
