"""What gateways told us, and money that is given back."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.payments.models.bills import Payment
from panjereh.payments.models.ledger import MOST
from panjereh.storage import Row


class GatewayNews(Row):
    """Something that a gateway told of a payment, or somebody in its name, and what we made of it. Only added to.

    said: order, reference, state, amount, currency as told; nothing else of it is kept, for it may name people
    """

    class Verdict(models.TextChoices):
        HEARD = "heard"
        FORGED = "forged"
        DIFFERS = "differs"
        ENTERED = "entered"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="news")
    at = models.DateTimeField(default=clock.now)
    said = models.JSONField()
    verdict = models.CharField(max_length=10, choices=Verdict)


class Refund(Row):
    """Money that is given back: proposed by one, agreed to by another, sent, done.

    is_over: it was never owed (paid twice, paid late); else what was paid is given back and the fee with it
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for a second official")
        AGREED = "agreed", _("is on its way")
        DONE = "done", _("given back")
        REFUSED = "refused", _("not given back")
        FAILED = "failed", _("the gateway did not take it")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    agency = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    is_over = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.UUIDField(null=True)
    proposed_at = models.DateTimeField(default=clock.now)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    reference = models.CharField(
        max_length=100, blank=True, help_text="the gateway's, or of the receipt at the counter"
    )
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="refund_has_an_amount", condition=Q(amount__gt=0, amount__lte=MOST)),
            models.CheckConstraint(
                name="refund_has_four_eyes",
                condition=Q(decided_by=None) | Q(proposed_by=None) | ~Q(decided_by=models.F("proposed_by")),
            ),
        ]
        indexes: ClassVar = [models.Index(name="refunds_of_agency", fields=["agency", "state", "proposed_at"])]
