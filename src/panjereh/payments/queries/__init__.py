"""What stands in the books, and what somebody owes. Every balance is a sum of lines, made anew each time."""

from panjereh.payments.queries.bills import (
    bill,
    bills_of,
    came_with,
    open_bills_of,
    over_on,
    owed_by_bill,
    owed_on,
    owed_parts,
    paid_on,
)
from panjereh.payments.queries.ledger import (
    Balance,
    Entry,
    OpenItem,
    balances,
    charged,
    closed_until,
    day_book,
    entry,
    open_items,
    owed,
    trial_balance,
)

__all__ = [
    "Balance",
    "Entry",
    "OpenItem",
    "balances",
    "bill",
    "bills_of",
    "came_with",
    "charged",
    "closed_until",
    "day_book",
    "entry",
    "open_bills_of",
    "open_items",
    "over_on",
    "owed",
    "owed_by_bill",
    "owed_on",
    "owed_parts",
    "paid_on",
    "trial_balance",
]
