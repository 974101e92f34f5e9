"""What every payment asks for, prepared: locks, what is owed on a bill, what stands in a book."""

from django.db.models import Sum

from panjereh.payments.models import Account, Bill, Book, Closing, Line, Payment, Posting
from panjereh.storage import Prepared, PreparedValues

PAYMENT = Prepared(lambda payment: Payment.objects.select_for_update().filter(pk=payment))
BILL = Prepared(lambda number: Bill.objects.select_for_update().filter(number=number))
BILL_BY_ID = Prepared(lambda bill: Bill.objects.select_for_update().filter(pk=bill))
BOOK = Prepared(lambda book: Book.objects.select_for_update().filter(pk=book))
ACCOUNTS = Prepared(lambda book: Account.objects.filter(book=book))
WITH_KEYS = Prepared(lambda keys: Posting.objects.filter(key__in=keys))
CLOSED = PreparedValues(lambda book, day: Closing.objects.filter(book=book, day__gte=day).values_list("pk")[:1])
RECEIPTS = PreparedValues(
    lambda number: Posting.objects.filter(subject=number, kind="receipt").values_list("pk", "key")
)
OWED = PreparedValues(
    lambda number: (
        Line.objects.filter(posting__subject=number, account__kind="receivable")
        .values_list("account__book", "account__fund")
        .annotate(left=Sum("amount"))
        .order_by()
    )
)
"""Book, fund and what is left, for each part of a bill."""
