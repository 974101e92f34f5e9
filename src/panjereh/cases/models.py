"""What is stored of a case: the draft before it, its tasks, events, decisions and clocks, as rows."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from panjereh.definitions import Screen
from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.storage import Row
from panjereh.vault.fields import SealedBytes, SealedJSON, SealedText


class Draft(Row):
    """Answers on their way. It follows the version in force and is kept as long as its service says."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.CharField(max_length=80)
    version = models.ForeignKey("catalogue.Version", on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="drafts")
    helper = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=8, default="fa")
    facts = SealedJSON(scope="id", default=dict)
    answers = SealedJSON(scope="id", default=dict)
    position = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    keep_until = models.DateTimeField()
    case = models.OneToOneField("Case", on_delete=models.PROTECT, null=True, blank=True, related_name="draft")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["applicant", "-saved_at"], name="draft_of_applicant")]


class Case(Row):
    """One applicant's way through one version of one service."""

    class State(models.TextChoices):
        OPEN = "open", _("with the agency")
        WAITING = "waiting", _("waiting for the applicant")
        CLOSED = "closed", _("closed")

    class Outcome(models.TextChoices):
        NONE = "", _("not decided")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LAPSED = "lapsed", _("lapsed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("tracking code"), max_length=10, unique=True)
    service = models.CharField(max_length=80)
    version = models.ForeignKey("catalogue.Version", on_delete=models.PROTECT, related_name="+")
    agency = models.CharField(max_length=80)
    office = models.CharField(max_length=80, blank=True)
    applicant = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="cases")
    helper = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agent = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agent_as = models.CharField(
        max_length=16, blank=True, help_text="by what right the agent sent it for the applicant"
    )
    relation = models.CharField(max_length=4)
    channel = models.CharField(max_length=10)
    level = models.CharField(max_length=12)
    language = models.CharField(max_length=8)
    facts = SealedJSON(scope="id")
    answers = SealedJSON(scope="id")
    outcomes = models.JSONField(default=dict, help_text="the newest outcome of each step of the process")
    results = SealedJSON(
        scope="id", default=dict, help_text="what was registered and issued, by the id of what produces it"
    )
    marking = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.NONE, blank=True)
    fee = models.BigIntegerField(_("fee in rials"), default=0)
    fee_rows = models.JSONField(default=list)
    duplicate_of = models.CharField(max_length=10, blank=True)
    submitted_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    next_seq = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True, help_text="hash of the newest event")
    erase_on = models.DateField(null=True, blank=True, help_text="the last day on which it is kept")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="case_is_closed_or_has_no_closing_time",
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
            ),
            models.CheckConstraint(name="case_fee_is_not_negative", condition=Q(fee__gte=0)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["applicant", "-submitted_at"], name="case_of_applicant"),
            models.Index(fields=["agency", "state", "-submitted_at"], name="case_of_agency"),
            models.Index(fields=["service", "-submitted_at"], name="case_of_service"),
            models.Index(fields=["erase_on"], name="case_to_erase", condition=Q(erased_at=None)),
        ]


class Hold(Row):
    """A case that is kept whatever its time: a court or an audit needs it. Nothing personal stands in it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=500)
    law = models.CharField(max_length=120)
    by = models.CharField(max_length=80, help_text="the operator's name on the machine")
    since = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case"], name="hold_of_case", condition=Q(ended_at=None))]


class DuplicateKey(Row):
    """What must not be asked for twice: the values that the service calls `same`, as one digest."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="duplicate_keys")
    service = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["service", "digest"], name="case_with_the_same_matter")]


