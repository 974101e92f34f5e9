"""How long a million bills of a file take to load, beside what the disk can commit; and how much memory that needs.

./panjereh bench bills [--lines N] [--kill N]

The file is written first: mostly right, one line in a thousand wrong. With --kill the loading process is killed at
random points, N times, and started again; the books must hold every right bill exactly once.
"""

import argparse
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--kill", type=int, default=0, help="kill the loader so many times on the way")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="panjereh-bills-") as folder:
        file = Path(folder) / "bills.csv"
        wrong = write(file, given.lines)
        print(f"{given.lines:,} lines, {file.stat().st_size / 2**20:.0f} MB, {wrong:,} of them wrong")
        print(f"bare commits of this disk: {bare_commits(Path(folder)):,.0f}/s")
        env = {**os.environ, "PANJEREH_DATA": folder, "PANJEREH_SECRET_KEY": "bench"}
        prepare(env)
        killed = kill_on_the_way(file, env, given.kill)
        began = time.perf_counter()
        told = json.loads(subprocess.run(loader(file), env=env, check=True, stdout=subprocess.PIPE, text=True).stdout)
        seconds = time.perf_counter() - began
        rate = (given.lines - told["begun_at"]) / seconds
        used = f"{told['cpu']:.0f} s of CPU, at most {told['memory']:.0f} MB"
        print(f"loaded in {seconds:.0f} s, {rate:,.0f} lines/s, {used}")
        print(f"issued {told['fresh']:,}, known {told['known']:,}, refused {told['bad']:,}; killed {killed} times")
        print(f"longest piece {told['longest'] * 1000:.0f} ms: so long a writer at a counter waits at most")
        assert told["bills"] == told["charged"] == given.lines - wrong, "a bill is lost or doubled"
        assert told["bad"] == wrong


def write(file: Path, lines: int) -> int:
    """Bills of the demonstration's electricity company. How many of them are wrong."""
    from panjereh.localisation import bill_ids

    dice, wrong = random.Random(1405), 0
    due = date.today() + timedelta(days=20)  # noqa: DTZ011 - any day near by
    with file.open("w", encoding="utf-8") as out:
        out.write("reference,account,amount,due,bill_id,payment_id,postal_code\n")
        for number in range(lines):
            account, rials = 10_000_000 + number, dice.randrange(50, 90_000) * 1000
            bill = bill_ids.make_bill_id(account, 120, bill_ids.Utility.ELECTRICITY)
            payment = bill_ids.make_payment_id(rials, 5, 3).for_bill(bill)
            shown = str(bill)
            if number % 1000 == 999:
                wrong += 1
                shown = shown[:-1] + str((int(shown[-1]) + 1) % 10)
            out.write(f"E{number:09},{account},{rials},{due},{shown},{payment},{dice.randrange(10**9, 10**10)}\n")
    return wrong


def bare_commits(folder: Path) -> float:
    """One small row, one commit, with a write-ahead log and full synchronisation: what the disk allows."""
    database = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE t (a)")
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < 2:
        database.execute("INSERT INTO t VALUES (1)")
        count += 1
    database.close()
    return count / 2


def prepare(env: dict[str, str]) -> None:
    subprocess.run([sys.executable, __file__, "prepare"], env=env, check=True, stdout=subprocess.DEVNULL)


def loader(file: Path) -> list[str]:
    return [sys.executable, __file__, "load", str(file)]


def kill_on_the_way(file: Path, env: dict[str, str], times: int) -> int:
    dice = random.Random()
    for _round in range(times):
        running = subprocess.Popen(loader(file), env=env, stdout=subprocess.DEVNULL)
        try:
            running.wait(timeout=dice.uniform(1.5, 6))
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.wait()
    return times


def in_child() -> None:
    """The two steps that run in a process of their own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panjereh.config.settings.demo")
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        return
    load(Path(sys.argv[2]))


def load(file: Path) -> None:
    from panjereh.payments import operations as payments
    from panjereh.payments.models import Bill, BillLoad, Posting

    known = BillLoad.objects.first()
    begun_at, longest, last = known.line if known else 0, 0.0, time.perf_counter()

    def note(_load: BillLoad) -> None:
        nonlocal longest, last
        now = time.perf_counter()
        longest, last = max(longest, now - last), now

    done = payments.load_file("electricity-company", file, tell=note)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "begun_at": begun_at,
        "fresh": done.fresh,
        "known": done.known,
        "bad": done.bad,
        "longest": longest,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
        "bills": Bill.objects.count(),
        "charged": Posting.objects.filter(kind="charge").count(),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    in_child() if sys.argv[1:2] in (["prepare"], ["load"]) else main()
