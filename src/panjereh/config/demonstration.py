"""The demonstration country: its registers, people and officials, loaded once into an empty database."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from panjereh.catalogue import queries as catalogue
from panjereh.config import demonstration_bills
from panjereh.definitions import Country
from panjereh.identity.adapters import demo
from panjereh.kernel.actor import SYSTEM
from panjereh.registries import operations as registries
from panjereh.registries.types import Cause

POPULATION = "population"

Row = dict[str, Any]


def load(wanted: Callable[[Row], bool] = lambda _row: True) -> None:
    """Load what demonstration.yaml names. Again changes nothing; in production it is refused by those who are asked.

    wanted: which entries of the registers are loaded; all of them by default
    """
    if not settings.DEMONSTRATION:
        return
    country = catalogue.country()
    for registry, file in country.demonstration.records.items():
        _load_records(country, registry, country.path / file, wanted)
    _load_people(country)
    _load_officials(country)
    demonstration_bills.load(country)


def _load_records(country: Country, name: str, path: Path, wanted: Callable[[Row], bool]) -> None:
    registry = country.registries[name]
    cause = Cause(law=registry.law or "demonstration", actor=SYSTEM, reason="demonstration")
    registries.load(registry, (row for row in _rows(path) if wanted(row[1])), cause=cause)


def _rows(path: Path) -> Iterator[tuple[UUID, dict[str, Any], date]]:
    with path.open(encoding="utf-8") as lines:
        for text in lines:
            row = json.loads(text)
            entity, valid_from = UUID(row.pop("entity")), date.fromisoformat(row.pop("valid_from"))
            yield entity, row, valid_from


def _load_people(country: Country) -> None:
    known = {person.national_id: person for person in country.demonstration.people if person.national_id}
    file = country.demonstration.records.get(POPULATION)
    if not known or file is None:
        return
    for entity, row, _ in _rows(country.path / file):
        person = known.get(row["national_id"])
        if person is not None:
            demo.load_person(
                person.email or f"{person.id}@example.org",
                entity=entity,
                national_id=row["national_id"],
                given_name=row["given_name"],
                family_name=row["family_name"],
                language=person.language,
            )


def _load_officials(country: Country) -> None:
    for official in country.demonstration.officials:
        demo.load_official(
            official.email or f"{official.id}@example.org",
            agency=official.agency,
            office=official.office or "",
            roles=official.roles,
            given_name=official.given_name.in_("fa"),
            family_name=official.family_name.in_("fa"),
        )
