"""Bills of utilities as people find them: by the two Iranian numbers, by account and postal code, by looking after."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from panjereh.localisation import bill_ids, identifiers
from panjereh.localisation.errors import IdentifierProblem
from panjereh.payments.models import Bill, LookedAfter, Presentment
from panjereh.payments.presenting import second_fact
from panjereh.payments.queries.bills import owed_by_bill

OPEN = {"settled_at": None, "cancelled_at": None}


@dataclass(frozen=True, slots=True)
class Account:
    """An account that somebody looks after, with its open bills and what is owed on each, the most urgent first."""

    looked: LookedAfter
    bills: list[tuple[Bill, int]]


def bill_by_identifiers(bill_id: str, payment_id: str) -> Bill | None:
    """The bill of these two numbers, or of the 26 digits of a barcode in the first; None where nobody handed it in.

    Raises IdentifierProblem for what is no such number; its `column` says which of the two.
    """
    try:
        if not payment_id and len(identifiers.only_digits(bill_id)) == 2 * bill_ids.WIDTH:
            bill, payment = bill_ids.parse_barcode(bill_id)
        else:
            bill = bill_ids.parse_bill_id(bill_id)
            payment = _payment(payment_id, bill)
    except IdentifierProblem as problem:
        problem.params.setdefault("column", "bill_id")
        raise
    found = Presentment.objects.filter(bill_number=str(bill), payment_number=payment.for_bill(bill))
    row = found.select_related("bill").order_by("-pk").first()
    return row.bill if row else None


def _payment(text: str, bill: bill_ids.BillId) -> bill_ids.PaymentId:
    try:
        return bill_ids.parse_payment_id(text, bill)
    except IdentifierProblem as problem:
        problem.params["column"] = "payment_id"
        raise


def bills_of_account(agency: str, account: str, postal_code: str) -> list[Bill]:
    """The open bills of an account, the most urgent first, for somebody who knows where it is. Numbers as stored."""
    rows = Presentment.objects.filter(
        postal_code=second_fact(postal_code),
        bill__agency=agency,
        bill__subject=account,
        **{f"bill__{name}": value for name, value in OPEN.items()},
    )
    return [row.bill for row in rows.select_related("bill").order_by("bill__due", "pk")[:20]]


def is_presented(bill: Bill) -> bool:
    """Whether a biller handed it in, so that others of its account will follow."""
    return Presentment.objects.filter(pk=bill.pk).exists()


def has_presented(agency: str) -> bool:
    """Whether a biller has ever handed in a bill."""
    return Presentment.objects.filter(bill__agency=agency).exists()


def identifiers_of(bill: Bill) -> tuple[str, str]:
    """Its bill and payment identifier; both empty where it has none."""
    row = Presentment.objects.filter(pk=bill.pk).values_list("bill_number", "payment_number").first()
    return row or ("", "")


def accounts_of(parties: Collection[UUID]) -> list[Account]:
    """What somebody looks after, in the order in which they began to."""
    looked = list(LookedAfter.objects.filter(party__in=parties).order_by("since", "pk"))
    rows = Bill.objects.filter(
        agency__in={each.agency for each in looked}, subject__in={each.account for each in looked}, **OPEN
    ).order_by("due", "issued_at")
    bills = list(rows) if looked else []
    owed = owed_by_bill([bill.number for bill in bills])
    return [
        Account(
            each,
            [
                (bill, owed.get(bill.number, 0))
                for bill in bills
                if (bill.agency, bill.subject) == (each.agency, each.account)
            ],
        )
        for each in looked
    ]
