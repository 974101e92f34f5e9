"""Recompute what was reconciled: every match that stands is whole, and the ledger says the same."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from panjereh.payments.books import Place
from panjereh.payments.models import Match, Matched, Posting, Undone


def matches() -> Iterator[str]:
    """One sentence for each match that doesn't come to its line, and each entry of the ledger that differs."""
    sums = Match.objects.annotate(
        paid=Sum("matched__line__amount"),
        foreign=Count("matched", filter=~Q(matched__line__posting__book=F("book"))),
    ).select_related("line")
    for match in sums.order_by("pk").iterator(chunk_size=500):
        if match.gross - match.commission + match.difference != match.line.amount:
            yield f"match {match.pk}: is not what the bank’s line {match.line_id} says"
        if (match.paid or 0) != match.gross or match.foreign:
            yield f"match {match.pk}: its payments come to {match.paid or 0}, not to {match.gross}"
    yield from _standing()
    yield from _entries()


def _standing() -> Iterator[str]:
    undone = Exists(Undone.objects.filter(match=OuterRef("pk")))
    for match in Match.objects.filter(Q(stands=True) & undone | Q(stands=None) & ~undone).order_by("pk"):
        yield f"match {match.pk}: that it was undone is not what its rows say"
    wrong = Matched.objects.exclude(Q(stands=True, match__stands=True) | Q(stands=None, match__stands=None))
    for match_id in wrong.values_list("match", flat=True).distinct().order_by("match"):
        yield f"match {match_id}: stands with only some of its payments"


def _entries() -> Iterator[str]:
    """Each entry of a settlement moved as much onto the bank's accounts as its lines came to."""
    expected: dict[object, int] = defaultdict(int)
    for posting, amount in Match.objects.values_list("posting").annotate(Sum("line__amount")).order_by():
        expected[posting] += int(amount)
    for posting, amount in Undone.objects.values_list("posting").annotate(Sum("match__line__amount")).order_by():
        expected[posting] -= int(amount)
    entries = Posting.objects.filter(kind=Posting.Kind.SETTLEMENT).prefetch_related("lines__account")
    for entry in entries.order_by("pk").iterator(chunk_size=500):
        places = [(Place.of(line.account), line.amount) for line in entry.lines.all()]
        moved = sum(amount for place, amount in places if place.kind == "bank" and place.holder)
        if moved != expected.get(entry.pk):
            yield f"book of {entry.book_id}, entry {entry.number}: moved {moved}, its matches {expected.get(entry.pk)}"
