"""What a case costs: a bill of the agency that handles it, about the case."""

from panjereh.cases.access import service_of
from panjereh.cases.models import Case
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.payments import operations as payments
from panjereh.payments import queries
from panjereh.payments.books import Claim
from panjereh.payments.models import Bill
from panjereh.payments.operations import NewBill, NewLine


def ask(case: Case, token: str) -> Bill:
    """The fee is due: from now on it is owed, and as soon as it is paid the case goes on."""
    service = service_of(case)
    title, row = dict(service.title), case.fee_rows[0] if case.fee_rows else {}
    line = NewLine(
        case.agency,
        case.fee,
        row.get("text") or title,
        fund=service.cost_centre or "",
        law=row.get("law") or "",
    )
    new = NewBill(
        key=f"case:{case.pk}:{token}:fee",
        agency=case.agency,
        subject=case.number,
        title=title,
        lines=[line],
        payer=case.applicant_id,
        reply_to={"kind": "cases.fee_paid", "payload": {"case": str(case.pk)}},
    )
    return payments.issue(new, actor=SYSTEM)


def bill_of(case: Case) -> Bill | None:
    """The newest bill about the case, if there is one."""
    return next(iter(queries.bills_about(case.agency, case.number)), None)


def take(case: Case, token: str, *, how: str, receipt: str, actor: Actor) -> None:
    """It was paid at the counter. What was asked for before there were bills becomes one now."""
    bill = bill_of(case)
    if bill is None:
        payments.release(_claim_of(case), key=f"case:{case.pk}:{token}:billed", actor=SYSTEM)
        bill = ask(case, token)
    payments.take_for(bill.number, queries.owed_on(bill.number), how=how, receipt=receipt, actor=actor)


def drop(case: Case) -> None:
    """The case ended, or another agency has it now: what was not paid is not owed here any more."""
    key = f"case:{case.pk}:{case.next_seq}:dropped"
    payments.release(_claim_of(case), key=key, actor=SYSTEM)
    for bill in queries.bills_about(case.agency, case.number):
        if bill.is_open:
            payments.cancel(bill.number, key=f"{key}:{bill.number}", actor=SYSTEM)


def _claim_of(case: Case) -> Claim:
    """What was entered under the case's own number, before there were bills."""
    return Claim(case.agency, case.number, fund=service_of(case).cost_centre or "")
