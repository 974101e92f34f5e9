"""What a person may know of a bill and of its payments, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy

from panjereh.cases.models import Case
from panjereh.catalogue import queries as catalogue
from panjereh.documents.paper_bills import PaperBill
from panjereh.identity import queries as identity
from panjereh.kernel.actor import SOMEBODY, Actor
from panjereh.kernel.money import Money
from panjereh.localisation import bill_ids
from panjereh.payments import gateways, queries
from panjereh.payments.models import Bill, BillLine, Payment, Refund
from panjereh.portal.mine import number_of
from panjereh.ui.addresses import url
from panjereh.ui.http import visitor

SEEN = "bills"
"""Key of the session under which the bills stand whose second fact somebody has given."""
MOST_SEEN = 20

FAILURES: Mapping[str, Any] = {
    "cancelled": gettext_lazy("You turned back on the bank’s page."),
    "declined": gettext_lazy("The bank did not accept the card."),
    "funds": gettext_lazy("There was not enough money in the account."),
    "expired_card": gettext_lazy("The card’s time is over."),
    "not_verified": gettext_lazy("The bank gave the money back to the card by itself."),
    "never_paid": gettext_lazy("No payment came within three days."),
    "gateway_is_away": gettext_lazy("The gateway did not answer."),
}


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill with what was asked, what is still owed, and the attempts to pay it, the newest first."""

    bill: Bill
    lines: list[BillLine]
    owed: int
    attempts: list[Payment]
    gateways: list[gateways.Gateway]

    @property
    def under_way(self) -> Payment | None:
        """An attempt of which nothing has been heard yet."""
        return next((each for each in self.attempts if each.state == Payment.State.SENT), None)

    @property
    def paid(self) -> list[Payment]:
        return [each for each in self.attempts if each.state == Payment.State.SETTLED]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A payment with its bill, what is still owed on it, and what is given back."""

    payment: Payment
    bill: Bill
    owed: int
    refunds: list[Refund]

    @property
    def why_not(self) -> Any:
        return FAILURES.get(self.payment.failure, FAILURES["declined"])


def actor_of(request: HttpRequest) -> Actor:
    return visitor(request) or SOMEBODY


def key_of(number: str) -> str:
    """What makes an address of a bill one that only those have to whom it was given."""
    return salted_hmac("panjereh.bill", number).hexdigest()[:20]


def may_see(request: HttpRequest, bill: Bill) -> bool:
    """Whoever is asked to pay, has named the second fact in this session, or was given the address."""
    if constant_time_compare(request.GET.get("k", ""), key_of(bill.number)):
        return True
    if bill.number in request.session.get(SEEN, ()):
        return True
    actor = visitor(request)
    return actor is not None and actor.applicant is not None and bill.payer_id in identity.numbers_of(actor.applicant)


def remember(request: HttpRequest, bill: Bill) -> None:
    seen = [number for number in request.session.get(SEEN, ()) if number != bill.number]
    request.session[SEEN] = [*seen, bill.number][-MOST_SEEN:]


def view_of(bill: Bill) -> BillView:
    return BillView(
        bill,
        list(bill.lines.order_by("number")),
        queries.owed_on(bill.number),
        queries.attempts_at(bill),
        gateways.offered(bill.currency),
    )


def link_of(bill: Bill) -> str:
    """The address by which whoever holds it sees and pays a bill: for others who pay, and for the code on paper."""
    return f"{settings.PUBLIC_ADDRESS}{url('portal:bill', bill.number)}?k={key_of(bill.number)}"


def paper_bill_of(bill: Bill) -> PaperBill:
    """What stands on a bill on paper: nobody's name."""
    agency = catalogue.country().agencies.get(bill.agency)
    bill_id, payment_id = queries.identifiers_of(bill)
    return PaperBill(
        number=bill.number,
        title=dict(bill.title),
        agency=dict(agency.title) if agency else {},
        account_label=dict(agency.biller.account) if agency and agency.biller else {"fa": "دربارهٔ", "en": "About"},
        account=bill.subject,
        lines=[(line.text, line.amount) for line in bill.lines.order_by("number")],
        owed=Money(queries.owed_on(bill.number), bill.currency),
        due=bill.due,
        bill_id=bill_id,
        payment_id=payment_id,
        barcode=bill_id.zfill(bill_ids.WIDTH) + payment_id.zfill(bill_ids.WIDTH) if bill_id else "",
        address=link_of(bill),
    )


def bill_about(case: Case) -> BillView | None:
    """The newest bill of a case, if it was asked to pay; its applicant has been asked for already."""
    found = queries.bills_about(case.agency, case.number)
    return view_of(found[0]) if found else None


def attempt_of(payment: Payment) -> Attempt:
    return Attempt(payment, payment.bill, queries.owed_on(payment.bill.number), queries.refunds_of([payment]))


def bills_of(actor: Actor) -> list[tuple[Bill, int]]:
    """What somebody is to pay, the most urgent first, with what is owed on each."""
    found = queries.open_bills_of(_numbers(actor))
    owed = queries.owed_by_bill(bill.number for bill in found)
    return [(bill, owed[bill.number]) for bill in found]


def attempts_of(actor: Actor) -> list[tuple[Payment, list[Refund]]]:
    """What somebody paid, the newest first, each with what is given back of it."""
    found = queries.payments_of(_numbers(actor))
    refunds = queries.refunds_of(found)
    return [(each, [refund for refund in refunds if refund.payment_id == each.pk]) for each in found]


def _numbers(actor: Actor) -> frozenset[UUID]:
    return identity.numbers_of(number_of(actor))
