"""Money that goes back: what was never owed, what two officials agree on, what a bank takes back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import Invalid
from panjereh.outbox import operations as outbox
from panjereh.outbox.handlers import EffectContext, outside
from panjereh.payments import gateways, queries
from panjereh.payments.books import Moves, Place
from panjereh.payments.errors import MoreThanCame, NoSuchPayment, NoSuchRefund, RefundIsClosed, SameHands
from panjereh.payments.gateways.port import Order, State
from panjereh.payments.models import Bill, Payment, Posting, Refund
from panjereh.payments.operations import bills, ledger

LIVE = (Refund.State.PROPOSED, Refund.State.AGREED, Refund.State.DONE, Refund.State.FAILED)
"""Refunds that count against what came: all but those that were refused."""


def propose_what_is_over(payment: Payment, amount: int) -> Refund:
    """Money that nobody owed: it is owed back, and an official has only to agree."""
    refund = Refund(payment=payment, agency=_agency(payment), amount=amount, is_over=True)
    refund.save(force_insert=True)
    return refund


@transaction.atomic
def propose(order: str, amount: int, *, actor: Actor, reason: str) -> Refund:
    """An official proposes to give back what was paid. Nothing moves before another one agrees.

    Raises NoSuchPayment, NotAllowed, Invalid, MoreThanCame.
    """
    payment = Payment.objects.select_for_update().select_related("bill").filter(order=order).first()
    if payment is None or payment.bill.agency != actor.agency:
        raise NoSuchPayment(_("There is no such payment in your agency."))
    policy.require(actor, "money.refund", _target(payment))
    if not reason.strip():
        raise Invalid(_("Write why the money is given back."))
    if payment.state != Payment.State.SETTLED or not 0 < amount <= refundable(payment):
        raise MoreThanCame(_("That is more than can be given back of this payment."), left=refundable(payment))
    refund = Refund(
        payment=payment,
        agency=payment.bill.agency,
        amount=amount,
        is_over=amount <= _over_and_free(payment),
        reason=reason.strip(),
        proposed_by=actor.party,
    )
    refund.save(force_insert=True)
    return refund


def refundable(payment: Payment) -> int:
    """What came with a payment and nobody has given or proposed to give back."""
    return payment.captured - sum(each.amount for each in Refund.objects.filter(payment=payment, state__in=LIVE))


def _over_and_free(payment: Payment) -> int:
    """What came for the bill without being owed, and is on no way back yet."""
    waits = [Refund.State.PROPOSED, Refund.State.AGREED, Refund.State.FAILED]
    on_their_way = Refund.objects.filter(payment__bill=payment.bill_id, is_over=True, state__in=waits)
    return queries.over_on(payment.bill.number) - sum(each.amount for each in on_their_way)


@transaction.atomic
def decide(refund_id: UUID, *, agree: bool, actor: Actor) -> Refund:
    """The second pair of eyes. Agreed: it is owed back from now on, and the gateway is told.

    Raises NoSuchRefund, NotAllowed, RefundIsClosed, SameHands.
    """
    refund = _locked(refund_id, actor)
    policy.require(actor, "money.refund_agree", _target(refund.payment))
    if refund.state != Refund.State.PROPOSED:
        raise RefundIsClosed(_("A colleague decided on this refund before."))
    if refund.proposed_by is not None and refund.proposed_by == actor.party:
        raise SameHands(_("You proposed this refund, so another official must agree to it."))
    refund.decided_by, refund.decided_at = actor.party, clock.now()
    refund.state = Refund.State.AGREED if agree else Refund.State.REFUSED
    refund.save(update_fields=["decided_by", "decided_at", "state"])
    if agree:
        if not refund.is_over:
            _owe_back(refund, actor)
        _send(refund)
    return refund


def _send(refund: Refund) -> None:
    if gateways.named(refund.payment.gateway).refunds_itself:
        outbox.queue("payments.refund", {"refund": str(refund.pk)}, key=f"refund:{refund.pk}:sent:{refund.failure}")


@transaction.atomic
def pay_out(refund_id: UUID, *, reference: str, actor: Actor) -> Refund:
    """It was given back by hand, at the counter or by a transfer, where no gateway does it.

    Raises NoSuchRefund, NotAllowed, RefundIsClosed, Invalid.
    """
    refund = _locked(refund_id, actor)
    policy.require(actor, "money.refund", _target(refund.payment))
    if not is_by_hand(refund):
        raise RefundIsClosed(_("This refund is not one to pay out by hand now."))
    if not 3 <= len(reference.strip()) <= 60:
        raise Invalid(_("Write the number of the receipt, 3 to 40 signs."))
    place = Place(
        "bank" if refund.state == Refund.State.FAILED else _came_from(refund).kind, currency=_currency(refund)
    )
    return _done(refund, reference.strip(), place, actor)


def is_by_hand(refund: Refund) -> bool:
    """Whether an official has to pay it out: no gateway does it, or the gateway would not."""
    if refund.state == Refund.State.AGREED:
        return not gateways.named(refund.payment.gateway).refunds_itself
    return refund.state == Refund.State.FAILED


@outside
def carry_out(payload: Mapping[str, Any], _context: EffectContext) -> None:
    """The gateway gives the money back: once, for it knows the refund by its number."""
    refund = Refund.objects.select_related("payment").get(pk=payload["refund"])
    if refund.state != Refund.State.AGREED:
        return
    payment = refund.payment
    order = Order(payment.order, payment.amount, payment.currency, payment.reference, payment.shares)
    answer = gateways.named(payment.gateway).refund(order, refund.amount, str(refund.pk))
    with transaction.atomic():
        held = Refund.objects.select_for_update().select_related("payment").get(pk=refund.pk)
        if held.state != Refund.State.AGREED:
            return
        if answer.state is State.FAILED:
            held.state, held.failure = Refund.State.FAILED, answer.failure[:60]
            held.save(update_fields=["state", "failure"])
        elif answer.state is State.PAID:
            _done(held, answer.reference, _came_from(held), SYSTEM)


def _done(refund: Refund, reference: str, place: Place, actor: Actor) -> Refund:
    """It has left us: what is owed back is not owed any more."""
    number = _number(refund)
    left = refund.amount
    entries = []
    for book, owed in sorted(queries.owed_back(number).items()):
        amount = min(left, owed)
        if amount > 0:
            moves: Moves = {Place("payable", currency=place.currency): amount, place: -amount}
            entries.append(
                ledger.Entry(
                    book, Posting.Kind.REFUND, moves, f"refund:{refund.pk}:done:{book}", number, reference[:60]
                )
            )
            left -= amount
    if left:
        raise MoreThanCame(_("The books of this bill do not hold what would be given back."))
    ledger.post_many(entries, actor=actor)
    refund.state, refund.done_at, refund.reference = Refund.State.DONE, clock.now(), reference[:100]
    refund.save(update_fields=["state", "done_at", "reference"])
    return refund


def _owe_back(refund: Refund, actor: Actor) -> None:
    """What was earned is owed back, from the last part of the bill to the first."""
    number, left, entries = _number(refund), refund.amount, []
    for part, earned in sorted(queries.earned_parts(number).items(), reverse=True):
        amount = min(left, earned)
        if amount > 0:
            moves: Moves = {
                Place("revenue", fund=part.fund, currency=_currency(refund)): amount,
                Place("payable", currency=_currency(refund)): -amount,
            }
            key = f"refund:{refund.pk}:agreed:{part.book}:{part.fund}"
            entries.append(ledger.Entry(part.book, Posting.Kind.REFUND, moves, key, number, reason=refund.reason[:300]))
            left -= amount
    if left:
        raise MoreThanCame(_("The books of this bill do not hold what would be given back."))
    ledger.post_many(entries, actor=actor)


def take_back(payment: Payment) -> None:
    """The bank took the money back (a dispute): what it had paid is owed again, and the bill is open again.

    The caller holds the payment locked. A refund that was under way has nothing left to give.
    """
    bill = bills.locked(Bill.objects.values_list("number", flat=True).get(pk=payment.bill_id))
    entries = []
    for posting in Posting.objects.filter(subject=bill.number, kind=Posting.Kind.RECEIPT).order_by("book", "number"):
        if posting.key.rpartition(":")[0] == payment.key:
            moves = {Place.of(line.account): -line.amount for line in posting.lines.select_related("account")}
            key = f"{payment.key}:returned:{posting.book_id}"
            entries.append(ledger.Entry(posting.book_id, Posting.Kind.RETURN, moves, key, bill.number))
    ledger.post_many(entries, actor=SYSTEM)
    payment.state, payment.closed_at = Payment.State.RETURNED, clock.now()
    payment.save(update_fields=["state", "closed_at"])
    _stop_refunds(payment)
    bills.mark(bill)


def _stop_refunds(payment: Payment) -> None:
    """Of a payment that the bank took back nothing is left to give; what was agreed to is settled by hand."""
    for refund in Refund.objects.filter(payment=payment, state__in=[Refund.State.PROPOSED, Refund.State.AGREED]):
        agreed = refund.state == Refund.State.AGREED and not refund.is_over
        refund.state, refund.failure = (Refund.State.FAILED if agreed else Refund.State.REFUSED), "returned"
        refund.decided_at = refund.decided_at or clock.now()
        refund.save(update_fields=["state", "failure", "decided_at"])


def _came_from(refund: Refund) -> Place:
    return gateways.named(refund.payment.gateway).place(_currency(refund))


def _currency(refund: Refund) -> str:
    return refund.payment.currency


def _number(refund: Refund) -> str:
    return Bill.objects.values_list("number", flat=True).get(pk=refund.payment.bill_id)


def _agency(payment: Payment) -> str:
    return Bill.objects.values_list("agency", flat=True).get(pk=payment.bill_id)


def _target(payment: Payment) -> Target:
    """Whoever paid, and whose bill it is, has no hand in it."""
    bill = Bill.objects.get(pk=payment.bill_id)
    parties = {party for party in (payment.by, bill.payer_id) if party is not None}
    return Target(agency=bill.agency, parties=frozenset(parties))


def _locked(refund_id: UUID, actor: Actor) -> Refund:
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").filter(pk=refund_id).first()
    if refund is None or refund.agency != actor.agency:
        raise NoSuchRefund(_("There is no such refund in your agency."))
    return refund
