"""Rows of the catalogue in the transparency log: what was ever published, and what changed about offices."""

from panjereh.audit.sources import Source
from panjereh.catalogue.models import OfficeChange, Patch, Version
from panjereh.catalogue.models import Source as Files

VERSION_FIELDS = ("service", "number", "source_id", "in_force_from", "published_at", "published_by", "note")
LOGGED = (
    Source("service-files", Files, ("stored_at",), {"content": "the primary key is its hash"}, is_ordered=False),
    Source("service-version", Version, VERSION_FIELDS),
    Source("service-words", Patch, ("version_id", "source_id", "published_at", "published_by", "note")),
    Source("office-change", OfficeChange, ("agency", "office", "number", "fields", "at", "by", "reason")),
)