class Task(Row):
    """What somebody must do next: an official of a role, or the applicant."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    token = models.CharField(max_length=80)
    element = models.CharField(max_length=80)
    does = models.CharField(max_length=20)
    who = models.CharField(max_length=40, help_text="a role of the agency, or `applicant`")
    agency = models.CharField(max_length=80)
    office = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(
        null=True, blank=True, help_text="since when a supervisor has it, whoever does such tasks otherwise"
    )
    assignee = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    not_by = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, help_text="empty while open; `cancelled` when overtaken")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "token"], name="task_of_a_token_is_one"),
            models.CheckConstraint(
                name="task_is_done_or_has_no_outcome",
                condition=Q(done_at=None, outcome="") | (Q(done_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "agency",
                "who",
                Coalesce("due_at", "opened_at"),
                "opened_at",
                name="task_open_by_due_or_opening",
                condition=Q(done_at=None),
            ),
            models.Index(fields=["assignee"], name="task_open_of_official", condition=Q(done_at=None)),
        ]


class Deadline(Row):
    """A legal term that runs: when it ends, whether it rests, whether it was extended (once).

    `counts_to` is its last day by counting alone; `due_at` is the end of the first day with work from there on.
    """

    class Kind(models.TextChoices):
        DECIDE = "decide", _("to decide")
        CORRECT = "correct", _("to correct")
        APPEAL = "appeal", _("to object")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    kind = models.CharField(max_length=10, choices=Kind)
    token = models.CharField(max_length=80, blank=True, help_text="the process clock that it drives, if any")
    started_at = models.DateTimeField(default=clock.now)
    counts_to = models.DateField()
    due_at = models.DateTimeField()
    rests_since = models.DateTimeField(null=True, blank=True)
    rested_days = models.PositiveSmallIntegerField(default=0, help_text="days that were added because it rested")
    extended_at = models.DateTimeField(null=True, blank=True)
    extension_reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    missed = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "kind"], name="deadline_of_case")]


class Inquiry(Row):
    """What a case asks of another agency, its time for that, and its answer. It is answered once, or ends without."""

    class Outcome(models.TextChoices):
        OPEN = "", _("waits for the answer")
        ANSWERED = "answered", _("answered")
        LAPSED = "lapsed", _("not answered in time")
        OVERTAKEN = "overtaken", _("no longer needed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inquiries")
    agency = models.CharField(max_length=80, help_text="the agency that is asked")
    name = models.CharField(max_length=80, blank=True, help_text="in `consults`; empty where an official asks in words")
    token = models.CharField(max_length=80, blank=True, help_text="of the step that asks")
    text = SealedText(scope="case_id", row=("id",), blank=True, help_text="what an official asks")
    by = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    until_at = models.DateTimeField(help_text="when the case goes on without an answer")
    answers = SealedJSON(scope="case_id", row=("id",), null=True, blank=True)
    answered_by = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN, blank=True)
    heard = models.BooleanField(default=False, help_text="whether the process has taken the answer")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "token"], name="a_step_asks_once", condition=~Q(token="")),
            models.CheckConstraint(
                name="inquiry_has_ended_or_is_open",
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["agency", "until_at"], name="inquiry_open_of_agency", condition=Q(ended_at=None)),
            models.Index(fields=["case"], name="inquiry_of_case"),
        ]


class Listener(Row):
    """A case that waits for a signal about something: equal digests are about the same."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="listeners")
    signal = models.CharField(max_length=80)
    digest = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "signal"], name="case_listens_once")]
        indexes: ClassVar = [models.Index(fields=["signal", "digest"], name="listeners_to_a_signal")]


class Rest(Row):
    """A time in which the agency's term does not run, and what it waits for."""

    class For(models.TextChoices):
        CORRECTION = "correction", _("waits for the applicant")
        AGENCY = "agency", _("waits for another agency")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rests")
    waits_for = models.CharField(max_length=10, choices=For)
    agency = models.CharField(max_length=80, blank=True, help_text="the other agency")
    reason = models.TextField(blank=True)
    by = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField(default=clock.now)
    inquiry = models.OneToOneField(Inquiry, on_delete=models.PROTECT, null=True, blank=True, related_name="rest")
    until_at = models.DateTimeField(null=True, blank=True, help_text="when it ends even if nothing comes")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"],
                name="case_rests_once_for_correction",
                condition=Q(ended_at=None, waits_for="correction"),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["case"], name="rest_of_case")]


class Event(Row):
    """One thing that happened. Append-only and chained over salted commitments: `personal` and `salt` may be erased."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    public = models.JSONField(help_text="who, by which way, which step: enough for statistics, no personal value")
    personal = SealedJSON(scope="case_id", row=("case_id", "seq"), null=True, blank=True)
    salt = SealedBytes(scope="case_id", row=("case_id", "seq"), max_length=16, null=True)
    commitment = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["case", "seq"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "seq"], name="event_has_its_place")]
        indexes: ClassVar = [models.Index(fields=["kind", "at"], name="event_by_kind")]


class Decision(Row):
    """What an official decided and why. A refusal cites numbered conditions of the pinned version."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, help_text="decide, confirm or review")
    outcome = models.CharField(max_length=12)
    conditions = models.JSONField(default=list, help_text="ids of the conditions cited")
    reason = SealedText(scope="case_id", row=("case_id", "at", "kind"), blank=True)
    by = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)


class Correction(Row):
    """The agency asked the applicant to mend named answers."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="corrections")
    screens = models.JSONField(help_text="paths of the screens that may be changed")
    message = SealedText(scope="case_id", row=("case_id", "asked_at"))
    by = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    answers = SealedJSON(
        scope="case_id",
        row=("case_id", "asked_at"),
        default=dict,
        help_text="the applicant's new answers while they are on their way",
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=80, blank=True, help_text="of the applicant's task that it is for")

    def covers(self, screen: Screen) -> bool:
        """Whether it may be answered now: it was asked about, or what was mended makes it be asked (again)."""
        if screen.path in self.screens or screen.kind == "more":  # whether there is another one is not asked again
            return screen.path in self.screens
        return not (screen.is_answered(self.case.answers) and screen.is_answered(self.answers))

    def opened(self, screens: Iterable[Screen]) -> Screen | None:
        """The first that waits for an answer because of what was mended."""
        return next((each for each in screens if self.covers(each) and not each.is_answered(self.answers)), None)


class Signature(Row):
    """What somebody signed with a passkey, and all that is needed to check it again (see `signatures`). Append-only.

    The three byte strings are as the authenticator gave them (WebAuthn, 7.2); public_key: COSE_Key in CBOR.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="signatures")
    party = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="+")
    statement = SealedText(scope="case_id", row=("id",))
    sha256 = models.CharField(max_length=64)
    credential_id = models.CharField(max_length=1400)
    public_key = models.BinaryField()
    client_data = models.BinaryField()
    authenticator_data = models.BinaryField()
    signature = models.BinaryField()
    at = models.DateTimeField(default=clock.now)
    who = models.CharField(max_length=50, blank=True, help_text="as what they signed; empty: as the applicant")
    act = models.CharField(max_length=10, blank=True, help_text="correct, withdraw or appeal; empty: the application")


