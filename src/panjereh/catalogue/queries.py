"""Published services: the one in force, any version ever, and ways to find them.

A version never changes, so what was compiled from it is kept for as long as the process lives.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Subquery, Window
from django.utils.translation import gettext_lazy as _

from panjereh import definitions
from panjereh.catalogue import offices
from panjereh.catalogue.errors import NoSuchService, SourceIsDamaged
from panjereh.catalogue.models import Patch, Source, Version
from panjereh.catalogue.search import Document, Index
from panjereh.kernel import clock
from panjereh.localisation import letters, stop_words
from panjereh.localisation.calendars import WorkingCalendar
from panjereh.storage import Prepared

NEWEST = Prepared(
    lambda: (
        Version.objects.only("id")
        .annotate(number_of_all=Window(Count("id")))
        .annotate(newest_patch=Subquery(Patch.objects.order_by("-pk").values("pk")[:1]))
        .order_by("-id")
    )
)
COMPILED_AT_MOST = 500  # versions kept ready; an open case may be pinned to an old one


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a service, ready to run. `hash` names its files."""

    id: UUID
    number: int
    hash: str
    in_force_from: date
    published_at: datetime
    service: definitions.Service


def current(service_id: str) -> Published:
    """The version of a service that is in force today. Raises NoSuchService."""
    found = _offered().by_id.get(service_id)
    if found is None:
        raise NoSuchService(_("There is no such service. Perhaps it has another name now: try the search."))
    return found


def version(version_id: UUID) -> Published:
    """Any version that was ever published, such as the one a case is pinned to, in its best words.

    Other processes hear of better words when they next look what is in force: pages of services do, workers now and
    then. Raises NoSuchService.
    """
    if not _words.heard:
        look_for_changes()
    return _version(version_id, _words.of.get(version_id))


def all_current() -> list[Published]:
    """All services in force today, by id."""
    return list(_offered().by_id.values())


def by_life_event(event: str) -> list[Published]:
    """Services for an event in life, such as a birth."""
    return [found for found in all_current() if event in found.service.life_events]


def by_agency(agency: str) -> list[Published]:
    """The services of one agency."""
    return [found for found in all_current() if found.service.agency == agency]


def a_to_z(lang: str) -> list[tuple[str, list[Published]]]:
    """All services under the first letter of their titles, in the order of the language's alphabet."""
    listed: dict[str, list[Published]] = {}
    for found in sorted(all_current(), key=lambda one: letters.sort_key(one.service.title.in_(lang))):
        listed.setdefault(found.service.title.in_(lang)[:1].upper(), []).append(found)
    return list(listed.items())


def search(text: str, lang: str, limit: int = 20) -> list[Published]:
    """Services that fit what somebody typed, best first. Words of all languages are understood, `lang` counts more."""
    offered = _offered()
    return [offered.by_id[name] for name in offered.index(lang).find(text, limit)]


def versions(service_id: str) -> list[Version]:
    """Every version of a service, newest first."""
    return list(Version.objects.filter(service=service_id).order_by("-number"))


def bundle(source: str) -> definitions.Bundle:
    """The stored files of a version, by their hash. Raises SourceIsDamaged."""
    content = Source.objects.values_list("content", flat=True).get(pk=source)
    stored = definitions.Bundle.from_bytes(zlib.decompress(bytes(content)))
    if stored.hash != source:
        raise SourceIsDamaged(_("The stored files of this service are damaged. Restore them from a backup."))
    return stored


def source_of(version: Version) -> str:
    """The hash of what a version says now: its newest text patch, or what was published."""
    return version.patches.order_by("-pk").values_list("source", flat=True).first() or version.source_id


def look_for_changes() -> None:
    """Learn of better words and changed offices that came from another process."""
    offices.look()
    _offered()


def changed(country: definitions.Country) -> list[str]:
    """Services whose folder says something else than what is published last, or isn't published at all."""
    published = {version.service: source_of(version) for version in Version.objects.order_by("number")}
    return [name for name in country.folder.services if country.bundle(name).hash != published.get(name)]


