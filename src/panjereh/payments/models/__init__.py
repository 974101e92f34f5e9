"""Tables of this room: the books, and what is asked for and paid."""

from panjereh.payments.models.bills import Bill, BillLine, Payment
from panjereh.payments.models.ledger import MOST, Account, Book, Closing, Line, Posting

__all__ = ["MOST", "Account", "Bill", "BillLine", "Book", "Closing", "Line", "Payment", "Posting"]
