"""What was done with keys, and what is told to everybody about certificates. The keys themselves are no rows."""

from datetime import datetime
from typing import ClassVar

from cryptography import x509
from django.db import models
from django.utils.translation import gettext_lazy as _

from panjereh.storage import Row


class KeyAct(Row):
    """One act with a key: who did it, when, and why. Append-only.

    kid: number of the key; agency: whose it is (`root` for the root); by: a name, or the command that did it
    cause, since: of a revocation only; since when the key is not to be trusted
    """

    class Act(models.TextChoices):
        MADE = "made", _("made")
        ROTATED = "rotated", _("renewed")
        REVOKED = "revoked", _("revoked")
        ROOT_EXPORTED = "root_exported", _("root key copied for the safe")
        ROOT_REMOVED = "root_removed", _("root key taken off this machine")

    class Cause(models.TextChoices):
        """Reasons of RFC 5280, 5.3.1 that can befall a seal."""

        KEY_COMPROMISE = "keyCompromise", _("the key was stolen or may have been")
        CA_COMPROMISE = "cACompromise", _("the key of the authority above it was stolen or may have been")
        AFFILIATION_CHANGED = "affiliationChanged", _("the agency has another name")
        SUPERSEDED = "superseded", _("another key took its place")
        CESSATION = "cessationOfOperation", _("the agency no longer exists")

    at = models.DateTimeField()
    act = models.CharField(max_length=20, choices=Act)
    agency = models.CharField(max_length=64)
    kid = models.CharField(max_length=64)
    by = models.CharField(max_length=250)
    reason = models.TextField()
    cause = models.CharField(max_length=24, choices=Cause, blank=True)
    since = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="revocation_has_cause_and_beginning",
                condition=models.Q(act="revoked", since__isnull=False) & ~models.Q(cause="")
                | ~models.Q(act="revoked") & models.Q(since=None, cause=""),
            )
        ]

    @property
    def is_theft(self) -> bool:
        """Whether what the key signed can't be believed to be of the time that it says."""
        return self.cause in (self.Cause.KEY_COMPROMISE, self.Cause.CA_COMPROMISE)

    @property
    def flag(self) -> x509.ReasonFlags:
        return x509.ReasonFlags(self.cause)


class Statement(Row):
    """What an authority says of its certificates: a revocation list or an OCSP answer. Renewed before it ends."""

    name = models.CharField(max_length=200, unique=True)
    content = models.BinaryField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    def is_due(self, now: datetime, changed_at: datetime | None) -> bool:
        """Is it half over, or older than the latest revocation?"""
        half = self.made_at + (self.ends_at - self.made_at) / 2
        return now >= half or (changed_at is not None and changed_at >= self.made_at)
