"""All that puts something into the books, asks for money or takes it. The module is the namespace: `payments.issue`."""

from panjereh.payments.operations.bills import NewBill, NewLine, Settled, cancel, issue, issue_many, settle
from panjereh.payments.operations.counter import take_for
from panjereh.payments.operations.ledger import charge, close_day, post, release, take
from panjereh.payments.operations.paying import begin, hear, look
from panjereh.payments.operations.returning import decide as decide_refund
from panjereh.payments.operations.returning import pay_out, propose
from panjereh.payments.operations.reversing import reverse

__all__ = [
    "NewBill",
    "NewLine",
    "Settled",
    "begin",
    "cancel",
    "charge",
    "close_day",
    "decide_refund",
    "hear",
    "issue",
    "issue_many",
    "look",
    "pay_out",
    "post",
    "propose",
    "release",
    "reverse",
    "settle",
    "take",
    "take_for",
]
