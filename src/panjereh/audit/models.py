"""Who read what about whom, and the log of decisions in which nothing can be changed unseen."""

from typing import ClassVar

from django.db import models

from panjereh.kernel.ids import new_id
from panjereh.storage import Row


class AccessLog(Row):
    """One reading of somebody's data: names of fields, never values. Append-only.

    subject: `population:<entity>` or `party:<uuid>`: a text, for this log outlives what it speaks of
    disclosure: when the person sees it. What they do not see yet they can count: see `audit.disclosure`
    """

    class When(models.TextChoices):
        NOW = "now"
        LATER = "later"
        CLOSING = "closing"
        NEVER = "never"

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
    disclosure = models.CharField(max_length=8, choices=When, default=When.NOW)
    disclose_at = models.DateTimeField(null=True, help_text="for `later`: from when on the person sees it")
    hidden_by = models.CharField(max_length=200, blank=True, help_text="the law that puts off telling the person")
    salt = models.BinaryField(max_length=16, null=True, help_text="of its commitment; rows of old have none")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="access_is_hidden_by_a_law", condition=models.Q(disclosure="now") | ~models.Q(hidden_by="")
            ),
            models.CheckConstraint(
                name="access_told_later_has_its_time",
                condition=models.Q(disclosure="later", disclose_at__isnull=False)
                | (~models.Q(disclosure="later") & models.Q(disclose_at=None)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "-at"], name="access_of_subject"),
            models.Index(fields=["disclosure", "id"], name="access_hidden", condition=~models.Q(disclosure="now")),
            models.Index(fields=["actor", "-at"], name="access_by_actor"),
            models.Index(fields=["agency", "-at"], name="access_by_agency"),
            models.Index(fields=["case"], name="access_in_case", condition=~models.Q(case="")),
        ]


class Disclosed(Row):
    """From this moment on the person sees a reading that was hidden from them. Append-only."""

    access = models.OneToOneField(AccessLog, primary_key=True, on_delete=models.PROTECT, related_name="disclosed")
    at = models.DateTimeField()


class LogEntry(Row):
    """A statement handed in for the transparency log by `operations.log_decision`; it is logged like any other row."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    public = models.JSONField()
    commitment = models.CharField(max_length=64)
    at = models.DateTimeField()


class LogBatch(Row):
    """Rows of one kind that got their places in the log together: number `first` and those that follow.

    keys: primary keys of the rows, in the order of their places, as texts
    upto: the largest of these keys, and of those of earlier batches of the kind, as a text that sorts like it
    salt: from it comes the salt of each commitment, so that nobody can guess what an entry stands for
    commitments: 32 bytes for each row (see `entries`)
    """

    first = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    keys = models.JSONField()
    upto = models.CharField(max_length=64)
    salt = models.BinaryField(max_length=32)
    commitments = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "first"], name="batch_of_kind"),
            models.Index(fields=["kind", "upto"], name="batch_by_key"),
        ]

    @property
    def end(self) -> int:
        return self.first + self.count


class LogTile(Row):
    """A full tile of the tree: 256 hashes of 32 bytes of a level, and the root over them."""

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()
    root = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["level", "number"], name="tile_has_its_place")]


class Checkpoint(Row):
    """The root of the log at a size, as a signed note."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    signature = models.TextField(blank=True, help_text="the whole note")
    at = models.DateTimeField()


class Cosignature(Row):
    """The word of a witness that it saw a checkpoint, and that it goes on from the one seen before.

    witness: its key, `name+hash+key`
    """

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=200)
    line = models.CharField(max_length=600)
    at = models.DateTimeField()

    @property
    def witness_name(self) -> str:
        return self.witness.partition("+")[0]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="witness_cosigns_a_checkpoint_once")
        ]


class Sequencer(Row):
    """One row that is locked by whoever gives out places, so that one does at a time."""

    id = models.SmallIntegerField(primary_key=True, default=1)


class WitnessedLog(Row):
    """The newest checkpoint that this installation has signed as a witness of another log. It only moves forward."""

    origin = models.CharField(max_length=250, primary_key=True)
    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    note = models.TextField(help_text="with the log's signature and ours")
    at = models.DateTimeField()


class Contradiction(Row):
    """Two signed notes of one log that can't both be true: evidence, whoever's log it is.

    told_by: the witness that showed it, when it is about our own log
    """

    digest = models.CharField(max_length=64, unique=True)
    origin = models.CharField(max_length=250)
    kept = models.TextField(blank=True)
    sent = models.TextField()
    told_by = models.CharField(max_length=250, blank=True)
    at = models.DateTimeField()
