"""Kill processes in the middle of their work, again and again, and see that nothing is lost, doubled or half done.

With --payments: processes issue bills, begin payments, press the buttons of the demonstration gateway, hear its
call-backs (doubled, late, lost, forged), give money back and run workers, until they are killed at a moment that nobody
chose. In the end time passes, and the memory of the bank and our books must say the same, to the rial.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
TEXT = {"fa": "عوارض", "en": "Duty"}
BACK = "http://us/?order={order}"
ENOUGH = 100
"""Kills in which something of everything must have happened."""
LIVES = (0.0, 0.4)
"""Seconds that a process lives at least and at most once it has done its first act."""


def main() -> None:
    given = options()
    from panjereh.config.cli.throwaway_postgresql import DURABLE, server

    with (
        tempfile.TemporaryDirectory(prefix="panjereh-crash-") as folder,
        server(DURABLE) if given.postgresql else nullcontext(os.environ.get("PANJEREH_DATABASE", "")) as url,
    ):
        os.environ |= {"PANJEREH_DATA": folder, "DJANGO_SETTINGS_MODULE": "panjereh.config.settings.demo"}
        os.environ |= {"PANJEREH_DATABASE": url, "PYTHONPATH": str(ROOT / "src")}
        prepare()
        report = torment(given.kills, given.together, random.Random(given.seed))
    print(json.dumps(report, indent=2) if given.json else in_words(report))
    sys.exit(1 if report["faults"] else 0)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./panjereh bench crash", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--payments", action="store_true", required=True, help="processes that deal with payments")
    parser.add_argument("--kills", type=int, default=500, help="how many processes are killed")
    parser.add_argument("--together", type=int, default=2, help="processes that live at the same time")
    parser.add_argument("--seed", type=int, default=None, help="of the lengths of their lives")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own")
    parser.add_argument("--json", action="store_true", help="the report as JSON")
    return parser.parse_args()


def prepare() -> None:
    command = [sys.executable, "-m", "panjereh.config.cli", "manage", "migrate", "--no-input"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    import logging

    import django

    django.setup()
    logging.disable(logging.ERROR)  # forged call-backs and lost leases are what is wanted here


def torment(kills: int, together: int, dice: random.Random) -> dict[str, Any]:
    """Let processes live and die. Each is a fork of this one, which has no connection open meanwhile."""
    from django.db import connections

    connections.close_all()
    begun, killed, alive = time.monotonic(), 0, {}
    while killed < kills:
        while len(alive) < together:
            seed = dice.random()
            process = fork(lambda ready, seed=seed: live(random.Random(seed), ready))
            alive[process] = time.monotonic() + dice.uniform(*LIVES)
        process, until = min(alive.items(), key=lambda each: each[1])
        time.sleep(max(0.0, until - time.monotonic()))
        os.kill(process, signal.SIGKILL)
        _pid, status = os.waitpid(process, 0)
        del alive[process]
        if not os.WIFSIGNALED(status):
            raise SystemExit(f"a process ended by itself: {status}")
        killed += 1
    for process in alive:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    faults = settle_up()
    done = counted()
    if not (done["settled"] and done["refunds"]) and kills >= ENOUGH:
        faults.append("nothing was settled or nothing given back: this run shows nothing")
    return {"kills": killed, "seconds": round(time.monotonic() - begun), **done, "faults": faults}


def fork(work: Callable[[Callable[[], object]], None]) -> int:
    """A new process, once it has done something: how long it takes to begin depends on what else the machine does."""
    told, tell_us = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            work(lambda: os.write(tell_us, b"."))
        except BaseException as error:  # noqa: BLE001 - said, and the parent ends the run
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        os._exit(1)
    os.close(tell_us)
    os.read(told, 1)
    os.close(told)
    return process


def live(dice: random.Random, ready: Callable[[], object]) -> None:
    """One act after the other, until somebody kills us."""
    from panjereh.kernel.errors import PanjerehError

    acts = [
        issue,
        issue,
        begin,
        begin,
        begin,
        press,
        press,
        press,
        tell,
        look,
        work,
        work,
        refund,
        agree,
        counter,
        cancel,
    ]
    while True:
        with suppress(PanjerehError):  # a refusal is an answer
            dice.choice(acts)(dice)
        ready()


def issue(dice: random.Random) -> None:
    from panjereh.kernel.actor import SYSTEM
    from panjereh.payments import operations as payments
    from panjereh.payments.operations import NewBill, NewLine

    lines = [NewLine(book, dice.randint(1, 10**6), TEXT) for book in ("municipality", "ministry")[: dice.randint(1, 2)]]
    payments.issue(NewBill(f"crash:{dice.random()}", "municipality", "1404-77", TEXT, lines), actor=SYSTEM)


def begin(dice: random.Random) -> None:
    from panjereh.kernel.actor import SOMEBODY
    from panjereh.payments import operations as payments

    payments.begin(a_bill(dice), "demo", back=BACK, actor=SOMEBODY)


def press(dice: random.Random) -> None:
    from panjereh.payments import operations as payments
    from panjereh.payments.gateways import demo
    from panjereh.payments.gateways.port import Call

    habit = dice.choice((*demo.HABITS, "pay", "pay", "pay", "doubled"))
    payment = a_payment(dice)
    fields = demo.press(payment.reference, habit)[1]
    for _ in range(dice.randint(0, 2) if fields else 0):
        payments.hear("demo", Call(fields))


def tell(dice: random.Random) -> None:
    """A call-back comes out of nowhere, rightly signed."""
    from panjereh.payments import operations as payments
    from panjereh.payments.gateways import demo
    from panjereh.payments.gateways.port import Call

    payment = a_payment(dice)
    fields = {"order": payment.order, "reference": payment.reference, "state": "paid"}
    payments.hear("demo", Call({**fields, "signature": demo.signature(fields)}))


def look(dice: random.Random) -> None:
    from panjereh.payments import operations as payments

    payments.look(a_payment(dice).pk)


def work(_dice: random.Random) -> None:
    from panjereh.config.handlers import HANDLERS
    from panjereh.outbox import operations as outbox

    outbox.run_due(HANDLERS)


def refund(dice: random.Random) -> None:
    from panjereh.payments import operations as payments

    payments.propose(a_payment(dice).order, dice.randint(1, 10**6), actor=official(1), reason="Charged wrongly.")


def agree(dice: random.Random) -> None:
    from panjereh.payments import operations as payments
    from panjereh.payments.models import Refund

    waiting = list(Refund.objects.filter(state="proposed").values_list("pk", flat=True)[:20])
    if waiting:
        payments.decide_refund(dice.choice(waiting), agree=dice.random() < 0.8, actor=official(2))


def counter(dice: random.Random) -> None:
    from panjereh.payments import operations as payments
    from panjereh.payments import queries

    bill = a_bill(dice)
    amount = queries.owed_on(bill) // dice.randint(1, 2)
    payments.take_for(bill, amount, how="cash", receipt=f"84-{dice.random()}"[:40], actor=official(1))


def cancel(dice: random.Random) -> None:
    from panjereh.kernel.actor import SYSTEM
    from panjereh.payments import operations as payments

    bill = a_bill(dice)
    payments.cancel(bill, key=f"cancel:{bill}", actor=SYSTEM)


def official(number: int) -> Any:
    from uuid import UUID

    from panjereh.kernel.actor import Actor

    roles = frozenset({"officer"} if number == 1 else {"accountant"})
    return Actor(party=UUID(int=number), agency="municipality", roles=roles)


def a_bill(dice: random.Random) -> str:
    """One of the newest; the last of those that nobody has issued yet is not there, which is an answer too."""
    from panjereh.payments.models import Bill

    newest = list(Bill.objects.order_by("-pk").values_list("number", flat=True)[:12])
    return str(dice.choice(newest or ["0"]))


def a_payment(dice: random.Random) -> Any:
    from panjereh.payments.errors import NoSuchPayment
    from panjereh.payments.models import Payment

    newest = list(Payment.objects.exclude(reference="").order_by("-pk")[:12])
    if not newest:
        raise NoSuchPayment
    return dice.choice(newest)


def settle_up() -> list[str]:
    """Days go by and workers do what is left. What differs then between the bank and us, and within our books."""
    from datetime import UTC, datetime

    from panjereh.config.handlers import HANDLERS
    from panjereh.kernel import clock
    from panjereh.outbox import operations as outbox

    with clock.at(datetime.now(UTC) + timedelta(minutes=3)):  # leases of the dead are over
        for _ in range(80):
            outbox.run_until_idle(HANDLERS)
            clock.advance(timedelta(hours=1))
        outbox.run_until_idle(HANDLERS)
        return [*differences()]


def differences() -> list[str]:
    from django.db.models import Sum

    from panjereh.kernel import clock
    from panjereh.outbox import queries as effects
    from panjereh.payments import queries, verify
    from panjereh.payments.books import Place
    from panjereh.payments.models import DemoCharge, DemoRefund, Payment

    faults = [*verify.books(), *verify.bills()]
    payments = {payment.order: payment for payment in Payment.objects.all()}
    for charge in DemoCharge.objects.filter(captured__gt=0):
        payment = payments.get(charge.order)
        wanted = "returned" if charge.state == "returned" else "settled"
        if payment is None or (payment.captured, payment.state) != (charge.captured, wanted):
            faults.append(f"order {charge.order}: the bank has {charge.captured} ({wanted}), we {payment}")
    kept = DemoCharge.objects.filter(state="paid").aggregate(sum=Sum("captured"))["sum"] or 0
    given = DemoRefund.objects.aggregate(sum=Sum("amount"))["sum"] or 0
    place, today = Place("gateway", holder="demo"), clock.today()
    ours = sum(queries.balances(book, today).get(place, 0) for book in ("municipality", "ministry"))
    if ours != kept - given:
        faults.append(f"the bank holds {kept - given} for us, our books say {ours}")
    faults += [f"effect {effect.key} was given up: {effect.failure[-200:]}" for effect in effects.dead()]
    return faults


def counted() -> dict[str, int]:
    from panjereh.payments.models import Bill, Payment, Posting, Refund

    return {
        "bills": Bill.objects.count(),
        "payments": Payment.objects.count(),
        "settled": Payment.objects.filter(settled_at__isnull=False).count(),
        "refunds": Refund.objects.filter(state="done").count(),
        "entries": Posting.objects.count(),
    }


def in_words(report: dict[str, Any]) -> str:
    lines = [
        f"{report['kills']} processes were killed in {report['seconds']} s: {report['bills']} bills, "
        f"{report['payments']} payments begun, {report['settled']} settled, {report['refunds']} refunds, "
        f"{report['entries']} entries in the books."
    ]
    return "\n".join([*lines, *(report["faults"] or ["Nothing is lost, nothing is there twice, all balances fit."])])


if __name__ == "__main__":
    main()
