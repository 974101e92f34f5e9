"""A month of the bank against the books: 100,000 lines of a statement find their payments among a million.

    ./panjereh bench reconcile [--lines 100000] [--payments 1000000] [--json]

On a database of its own. 98 of 100 lines are transfers that name their payment, thirty are a gateway's sums of a day
less its commission, which hold all other payments; the rest is nobody's. The payments are written past our program,
because making a million of them is another measurement.

Goal: found in under a minute, with memory that does not grow with the number of lines.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

BOOK, IBAN, DAYS = "municipality", "IR840120000000009612345601", 30
SUM_AMOUNT = 50_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="./panjereh bench reconcile", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="panjereh-reconcile-") as folder:
        os.environ |= {"PANJEREH_DATA": folder, "DJANGO_SETTINGS_MODULE": "panjereh.config.settings.demo"}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        report = measure(given.lines, given.payments, Path(folder))
    print(
        json.dumps(report, indent=2)
        if given.json
        else "\n".join(f"{name:<34} {value}" for name, value in report.items())
    )
    sys.exit(0 if report["found"] == report["could be found"] and not report["faults"] else 1)


def measure(lines: int, payments: int, folder: Path) -> dict[str, Any]:
    from panjereh.kernel import clock
    from panjereh.kernel.actor import SYSTEM
    from panjereh.payments import verify_bank
    from panjereh.payments.operations import matching, statements

    first = clock.today() - timedelta(days=DAYS + 2)
    single = lines * 98 // 100
    begun = time.monotonic()
    fill(first, single, payments)
    made = time.monotonic() - begun
    file = folder / "month.csv"
    with file.open("w") as out:
        for row in statement(first, lines, single, payments):
            print(*row, sep=",", file=out)
    before, begun, cpu = memory(), time.monotonic(), time.process_time()
    with file.open("rb") as stream:
        loaded = statements.load(stream, name=file.name, agency=BOOK, actor=SYSTEM, account=IBAN)
    read, matched_from = time.monotonic() - begun, time.monotonic()
    found = matching.match_statement(loaded.statements[0])
    took, spent = time.monotonic() - matched_from, time.process_time() - cpu
    return {
        "lines": loaded.new,
        "payments": payments,
        "payments made in (s)": round(made, 1),
        "statement read and kept in (s)": round(read, 1),
        "payments found in (s)": round(took, 1),
        "processor time of both (s)": round(spent, 1),
        "memory before (MB)": before,
        "memory at most (MB)": memory(),
        "found": found,
        "could be found": single + gateway_days(payments, single),
        "faults": len(list(verify_bank.matches())),
    }


def memory() -> int:
    """The most that the process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def gateway_days(payments: int, single: int) -> int:
    return DAYS if payments > single else 0


def fill(first: date, single: int, payments: int) -> None:
    """Receipts in the books: one for each transfer, with a reference and an amount; the others by the gateway."""
    from django.db import connection, transaction

    from panjereh.payments.models import Account, Book

    Book.objects.create(agency=BOOK, next_number=payments + 1, head="0" * 64)
    kinds = [("bank", ""), ("gateway", "demo"), ("receivable", "")]
    bank, gateway, owed = (Account.objects.create(book_id=BOOK, kind=kind, holder=of).pk for kind, of in kinds)
    days = [(first + timedelta(days=place)).isoformat() for place in range(DAYS)]
    now = f"{days[0]} 08:00:00"
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, payments, 10_000):
            numbers = range(start, min(start + 10_000, payments))
            cursor.executemany(
                "INSERT INTO payments_line (posting_id, account_id, amount) VALUES (%s, %s, %s)",
                [
                    side
                    for n in numbers
                    for side in (
                        (ident(n), bank if n < single else gateway, amount(n, single)),
                        (ident(n), owed, -amount(n, single)),
                    )
                ],
            )
            cursor.executemany(
                "INSERT INTO payments_posting (id, key, book_id, number, kind, day, at, subject, reference, reason,"
                " previous, hash) VALUES (%s, %s, %s, %s, 'receipt', %s, %s, %s, %s, '', '', '')",
                [(ident(n), f"b{n}", BOOK, n + 1, days[n % DAYS], now, f"s{n}", f"TR-{n}") for n in numbers],
            )


def ident(number: int) -> str:
    return f"{number:032x}"


def amount(number: int, single: int) -> int:
    return 10_000 + number % 5_000 if number < single else SUM_AMOUNT


def statement(first: date, lines: int, single: int, payments: int) -> Iterator[tuple[Any, ...]]:
    """The rows of the bank's table: transfers the day after, sums of the gateway, and what is nobody's."""
    yield "date", "amount", "reference", "text", "id"
    booked = [first + timedelta(days=place + 1) for place in range(DAYS)]
    for number in range(single):
        yield booked[number % DAYS], amount(number, single), f"TR-{number}", "transfer", f"B-{number}"
    counts = [0] * DAYS
    for number in range(single, payments):
        counts[number % DAYS] += 1
    sums = gateway_days(payments, single)
    for place in range(sums):
        whole = counts[place] * (SUM_AMOUNT - SUM_AMOUNT * 2 // 1000)
        yield booked[place], whole, "", "تسویه درگاه", f"G-{place}"
    for number in range(lines - single - sums):
        yield booked[number % DAYS], 3_000_000 + number, "", "nobody", f"N-{number}"


if __name__ == "__main__":
    main()
