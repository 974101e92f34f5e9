"""Published services: their sources by content, and the versions that were ever in force; what pages changed about
offices. Nothing here is rewritten."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id


class Source(models.Model):
    """The files of one service as they were, with the concepts and registry fields it uses. Named by their hash."""

    hash = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()
    stored_at = models.DateTimeField(default=clock.now)


class Version(models.Model):
    """One publication of a service. The newest whose day has come is in force."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.CharField(_("service"), max_length=64)
    number = models.PositiveIntegerField(_("version"))
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="versions")
    in_force_from = models.DateField(_("in force from"))
    published_at = models.DateTimeField(_("published at"), default=clock.now)
    published_by = models.CharField(_("published by"), max_length=200)
    note = models.CharField(_("why"), max_length=500)

    class Meta:
        verbose_name = _("version of a service")
        verbose_name_plural = _("versions of services")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_version_per_number", fields=["service", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.number}"


class Patch(models.Model):
    """Better words for a version, without legal effect: cases pinned to it show them, too. The newest patch holds."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="patches")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published at"), default=clock.now)
    published_by = models.CharField(_("published by"), max_length=200)
    note = models.CharField(_("why"), max_length=500)


class OfficeChange(models.Model):
    """What somebody changed about an office: it holds over agencies.yaml, field by field, the newest over the older."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.CharField(_("agency"), max_length=64)
    office = models.CharField(_("office"), max_length=64)
    number = models.PositiveIntegerField(_("number"))
    fields = models.JSONField(_("fields"))
    at = models.DateTimeField(_("at"), default=clock.now)
    by = models.UUIDField(_("by"), null=True)
    reason = models.CharField(_("why"), max_length=300)

    class Meta:
        verbose_name = _("change of an office")
        verbose_name_plural = _("changes of offices")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_office_change_per_number", fields=["agency", "office", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.agency}/{self.office} {self.number}"
