"""The money of a day, for the biller's own books."""

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Query, Router

from panjereh.api import paging
from panjereh.api.access import actor
from panjereh.api.offering import offer
from panjereh.api.schemas import DayWanted, Received, ReceivedPage
from panjereh.identity.software import Scope
from panjereh.payments import queries

router = Router()


@offer(
    router, "GET", "/payments", scope=Scope.PAYMENTS_READ, summary=gettext_noop("List the money of a day"),
    name="payments", response=ReceivedPage,
)  # fmt: skip
def of_a_day(request: HttpRequest, wanted: Query[DayWanted]) -> ReceivedPage:
    """What came for the agency's bills and fees on a day, and what was taken back."""
    found = queries.received(actor(request), wanted.day, after=paging.opened_number(wanted.cursor), limit=wanted.limit)
    return ReceivedPage(
        payments=[
            Received(
                entry=each.entry,
                bill=each.bill,
                reference=each.reference,
                amount=each.amount,
                currency=each.currency,
                way=each.way,
                trace=each.trace,
                at=each.at,
            )
            for each in found
        ],
        next=paging.closed(found[-1].entry if len(found) == wanted.limit else None),
    )
