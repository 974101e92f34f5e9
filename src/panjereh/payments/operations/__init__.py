"""All that puts something into the books, asks for money or takes it. The module is the namespace: `payments.issue`."""

from panjereh.payments.operations.bills import NewBill, NewLine, Settled, cancel, issue, issue_many, settle
from panjereh.payments.operations.counter import take_for
from panjereh.payments.operations.handing_in import hand_in, take_back
from panjereh.payments.operations.ledger import charge, close_day, post, release, take
from panjereh.payments.operations.loading import begin_load, go_on, load_file
from panjereh.payments.operations.paying import begin, hear, look
from panjereh.payments.operations.returning import decide as decide_refund
from panjereh.payments.operations.returning import is_by_hand, pay_out, propose
from panjereh.payments.operations.reversing import reverse
from panjereh.payments.operations.standing import change_standing, leave_alone, look_after
from panjereh.payments.presenting import Outcome, Presented

__all__ = [
    "NewBill",
    "NewLine",
    "Outcome",
    "Presented",
    "Settled",
    "begin",
    "begin_load",
    "cancel",
    "change_standing",
    "charge",
    "close_day",
    "decide_refund",
    "go_on",
    "hand_in",
    "hear",
    "is_by_hand",
    "issue",
    "issue_many",
    "leave_alone",
    "load_file",
    "look",
    "look_after",
    "pay_out",
    "post",
    "propose",
    "release",
    "reverse",
    "settle",
    "take",
    "take_back",
    "take_for",
]
