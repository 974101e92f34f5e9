"""Certificates, what became of them, and their sealed files. Rows are added, never changed."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from panjereh.documents import codes
from panjereh.kernel import clock, ids
from panjereh.storage import Row
from panjereh.vault.fields import SealedJSON


class Template(Row):
    """A Typst template as the definition gave it, kept once for each content."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.TextField()


class Certificate(Row):
    """A document in its first form: a signed record. Its PDF is made from it when somebody wants it."""

    class State(models.TextChoices):
        VALID = "valid", _("valid")
        REPLACED = "replaced", _("replaced")
        REVOKED = "revoked", _("revoked")

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    code = models.CharField(max_length=codes.LENGTH, unique=True)
    agency = models.CharField(max_length=64)
    kind = models.CharField(max_length=200)
    title = models.JSONField()
    case_number = models.CharField(max_length=16, default="", db_index=True)
    service = models.CharField(max_length=100, default="")
    version = models.CharField(max_length=100, default="")
    languages = models.JSONField()
    data = SealedJSON(scope="id")
    labels = models.JSONField()
    public = models.JSONField()
    subjects = models.JSONField()
    wallet = models.JSONField(default=list)
    valid_until = models.DateField(null=True)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    kid = models.CharField(max_length=64)
    signature = models.TextField()

    @property
    def record(self) -> dict[str, Any]:
        """What the signature covers: everything that the certificate says."""
        fields = ("code", "agency", "kind", "title", "service", "version", "languages", "data", "labels", "public")
        later = {"wallet": self.wallet, "valid_until": self.valid_until and self.valid_until.isoformat()}
        return {
            "type": "certificate",
            **{name: value for name, value in later.items() if value},  # what older certificates did not have
            **{name: getattr(self, name) for name in fields},
            "case": self.case_number,
            "subjects": self.subjects,
            "template": self.template_id,
            "issued_at": self.issued_at.isoformat(),
        }

    @property
    def shown_code(self) -> str:
        return codes.shown(self.code)

    @property
    def change(self) -> "StatusChange | None":
        """What ended its validity, if something did."""
        return getattr(self, "status_change", None)

    @property
    def state(self) -> str:
        return self.change.state if self.change else self.State.VALID

    @property
    def expired(self) -> bool:
        """Its last day is over. Nothing had to happen for that, so it is no state."""
        return self.valid_until is not None and self.valid_until < clock.today()

    @property
    def replaced_by_id(self) -> Any:
        return self.change.replacement_id if self.change else None

    @property
    def changed_at(self) -> Any:
        return self.change.at if self.change else None

    @property
    def change_reason(self) -> str:
        return self.change.reason if self.change else ""

    @property
    def change_law(self) -> str:
        return self.change.law if self.change else ""


class Subject(Row):
    """Whose certificate it is: `population:<entity>` or `party:<party>`."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=100, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="subject_once_a_certificate", fields=["certificate", "subject"])
        ]


class StatusChange(Row):
    """The one thing that can happen to a certificate: it is replaced or revoked, and stays so. Signed, too."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="status_change")
    state = models.CharField(max_length=10, choices=Certificate.State)
    replacement = models.ForeignKey(Certificate, null=True, on_delete=models.PROTECT, related_name="replaces")
    reason = models.TextField()
    law = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_agency = models.CharField(max_length=64, default="")
    kid = models.CharField(max_length=64)
    signature = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="replaced_certificate_has_a_replacement",
                condition=models.Q(state="replaced", replacement__isnull=False)
                | models.Q(state="revoked", replacement=None),
            ),
        ]

    @property
    def record(self) -> dict[str, Any]:
        """What its signature covers."""
        return {
            "type": "status-change",
            "code": self.certificate.code,
            "state": str(self.state),
            "replacement": self.replacement.code if self.replacement else "",
            "reason": self.reason,
            "law": self.law,
            "at": self.at.isoformat(),
            "by": str(self.by or ""),
            "by_agency": self.by_agency,
        }


class StatusPlace(Row):
    """Where a status list tells whether a certificate on paper, or one copy of it in a wallet, still holds.

    The number of the row is the place, counted over the lists of all agencies: documents/status.py.
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    copy = models.UUIDField(null=True, unique=True)  # of a wallet; None: the paper
    agency = models.CharField(max_length=64, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="paper_has_one_status_place", fields=["certificate"], condition=models.Q(copy=None)
            )
        ]


class WalletOffer(models.Model):
    """A document that its holder asked to have in a wallet: a code to take it with, good once and for minutes.

    Of the codes only hashes are kept.
    """

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    party = models.UUIDField(db_index=True)
    code_hash = models.CharField(max_length=64, unique=True)
    pin_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    token_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001  unique only where there is one
    token_expires_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)


class WalletCopy(Row):
    """A credential that a wallet took: whose, of which certificate, bound to which key."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="copies")
    party = models.UUIDField(db_index=True)
    holder = models.CharField(max_length=43)  # thumbprint of the wallet's key (RFC 7638)
    nonce = models.CharField(max_length=64, unique=True)
    fields = models.JSONField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    kid = models.CharField(max_length=64)

    @property
    def ended_at(self) -> Any:
        """When its holder ended it, or None."""
        end = getattr(self, "end", None)
        return end.at if end else None


class WalletCopyEnd(Row):
    """The holder does not want the copy any more, or has lost the wallet: it no longer holds."""

    copy = models.OneToOneField(WalletCopy, on_delete=models.PROTECT, related_name="end")
    at = models.DateTimeField()
    by = models.UUIDField(null=True)


class SealedFile(Row):
    """The PDF of a certificate, made and sealed once for each level of its seal, then kept.

    level: empty for B-B, else B-T or B-LT of PAdES (see `signing.findings.Level`)
    """

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=8, default="", blank=True)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="sealed_once_for_each_level", fields=["certificate", "level"])
        ]
