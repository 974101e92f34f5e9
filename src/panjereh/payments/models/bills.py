"""What somebody is asked to pay, and each attempt to pay it. What is owed and paid stands in the books alone."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.ids import new_bill_number, new_id
from panjereh.payments.models.ledger import MOST
from panjereh.storage import Row


class Bill(Row):
    """Something that is owed: to whom, by whom, until when. Its number is the subject of its entries in the books.

    key: of the act that asked for it; asked for again with it, the same bill stands
    agency: who asks; the lines say in whose books which part belongs
    subject: what it is about: the number of a case, or the reference by which the biller knows it (a subscription,
        a number plate); whoever knows it together with the bill's number may see what is owed
    title: what it is for, by language
    payer: who is asked; None when it is known by its numbers only
    reply_to: {"kind", "payload"} of the outbox row that tells its asker when nothing is owed any more
    settled_at, cancelled_at: marks kept by `operations.bills`, which `verify` compares with the books
    """

    class State(models.TextChoices):
        OPEN = "open", _("to pay")
        SETTLED = "settled", _("paid")
        CANCELLED = "cancelled", _("not asked for any more")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    number = models.CharField(max_length=12, unique=True, default=new_bill_number)
    agency = models.CharField(max_length=64)
    subject = models.CharField(max_length=60)
    title = models.JSONField()
    payer = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    currency = models.CharField(max_length=3, default="IRR")
    due = models.DateField(null=True)
    reply_to = models.JSONField(null=True)
    issued_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="bill_is_settled_or_cancelled", condition=Q(settled_at=None) | Q(cancelled_at=None)
            )
        ]
        indexes: ClassVar = [
            models.Index(name="bills_of_payer", fields=["payer", "issued_at"], condition=Q(payer__isnull=False)),
            models.Index(name="bills_of_subject", fields=["agency", "subject"]),
            models.Index(name="open_bills_by_due", fields=["due"], condition=Q(settled_at=None, cancelled_at=None)),
        ]

    @property
    def state(self) -> "Bill.State":
        if self.cancelled_at is not None:
            return self.State.CANCELLED
        return self.State.OPEN if self.settled_at is None else self.State.SETTLED

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class BillLine(Row):
    """One row of a bill: whose money it is, how much, for what, by which law. A negative one is a reduction."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    book = models.CharField(max_length=64)
    fund = models.CharField(max_length=60, blank=True)
    amount = models.BigIntegerField()
    text = models.JSONField(help_text="by language")
    law = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="bill_line_number_once_a_bill", fields=["bill", "number"]),
            models.CheckConstraint(
                name="bill_line_has_an_amount", condition=~Q(amount=0) & Q(amount__gte=-MOST) & Q(amount__lte=MOST)
            ),
        ]


class Payment(Row):
    """One attempt to pay a bill. It is there before anybody outside hears of it, and is settled once.

    gateway, merchant: through which provider (also cash, card or bank), on whose account there ("": the common one)
    order: our number for it, which the gateway repeats in everything it tells
    reference: the gateway's own number; trace: the bank's, as statements show it
    amount: what was asked; captured: what came, in the smallest unit of the currency
    shares: {book: amount}, how it is split between agencies, as told to the gateway
    """

    class State(models.TextChoices):
        NEW = "new", _("begun")
        SENT = "sent", _("at the gateway")
        SETTLED = "settled", _("paid")
        FAILED = "failed", _("not paid")
        RETURNED = "returned", _("taken back")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="payments")
    gateway = models.CharField(max_length=40)
    merchant = models.CharField(max_length=64, blank=True)
    order = models.CharField(max_length=20, unique=True)
    reference = models.CharField(max_length=100, blank=True)
    trace = models.CharField(max_length=60, blank=True)
    amount = models.BigIntegerField()
    captured = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="IRR")
    shares = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    failure = models.CharField(max_length=60, blank=True, help_text="why it was not paid, as a word of ours")
    by = models.UUIDField(null=True, help_text="party that pays, or the official at the counter")
    begun_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True, help_text="when it failed or was taken back")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="payment_once_a_gateway", fields=["gateway", "merchant", "reference"], condition=~Q(reference="")
            ),
            models.CheckConstraint(name="payment_has_an_amount", condition=Q(amount__gt=0, amount__lte=MOST)),
            models.CheckConstraint(
                name="payment_that_came_has_a_time",
                condition=Q(state__in=["settled", "returned"], settled_at__isnull=False, captured__gt=0)
                | (~Q(state__in=["settled", "returned"]) & Q(settled_at=None, captured=0)),
            ),
        ]
        indexes: ClassVar = [models.Index(name="payments_by_settling", fields=["gateway", "settled_at"])]

    @property
    def key(self) -> str:
        """What its entries in the books are known by."""
        return f"payment:{self.pk}"
