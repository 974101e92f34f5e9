"""Money for a bill at the counter: an official enters it, with the number of its receipt."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid
from panjereh.localisation import digits, letters
from panjereh.payments import gateways, queries
from panjereh.payments.errors import NothingIsOwed, ReceiptIsUsed, UnknownWayToPay
from panjereh.payments.models import Payment
from panjereh.payments.operations import bills
from panjereh.payments.operations.paying import new_order


@transaction.atomic
def take_for(number: str, amount: int, *, how: str, receipt: str, actor: Actor) -> Payment:
    """Notes, the card terminal or a transfer paid a bill, or a part of it. A receipt counts once in an agency.

    Whether the official may is asked by the caller, who knows what it is for.
    Raises NoSuchBill, NothingIsOwed, UnknownWayToPay, ReceiptIsUsed, Invalid.
    """
    if how not in gateways.COUNTER:
        raise UnknownWayToPay(_("Say how it was paid: in cash, by card, or into the bank account."))
    reference = letters.normalise(digits.to_ascii(receipt)).upper()  # one receipt, however its number is typed
    if not 3 <= len(reference) <= 40:
        raise Invalid(_("Write the number of the receipt, 3 to 40 signs."))
    bill = bills.locked(number)
    if not 0 < amount <= queries.owed_on(number):
        raise NothingIsOwed(_("More would be taken than is owed. Look at the amount again."))
    now = clock.now()
    payment = Payment(
        bill=bill,
        gateway=how,
        merchant=actor.agency or bill.agency,
        order=new_order(),
        reference=reference,
        amount=amount,
        captured=amount,
        currency=bill.currency,
        shares={},
        state=Payment.State.SETTLED,
        by=actor.party,
        begun_at=now,
        settled_at=now,
    )
    try:
        with transaction.atomic():
            payment.save(force_insert=True)
    except IntegrityError as error:
        raise ReceiptIsUsed(_("This receipt was recorded for something else. Look at its number again.")) from error
    bills.settle(
        number,
        amount,
        into=gateways.named(how).place(bill.currency),
        key=payment.key,
        actor=actor,
        reference=reference,
    )
    return payment
