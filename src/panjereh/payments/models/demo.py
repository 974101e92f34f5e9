"""What the demonstration gateway remembers, as a bank would: none of our books."""

from django.db import models

from panjereh.storage import Row


class DemoCharge(Row):
    """One order, as the gateway sees it. state: that of `gateways.port.State`."""

    reference = models.CharField(max_length=20, unique=True)
    order = models.CharField(max_length=20, unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    back = models.CharField(max_length=300)
    text = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, default="pending")
    failure = models.CharField(max_length=20, blank=True)
    captured = models.BigIntegerField(default=0)


class DemoRefund(Row):
    """What it gave back, once for each key."""

    charge = models.ForeignKey(DemoCharge, on_delete=models.CASCADE, related_name="refunds")
    key = models.CharField(max_length=80, unique=True)
    amount = models.BigIntegerField()
