"""A service as linked data for machines: schema.org GovernmentService with the terms of CPSV-AP 3.2."""

from collections.abc import Callable, Mapping
from typing import Any

from panjereh.catalogue.queries import Published
from panjereh.definitions import Country
from panjereh.ui.addresses import url

CONTEXT: dict[str, Any] = {
    "@vocab": "https://schema.org/",
    "cv": "http://data.europa.eu/m8g/",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
}
AUDIENCES = {"G2C": "people", "G2B": "businesses", "G2G": "agencies", "G2E": "public employees"}


def describe(published: Published, country: Country, absolute: Callable[[str], str]) -> dict[str, Any]:
    """The JSON-LD document. `absolute` makes a full address of a path."""
    service = published.service
    agency = country.agencies[service.agency]
    page = absolute(url("portal:service", service.id))
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": ["GovernmentService", "cpsv:PublicService"],
        "@id": page,
        "identifier": service.id,
        "version": str(published.number),
        "dct:modified": published.published_at.date().isoformat(),
        "name": words(service.title),
        "description": words(service.summary),
        "inLanguage": list(service.languages),
        "url": page,
        "serviceOperator": {
            "@type": ["GovernmentOrganization", "cv:PublicOrganisation"],
            "@id": absolute(url("portal:agency", service.agency)),
            "name": words(agency.title),
        },
        "audience": [{"@type": "Audience", "audienceType": AUDIENCES[relation]} for relation in service.relation],
        "availableChannel": channels(service, absolute),
        "cv:hasLegalResource": [laws(each, country) for each in service.legal_basis],
        "cv:isGroupedBy": [
            {"@type": "cv:LifeEvent", "identifier": id_, "name": words(country.life_events[id_].title)}
            for id_ in service.life_events
            if id_ in country.life_events
        ],
        "cpsv:hasInput": [
            {"@type": "cv:Evidence", "identifier": question.id, "name": words(question.label)}
            for question in service.questions.values()
            if question.proves
        ],
        "cpsv:produces": [
            {"@type": "cpsv:Output", "identifier": result.id, "name": words(result.document.title)}
            for result in service.produces
            if result.document is not None
        ],
        "cv:hasRequirement": [
            {"@type": "cv:Requirement", "identifier": each.id, "description": words(each.text)}
            for each in service.conditions.values()
        ],
    }
    if "decide" in service.deadlines:
        described["cv:processingTime"] = str(service.deadlines["decide"].within)
    return described


def channels(service: Any, absolute: Callable[[str], str]) -> list[dict[str, Any]]:
    ways = []
    if "web" in service.channels:
        ways.append(
            {"@type": "ServiceChannel", "name": "web", "serviceUrl": absolute(url("portal:service", service.id))}
        )
    if "desk" in service.channels:
        ways.append(
            {"@type": "ServiceChannel", "name": "office", "serviceUrl": absolute(url("portal:agency", service.agency))}
        )
    if "paper" in service.channels:
        ways.append(
            {"@type": "ServiceChannel", "name": "paper", "serviceUrl": absolute(url("portal:paper_form", service.id))}
        )
    return ways


def laws(basis: Any, country: Country) -> dict[str, Any]:
    law = country.laws.get(basis.law)
    described: dict[str, Any] = {
        "@type": ["Legislation", "eli:LegalResource"],
        "identifier": f"{basis.law}#{basis.article}" if basis.article else basis.law,
    }
    if law is not None:
        described["name"] = words(law.title)
        if law.link:
            described["url"] = law.link
    return described


def words(text: Mapping[str, str]) -> list[dict[str, str]]:
    """A text in each of its languages, as JSON-LD writes it."""
    return [{"@language": language, "@value": value} for language, value in text.items()]
