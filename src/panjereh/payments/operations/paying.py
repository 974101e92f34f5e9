"""A person pays through a gateway: begun, heard of, asked about, entered once. Nothing from outside is believed.

Whatever tells us of a payment (a call-back, the person who comes back, a clock) leads to the same: `look` asks the
gateway, outside of any transaction, and `enter` compares the answer with what we asked for and writes it down, once.
"""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import Invalid
from panjereh.outbox import operations as outbox
from panjereh.outbox.handlers import EffectContext, outside
from panjereh.payments import gateways, queries, rows
from panjereh.payments.errors import (
    BillIsClosed,
    GatewayIsAway,
    GatewayRefused,
    NoSuchPayment,
    NotOfTheGateway,
)
from panjereh.payments.gateways.port import Answer, Call, Order, State, Way
from panjereh.payments.models import GatewayNews, Payment
from panjereh.payments.operations import bills, returning

log = logging.getLogger(__name__)

FAST, FAST_FOR = timedelta(seconds=20), timedelta(minutes=15)
SLOW, SLOW_FOR = timedelta(hours=1), timedelta(days=3)
"""How often a payment of which nothing is heard is asked about, and until when after it was begun."""
KEPT = ("order", "reference", "state", "amount", "currency", "failure", "trace")


def begin(number: str, gateway: str, *, back: str, actor: Actor, text: str = "") -> tuple[Payment, Way]:
    """Start to pay what is owed on a bill. Our row and the clock that asks about it are there before the gateway hears.

    back: address to which the person and the call-back come, with {order} in it
    Raises NoSuchBill, BillIsClosed, GatewayIsAway, GatewayRefused, NoSuchGateway.
    """
    provider = gateways.named(gateway)
    payment = _prepare(number, provider, actor)
    order = replace(order_of(payment), back=back.format(order=payment.order), text=text, language=actor.language)
    try:
        begun = provider.begin(order)
    except (GatewayIsAway, GatewayRefused) as error:
        _close(payment.pk, Payment.State.FAILED, failure=error.code)
        error.message = _("The gateway does not answer at the moment. Nothing was paid. Try again later.")
        raise
    with transaction.atomic():
        held = _locked(payment.pk)
        if held.state == Payment.State.NEW:
            held.state, held.reference, held.sent_at = Payment.State.SENT, begun.reference, clock.now()
            held.save(update_fields=["state", "reference", "sent_at"])
    return held, begun.way


@transaction.atomic
def _prepare(number: str, provider: gateways.Gateway, actor: Actor) -> Payment:
    bill = bills.locked(number)
    owed = queries.owed_parts(number)
    if not bill.is_open or not owed:
        raise BillIsClosed(_("Bill %(number)s does not have to be paid any more.") % {"number": number})
    if bill.currency not in provider.currencies:
        raise Invalid(_("This gateway does not take the currency of the bill. Choose another way."))
    shares: dict[str, int] = {}
    for part, amount in owed.items():
        shares[part.book] = shares.get(part.book, 0) + amount
    payment = Payment(
        bill=bill,
        gateway=provider.name,
        order=new_order(),
        amount=sum(shares.values()),
        currency=bill.currency,
        shares=shares,
        by=actor.party,
    )
    payment.save(force_insert=True)
    _ask_again(payment, 1)
    return payment


def new_order() -> str:
    """Our number of a payment: digits only, as Iranian gateways want it, and not to be guessed."""
    return str(secrets.randbelow(9 * 10**14) + 10**14)


def order_of(payment: Payment) -> Order:
    return Order(payment.order, payment.amount, payment.currency, payment.reference, payment.shares)


def hear(gateway: str, call: Call) -> Payment:
    """A call-back came, or something that looks like one. It is noted, and the gateway itself is asked.

    Raises NotOfTheGateway, NoSuchPayment. When the gateway does not answer the payment stands as before.
    """
    provider = gateways.named(gateway)
    try:
        order = provider.hear(call)
    except NotOfTheGateway:
        _note_forgery(gateway, call)
        raise
    payment = Payment.objects.filter(gateway=gateway, order=order).first()
    if payment is None:
        raise NoSuchPayment(_("We began no such payment."), order=order)
    _note(payment, call.fields, GatewayNews.Verdict.HEARD)
    try:
        return look(payment.pk, said=call.fields)
    except GatewayIsAway:
        return payment


def look(payment_id: UUID, *, said: Mapping[str, str] | None = None) -> Payment:
    """Ask the gateway how a payment stands, and write it down. Raises GatewayIsAway."""
    payment = Payment.objects.filter(pk=payment_id).first()
    if payment is None:
        raise NoSuchPayment(payment=str(payment_id))
    if not payment.reference:
        return payment
    answer = gateways.named(payment.gateway).ask(order_of(payment), said or {})
    return enter(payment_id, answer)


