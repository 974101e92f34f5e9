"""Bills that an agency has handed in, and the money that came for them: what its programs and officials may ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from panjereh.audit import operations as audit
from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel.actor import Actor
from panjereh.payments.errors import NoSuchBill, NoSuchLoad
from panjereh.payments.models import Account, BadLine, Bill, BillLoad, Line, Posting, Presentment
from panjereh.payments.queries.bills import owed_by_bill

BY_REFERENCE = "ref:"
MONEY = (Account.Kind.CASH, Account.Kind.CARD, Account.Kind.BANK, Account.Kind.GATEWAY)


@dataclass(frozen=True, slots=True)
class PresentedBill:
    """A bill with the biller's own number, what was asked and what is still owed."""

    bill: Bill
    reference: str
    amount: int
    owed: int


@dataclass(frozen=True, slots=True)
class ReceivedMoney:
    """An agency's share of money that came, or (negative) was taken back."""

    entry: int
    bill: str
    reference: str | None
    amount: int
    currency: str
    way: str
    trace: str
    at: datetime


def presented(
    actor: Actor,
    *,
    reference: str = "",
    account: str = "",
    state: str = "",
    after: UUID | None = None,
    limit: int = 100,
) -> list[PresentedBill]:
    """The bills of the actor's agency, the oldest first. Raises NotAllowed."""
    rows = Presentment.objects.filter(bill__agency=_agency(actor, "bill.see")).select_related("bill").order_by("pk")
    if reference:
        rows = rows.filter(reference=reference)
    if account:
        rows = rows.filter(bill__subject=account)
    if after:
        rows = rows.filter(pk__gt=after)
    return _with_amounts(actor, _in_state(rows, state)[:limit])


def _in_state(rows: QuerySet[Presentment], state: str) -> QuerySet[Presentment]:
    if state == "settled":
        return rows.filter(bill__settled_at__isnull=False)
    if state == "cancelled":
        return rows.filter(bill__cancelled_at__isnull=False)
    return rows.filter(bill__settled_at=None, bill__cancelled_at=None) if state == "open" else rows


def presented_bill(actor: Actor, number: str) -> PresentedBill:
    """One bill of the agency: by its number, or by `ref:` and the biller's own. Raises NotAllowed, NoSuchBill."""
    rows = Presentment.objects.filter(bill__agency=_agency(actor, "bill.see")).select_related("bill")
    if number.startswith(BY_REFERENCE):
        rows = rows.filter(reference=number.removeprefix(BY_REFERENCE))
    else:
        rows = rows.filter(bill__number=number)
    found = _with_amounts(actor, rows[:1])
    if not found:
        raise NoSuchBill(_("There is no such bill. Look at its number again."))
    return found[0]


def _with_amounts(actor: Actor, rows: Iterable[Presentment]) -> list[PresentedBill]:
    found = list(rows)
    bills = [row.bill for row in found]
    amounts = dict(
        Bill.objects.filter(pk__in=[bill.pk for bill in bills]).values_list("pk").annotate(total=Sum("lines__amount"))
    )
    owed = owed_by_bill([bill.number for bill in bills])
    _note(actor, bills)
    return [PresentedBill(row.bill, row.reference, int(amounts[row.pk]), owed.get(row.bill.number, 0)) for row in found]


def _note(actor: Actor, bills: Iterable[Bill]) -> None:
    """Whose bills are read can see that they were."""
    audit.record_accesses(
        audit.Access(
            actor=actor,
            subject=f"party:{bill.payer_id}",
            source="bills",
            fields=["account", "amount", "state"],
            purpose="bills-of-the-agency",
        )
        for bill in bills
        if bill.payer_id is not None
    )


def received(actor: Actor, day: date, *, after: int = 0, limit: int = 100) -> list[ReceivedMoney]:
    """What came to the actor's agency on a day of the books, after an entry, in its order. Raises NotAllowed."""
    lines = Line.objects.filter(
        posting__book=_agency(actor, "payment.list"),
        posting__day=day,
        posting__number__gt=after,
        posting__kind__in=[Posting.Kind.RECEIPT, Posting.Kind.REVERSAL],
        account__kind__in=MONEY,
    ).select_related("posting", "account")
    found = list(lines.order_by("posting__number")[:limit])
    references = _references({line.posting.subject for line in found})
    return [_received(line, references) for line in found]


def _received(line: Line, references: dict[str, str]) -> ReceivedMoney:
    of = line.posting
    return ReceivedMoney(
        of.number,
        of.subject,
        references.get(of.subject),
        line.amount,
        line.account.currency,
        line.account.holder or line.account.kind,
        of.reference,
        of.at,
    )


def _references(numbers: Iterable[str]) -> dict[str, str]:
    rows = Presentment.objects.filter(bill__number__in=list(numbers))
    return dict(rows.values_list("bill__number", "reference"))


def loads(actor: Actor, *, most: int = 50) -> list[BillLoad]:
    """The files of bills of the actor's agency, the newest first. Raises NotAllowed."""
    return list(BillLoad.objects.filter(agency=_agency(actor, "bill.see")).order_by("-began_at")[:most])


def load(actor: Actor, load_id: UUID) -> BillLoad:
    """Raises NotAllowed, NoSuchLoad."""
    found = BillLoad.objects.filter(agency=_agency(actor, "bill.see"), pk=load_id).first()
    if found is None:
        raise NoSuchLoad(_("Your agency brought no such file."))
    return found


def bad_lines(of: BillLoad, *, after: int = 0, most: int | None = None) -> Iterable[BadLine]:
    """What brought no bill, in the order of the file; the caller has made sure that they may see it."""
    rows = BadLine.objects.filter(load=of, line__gt=after).order_by("line")
    return rows[:most] if most is not None else rows.iterator(chunk_size=2000)


def _agency(actor: Actor, action: str) -> str:
    agency = actor.agency or ""
    policy.require(actor, action, Target(agency=agency))
    return agency
