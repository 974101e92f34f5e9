"""Bills that billers hand in: one or many, how they stand, taken back."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Query, Router

from panjereh.api import paging, words
from panjereh.api.access import actor
from panjereh.api.offering import offer
from panjereh.api.schemas import (
    BillPage,
    BillState,
    BillsWanted,
    Cancelling,
    HandedIn,
    HandedInAll,
    NewBill,
    NewBills,
    StateOfBill,
)
from panjereh.identity.software import Scope
from panjereh.payments import operations as payments
from panjereh.payments import queries
from panjereh.payments.operations import Outcome, Presented
from panjereh.payments.operations.handing_in import Source
from panjereh.payments.presenting import AT_MOST
from panjereh.payments.queries import PresentedBill

router = Router()


@offer(
    router, "POST", "/bills", scope=Scope.BILLS_WRITE, summary=gettext_noop("Hand in a bill"), name="bill_new",
    response=HandedIn,
)  # fmt: skip
def hand_in(request: HttpRequest, bill: NewBill) -> HttpResponse:
    """Answered 201 when it was issued, 200 when the same was there before; 422 says what is wrong with it."""
    [outcome] = _handed(request, [bill])
    if outcome.problem is not None:
        raise words.refusal(outcome.problem)
    return paging.answer(_told(bill, outcome, ""), status=201 if outcome.kind == "fresh" else 200)


@offer(
    router, "POST", "/bills/batch", scope=Scope.BILLS_WRITE, summary=gettext_noop("Hand in many bills"),
    name="bills_new", response=HandedInAll,
)  # fmt: skip
def hand_in_many(request: HttpRequest, batch: NewBills) -> HttpResponse:
    """What is right is issued; what is wrong is told one by one. All of it is one transaction."""
    outcomes = _handed(request, batch.bills)
    told = [
        _told(bill, outcome, f"/bills/{place}")
        for place, (bill, outcome) in enumerate(zip(batch.bills, outcomes, strict=True))
    ]
    count = [each.outcome for each in told]
    return paging.answer(
        HandedInAll(
            bills=told, issued=count.count("issued"), known=count.count("known"), refused=count.count("refused")
        )
    )


def _handed(request: HttpRequest, bills: list[NewBill]) -> list[Outcome]:
    who = actor(request)
    client: UUID = request.auth.client  # type: ignore[attr-defined]  # whoever gets here was let in
    presented = [Presented(**bill.model_dump()) for bill in bills]
    outcomes: list[Outcome] = []
    for start in range(0, len(presented), AT_MOST):
        piece = presented[start : start + AT_MOST]
        outcomes += payments.hand_in(who.agency or "", piece, actor=who, source=Source(client=client))
    return outcomes


def _told(bill: NewBill, outcome: Outcome, pointer: str) -> HandedIn:
    said = HandedIn(
        reference=bill.reference,
        outcome="issued" if outcome.kind == "fresh" else outcome.kind,
        number=outcome.number or None,
    )
    if outcome.problem is not None:
        said.problem = {
            "pointer": f"{pointer}/{outcome.problem.column}",
            "code": outcome.problem.code,
            "detail": words.of_bill(outcome.problem),
        }
    return said


@offer(
    router, "GET", "/bills", scope=Scope.BILLS_READ, summary=gettext_noop("List bills"), name="bills",
    response=BillPage,
)  # fmt: skip
def listed(request: HttpRequest, wanted: Query[BillsWanted]) -> BillPage:
    """The bills that the agency has handed in, the oldest first."""
    found = queries.presented(
        actor(request),
        reference=wanted.reference,
        account=wanted.account,
        state=wanted.state,
        after=paging.opened(wanted.cursor),
        limit=wanted.limit,
    )
    last = found[-1].bill.pk if len(found) == wanted.limit else None
    return BillPage(bills=[_state(each) for each in found], next=paging.closed(last))


@offer(
    router, "GET", "/bills/{number}", scope=Scope.BILLS_READ, summary=gettext_noop("How a bill stands"), name="bill",
    response=BillState,
)  # fmt: skip
def state_of(request: HttpRequest, number: str) -> BillState:
    """By our number, or by `ref:` and your own."""
    return _state(queries.presented_bill(actor(request), number))


@offer(
    router, "POST", "/bills/{number}/cancel", scope=Scope.BILLS_WRITE, summary=gettext_noop("Take a bill back"),
    name="bill_cancel", response=BillState,
)  # fmt: skip
def cancel(request: HttpRequest, number: str, why: Cancelling) -> HttpResponse:
    """What is not paid of it is not asked for any more. A bill that is paid answers 409."""
    who = actor(request)
    payments.take_back(number, actor=who, reason=why.reason)
    return paging.answer(_state(queries.presented_bill(who, number)))


def _state(found: PresentedBill) -> BillState:
    bill = found.bill
    return BillState(
        number=bill.number,
        reference=found.reference,
        account=bill.subject,
        state=cast("StateOfBill", bill.state.value),
        amount=found.amount,
        owed=found.owed if bill.is_open else 0,
        currency=bill.currency,
        due=bill.due,
        issued_at=bill.issued_at,
        settled_at=bill.settled_at,
        cancelled_at=bill.cancelled_at,
    )
