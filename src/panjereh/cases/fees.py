"""What a case costs, in the books of the agency that handles it."""

from panjereh.cases.access import service_of
from panjereh.cases.models import Case
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.payments import operations as payments
from panjereh.payments.books import Claim


def claim_of(case: Case) -> Claim:
    return Claim(case.agency, case.number, fund=service_of(case).cost_centre or "")


def ask(case: Case, token: str) -> None:
    """The fee is due: from now on it is owed."""
    payments.charge(claim_of(case), case.fee, key=f"case:{case.pk}:{token}:charged", actor=SYSTEM)


def take(case: Case, *, how: str, receipt: str, actor: Actor) -> None:
    """It was paid at the counter. What was asked for before there were books is entered now."""
    claim, key = claim_of(case), f"case:{case.pk}:paid"
    payments.charge(claim, case.fee, key=f"{key}:charged", actor=SYSTEM)
    payments.take(claim, case.fee, how=how, reference=receipt, key=key, actor=actor)


def drop(case: Case) -> None:
    """The case ended, or another agency has it now: what was not paid is not owed here any more."""
    payments.release(claim_of(case), key=f"case:{case.pk}:{case.next_seq}:dropped", actor=SYSTEM)
