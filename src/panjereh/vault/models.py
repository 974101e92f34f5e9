"""The data keys, each wrapped by a master key."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from panjereh.kernel import clock
from panjereh.storage import Row


class DataKey(Row):
    """The key of all that is kept about one scope: a draft, a case, an entry of a register, a certificate, a person.

    scope: the number of that thing; it is bound into the wrapping, so that no wrapped key opens another one's values
    wrapped: AES-256-GCM of the 32 bytes of the key, by the master key of number `master`; None once it was destroyed
    """

    scope = models.UUIDField(primary_key=True, editable=False)
    wrapped = models.BinaryField(null=True)
    master = models.CharField(max_length=32)
    made_at = models.DateTimeField(default=clock.now)
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="data_key_is_there_or_was_destroyed",
                condition=Q(wrapped=None, destroyed_at__isnull=False) | Q(wrapped__isnull=False, destroyed_at=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["master", "scope"], name="data_key_by_master", condition=Q(destroyed_at=None)),
        ]
