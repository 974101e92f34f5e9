"""A service as linked data for machines: schema.org's GovernmentService, which search engines read, with the nodes of
CPSV-AP beside it."""

from collections.abc import Callable
from typing import Any

from panjereh.catalogue.queries import Published
from panjereh.definitions import Country
from panjereh.portal import cpsv
from panjereh.portal.cpsv import words
from panjereh.ui.addresses import url

CONTEXT: dict[str, Any] = {"@vocab": "https://schema.org/", **cpsv.CONTEXT}
AUDIENCES = {"G2C": "people", "G2B": "businesses", "G2G": "agencies", "G2E": "public employees"}


def describe(published: Published, country: Country, absolute: Callable[[str], str]) -> dict[str, Any]:
    """The JSON-LD document. `absolute` makes a full address of a path."""
    service = published.service
    agency = country.agencies[service.agency]
    page = absolute(url("portal:service", service.id))
    return {
        "@context": CONTEXT,
        "@type": "GovernmentService",
        "@id": page,
        "identifier": service.id,
        "version": str(published.number),
        "name": words(service.title),
        "description": words(service.summary),
        "inLanguage": list(service.languages),
        "url": page,
        "serviceOperator": {
            "@type": "GovernmentOrganization",
            "@id": absolute(url("portal:agency", service.agency)),
            "name": words(agency.title),
        },
        "audience": [{"@type": "Audience", "audienceType": AUDIENCES[relation]} for relation in service.relation],
        "availableChannel": channels(service, absolute),
        "@included": cpsv.Describing(country, absolute).service(published),
    }


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
