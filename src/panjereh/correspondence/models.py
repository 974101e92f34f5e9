"""What was said between a person and an agency, and what the person was told."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.storage import Row
from panjereh.vault.fields import SealedText


class Message(Row):
    """One message or notice. `key` names the act that caused it: saying it twice changes nothing."""

    class Direction(models.TextChoices):
        TO_PERSON = "to_person", _("to the person")
        TO_AGENCY = "to_agency", _("to the agency")

    class Kind(models.TextChoices):
        NOTICE = "notice", _("notice")
        MESSAGE = "message", _("message")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    party = models.ForeignKey("identity.Party", on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NOTICE)
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.TO_PERSON)
    agency = models.CharField(_("agency"), max_length=64, blank=True)
    case = models.CharField(_("case number"), max_length=10, blank=True, db_index=True)
    service = models.CharField(max_length=80, blank=True, help_text="of the case, or of the draft it is about")
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    scope = models.UUIDField(help_text="whose data key closes the text: the case’s, else the person’s")
    text = SealedText(_("text"), scope="scope")
    is_closed = models.BooleanField(
        default=False, help_text="may tell something confidential: e-mails only announce it"
    )
    language = models.CharField(_("language"), max_length=8)
    written_by = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), default=clock.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    emailed_at = models.DateTimeField(_("e-mailed"), null=True, blank=True)
    on_paper = models.BooleanField(default=False, help_text="its person wanted to be told on paper when it was written")
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)
    posted_by = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar = ["-sent_at", "-id"]
        indexes: ClassVar = [
            models.Index(name="message_inbox", fields=["party", "-sent_at"]),
            models.Index(name="message_unread", fields=["party"], condition=Q(read_at=None)),
            models.Index(
                name="message_to_post", fields=["agency", "sent_at"], condition=Q(on_paper=True, posted_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.text[:60]
