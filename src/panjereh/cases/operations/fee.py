"""The fee is paid: at the counter, or online as the payments' room tells. Then the results follow."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from panjereh import process
from panjereh.cases import fees, history, looks, progress, rows
from panjereh.cases.access import service_of
from panjereh.cases.errors import ReceiptIsUsed
from panjereh.cases.models import Case, Payment
from panjereh.cases.operations.decide import party_of
from panjereh.cases.operations.tasks import own_task, target_of
from panjereh.identity import policy
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import Invalid
from panjereh.localisation import digits, letters
from panjereh.payments.errors import ReceiptIsUsed as UsedInTheBooks

PAID = "paid"
"""The message for which a process may wait, and the outcome of a task that records a payment."""


@transaction.atomic
def record_payment(task_id: UUID, *, actor: Actor, receipt: str, how: str = "cash") -> Case:
    """The fee was paid at the counter: its receipt number counts once in the agency. Then the results follow.

    how: cash, card (at the terminal) or bank (into the agency's account)
    """
    task = own_task(task_id, actor=actor, does="pay")
    case = task.case
    policy.require(actor, "case.pay", target_of(case))
    number = letters.normalise(digits.to_ascii(receipt)).upper()  # one receipt, however its number is typed
    if not 3 <= len(number) <= 40:
        raise Invalid(_("Write the number of the receipt, 3 to 40 signs."))
    try:
        with transaction.atomic():
            Payment.objects.create(case=case, agency=case.agency, rials=case.fee, receipt=number, by_id=party_of(actor))
        fees.take(case, task.token, how=how, receipt=number, actor=actor)
    except (IntegrityError, UsedInTheBooks) as error:
        raise ReceiptIsUsed(_("This receipt was recorded for another case. Look at its number again.")) from error
    history.append(case, "paid", actor=actor, step=task.element, rials=case.fee, receipt=number, how=how)
    progress.finish_task(task, PAID, actor=actor)
    return case


@transaction.atomic
def fee_came(case_id: UUID, bill: str) -> None:
    """The bill of a case is paid: the case goes on at once. Told twice, or recorded at the counter, it does nothing."""
    case = progress.locked(case_id)
    task = next((task for task in rows.open_tasks(case) if task.does == "pay"), None)
    if task is None or case.state == Case.State.CLOSED or rows.PAYMENT.first(case.pk):
        return
    looks.by_rule(case)
    Payment.objects.create(case=case, agency=case.agency, rials=case.fee, receipt=bill, by=None)
    history.append(case, "paid", actor=SYSTEM, step=task.element, rials=case.fee, receipt=bill, how="online")
    if PAID in process.awaits(service_of(case).process, case.marking):
        progress.deliver(case, PAID, actor=SYSTEM)
    else:
        task.case = case
        progress.finish_task(task, PAID, actor=SYSTEM)
