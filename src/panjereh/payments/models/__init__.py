"""Tables of this room: the books, what is asked for and paid, what gateways told, what is given back."""

from panjereh.payments.models.bank import BankLine, Discrepancy, Match, Matched, Statement, Suggestion, Undone
from panjereh.payments.models.bills import Bill, BillLine, Payment
from panjereh.payments.models.demo import DemoCharge, DemoRefund
from panjereh.payments.models.ledger import MOST, Account, Book, Closing, Line, Posting
from panjereh.payments.models.presentments import BadLine, BillLoad, LookedAfter, Presentment
from panjereh.payments.models.refunds import GatewayNews, Refund

__all__ = [
    "MOST",
    "Account",
    "BadLine",
    "BankLine",
    "Bill",
    "BillLine",
    "BillLoad",
    "Book",
    "Closing",
    "DemoCharge",
    "DemoRefund",
    "Discrepancy",
    "GatewayNews",
    "Line",
    "LookedAfter",
    "Match",
    "Matched",
    "Payment",
    "Posting",
    "Presentment",
    "Refund",
    "Statement",
    "Suggestion",
    "Undone",
]
