"""Who belongs to whom by the registers: children, parents, companies. All of it is read through their one door.

The country's files say which registers and fields (`relations` in country.yaml); nothing here knows their names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from panjereh.definitions import Country, Registry
from panjereh.definitions.country_files import CompanyRelations, PeopleRelations
from panjereh.kernel.actor import Actor
from panjereh.registries import queries as registries
from panjereh.registries.types import Entry

ACTING = "acting_for_another"  # the purpose, as the registers' `reads` call it


@dataclass(frozen=True)
class Represented:
    """Somebody for whom a register says that a person may act."""

    entity: UUID
    register: str
    key: str
    version: int
    names: tuple[str, str]  # given and family name; of a company its name and nothing
    law: str
    until: date | None = None
    together: int = 1
    is_company: bool = False


@dataclass(frozen=True)
class People:
    """The residents' register with what its fields mean."""

    registry: Registry
    means: PeopleRelations

    @property
    def fields(self) -> list[str]:
        means = self.means
        return [self.registry.key, means.given_name, means.family_name, *means.parents, means.born, means.died]

    def is_alive(self, entry: Entry) -> bool:
        return not entry.data.get(self.means.died)

    def of_age_on(self, entry: Entry) -> date | None:
        """The day on which somebody comes of age; None if nobody knows when they were born."""
        born = entry.data.get(self.means.born)
        return _years_later(date.fromisoformat(born), self.means.majority) if born else None


@dataclass(frozen=True)
class Companies:
    """The register of companies with what its fields mean."""

    registry: Registry
    means: CompanyRelations

    @property
    def fields(self) -> list[str]:
        means = self.means
        return [self.registry.key, means.name, means.representatives, means.jointly, means.dissolved]

    def stands(self, entry: Entry) -> bool:
        return not entry.data.get(self.means.dissolved)


def people_of(country: Country) -> People | None:
    means = country.file.relations.people
    registry = country.registries.get(means.registry) if means else None
    return People(registry, means) if means and registry else None


def companies_of(country: Country) -> Companies | None:
    means = country.file.relations.companies
    registry = country.registries.get(means.registry) if means else None
    return Companies(registry, means) if means and registry else None


def asks_for(actor: Actor, registry: Registry) -> Actor:
    """The person who asks, through the agency that keeps the register: it answers them."""
    return replace(actor, agency=registry.agency, roles=frozenset())


def represented_by(national_id: str, country: Country, *, actor: Actor, today: date) -> Iterator[Represented]:
    """For whom the registers say that this person may act: minor children, and companies that they represent."""
    people, companies = people_of(country), companies_of(country)
    if people is not None:
        for child in _naming(
            people.registry, people.means.parents, national_id, people.fields, people.means.law, actor
        ):
            of_age = people.of_age_on(child)
            if people.is_alive(child) and of_age is not None and today < of_age:
                yield _child(people, child, of_age)
    if companies is not None:
        means = companies.means
        for company in _naming(
            companies.registry, [means.representatives], national_id, companies.fields, means.law, actor
        ):
            if companies.stands(company):
                yield _company(companies, company)


def _naming(
    registry: Registry, names: list[str], key: str, fields: list[str], law: str, actor: Actor
) -> Iterator[Entry]:
    """Entries that name somebody in one of these fields, each once."""
    seen: set[UUID] = set()
    for name in names:
        for entry in registries.find(
            registry, name, key, fields=fields, actor=asks_for(actor, registry), purpose=ACTING, law=law
        ):
            if entry.entity not in seen:
                seen.add(entry.entity)
                yield entry


def entry_for_acting(registry: Registry, entity: UUID, fields: list[str], law: str, *, actor: Actor) -> Entry | None:
    """What a register says of somebody for whom, or by whom, is acted."""
    entry = registries.read(
        registry, entity=entity, fields=fields, actor=asks_for(actor, registry), purpose=ACTING, law=law
    )
    return entry if entry is not None and entry.is_active else None


def _child(people: People, entry: Entry, of_age: date) -> Represented:
    means, data = people.means, entry.data
    names = (_text(data, means.given_name), _text(data, means.family_name))
    key = _text(data, people.registry.key)
    return Represented(entry.entity, people.registry.id, key, entry.version, names, means.law, until=of_age)


def _company(companies: Companies, entry: Entry) -> Represented:
    means, data = companies.means, entry.data
    names, key = (_text(data, means.name), ""), _text(data, companies.registry.key)
    together = 2 if data.get(means.jointly) else 1
    return Represented(
        entry.entity, companies.registry.id, key, entry.version, names, means.law, together=together, is_company=True
    )


def _text(data: Any, name: str) -> str:
    return str(data.get(name) or "")


def _years_later(day: date, years: int) -> date:
    """The same day so many years later; who was born on 29 February comes of age on 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
