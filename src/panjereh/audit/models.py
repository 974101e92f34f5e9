"""Who read what about whom, and the log of decisions in which nothing can be changed unseen."""

from typing import ClassVar

from django.db import models

from panjereh.kernel.ids import new_id
from panjereh.storage import Row


class AccessLog(Row):
    """One reading of somebody's data: names of fields, never values. Append-only.

    subject: `population:<entity>` or `party:<uuid>`: a text, for this log outlives what it speaks of
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=250, blank=True)
    role = models.CharField(max_length=250, blank=True)  # all roles of the table fit
    agency = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=120)
    source = models.CharField(max_length=120)
    fields = models.JSONField()
    purpose = models.CharField(max_length=200)
    law = models.CharField(max_length=200, blank=True)
    case = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "-at"], name="access_of_subject"),
            models.Index(fields=["actor", "-at"], name="access_by_actor"),
            models.Index(fields=["agency", "-at"], name="access_by_agency"),
            models.Index(fields=["case"], name="access_in_case", condition=~models.Q(case="")),
        ]


class LogEntry(Row):
    """A decision handed in for the transparency log. It gets its place in the log later, by the sequencer."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    public = models.JSONField()
    commitment = models.CharField(max_length=64)
    leaf = models.CharField(max_length=64)
    at = models.DateTimeField()


class LogPlace(Row):
    """The place of an entry in the log: 0, 1, 2 … without gaps."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(LogEntry, on_delete=models.PROTECT, related_name="place")


class Checkpoint(Row):
    """The root of the log at a size, signed. `peaks` let the next leaves be added without reading the old ones."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    peaks = models.JSONField()
    signature = models.TextField(blank=True)
    at = models.DateTimeField()


class Sequencer(Row):
    """One row that is locked by whoever gives out places, so that one does at a time."""

    id = models.SmallIntegerField(primary_key=True, default=1)
