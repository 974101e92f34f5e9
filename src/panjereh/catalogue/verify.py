"""Compute the hash of every published source anew; say which version was tampered with."""

import zlib
from dataclasses import dataclass

from panjereh.catalogue.models import Version
from panjereh.definitions import Bundle


@dataclass(frozen=True, slots=True)
class Changed:
    """A version whose stored source is not what was published."""

    service: str
    number: int

    def __str__(self) -> str:
        return f"service {self.service}, version {self.number}: its source is not what was published"


def versions() -> list[Changed]:
    """Every version that does not hold; empty when all is well."""
    kept = Version.objects.select_related("source").order_by("service", "number").iterator(chunk_size=50)
    return [Changed(version.service, version.number) for version in kept if not _holds(version)]


def _holds(version: Version) -> bool:
    try:
        bundle = Bundle.from_bytes(zlib.decompress(bytes(version.source.content)))
    except (zlib.error, ValueError, KeyError, TypeError):
        return False
    return bundle.hash == version.source_id and bundle.service == version.service
