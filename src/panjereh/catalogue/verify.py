"""Compute the hash of every published source anew; say which version was tampered with."""

import zlib
from dataclasses import dataclass
from itertools import chain

from panjereh.catalogue.models import Patch, Source, Version
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
    patches = Patch.objects.select_related("source", "version").order_by("pk").iterator(chunk_size=50)
    sources = chain(((each, each.source) for each in kept), ((each.version, each.source) for each in patches))
    found = {version.pk: version for version, source in sources if not _holds(version, source)}
    return [Changed(version.service, version.number) for version in found.values()]


def _holds(version: Version, source: Source) -> bool:
    try:
        bundle = Bundle.from_bytes(zlib.decompress(bytes(source.content)))
    except (zlib.error, ValueError, KeyError, TypeError):
        return False
    return bundle.hash == source.hash and bundle.service == version.service
