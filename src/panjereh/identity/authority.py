"""Who may act with whose authority, as rows: mandates, and the history of everything that somebody may do."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.storage import Row


class Mandate(Row):
    """That one party (the agent) may act for another (the principal): by whom, in what, from when until when.

    A given one is `offered` until its receiver accepts it; until then they are known only by what the giver typed
    (`offered_to`: a national number or an e-mail address; `called`: a name). `ordered` is what an official has recorded
    and a second one has yet to confirm. Those of a register (`entity`) stand as long as the register says so: `seen`
    holds the versions of the entries by which that was found last.
    """

    class Kind(models.TextChoices):
        GIVEN = "given", _("by their mandate")
        PARENT = "parent", _("as their parent")
        GUARDIAN = "guardian", _("as their guardian")
        REPRESENTATIVE = "representative", _("as their representative")

    class State(models.TextChoices):
        OFFERED = "offered", _("not accepted yet")
        ORDERED = "ordered", _("not confirmed yet")
        VALID = "valid", _("valid")
        ENDED = "ended", _("ended")

    class End(models.TextChoices):
        NONE = "", ""
        DECLINED = "declined", _("declined")
        REVOKED = "revoked", _("taken back by the giver")
        LAID_DOWN = "laid_down", _("laid down by the receiver")
        EXPIRED = "expired", _("its time is over")
        REGISTER = "register", _("the register no longer says so")
        DEATH = "death", _("by death or dissolution")
        REFUSED = "refused", _("not confirmed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    principal = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="mandates")
    agent = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="acts_by")
    offered_to = models.CharField(max_length=254, blank=True, db_index=True)
    called = models.CharField(max_length=200, blank=True)
    services = models.JSONField(default=list, help_text="ids of services; none: all")
    agency = models.CharField(max_length=64, blank=True)
    reads_only = models.BooleanField(default=False)
    together = models.PositiveSmallIntegerField(default=1, help_text="how many must agree")
    level = models.CharField(max_length=12, blank=True, help_text="how sure we were of the giver")
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=End, default=End.NONE, blank=True)
    entity = models.UUIDField(null=True, blank=True, help_text="entry of the register that says so")
    seen = models.JSONField(default=dict, help_text="entry → version that was looked at last")
    law = models.CharField(max_length=120, blank=True)
    order = models.CharField(max_length=200, blank=True, help_text="the court's order: court, number and day")
    recorded_by = models.UUIDField(null=True, blank=True)
    head = models.CharField(max_length=64, blank=True, help_text="hash of the newest event")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mandate_is_ended_or_has_no_end",
                condition=Q(state="ended", ended_at__isnull=False) | (~Q(state="ended") & Q(ended_at=None, end="")),
            ),
            models.CheckConstraint(
                name="mandate_has_an_agent", condition=Q(state__in=["offered", "ended"]) | Q(agent__isnull=False)
            ),
            models.CheckConstraint(name="mandate_is_for_another", condition=~Q(agent=F("principal"))),
            models.UniqueConstraint(
                name="one_mandate_of_a_register",
                fields=["kind", "principal", "agent"],
                condition=Q(state="valid", entity__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["agent"], name="mandate_of_agent", condition=~Q(state="ended"))]


class AuthorityEvent(Row):
    """One change of what somebody may do. Append-only, and chained for each stream as the events of a case are.

    stream: `mandate:<number>`, `official:<number>` or `policy`
    """

    stream = models.CharField(max_length=60)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    public = models.JSONField()
    personal = models.JSONField(null=True, blank=True)
    salt = models.BinaryField(max_length=32, null=True)
    commitment = models.CharField(max_length=64, blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "seq"], name="authority_event_has_its_place")
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "at"], name="authority_event_by_kind")]


class Circle(Row):
    """When the registers were asked last whom an official is related to."""

    holder = models.OneToOneField("identity.Party", primary_key=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()


class Tie(Row):
    """A relative or company of an official, by its entry in a register: they leave its cases to others."""

    holder = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="+")
    entity = models.UUIDField(db_index=True)
    relation = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["holder", "entity"], name="tie_is_known_once")]


class Delegation(Row):
    """One role that an official lends to a colleague for an absence: no longer, and nothing that they don't hold."""

    giver = models.ForeignKey("identity.Official", on_delete=models.PROTECT, related_name="lent")
    receiver = models.ForeignKey("identity.Official", on_delete=models.PROTECT, related_name="borrowed")
    role = models.CharField(max_length=20)
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=300)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="delegation_is_to_another", condition=~Q(giver=F("receiver"))),
            models.CheckConstraint(name="delegation_has_a_span", condition=Q(until__gt=F("since"))),
        ]
        indexes: ClassVar = [
            models.Index(fields=["receiver", "until"], name="delegation_of_receiver", condition=Q(ended_at=None))
        ]
