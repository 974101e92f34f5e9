"""Bills that billers hand in: how each was presented, files that bring them, accounts that people look after."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.payments.models.bills import Bill
from panjereh.payments.models.ledger import MOST
from panjereh.storage import Row


class BillLoad(Row):
    """A file of bills, and how far it has been read. What was read and what came of it is written together.

    digest: SHA-256 of the content: the same file again goes on where it stopped, or tells what it did
    file: its name in the file store; empty once it was read, or where a command reads it from elsewhere
    offset: bytes read; line: lines read. fresh: bills issued; known: there before, the same; bad: refused
    """

    class Format(models.TextChoices):
        CSV = "csv", _("CSV with a heading")
        JSON_LINES = "jsonl", _("JSON, one bill a line")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    format = models.CharField(max_length=6, choices=Format)
    file = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    line = models.BigIntegerField(default=0)
    fresh = models.BigIntegerField(default=0)
    known = models.BigIntegerField(default=0)
    bad = models.BigIntegerField(default=0)
    by = models.UUIDField(null=True, help_text="the official who brought it")
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="file_of_bills_once", fields=["agency", "digest"])]


class BadLine(Row):
    """A line of a file that brought no bill, and why: a code and its particulars, which faces put into words."""

    load = models.ForeignKey(BillLoad, on_delete=models.CASCADE, related_name="bad_lines", db_index=False)
    line = models.BigIntegerField()
    column = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="a_bad_line_is_told_once", fields=["load", "line"])]


class Presentment(Row):
    """How a biller presented a bill. The account number is the bill's `subject`, the biller's own number in its `key`.

    reference: the biller's own number for this bill
    bill_number, payment_number: the Iranian bill and payment identifier, without leading zeros; empty where there is
        none
    postal_code, payer: keyed digests (`vault.keys.digest`) of the second fact by which a stranger sees the bill, and of
        the national or company number of who is asked; nobody reads them out of here
    client, load, line: which program, or which line of which file, brought it
    """

    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, primary_key=True, related_name="presentment")
    reference = models.CharField(max_length=40)
    bill_number = models.CharField(max_length=13, blank=True)
    payment_number = models.CharField(max_length=13, blank=True)
    postal_code = models.CharField(max_length=64, blank=True)
    payer = models.CharField(max_length=64, blank=True)
    client = models.UUIDField(null=True)
    load = models.UUIDField(null=True)
    line = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                name="presentments_by_numbers", fields=["bill_number", "payment_number"], condition=~Q(bill_number="")
            ),
            models.Index(name="presentments_of_payer", fields=["payer"], condition=~Q(payer="")),
        ]


class LookedAfter(Row):
    """An account with a biller that somebody looks after: theirs, or their parents'. They hear of its bills, and what
    they ordered is paid by itself.

    label: what they call it; remind: also before a bill is due
    most: the standing order: bills up to this many rials are paid when they come; None: nothing is paid by itself
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="+")
    agency = models.CharField(max_length=64)
    account = models.CharField(max_length=60)
    label = models.CharField(max_length=60, blank=True)
    remind = models.BooleanField(default=True)
    most = models.BigIntegerField(null=True)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="account_looked_after_once", fields=["party", "agency", "account"]),
            models.CheckConstraint(
                name="standing_order_has_a_limit", condition=Q(most=None) | Q(most__gt=0, most__lte=MOST)
            ),
        ]
        indexes: ClassVar = [models.Index(name="who_looks_after_account", fields=["agency", "account"])]
