"""One table: effects to run, clocks to fire, and what became of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from panjereh.storage import Row


class Effect(Row):
    """Something to do once, soon or at a set time. Claiming a row moves `run_at` on by the lease."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        DEAD = "dead"
        CANCELLED = "cancelled"

    class Lane(models.IntegerChoices):
        """What somebody waits for, or what comes in crowds, such as clocks that strike at midnight."""

        PEOPLE = 0
        CROWD = 1

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    reply_to = models.JSONField(null=True)
    run_at = models.DateTimeField()
    lane = models.PositiveSmallIntegerField(choices=Lane, default=Lane.PEOPLE)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=36, default="")
    worker = models.CharField(max_length=80, default="")
    failure = models.TextField(default="")
    queued_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="effect_is_open_or_has_a_closing_time",
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lane", "run_at", "id"], name="outbox_open_by_lane", condition=Q(state="open")),
            models.Index(fields=["closed_at"], name="outbox_dead", condition=Q(state="dead")),
        ]
