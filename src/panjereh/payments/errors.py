"""What can go wrong with money."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from panjereh.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable


class NotBalanced(Invalid):
    """What an entry takes from accounts is not what it gives to others."""

    code = "not_balanced"


class NotAnAmount(Invalid):
    """Nothing, less than nothing, or more than any account can hold."""

    code = "not_an_amount"


class KeyIsUsed(Conflict):
    """The same key was used for another entry: that is a mistake of the program that asks, not a repetition."""

    code = "key_is_used"


class DayIsClosed(Conflict):
    """The day is closed and sealed; what is found later is entered on a later day."""

    code = "day_is_closed"


class NothingIsOwed(Conflict):
    """More would be taken than is owed."""

    code = "nothing_is_owed"


class UnknownWayToPay(Invalid):
    """Money comes in at the counter in the ways of `operations.COUNTER`."""

    code = "unknown_way_to_pay"


class NoSuchPosting(NotFound):
    """The book has no such entry."""

    code = "no_such_posting"


class IsReversed(Conflict):
    """A counter-entry stands already, or the entry is one."""

    code = "is_reversed"


class SameHands(NotAllowed):
    """Whoever made an entry does not undo it."""

    code = "same_hands"


class NoSuchBill(NotFound):
    """There is no bill of that number, or the second fact that was given is not of it."""

    code = "no_such_bill"


class BillIsClosed(Conflict):
    """The bill is paid, or not asked for any more."""

    code = "bill_is_closed"


class NoSuchGateway(NotFound):
    """Nobody can pay in this way here."""

    code = "no_such_gateway"


class NoSuchPayment(NotFound):
    """We began no such payment."""

    code = "no_such_payment"


class GatewayIsAway(Unavailable):
    """The gateway does not answer, or answers what can't be read. What became of a payment is asked again later."""

    code = "gateway_is_away"


class GatewayRefused(Unavailable):
    """The gateway does not take this order."""

    code = "gateway_refused"


class NotOfTheGateway(NotAllowed):
    """A call-back that the gateway did not send: it bears no signature of it, or names nothing of ours."""

    code = "not_of_the_gateway"


class MoreThanCame(Conflict):
    """More would be given back than has come and was not given back yet."""

    code = "more_than_came"


class NoSuchRefund(NotFound):
    """There is no such refund, or it is not the agency's."""

    code = "no_such_refund"


class RefundIsClosed(Conflict):
    """The refund was decided, or paid out, before."""

    code = "refund_is_closed"


class ReceiptIsUsed(Conflict):
    """The number of a receipt was entered before in this agency."""

    code = "receipt_is_used"


class NoBiller(NotFound):
    """The agency hands in no bills."""

    code = "no_biller"


class NoSuchLoad(NotFound):
    """No such file of bills was brought by the agency."""

    code = "no_such_load"


class FileIsUnfit(Invalid):
    """A file that is no file of bills at all: `reason` says why."""

    code = "file_is_unfit"


class NoSuchAccount(NotFound):
    """The person looks after no such account with a biller."""

    code = "no_such_account"


class StatementRefused(Invalid):
    """A bank's file is not taken in: `faults` says what is wrong with which of its lines."""

    code = "statement_refused"

    def __init__(self, faults: Sequence[Any]) -> None:
        self.faults = faults
        super().__init__(_("The file was not taken in: something in it is wrong."), count=len(faults))


class IsMatched(Conflict):
    """The line of the bank, or the payment, belongs to a match that stands."""

    code = "is_matched"


class NoSuchLine(NotFound):
    """The agency has no such line of the bank, suggestion or difference."""

    code = "no_such_line"
