"""Whose cases an official leaves to others: relatives and companies, by the registers and the country's circle."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from panjereh.definitions import Country
from panjereh.definitions.country_files import Conflicts
from panjereh.identity.relations import Companies, People, companies_of, people_of
from panjereh.kernel.actor import Actor
from panjereh.registries import queries as registries
from panjereh.registries.types import Entry

PURPOSE = "conflict_of_interest"  # as the registers' `reads` call it
COMPANY = "company"


def circle_of(entity: UUID, country: Country, *, actor: Actor) -> dict[UUID, str]:
    """Entry of a register → what it is to the official: parents, children, spouse … or company. Empty where the country
    draws no circle."""
    conflicts, people, companies = country.file.relations.conflicts, people_of(country), companies_of(country)
    if conflicts is None or people is None:
        return {}
    reading = _Reading(people, companies, conflicts, actor)
    me = reading.one(entity=entity)
    if me is None:
        return {}
    found = dict(reading.kin_of(me))
    if companies is not None and conflicts.companies:
        found |= dict.fromkeys(reading.companies_of(_key(me, people)), COMPANY)
    found.pop(entity, None)
    return found


class _Reading:
    """Reads of the registers for one official, each with purpose and law."""

    def __init__(self, people: People, companies: Companies | None, conflicts: Conflicts, actor: Actor) -> None:
        self.people, self.companies, self.conflicts, self.actor = people, companies, conflicts, actor
        means = people.means
        self.fields = [people.registry.key, *means.parents, means.spouse]

    def one(self, *, entity: UUID | None = None, key: str = "") -> Entry | None:
        match: dict[str, Any] = {} if entity else {self.people.registry.key: key}
        return registries.read(
            self.people.registry,
            entity=entity,
            fields=self.fields,
            actor=self.actor,
            purpose=PURPOSE,
            law=self.conflicts.law,
            **match,
        )

    def kin_of(self, me: Entry) -> Iterator[tuple[UUID, str]]:
        """Every relative within the circle, with what they are."""
        kin, means = set(self.conflicts.kin), self.people.means
        parents = list(self.known(me.data.get(name) for name in means.parents))
        children = list(self.children_of(me))
        circles: dict[str, Callable[[], list[Entry]]] = {
            "grandchildren": lambda: [one for child in children for one in self.children_of(child)],
            "grandparents": lambda: [
                one for parent in parents for one in self.known(parent.data.get(name) for name in means.parents)
            ],
            "siblings": lambda: [one for parent in parents for one in self.children_of(parent)],
            "children": lambda: children,
            "parents": lambda: parents,
            "spouse": lambda: list(self.known([me.data.get(means.spouse)])),
        }
        for name, members in circles.items():
            if name in kin:
                yield from ((one.entity, name) for one in members())

    def known(self, keys: Iterable[str | None]) -> Iterator[Entry]:
        for key in keys:
            entry = self.one(key=key) if key else None
            if entry is not None:
                yield entry

    def children_of(self, parent: Entry) -> Iterator[Entry]:
        key = _key(parent, self.people)
        for name in self.people.means.parents:
            yield from registries.find(
                self.people.registry,
                name,
                key,
                fields=self.fields,
                actor=self.actor,
                purpose=PURPOSE,
                law=self.conflicts.law,
            )

    def companies_of(self, key: str) -> Iterator[UUID]:
        assert self.companies is not None  # noqa: S101 - the caller looked
        means = self.companies.means
        for name in (means.representatives, *means.ties):
            for entry in registries.find(
                self.companies.registry,
                name,
                key,
                fields=[self.companies.registry.key],
                actor=self.actor,
                purpose=PURPOSE,
                law=self.conflicts.law,
            ):
                yield entry.entity


def _key(entry: Entry, people: People) -> str:
    return str(entry.data.get(people.registry.key) or "")
