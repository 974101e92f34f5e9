"""Answers that are kept, so that a program may ask again when it doesn't know whether it was heard."""

from typing import ClassVar

from django.db import models

from panjereh.kernel import clock
from panjereh.storage import Row


class KeptAnswer(Row):
    """What a program was answered under an idempotency key. It is written together with what the request changed.

    fingerprint: SHA-256 of method, path and body; body: empty while the transaction that makes it is under way
    """

    client = models.UUIDField()
    key = models.CharField(max_length=64, help_text="SHA-256 of the Idempotency-Key")
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="answer_kept_once_a_key", fields=["client", "key"])]
