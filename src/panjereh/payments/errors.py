"""What can go wrong with money."""

from panjereh.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


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