@transaction.atomic
def enter(payment_id: UUID, answer: Answer) -> Payment:
    """What the gateway says becomes true here, if it is about what we asked for: order, reference, currency, amount."""
    payment = _locked(payment_id)
    if answer.state is State.PENDING:
        return payment
    if answer.state is not State.FAILED and not answer.fits(order_of(payment)):
        _refuse(payment, answer)
    elif answer.state in (State.PAID, State.RETURNED) and payment.settled_at is None:
        _settle(payment, answer)
        if answer.state is State.RETURNED:  # paid and disputed before anybody told us: the books show both
            returning.take_back(payment)
    elif answer.state is State.RETURNED and payment.state == Payment.State.SETTLED:
        _note(payment, asdict(answer), GatewayNews.Verdict.ENTERED)
        returning.take_back(payment)
    elif answer.state is State.FAILED and payment.state in (Payment.State.NEW, Payment.State.SENT):
        payment.failure = answer.failure or "declined"
        payment.state, payment.closed_at = Payment.State.FAILED, clock.now()
        payment.save(update_fields=["failure", "state", "closed_at"])
    return payment


def _settle(payment: Payment, answer: Answer) -> None:
    payment.captured, payment.trace = answer.amount, answer.trace
    payment.state, payment.settled_at = Payment.State.SETTLED, clock.now()
    payment.failure, payment.closed_at = "", None
    payment.save(update_fields=["captured", "trace", "state", "settled_at", "failure", "closed_at"])
    _keep(payment, asdict(answer), GatewayNews.Verdict.ENTERED)
    bill = rows.BILL_BY_ID.first(payment.bill_id)
    assert bill is not None  # noqa: S101 - the payment refers to it
    came = bills.receive(
        bill,
        answer.amount,
        into=gateways.named(payment.gateway).place(payment.currency),
        key=payment.key,
        actor=SYSTEM,
        reference=answer.trace or answer.reference[:60],
        shares=payment.shares,
    )
    if came.over:
        returning.propose_what_is_over(payment, came.over)


def _refuse(payment: Payment, answer: Answer) -> None:
    """Something else was paid than we asked for: it pays nothing here, and an accountant must look."""
    if payment.failure != "differs":
        log.error(
            "payment %s: the gateway %s tells of something else than we asked for", payment.order, payment.gateway
        )
        payment.failure = "differs"
        payment.save(update_fields=["failure"])
        _note(payment, asdict(answer), GatewayNews.Verdict.DIFFERS)


@outside
def ask_about(payload: dict[str, Any], _context: EffectContext) -> None:
    """A clock: nobody has told what became of a payment, so the gateway is asked; fast at first, then slowly."""
    payment = Payment.objects.filter(pk=payload["payment"]).first()
    if payment is None or payment.state not in (Payment.State.NEW, Payment.State.SENT):
        return
    try:
        payment = look(payment.pk)
    except GatewayIsAway:
        log.info("payment %s: the gateway %s does not answer", payment.order, payment.gateway)
    if payment.state in (Payment.State.NEW, Payment.State.SENT):
        with transaction.atomic():
            if not _ask_again(payment, payload["time"] + 1):
                _close(payment.pk, Payment.State.FAILED, failure="never_paid")


def _ask_again(payment: Payment, time: int) -> bool:
    due = next_look(payment.begun_at)
    if due is not None:
        payload = {"payment": str(payment.pk), "time": time}
        outbox.queue("payments.ask", payload, key=f"{payment.key}:ask:{time}", run_at=due, lane=outbox.CROWD)
    return due is not None


def next_look(begun_at: datetime) -> datetime | None:
    """When a payment is asked about next; None: no more."""
    age = clock.now() - begun_at
    if age < FAST_FOR:
        return clock.now() + FAST
    return clock.now() + SLOW if age < SLOW_FOR else None


@transaction.atomic
def _close(payment_id: UUID, state: Payment.State, *, failure: str) -> None:
    held = _locked(payment_id)
    if held.state in (Payment.State.NEW, Payment.State.SENT):
        held.state, held.failure, held.closed_at = state, held.failure or failure, clock.now()
        held.save(update_fields=["state", "failure", "closed_at"])


def _note_forgery(gateway: str, call: Call) -> None:
    """What somebody sent in the gateway's name is kept beside the payment it names, if there is one."""
    log.warning("a call-back in the name of the gateway %s was not sent by it", gateway)
    named = call.fields.get("order") or call.fields.get("saleOrderId") or ""
    payment = Payment.objects.filter(gateway=gateway, order=named[:20]).first()
    if payment is not None:
        _note(payment, call.fields, GatewayNews.Verdict.FORGED)


def _note(payment: Payment, said: Mapping[str, Any], verdict: str) -> None:
    kept = _kept(said)
    if not GatewayNews.objects.filter(payment=payment, verdict=verdict, said=kept).exists():
        _keep(payment, said, verdict)


def _keep(payment: Payment, said: Mapping[str, Any], verdict: str) -> None:
    GatewayNews(payment_id=payment.pk, said=_kept(said), verdict=verdict).save(force_insert=True)


def _kept(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(said[name])[:100] for name in KEPT if said.get(name)}


def _locked(payment_id: UUID) -> Payment:
    held = rows.PAYMENT.first(payment_id)
    if held is None:
        raise NoSuchPayment(payment=str(payment_id))
    return held