def country() -> definitions.Country:
    """Agencies, offices, calendars, registries: what holds for all services and isn't versioned. Read once.

    Offices are as this process last heard of them; what must not be late asks `agencies` or `calendar_of`.
    """
    return offices.country()


def agencies() -> Mapping[str, definitions.Agency]:
    """The agencies, with their offices as they are now."""
    offices.look()
    return country().agencies


def calendar_of(agency: str, office: str = "") -> WorkingCalendar:
    """When an agency or one of its offices works, by its hours as they are now."""
    offices.look()
    return country().calendar_of(agency, office)


def forget() -> None:
    """Read and compile everything anew when it is asked for next."""
    _words.forget()
    offices.forget()
    _version.cache_clear()
    _compiled.cache_clear()
    _offer.cache_clear()


class _Offer:
    """The services of one day, with an index per language made when somebody searches."""

    def __init__(self, published: list[Published]) -> None:
        self.by_id = {one.service.id: one for one in published}
        self._indices: dict[str, Index] = {}

    def index(self, lang: str) -> Index:
        if lang not in self._indices:
            self._indices[lang] = Index(
                (_document(one.service, lang) for one in self.by_id.values()), stop_words.of_all_languages()
            )
        return self._indices[lang]


def _offered() -> _Offer:
    """Today's services. One look at the newest version, and how many there are, tells whether we know them still."""
    newest: Any = NEWEST.first()
    patch = newest.newest_patch if newest else None
    if patch != _words.patch or not _words.heard:
        _words.learn(patch)
    return _offer(newest and newest.pk, newest.number_of_all if newest else 0, patch, clock.today())


class _Words:
    """Which source each patched version has its words from, as far as this process has heard."""

    def __init__(self) -> None:
        self.heard = False
        self.patch: int | None = None
        self.of: dict[UUID, str] = {}

    def forget(self) -> None:
        self.heard, self.patch, self.of = False, None, {}

    def learn(self, patch: int | None) -> None:
        self.of = dict(Patch.objects.order_by("pk").values_list("version_id", "source_id"))
        self.heard, self.patch = True, patch


_words = _Words()


@lru_cache(maxsize=2)
def _offer(_newest: UUID | None, _number: int, _patch: int | None, today: date) -> _Offer:
    rows = Version.objects.filter(in_force_from__lte=today).order_by("service", "number")
    in_force = dict(rows.values_list("service", "id"))  # of several numbers the highest comes last, and stays
    published = [version(version_id) for version_id in in_force.values()]
    return _Offer([one for one in published if not _has_ended(one.service, today)])


def _has_ended(service: definitions.Service, today: date) -> bool:
    return service.in_force.until is not None and service.in_force.until < today


@lru_cache(maxsize=COMPILED_AT_MOST)
def _version(version_id: UUID, words: str | None) -> Published:
    found = Version.objects.filter(pk=version_id).first()
    if found is None:
        raise NoSuchService(_("There is no such version of a service."))
    return Published(
        id=found.pk,
        number=found.number,
        hash=words or found.source_id,
        in_force_from=found.in_force_from,
        published_at=found.published_at,
        service=_compiled(words or found.source_id),
    )


@lru_cache(maxsize=COMPILED_AT_MOST)
def _compiled(source: str) -> definitions.Service:
    return definitions.compile_service(bundle(source))


def _document(service: definitions.Service, lang: str) -> Document:
    """What a service is found by: its title first, then other words for it, then what it says of itself."""
    texts: list[tuple[float, str]] = []
    for name in service.languages:
        own = 1.0 if name == lang else 0.6
        texts.append((10 * own, service.title.in_(name)))
        texts += [(8 * own, word) for word in service.synonyms.get(name, ())]
        texts.append((3 * own, service.summary.in_(name)))
        texts += [(2 * own, text) for text in _surroundings(service, name)]
    return Document(service.id, tuple(texts))


def _surroundings(service: definitions.Service, lang: str) -> list[str]:
    """The agency and the events in life that a service belongs to, in words."""
    known = country()
    titles = [known.agencies[service.agency].title] if service.agency in known.agencies else []
    titles += [known.life_events[event].title for event in service.life_events if event in known.life_events]
    return [title.in_(lang) for title in titles]
