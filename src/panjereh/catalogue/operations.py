"""Publishing: the one act that changes what people are offered."""

import zlib
from datetime import date

from django.db import transaction

from panjereh import definitions
from panjereh.catalogue.errors import NoteMissing
from panjereh.catalogue.models import Source, Version
from panjereh.kernel import clock


@transaction.atomic
def publish(bundle: definitions.Bundle, *, by: str, note: str, in_force_from: date | None = None) -> Version:
    """Store the bundle as the next version of its service, in force from a day on (today; the first version since the
    service exists by law; none before that).

    Cases that are open stay on the version that they were submitted under. Publishing what is published already
    changes nothing and returns that version. The caller has checked the definition; what can't be compiled is refused
    here all the same, with definitions' own errors. Raises NoteMissing.
    """
    if not by.strip() or not note.strip():
        raise NoteMissing("Say who publishes, and why: it stays with the version.")
    exists_from = definitions.compile_service(bundle).in_force.from_
    newest = Version.objects.filter(service=bundle.service).order_by("-number").first()
    if newest is not None and newest.source_id == bundle.hash:
        return newest
    source, _new = Source.objects.get_or_create(
        hash=bundle.hash, defaults={"content": zlib.compress(bundle.to_bytes(), 9)}
    )
    return Version.objects.create(
        service=bundle.service,
        number=newest.number + 1 if newest else 1,
        source=source,
        in_force_from=in_force_from or (max(clock.today(), exists_from) if newest else exists_from),
        published_by=by.strip()[:200],
        note=note.strip()[:500],
    )
