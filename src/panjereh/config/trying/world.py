"""The world in which examples happen: the demonstration's people, officials and registers, and every service."""

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


@transaction.atomic
def build() -> Country:
    """Fill an empty database with what the country's folder (settings.SERVICES) holds. Seconds, so do it once."""
    queries.forget()
    country = queries.country()
    demonstration.load()
    for name, service in country.services.items():
        start = datetime.combine(service.in_force.from_, MORNING, tzinfo=clock.home_zone())
        with clock.at(start):
            catalogue.publish(definitions.bundle(country.path, name), by="try", note="to play its examples")
    queries.forget()
    return queries.country()


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
