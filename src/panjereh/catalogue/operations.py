"""Publishing: the one act that changes what people are offered."""

import zlib
from datetime import date

from django.db import transaction

from panjereh import definitions
from panjereh.catalogue import queries
from panjereh.catalogue.errors import NoteMissing, NothingToPatch, NotOnlyWords
from panjereh.catalogue.models import Patch, Source, Version
from panjereh.definitions.patching import beyond_words
from panjereh.kernel import clock


@transaction.atomic
def publish(bundle: definitions.Bundle, *, by: str, note: str, in_force_from: date | None = None) -> Version:
    """Store the bundle as the next version of its service, in force from a day on (today; the first version since the
    service exists by law; none before that).

    Cases that are open stay on the version that they were submitted under. Publishing what is published already
    changes nothing and returns that version. The caller has checked the definition; what can't be compiled is refused
    here all the same, with definitions' own errors. Raises NoteMissing.
    """
    _need_note(by, note)
    exists_from = definitions.compile_service(bundle).in_force.from_
    newest = Version.objects.filter(service=bundle.service).order_by("-number").first()
    if newest is not None and queries.source_of(newest) == bundle.hash:
        return newest
    source = _stored(bundle)
    return Version.objects.create(
        service=bundle.service,
        number=newest.number + 1 if newest else 1,
        source=source,
        in_force_from=in_force_from or (max(clock.today(), exists_from) if newest else exists_from),
        published_by=by.strip()[:200],
        note=note.strip()[:500],
    )


@transaction.atomic
def patch(bundle: definitions.Bundle, *, by: str, note: str) -> Version:
    """Give the newest version of a service better words: drafts and cases that follow it show them from now on.

    Raises NotOnlyWords, which lists what else differs, NothingToPatch for a service that was never published, and
    NoteMissing.
    """
    _need_note(by, note)
    newest = Version.objects.select_for_update().filter(service=bundle.service).order_by("-number").first()
    if newest is None:
        raise NothingToPatch("Nothing of this service is published yet.")
    before = queries.source_of(newest)
    if before == bundle.hash:
        return newest
    languages = definitions.compile_service(bundle).languages
    if more := beyond_words(queries.bundle(before), bundle, languages):
        raise NotOnlyWords("More than words differs: publish a new version.", differences=[str(each) for each in more])
    Patch.objects.create(version=newest, source=_stored(bundle), published_by=by.strip()[:200], note=note.strip()[:500])
    transaction.on_commit(queries.look_for_changes)
    return newest


def _need_note(by: str, note: str) -> None:
    if not by.strip() or not note.strip():
        raise NoteMissing("Say who publishes, and why: it stays with the version.")


def _stored(bundle: definitions.Bundle) -> Source:
    content = zlib.compress(bundle.to_bytes(), 9)
    return Source.objects.get_or_create(hash=bundle.hash, defaults={"content": content})[0]
