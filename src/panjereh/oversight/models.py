"""Weekly reports to the data protection officer, and copies of their own data that people asked for."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.storage import Row


class Report(Row):
    """What the officials of an agency read in a week. It is acknowledged with a reason, by whom the policy lets."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.CharField(max_length=80)
    week = models.DateField(help_text="its first day")
    content = models.JSONField(help_text="see `reports.Content`: numbers of officials, names of fields, no values")
    made_at = models.DateTimeField(default=clock.now)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_report_a_week", fields=["agency", "week"]),
            models.CheckConstraint(
                name="report_is_acknowledged_with_a_reason",
                condition=Q(acknowledged_at=None, acknowledged_by=None, reason="")
                | (Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False) & ~Q(reason="")),
            ),
        ]


class DataExport(Row):
    """A copy of everything that is held about a person, made by a worker and kept for some days."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.UUIDField()
    asked_at = models.DateTimeField(default=clock.now)
    ready_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateTimeField(null=True, blank=True)
    stored_as = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(name="export_of_party", fields=["party", "-asked_at"])]