class SignatureRequest(Row):
    """One document that several people sign before it is sent. What changes it ends this request; a new one is made.

    document: canonical JSON (RFC 8785), in which each answer is a salted digest; answers: what opens them, as
    [question, salt, label, shown]. `scope` is the draft, whose data key closes both.
    """

    class Outcome(models.TextChoices):
        NONE = "", _("waits for signatures")
        SENT = "sent", _("all have signed")
        CHANGED = "changed", _("the applicant changed it")
        DECLINED = "declined", _("somebody declined")
        LAPSED = "lapsed", _("not all signed in time")
        CALLED_OFF = "called_off", _("the applicant took it back")
        REFUSED = "refused", _("it could not be sent")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(_("tracking code"), max_length=10, db_index=True)
    scope = models.UUIDField()
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="signature_requests")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="signature_requests")
    service = models.CharField(max_length=80)
    version = models.ForeignKey("catalogue.Version", on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    document = SealedText(scope="scope", row=("id",))
    answers = SealedJSON(scope="scope", row=("id",), default=list)
    sha256 = models.CharField(max_length=64)
    asked_by = SealedJSON(scope="scope", row=("id",), help_text="who sent it round, as they were known then")
    opened_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.NONE, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["draft"], name="draft_waits_for_signatures_once", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="signature_request_ended_or_has_no_outcome",
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="signature_request_open", condition=Q(ended_at=None))]


class Signatory(Row):
    """Somebody who must sign a document: the applicant, or whom the answers name."""

    class State(models.TextChoices):
        WAITING = "waiting", _("has not signed yet")
        SIGNED = "signed", _("signed")
        DECLINED = "declined", _("declined")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(SignatureRequest, on_delete=models.PROTECT, related_name="signatories")
    scope = models.UUIDField(help_text="that of the request")
    who = models.CharField(max_length=50, help_text="`applicant`, or the kind of signatory in the definition")
    place = models.PositiveSmallIntegerField(default=0)
    party = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    how = models.CharField(max_length=12, blank=True, help_text="passkey, declaration or paper")
    level = models.CharField(max_length=12, blank=True)
    helper = models.ForeignKey("identity.Party", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = SealedText(
        scope="scope",
        row=("id",),
        blank=True,
        help_text="why they declined; or which papers an official saw, where they signed at the desk",
    )
    evidence = models.JSONField(null=True, blank=True, help_text="the passkey's answer, base64url by name")
    at = models.DateTimeField(null=True, blank=True, help_text="when they signed or declined")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "party"], name="signatory_signs_once"),
            models.CheckConstraint(
                name="signatory_acted_or_waits",
                condition=Q(state="waiting", at=None) | (~Q(state="waiting") & Q(at__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["party"], name="signatory_who_is_waited_for", condition=Q(state="waiting"))
        ]


class Payment(Row):
    """A fee that is paid: recorded by an official with the number of its receipt, or online (by nobody) by its bill."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="payment")
    agency = models.CharField(max_length=80)
    rials = models.BigIntegerField()
    receipt = models.CharField(max_length=40)
    by = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "receipt"], name="payment_receipt_is_used_once"),
            models.CheckConstraint(name="payment_is_positive", condition=Q(rials__gt=0)),
        ]


class Assistance(Row):
    """An official at the desk did something in a case for its applicant. They have no part in handling it any more."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assistance")
    by = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, help_text="correct, withdraw or appeal")
    at = models.DateTimeField(default=clock.now)


class Note(Row):
    """What officials write for each other. The applicant's page never shows it; an order of access may."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    text = SealedText(scope="case_id", row=("case_id", "at"))


class Upload(Row):
    """A file that somebody handed in, by its content; the bytes lie encrypted in the file store under `stored_as`.

    `scope`: whose data key closes it, that of the draft with which it came.
    """

    class Scan(models.TextChoices):
        NONE = "", _("no scanner was set")
        CLEAN = "clean", _("nothing was found")
        WAITING = "waiting", _("waits for the scanner")
        INFECTED = "infected", _("held a virus and was deleted")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="+")
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="uploads")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="uploads")
    scope = models.UUIDField()
    name = SealedText(scope="scope")
    type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=120)
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.NONE, blank=True)
    at = models.DateTimeField(default=clock.now)


class Rating(Row):
    """How somebody found a page or a service, with an optional word. Says nothing of who it was."""

    page = models.CharField(max_length=200)
    service = models.CharField(max_length=80, blank=True)
    score = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="rating_is_one_to_five", condition=Q(score__gte=1, score__lte=5))
        ]
