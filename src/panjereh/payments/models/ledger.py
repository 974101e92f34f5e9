"""The ledger: double entry, one book for each agency. Rows are only added; the database refuses anything else.

The database's own rules (`balancing`) say: an entry has two lines or more, they sum to zero in each currency, they are
of accounts of its book, none is added later, and no entry comes to a day that is closed. Balances are sums of lines.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.storage import Row

MOST = 10**17
"""Rials of one line: more than any state's budget, and far from the end of a 64-bit number even when summed."""


class Book(Row):
    """The books of one agency: where its chain of entries stands. Writers of one book wait for each other here."""

    agency = models.CharField(primary_key=True, max_length=64)
    next_number = models.PositiveBigIntegerField(default=1)
    head = models.CharField(max_length=64, blank=True)


class Account(Row):
    """Where money is, or whom it is owed to or by. Amounts on it count as debit when positive.

    holder: which gateway, bank account or terminal; empty where there is one of its kind. What is paid to the bank is
        on BANK without a holder until a statement shows it, and then on that of the account
    UNKNOWN: money that came and nobody knows whose it is; DIFFERENCE: what came was more or less than was paid
    fund: the pocket of the budget that it belongs to
    """

    class Kind(models.TextChoices):
        CASH = "cash"
        CARD = "card"
        BANK = "bank"
        GATEWAY = "gateway"
        RECEIVABLE = "receivable"
        PAYABLE = "payable"
        REVENUE = "revenue"
        COMMISSION = "commission"
        DIFFERENCE = "difference"
        UNKNOWN = "unknown"

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=12, choices=Kind)
    holder = models.CharField(max_length=60, blank=True)
    fund = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=3, default="IRR")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="account_once_a_book", fields=["book", "kind", "holder", "fund", "currency"])
        ]


class Posting(Row):
    """One journal entry: what happened, on which day of the books, and which entry it takes back.

    key: of the act that called for it; the same again changes nothing
    number: its place in the book, 1, 2, 3 … without gaps
    subject: what it is about: the number of a case or bill
    `previous` and `hash` chain the entries of a book.
    """

    class Kind(models.TextChoices):
        CHARGE = "charge"
        RECEIPT = "receipt"
        RELEASE = "release"
        REFUND = "refund"
        RETURN = "return"
        SETTLEMENT = "settlement"
        REVERSAL = "reversal"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="postings")
    number = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    day = models.DateField()
    at = models.DateTimeField(default=clock.now)
    subject = models.CharField(max_length=60, db_index=True)
    reference = models.CharField(max_length=60, blank=True, help_text="number of the receipt or of the bank")
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    reason = models.CharField(max_length=300, blank=True)
    by = models.UUIDField(null=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="posting_number_once_a_book", fields=["book", "number"]),
            models.CheckConstraint(
                name="reversal_takes_an_entry_back",
                condition=Q(kind="reversal", reverses__isnull=False) | (~Q(kind="reversal") & Q(reverses=None)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="postings_of_a_day", fields=["book", "day", "number"]),
            models.Index(name="postings_by_reference", fields=["book", "reference"]),
        ]


class Line(Row):
    """One side of an entry: an account, and how much is added to it (debit) or taken off (credit)."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lines")
    amount = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="line_has_an_amount", condition=~Q(amount=0) & Q(amount__gte=-MOST) & Q(amount__lte=MOST)
            )
        ]


class Closing(Row):
    """A day of a book that is closed: what it came to, sealed by the agency. Earlier days are closed with it."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="closings")
    day = models.DateField()
    last_number = models.PositiveBigIntegerField()
    head = models.CharField(max_length=64, blank=True)
    balances = models.JSONField(help_text="account as text: balance as text, to compare with the sum of its lines")
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField(null=True)
    kid = models.CharField(max_length=64)
    signature = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="a_day_is_closed_once", fields=["book", "day"])]

    @property
    def record(self) -> dict[str, Any]:
        """What the seal covers."""
        return {
            "type": "closing",
            "book": self.book_id,
            "day": self.day.isoformat(),
            "last": str(self.last_number),
            "head": self.head,
            "balances": self.balances,
            "at": self.at.isoformat(),
            "by": str(self.by or ""),
        }
