"""Authoritative records with history: what was valid when, what was known when, who wrote it and why.

History is only ever added to (the database refuses anything else): `Entity`, `Key`, `Act`, `Record`, `Superseded`.
`Current` and `Term` are an index of what is believed now, made anew from history at any time.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.storage import Row
from panjereh.vault.fields import SealedBytes, SealedJSON, SealedText


class Entity(Row):
    """Somebody or something that a registry holds entries of. Writers of its entries wait for each other here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    registry = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [models.Index(name="entity_of_registry", fields=["registry", "id"])]


class Key(Row):
    """The number or name by which people know an entity. Once given it is never given to another one."""

    registry = models.CharField(max_length=64)
    value = models.CharField(max_length=120)
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="keys")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="a_key_is_given_once", fields=["registry", "value"])]


class Act(Row):
    """Why history grew: what was done, by whom, by which law, in which case. `key` makes doing it twice harmless."""

    class Kind(models.TextChoices):
        CREATE = "create"
        UPDATE = "update"
        CORRECT = "correct"
        ANNUL = "annul"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="acts")
    law = models.CharField(max_length=120)
    case = models.CharField(max_length=10, blank=True)
    actor = models.UUIDField(null=True, blank=True)
    actor_agency = models.CharField(max_length=64, blank=True)
    reason = SealedText(scope="entity_id", blank=True)
    at = models.DateTimeField(default=clock.now)


class Record(Row):
    """What the registry said of an entity for a span of days, from `valid_from` up to but not on `valid_to`.

    `previous`, `commitment` and `hash` chain the records of one entity by `version`. Erasing a person takes `data` and
    `salt` away and leaves the chain whole.
    """

    class Status(models.TextChoices):
        ACTIVE = "active"
        ANNULLED = "annulled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="records")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="records")
    supersedes = models.JSONField(default=list)
    data = SealedJSON(scope="entity_id", null=True)
    salt = SealedBytes(scope="entity_id", max_length=32, null=True)
    commitment = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_record_per_version", fields=["entity", "version"]),
            models.CheckConstraint(
                name="record_is_valid_for_a_day_at_least", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))
            ),
        ]


class Superseded(Row):
    """The moment from which a record was no longer believed."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.PROTECT, related_name="superseded")
    at = models.DateTimeField()
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="+")


class Current(Row):
    """A record that is believed now. Spans of one entity never overlap; at most one has no end."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.PROTECT, related_name="current")
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="believed")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_believed_record_from_a_day", fields=["entity", "valid_from"]),
            models.UniqueConstraint(
                name="one_believed_record_without_end", fields=["entity"], condition=Q(valid_to=None)
            ),
        ]


class Term(Row):
    """A value by which a believed record can be found, as search sees it."""

    current = models.ForeignKey(Current, on_delete=models.CASCADE, related_name="terms")
    registry = models.CharField(max_length=64)
    field = models.CharField(max_length=64)
    value = models.CharField(max_length=120)

    class Meta:
        indexes: ClassVar = [
            models.Index(name="term_value", fields=["registry", "field", "value"]),
            models.Index(  # the operator class lets PostgreSQL find beginnings; SQLite knows none
                name="term_beginning", fields=["registry", "value"], opclasses=["varchar_ops", "varchar_pattern_ops"]
            ),
        ]


class Proposal(Row):
    """A change to an entry that one official asks for. It is written only when another one confirms it."""

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=8, choices=Act.Kind)
    changes = SealedJSON(scope="entity_id", default=dict)
    valid_from = models.DateField(null=True, blank=True, help_text="wrong since this day; empty: from the beginning")
    law = models.CharField(max_length=120)
    reason = SealedText(scope="entity_id")
    by = models.UUIDField()
    agency = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    closed_by = models.UUIDField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    answer = SealedText(scope="entity_id", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_open_proposal_an_entity", fields=["entity"], condition=Q(state="open")),
            models.CheckConstraint(
                name="proposal_is_confirmed_by_another",
                condition=~Q(state="confirmed") | (Q(closed_by__isnull=False) & ~Q(closed_by=F("by"))),
            ),
            models.CheckConstraint(
                name="proposal_is_open_or_was_closed",
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [models.Index(name="proposal_of_agency", fields=["agency", "state", "at"])]
