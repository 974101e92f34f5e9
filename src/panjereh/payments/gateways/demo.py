"""The gateway that takes no real money. It has pages, a memory and bad habits of its own, as real ones do.

Its side (`charge`, `press`, what is remembered in `DemoCharge`) knows nothing of bills. It tells us by signed
call-backs, which may come late, twice, never, or from somebody else.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction

from panjereh.kernel import clock
from panjereh.outbox import operations as outbox
from panjereh.payments.errors import NoSuchPayment, NotOfTheGateway
from panjereh.payments.gateways.port import Answer, Begun, Call, Gateway, Order, State, Way
from panjereh.payments.models import DemoCharge, DemoRefund

LATE = timedelta(minutes=2)
HABITS = ("pay", "refuse", "cancel", "part", "away", "late", "doubled", "forged", "dispute")
"""What can happen on its page. part: half is captured; away: paid, but nobody comes back and nobody calls; late: the
call comes after two minutes; doubled: it comes three times; forged: refused, but somebody says that it was paid;
dispute: paid, and taken back after two minutes."""


class Demo(Gateway):
    name = "demo"
    title: ClassVar[Mapping[str, str]] = {"fa": "درگاه آزمایشی", "en": "Demonstration gateway"}
    currencies = frozenset({"IRR", "EUR", "USD"})
    is_for_trying = True

    def begin(self, order: Order) -> Begun:
        charge = DemoCharge.objects.filter(order=order.number).first() or DemoCharge(
            reference=secrets.token_hex(10), order=order.number
        )
        charge.amount, charge.currency, charge.back, charge.text = order.amount, order.currency, order.back, order.text
        charge.save()
        return Begun(charge.reference, Way(f"/demo-gateway/{charge.reference}/"))

    def hear(self, call: Call) -> str:
        fields = {name: value for name, value in call.fields.items() if name != "signature"}
        if not hmac.compare_digest(signature(fields).encode(), call.fields.get("signature", "").encode()):
            raise NotOfTheGateway(fields=sorted(call.fields))
        return fields["order"]

    def ask(self, order: Order, said: Mapping[str, str]) -> Answer:
        charge = DemoCharge.objects.filter(reference=order.reference).first()
        if charge is None:
            return Answer(State.FAILED, order.number, failure="unknown")
        return Answer(
            State(charge.state),
            charge.order,
            charge.reference,
            charge.captured,
            charge.currency,
            trace=f"D{charge.pk}" if charge.captured else "",
            failure=charge.failure,
        )

    @transaction.atomic
    def refund(self, order: Order, amount: int, key: str) -> Answer:
        charge = _locked(order.reference)
        if charge.state != State.PAID:
            return Answer(State.FAILED, order.number, failure=charge.state)
        refund, _new = DemoRefund.objects.get_or_create(key=key, defaults={"charge": charge, "amount": amount})
        given = sum(charge.refunds.values_list("amount", flat=True))
        if given > charge.captured:
            refund.delete()
            return Answer(State.FAILED, order.number, failure="more_than_came")
        return Answer(State.PAID, order.number, f"R{refund.pk}", amount, order.currency)


def signature(fields: Mapping[str, str]) -> str:
    """HMAC-SHA-256 over the fields in their order, with a key that the gateway and we share."""
    said = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return hmac.new(f"demo-gateway:{settings.SECRET_KEY}".encode(), said.encode(), hashlib.sha256).hexdigest()


def charge(reference: str) -> DemoCharge:
    """What its page shows. Raises NoSuchPayment."""
    found = DemoCharge.objects.filter(reference=reference).first()
    if found is None:
        raise NoSuchPayment(reference=reference)
    return found


@transaction.atomic
def press(reference: str, habit: str) -> tuple[str, dict[str, str]]:
    """A button of its page. Returns where the browser goes, with which fields; "" where it goes nowhere."""
    if habit not in HABITS:
        raise NoSuchPayment(habit=habit)
    held = _locked(reference)
    if held.state == State.PENDING:
        _happen(held, habit)
    return _after(held, habit)


def _happen(held: DemoCharge, habit: str) -> None:
    if habit in ("refuse", "cancel", "forged"):
        held.state, held.failure = State.FAILED, "cancelled" if habit == "cancel" else "declined"
    else:
        held.state, held.captured = State.PAID, max(held.amount // 2, 1) if habit == "part" else held.amount
    held.save()


def _after(held: DemoCharge, habit: str) -> tuple[str, dict[str, str]]:
    if habit == "away":
        return "", {}
    if habit == "late":
        _call(held, 0, LATE)
        return "", {}
    fields = {"order": held.order, "reference": held.reference, "state": str(held.state)}
    signed = {**fields, "signature": signature(fields)}
    if habit == "forged":
        return held.back, {**signed, "state": "paid"}
    for number in range(3 if habit == "doubled" else 1):
        _call(held, number, timedelta(seconds=number))
    if habit == "dispute":
        outbox.queue(
            "payments.demo_dispute",
            {"reference": held.reference},
            key=f"demo:{held.reference}:dispute",
            run_at=clock.now() + LATE,
        )
    return held.back, signed


def _call(held: DemoCharge, number: int, after: timedelta) -> None:
    """A call from its machine to ours."""
    fields = {"order": held.order, "reference": held.reference, "state": str(held.state)}
    outbox.queue(
        "payments.demo_calls",
        {**fields, "signature": signature(fields)},
        key=f"demo:{held.reference}:{held.state}:{number}",
        run_at=clock.now() + after,
    )


def dispute(reference: str) -> None:
    """Whose card it was says that they never paid, and the bank takes the money back."""
    held = _locked(reference)
    if held.state == State.PAID:
        held.state = State.RETURNED
        held.save()
        _call(held, 0, timedelta())


def _locked(reference: str) -> Any:
    found = DemoCharge.objects.select_for_update().filter(reference=reference).first()
    if found is None:
        raise NoSuchPayment(reference=reference)
    return found
