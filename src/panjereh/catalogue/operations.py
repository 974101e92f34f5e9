"""Publishing: the one act that changes what people are offered."""

from __future__ import annotations

import zlib
from datetime import date

from django.db import transaction
from django.db.models import Max

from panjereh import definitions
from panjereh.catalogue.errors import NoteMissing
from panjereh.catalogue.models import Source, Version
from panjereh.kernel import clock


@transaction.atomic
def publish(bundle: definitions.Bundle, *, by: str, note: str, in_force_from: date | None = None) -> Version:
    """Store the bundle as the next version of its service, in force from a day on (today).

    Cases that are open stay on the version that they were submitted under. Publishing what is published already
    changes nothing and returns that version. The caller has checked the definition; what can't be compiled is refused
    here all the same, with definitions' own errors. Raises NoteMissing.
    """
    if not by.strip() or not note.strip():
        raise NoteMissing("Say who publishes, and why: it stays with the version.")
    definitions.compile_service(bundle)
    newest = Version.objects.filter(service=bundle.service).order_by("-number").first()
    if newest is not None and newest.source_id == bundle.hash:
        return newest
    source, _new = Source.objects.get_or_create(
        hash=bundle.hash, defaults={"content": zlib.compress(bundle.to_bytes(), 9)}
    )
    highest = Version.objects.filter(service=bundle.service).aggregate(highest=Max("number"))["highest"]
    return Version.objects.create(
        service=bundle.service,
        number=(highest or 0) + 1,
        source=source,
        in_force_from=in_force_from or clock.today(),
        published_by=by.strip()[:200],
        note=note.strip()[:500],
    )
