"""How many payments a second are settled, beside the machine's bare commit rate.

Bills are issued and payments sent to the demonstration gateway, in a database of its own (SQLite, or the one that
PANJEREH_DATABASE names: `--postgresql` starts one). Then one process enters, payment by payment, that each was paid:
what a call-back leads to, without asking over the network. The bare rate is that of transactions of one process that
insert one row. Goal: at least a third of it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
TEXT = {"fa": "عوارض", "en": "Duty"}


def main() -> None:
    given = options()
    from panjereh.config.cli.throwaway_postgresql import DURABLE, server

    with (
        tempfile.TemporaryDirectory(prefix="panjereh-settle-") as folder,
        server(DURABLE) if given.postgresql else nullcontext(os.environ.get("PANJEREH_DATABASE", "")) as url,
    ):
        os.environ |= {"PANJEREH_DATA": folder, "DJANGO_SETTINGS_MODULE": "panjereh.config.settings.demo"}
        os.environ |= {"PANJEREH_DATABASE": url, "PYTHONPATH": str(ROOT / "src")}
        prepare()
        report = measure(given.payments)
    print(json.dumps(report, indent=2) if given.json else in_words(report))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./panjereh bench settle", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--payments", type=int, default=2000, help="payments that are settled")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    return parser.parse_args()


def prepare() -> None:
    command = [sys.executable, "-m", "panjereh.config.cli", "manage", "migrate", "--no-input"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()


def measure(many: int) -> dict[str, Any]:
    from django.db import connection

    from panjereh.payments import verify
    from panjereh.payments.gateways.port import Answer, State
    from panjereh.payments.operations import paying

    waiting = sent(many)
    before = bare_commits()
    begun = time.perf_counter()
    for payment in waiting:
        paying.enter(payment.pk, Answer(State.PAID, payment.order, payment.reference, payment.amount, "IRR"))
    rate = many / (time.perf_counter() - begun)
    bare = max(before, bare_commits())
    faults = [*verify.books(), *verify.bills()]
    return {
        "database": connection.vendor,
        "payments": many,
        "settled_per_second": round(rate),
        "bare_commits_per_second": round(bare),
        "share": round(rate / bare, 2),
        "faults": faults,
    }


def sent(many: int) -> list[Any]:
    """Payments of which the gateway has heard; two agencies share every tenth bill."""
    from panjereh.kernel import clock
    from panjereh.kernel.actor import SYSTEM
    from panjereh.payments import operations as payments
    from panjereh.payments.models import Payment
    from panjereh.payments.operations import NewBill, NewLine, paying
    from panjereh.storage import insert

    made: list[Any] = []
    for start in range(0, many, 500):
        news = []
        for number in range(start, min(start + 500, many)):
            lines = [NewLine("municipality", 450_000, TEXT)]
            if number % 10 == 0:
                lines.append(NewLine("ministry", 50_000, TEXT))
            news.append(NewBill(f"bench:{number}", "municipality", str(number), TEXT, lines))
        for bill, new in zip(payments.issue_many(news, actor=SYSTEM), news, strict=True):
            shares = {line.book: line.amount for line in new.lines}
            made.append(
                Payment(
                    bill=bill, gateway="demo", order=paying.new_order(), reference=bill.number, shares=shares,
                    amount=sum(shares.values()), state="sent", sent_at=clock.now(),
                )
            )  # fmt: skip
    insert(made)
    return made


def bare_commits(seconds: float = 3.0) -> float:
    """Transactions of one inserted row, as the driver does them, each durable."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_bare (id BIGINT, text VARCHAR(40))")
    begun, done = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_bare VALUES (%s, %s)", [done, "one row"])
        done += 1
    return done / (time.perf_counter() - begun)


def in_words(report: dict[str, Any]) -> str:
    return (
        f"{report['database']}: {report['settled_per_second']:,} payments settled a second, "
        f"{report['bare_commits_per_second']:,} bare commits: {report['share']:.0%} of them. "
        f"Faults in the books: {report['faults'] or 'none'}"
    )


if __name__ == "__main__":
    main()
