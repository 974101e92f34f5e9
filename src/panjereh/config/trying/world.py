"""The world in which examples happen: the demonstration's people, officials and registers, and every service."""

import re
from datetime import datetime, time

from django.db import transaction

from panjereh import definitions
from panjereh.catalogue import operations as catalogue
from panjereh.catalogue import queries
from panjereh.config import demonstration
from panjereh.definitions import Country, DefinitionErrors, Finding, reading, yaml
from panjereh.definitions.scenarios import ScenarioFile
from panjereh.kernel import clock

MORNING = time(10)
WORD = re.compile(r"[\w-]{5,}")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@transaction.atomic
def build() -> Country:
    """Fill an empty database with what the country's folder (settings.SERVICES) holds.

    Of the registers only the entries whose numbers stand in an example or in demonstration.yaml: the rest is crowd.
    """
    queries.forget()
    country = queries.country()
    numbers = _numbers(country)
    demonstration.load(lambda row: any(value in numbers for value in row.values() if isinstance(value, str)))
    for name, service in country.services.items():
        start = datetime.combine(service.in_force.from_, MORNING, tzinfo=clock.home_zone())
        with clock.at(start):
            catalogue.publish(definitions.bundle(country.path, name), by="try", note="to play its examples")
    queries.forget()
    return queries.country()


def _numbers(country: Country) -> frozenset[str]:
    """Every word with a digit in it that the examples and the demonstration's people are written with."""
    texts = [folder.files.get("scenarios.yaml", b"").decode() for folder in country.folder.services.values()]
    found = {word for text in texts for word in WORD.findall(text) if any(sign.isdecimal() for sign in word)}
    dates = {word for word in found if ISO_DATE.fullmatch(word)}
    return frozenset(found - dates | {person.national_id or "" for person in country.demonstration.people} - {""})


def examples(country: Country, service: str) -> ScenarioFile | None:
    """The worked examples of a service, None when it has none. Raises DefinitionErrors."""
    folder = country.folder.services[service]
    content = folder.files.get("scenarios.yaml")
    if content is None:
        return None
    findings: list[Finding] = []
    found = reading.model_of(yaml.read(content, f"{folder.relative}/scenarios.yaml"), ScenarioFile, findings)
    if found is None:
        raise DefinitionErrors(findings)
    return found
