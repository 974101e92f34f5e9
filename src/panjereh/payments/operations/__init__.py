"""All that puts something into the books, asks for money or takes it. The module is the namespace: `payments.issue`."""

from panjereh.payments.operations.bills import NewBill, NewLine, Settled, cancel, issue, issue_many, settle
from panjereh.payments.operations.ledger import charge, close_day, post, release, take
from panjereh.payments.operations.reversing import reverse

__all__ = [
    "NewBill",
    "NewLine",
    "Settled",
    "cancel",
    "charge",
    "close_day",
    "issue",
    "issue_many",
    "post",
    "release",
    "reverse",
    "settle",
    "take",
]
