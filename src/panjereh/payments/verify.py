"""Recompute the books: every chain, every balance, every sealed day."""

from collections.abc import Iterator
from itertools import groupby

from panjereh.audit import verify as audit
from panjereh.payments import queries
from panjereh.payments.books import Place, stated
from panjereh.payments.models import Book, Closing, Posting
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
