"""Bills of the demonstration: for each of its people water, electricity, gas, telephone and the municipality's duty."""

from datetime import timedelta
from random import Random

from panjereh.definitions import Country
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.localisation import bill_ids
from panjereh.outbox import operations as outbox
from panjereh.payments import operations as payments
from panjereh.payments import queries
from panjereh.payments.operations import Presented, standing
from panjereh.payments.presenting import DIGITS

TIMES = {"water": 210, "electricity": 380, "gas": 160, "telephone": 90, "municipal-duty": 1450}
"""About how many thousand rials a bill of each kind asks for."""


def load(country: Country) -> None:
    """Bills of the same amounts in every installation, due from tomorrow on. Nobody is told: they were there before."""
    people = [person for person in country.demonstration.people if person.national_id]
    for name, agency in country.agencies.items():
        biller = agency.biller
        if biller is None or biller.utility not in TIMES or queries.has_presented(name):
            continue
        bills = []
        for place, person in enumerate(people, 1):
            dice = Random(f"{name}:{person.id}")  # noqa: S311 - the same in every demonstration
            rials = dice.randrange(TIMES[biller.utility] // 2, TIMES[biller.utility] * 3) * 1000
            account = dice.randrange(10_000_000, 99_999_999)
            bill = bill_ids.make_bill_id(account, int(biller.company or 0), DIGITS[biller.utility])
            bills.append(
                Presented(
                    reference=f"{biller.utility}-1405-3-{place}",
                    account=str(account),
                    amount=rials,
                    due=clock.today() + timedelta(days=dice.randrange(1, 25)),
                    bill_id=str(bill),
                    payment_id=bill_ids.make_payment_id(rials, 5, 3).for_bill(bill),
                    postal_code=postal_code(place),
                    payer=person.national_id or "",
                )
            )
        payments.hand_in(name, bills, actor=SYSTEM)
        for kind in (standing.CAME, standing.DUE):
            outbox.cancel(f"{kind}:")


def postal_code(place: int) -> str:
    """Where the demonstration's people live, one after the other."""
    return f"19395{46900 + place}"
