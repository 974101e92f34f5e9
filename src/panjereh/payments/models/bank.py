"""What the bank says, what of the books it was found to be, and what is still open between the two.

Statements and their lines are only added. A match joins one line of the bank to lines of the ledger; the database lets
no line of either side be in two matches that stand. One that was wrong is undone: it stands no more, and a row says who
did it and why.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.payments.models.ledger import MOST, Account, Book, Line, Posting
from panjereh.storage import Row
from panjereh.vault.fields import SealedText


class Statement(Row):
    """One file of the bank about one account of an agency.

    digest: SHA-256 of the file, which is not kept; opening, closing: balances, where the file tells them
    lines: how many entries it has; some of them may stand already from another file
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="statements")
    account = models.CharField(max_length=34)
    currency = models.CharField(max_length=3)
    format = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    first_day = models.DateField()
    last_day = models.DateField()
    opening = models.BigIntegerField(null=True)
    closing = models.BigIntegerField(null=True)
    lines = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="statement_once", fields=["account", "digest"])]
        indexes: ClassVar = [models.Index(name="statements_of_account", fields=["account", "last_day"])]


class BankLine(Row):
    """One movement on an account, as the bank booked it. Positive came in.

    bank_id: the bank's number of it, or what we number it by where the bank gives none
    text: who paid and what for, in the payer's words; can be erased
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="entries")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.CharField(max_length=34)
    booked_on = models.DateField()
    value_on = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=100, blank=True)
    text = SealedText(scope="statement_id", row=("account", "bank_id"), null=True)  # NULL: erased
    bank_id = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="bank_line_once", fields=["account", "bank_id"]),
            models.CheckConstraint(
                name="bank_line_has_an_amount", condition=~Q(amount=0) & Q(amount__gte=-MOST) & Q(amount__lte=MOST)
            ),
        ]
        indexes: ClassVar = [models.Index(name="bank_lines_of_a_day", fields=["book", "booked_on"])]


class Match(Row):
    """One line of the bank is these payments: what they come to (gross) less commission plus difference is the line.

    posting: the entry by which the money went from where it was on the way to the account of the bank
    stands: True, or NULL once it was undone
    """

    class Rule(models.TextChoices):
        REFERENCE = "reference"
        BATCH = "batch"
        AMOUNT = "amount"
        OFFICIAL = "official"
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="matches", db_index=False)
    rule = models.CharField(max_length=12, choices=Rule)
    gross = models.BigIntegerField()
    commission = models.BigIntegerField(default=0)
    difference = models.BigIntegerField(default=0)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="matches")
    reason = models.CharField(max_length=300, blank=True)
    by = models.UUIDField(null=True)
    confirmed_by = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)
    stands = models.BooleanField(null=True, default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="bank_line_is_matched_once", fields=["line"], condition=Q(stands=True)),
            models.CheckConstraint(name="two_confirm_a_match", condition=~Q(by=models.F("confirmed_by"))),
        ]
        indexes: ClassVar = [models.Index(name="matches_of_line", fields=["line"])]


class Matched(Row):
    """A line of the ledger that a match says has come into the bank."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="matched")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="matched", db_index=False)
    stands = models.BooleanField(null=True, default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="payment_is_matched_once", fields=["line"], condition=Q(stands=True))
        ]


class Undone(Row):
    """Who took a match back, why, and by which counter-entry."""

    match = models.OneToOneField(Match, on_delete=models.PROTECT, related_name="undone")
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=300)
    by = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)


class Suggestion(Row):
    """What a line of the bank could be, as far as officials have said something about it.

    key: what it is: `lines:` with numbers of lines of the ledger, `sum:` with an account and two days, or `enter:` with
        a kind of account for what is no payment
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="suggestions")
    key = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State)
    reason = models.CharField(max_length=300, blank=True)
    by = models.UUIDField()
    at = models.DateTimeField(default=clock.now)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="suggestion_once_a_line", fields=["line", "key"]),
            models.UniqueConstraint(
                name="one_suggestion_waits_for_a_line", fields=["line"], condition=Q(state="waiting")
            ),
        ]


class Discrepancy(Row):
    """A difference between books and bank that somebody has to clear up by a day.

    line: money in the bank that nobody knows; account, day: payments of a day that are not in the bank; match: what an
    accepted match was short or over by
    """

    class Kind(models.TextChoices):
        UNKNOWN = "unknown"
        MISSING = "missing"
        DIFFERENCE = "difference"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="discrepancies", db_index=False)
    line = models.ForeignKey(
        BankLine, on_delete=models.PROTECT, null=True, related_name="discrepancies", db_index=False
    )
    match = models.ForeignKey(Match, on_delete=models.PROTECT, null=True, related_name="discrepancies", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    day = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IRR")
    due = models.DateField()
    owner = models.UUIDField(null=True)
    note = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="discrepancy_once_a_line", fields=["line"], condition=Q(line__isnull=False)),
            models.UniqueConstraint(
                name="discrepancy_once_a_match", fields=["match"], condition=Q(match__isnull=False)
            ),
            models.UniqueConstraint(
                name="discrepancy_once_a_day", fields=["account", "day"], condition=Q(account__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="discrepancies_by_due", fields=["book", "due"], condition=Q(closed_at=None))
        ]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
