"""Recompute the books: every chain, every balance, every sealed day."""

from collections.abc import Iterator
from itertools import groupby

from django.db.models import Sum

from panjereh.audit import verify as audit
from panjereh.payments import queries
from panjereh.payments.books import Part, Place, stated
from panjereh.payments.models import Account, Bill, BillLine, Book, Closing, Line, Payment, Posting
from panjereh.signing import queries as signing


def books() -> Iterator[str]:
    """One sentence for each fault: which book, which entry or day, and what is wrong with it."""
    postings = Posting.objects.order_by("book_id", "number").prefetch_related("lines__account")
    heads = dict(Book.objects.values_list("agency", "head"))
    for book, held in groupby(postings.iterator(chunk_size=500), key=lambda posting: posting.book_id):
        entries = list(held)
        fault = audit.chain(_row(posting) for posting in entries)
        if fault:
            yield f"book of {book}, entry {entries[fault.position].number}: {fault.code}"
        elif heads.pop(book) != entries[-1].hash:
            yield f"book of {book}: entries behind {entries[-1].number} are missing"
        for place, posting in enumerate(entries, 1):
            if posting.number != place:
                yield f"book of {book}, entry {posting.number}: number"
                break
        for posting in entries:
            if sum(line.amount for line in posting.lines.all()):
                yield f"book of {book}, entry {posting.number}: does not balance"
    yield from (f"book of {book}: all its entries are missing" for book, head in heads.items() if head)
    for closing in Closing.objects.order_by("book_id", "day"):
        yield from _day(closing)


def bills() -> Iterator[str]:
    """One sentence for each bill whose lines or marks are not what the books say, and each payment that they lack."""
    for bill in Bill.objects.order_by("pk").iterator(chunk_size=500):
        owed = queries.owed_on(bill.number)
        if (bill.state == Bill.State.SETTLED and owed) or (bill.state == Bill.State.OPEN and not owed):
            yield f"bill {bill.number}: is {bill.state}, but {owed} is owed"
        if _asked(bill) != _charged(bill):
            yield f"bill {bill.number}: its lines are not what was entered in the books"
    came = Payment.objects.filter(state__in=[Payment.State.SETTLED, Payment.State.RETURNED]).select_related("bill")
    for payment in came.order_by("pk").iterator(chunk_size=500):
        told = queries.came_with(payment.bill.number, payment.key)
        if told is None or sum(told) != payment.captured:
            yield f"payment {payment.order}: {payment.captured} came, the books say {told}"


def _asked(bill: Bill) -> dict[Part, int]:
    sums = BillLine.objects.filter(bill=bill).values_list("book", "fund").annotate(total=Sum("amount")).order_by()
    return {Part(book, fund): int(total) for book, fund, total in sums if total}


def _charged(bill: Bill) -> dict[Part, int]:
    lines = Line.objects.filter(posting__subject=bill.number, posting__kind=Posting.Kind.CHARGE)
    sums = lines.filter(account__kind=Account.Kind.RECEIVABLE).values_list("account__book", "account__fund")
    return {Part(book, fund): int(total) for book, fund, total in sums.annotate(total=Sum("amount")).order_by()}


def _row(posting: Posting) -> audit.Row:
    lines = [(str(Place.of(line.account)), line.amount) for line in posting.lines.all()]
    return audit.Row(posting.pk, posting.previous, stated(posting, lines), "", posting.hash)


def _day(closing: Closing) -> Iterator[str]:
    where = f"book of {closing.book_id}, closed day {closing.day}"
    if not signing.verify_record(closing.record, closing.signature, agency=closing.book_id):
        yield f"{where}: the seal does not fit"
    now = {str(place): str(amount) for place, amount in sorted(queries.balances(closing.book_id, closing.day).items())}
    if now != closing.balances:
        yield f"{where}: the lines come to something else than was sealed"
