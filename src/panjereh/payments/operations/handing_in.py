"""Bills that billers hand in, by program or file: checked one by one, issued many at once, each only once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.catalogue import queries as catalogue
from panjereh.definitions.country_files import Biller
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.identity.policy import Target
from panjereh.kernel.actor import Actor
from panjereh.payments import queries
from panjereh.payments.errors import NoBiller
from panjereh.payments.models import Bill, Presentment
from panjereh.payments.operations import bills, standing
from panjereh.payments.operations.bills import NewBill, NewLine
from panjereh.payments.presenting import (
    AT_MOST,
    Outcome,
    Presented,
    Problem,
    check,
    payer_digest,
    second_fact,
)
from panjereh.storage import insert


@dataclass(frozen=True, slots=True)
class Source:
    """What brought a bill: a program, or the lines of a file."""

    client: UUID | None = None
    load: UUID | None = None


def biller_of(agency: str) -> Biller:
    """Raises NoBiller."""
    known = catalogue.country().agencies.get(agency)
    if known is None or known.biller is None:
        raise NoBiller(_("This agency hands in no bills. The file agencies.yaml says which do."))
    return known.biller


def hand_in(
    agency: str,
    presented: Sequence[Presented],
    *,
    actor: Actor,
    source: Source | None = None,
    lines: Sequence[int] = (),
) -> list[Outcome]:
    """Issue what is right, in their order; say of each what became of it. The same again changes nothing.

    At most AT_MOST at once. Raises NotAllowed, NoBiller, DayIsClosed.
    """
    policy.require(actor, "bill.push", Target(agency=agency))
    if len(presented) > AT_MOST:
        raise ValueError(f"at most {AT_MOST} bills at once")
    biller = biller_of(agency)
    checked = [check(one, biller) for one in presented]
    with transaction.atomic():
        return _issue(agency, biller, checked, actor, source or Source(), lines)


def _issue(
    agency: str,
    biller: Biller,
    checked: Sequence[Presented | Problem],
    actor: Actor,
    source: Source,
    lines: Sequence[int],
) -> list[Outcome]:
    right = [one for one in checked if isinstance(one, Presented)]
    stood = _stood(agency, right)
    payers = identity.parties_by_number([one.payer for one in right if one.payer])
    fresh: dict[str, NewBill] = {}
    rows: dict[str, tuple[Presented, int | None]] = {}
    outcomes: list[Outcome | str] = []
    for place, one in enumerate(checked):
        if isinstance(one, Problem):
            outcomes.append(Outcome("refused", problem=one))
            continue
        key = key_of(agency, one.reference)
        if key in stood:
            outcomes.append(_compared(stood[key], one))
        elif key in fresh:
            same = rows[key][0] == one
            outcomes.append(key if same else Outcome("refused", problem=Problem("reference", "reference_used")))
        else:
            fresh[key], rows[key] = _new(agency, biller, one, key, payers), (one, lines[place] if lines else None)
            outcomes.append(key)
    made = dict(zip(fresh, bills.issue_many(list(fresh.values()), actor=actor), strict=True)) if fresh else {}
    insert([_row(made[key], one, source, line) for key, (one, line) in rows.items()])
    standing.news_of(list(made.values()))
    told: set[str] = set()
    return [_told(one, made, told) for one in outcomes]


def _told(outcome: Outcome | str, made: Mapping[str, Bill], told: set[str]) -> Outcome:
    """A bill that stood twice in one batch is fresh the first time and known the second."""
    if isinstance(outcome, Outcome):
        return outcome
    kind: Literal["fresh", "known"] = "known" if outcome in told else "fresh"
    told.add(outcome)
    return Outcome(kind, made[outcome].number)


def key_of(agency: str, reference: str) -> str:
    """The key of a bill that was handed in: of one biller, by its own number."""
    return f"presented:{agency}:{reference}"


def _stood(agency: str, presented: Iterable[Presented]) -> dict[str, tuple[str, str, int, date | None]]:
    """Key → (number, account, amount, due) of those that were handed in before."""
    found = Bill.objects.filter(key__in=[key_of(agency, one.reference) for one in presented])
    return {
        key: (number, account, int(amount), due)
        for key, number, account, amount, due in found.values_list("key", "number", "subject", "lines__amount", "due")
    }


def _compared(stood: tuple[str, str, int, date | None], one: Presented) -> Outcome:
    number, *said = stood
    if said == [one.account, one.amount, one.due]:
        return Outcome("known", number)
    return Outcome("refused", problem=Problem("reference", "reference_used", {"number": number}))


def _new(agency: str, biller: Biller, one: Presented, key: str, payers: Mapping[str, UUID]) -> NewBill:
    title = one.title or biller.title
    return NewBill(
        key=key,
        agency=agency,
        subject=one.account,
        title=title,
        lines=[NewLine(agency, one.amount, title, fund=biller.fund)],
        payer=payers.get(one.payer),
        currency=one.currency,
        due=one.due,
    )


def _row(bill: Bill, one: Presented, source: Source, line: int | None) -> Presentment:
    return Presentment(
        bill_id=bill.pk,
        reference=one.reference,
        bill_number=one.bill_id,
        payment_number=one.payment_id,
        postal_code=second_fact(one.postal_code),
        payer=payer_digest(one.payer),
        client=source.client,
        load=source.load,
        line=line,
    )


def take_back(number: str, *, actor: Actor, reason: str) -> Bill:
    """The biller does not ask for a bill any more: by its number, or by `ref:` and the biller's own.

    Raises NotAllowed, NoSuchBill, BillIsClosed when it is paid.
    """
    policy.require(actor, "bill.cancel", Target(agency=actor.agency))
    found = queries.presented_bill(actor, number).bill
    return bills.cancel(found.number, key=f"bill:{found.pk}:cancelled", actor=actor, reason=reason.strip()[:300])
