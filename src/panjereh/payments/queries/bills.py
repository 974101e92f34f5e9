"""What is owed and paid on a bill: sums of its entries in the books."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel.actor import Actor
from panjereh.localisation import digits, letters
from panjereh.payments import rows
from panjereh.payments.books import Part
from panjereh.payments.errors import NoSuchBill
from panjereh.payments.models import Account, Bill, Line, Payment, Posting, Refund

RECEIVABLE, PAYABLE = Account.Kind.RECEIVABLE, Account.Kind.PAYABLE


def bill(number: str) -> Bill:
    """The bill of this number, whoever asks: the caller has made sure that they may see it. Raises NoSuchBill."""
    found = Bill.objects.filter(number=number).first()
    if found is None:
        raise NoSuchBill(number=number)
    return found


def bill_or_none(number: str) -> Bill | None:
    """The bill of this number, whoever asks."""
    return Bill.objects.filter(number=number).first()


def bill_by(number: str, second: str) -> Bill | None:
    """The bill, for somebody who knows its number and what it is about (of a case, of a subscription, a plate)."""
    found = bill_or_none(number)
    return found if found is not None and _plain(found.subject) == _plain(second) else None


def _plain(text: str) -> str:
    return "".join(sign for sign in letters.normalise(digits.to_ascii(text)).upper() if sign.isalnum())


def payment(payment_id: UUID) -> Payment | None:
    """A payment with its bill, for whoever knows its number, which is not to be guessed."""
    return Payment.objects.select_related("bill").filter(pk=payment_id).first()


def attempts_at(bill: Bill) -> list[Payment]:
    """The attempts to pay a bill, the newest first."""
    return list(Payment.objects.filter(bill=bill).order_by("-begun_at"))


def payments_of(parties: Collection[UUID]) -> list[Payment]:
    """What came from these parties, or for their bills, the newest first; also what was taken back."""
    came = Payment.objects.filter(settled_at__isnull=False).select_related("bill")
    return list(came.filter(Q(by__in=parties) | Q(bill__payer__in=parties)).order_by("-settled_at")[:200])


def refunds_of(payments: Iterable[Payment]) -> list[Refund]:
    """What of these payments was or is to be given back, the newest first."""
    return list(Refund.objects.filter(payment__in=list(payments)).order_by("-proposed_at"))


def refunds_at(actor: Actor) -> list[Refund]:
    """What the actor's agency gave, gives or is to give back, the newest first. Raises NotAllowed."""
    agency = actor.agency or ""
    if not policy.may(actor, "money.refund_agree", Target(agency=agency)):
        policy.require(actor, "money.refund", Target(agency=agency))
    found = Refund.objects.filter(agency=agency).select_related("payment__bill")
    return list(found.order_by("-proposed_at")[:200])


def bills_of(parties: Collection[UUID]) -> list[Bill]:
    """Bills of a person, known by these numbers, the newest first."""
    return list(Bill.objects.filter(payer__in=parties).order_by("-issued_at", "-pk"))


def bills_about(agency: str, subject: str) -> list[Bill]:
    """What an agency asked for about a matter (the number of a case, a subscription), the newest first."""
    return list(Bill.objects.filter(agency=agency, subject=subject).order_by("-issued_at", "-pk"))


def open_bills_of(parties: Collection[UUID]) -> list[Bill]:
    """What a person is to pay, the most urgent first."""
    rows = Bill.objects.filter(payer__in=parties, settled_at=None, cancelled_at=None)
    return sorted(rows, key=lambda each: (each.due is None, each.due, each.issued_at))


def owed_on(number: str) -> int:
    """What is asked on a bill and not paid yet, in the currency's smallest unit."""
    return sum(owed_parts(number).values())


def owed_parts(number: str) -> dict[Part, int]:
    """What is still owed on a bill, by book and fund; what is paid is left out."""
    return {Part(book, fund): int(left) for book, fund, left in rows.OWED.all(number) if left > 0}


def owed_by_bill(numbers: Iterable[str]) -> dict[str, int]:
    """As `owed_on` for many bills in one query."""
    numbers = list(numbers)
    lines = Line.objects.filter(posting__subject__in=numbers, account__kind=RECEIVABLE)
    sums = lines.values_list("posting__subject").annotate(left=Sum("amount")).order_by()
    found = {number: int(left) for number, left in sums}
    return {number: found.get(number, 0) for number in numbers}


def paid_on(number: str) -> int:
    """What came for a bill and paid what was owed, less what was taken back."""
    lines = _of(number, RECEIVABLE).exclude(posting__kind__in=[Posting.Kind.CHARGE, Posting.Kind.RELEASE])
    return -_sum(lines.filter(posting__reversed_by=None, posting__reverses=None))


def given_back_on(number: str) -> int:
    """What of a bill was agreed to be given back although it had been owed."""
    back = _of(number, Account.Kind.REVENUE).filter(posting__kind=Posting.Kind.REFUND)
    return _sum(back)


def over_on(number: str) -> int:
    """What came for a bill, was not owed, and has not been given back."""
    return -_sum(_of(number, PAYABLE))


def came_with(number: str, key: str) -> tuple[int, int] | None:
    """What money with this key paid on the bill, and what was over; None when it has not come."""
    ours = [pk for pk, known in rows.RECEIPTS.all(number) if known.rpartition(":")[0] == key]
    if not ours:
        return None
    lines = Line.objects.filter(posting__in=ours)
    return -_sum(lines.filter(account__kind=RECEIVABLE)), -_sum(lines.filter(account__kind=PAYABLE))


def _of(number: str, kind: str) -> QuerySet[Line]:
    return Line.objects.filter(posting__subject=number, account__kind=kind)


def _sum(lines: QuerySet[Line]) -> int:
    return int(lines.aggregate(total=Sum("amount"))["total"] or 0)


def owed_back(number: str) -> dict[str, int]:
    """What is owed back to whoever paid a bill, by book."""
    sums = _of(number, PAYABLE).values_list("account__book").annotate(left=Sum("amount")).order_by()
    return {book: -int(left) for book, left in sums if left < 0}


def earned_parts(number: str) -> dict[Part, int]:
    """What was asked on a bill and not given back, by book and fund."""
    sums = _of(number, Account.Kind.REVENUE).values_list("account__book", "account__fund")
    return {
        Part(book, fund): -int(left) for book, fund, left in sums.annotate(left=Sum("amount")).order_by() if left < 0
    }
