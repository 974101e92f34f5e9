"""The catalogue in the EU's vocabulary of public services: CPSV-AP 3.2, as nodes of JSON-LD.

https://semiceu.github.io/CPSV-AP/releases/3.2.0/. A node's addresses are those of the pages in the country's main
language, so that they stay the same in whatever language somebody asks.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import translation

from panjereh.catalogue.queries import Published
from panjereh.definitions import Agency, Country, Service
from panjereh.ui.addresses import url

CONTEXT: dict[str, Any] = {
    "adms": "http://www.w3.org/ns/adms#",
    "cv": "http://data.europa.eu/m8g/",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
RIAL = "http://publications.europa.eu/resource/authority/currency/IRR"
LANGUAGES = "http://id.loc.gov/vocabulary/iso639-1/"
AUDIENCES = {
    "G2C": {"fa": "مردم", "en": "People"},
    "G2B": {"fa": "کسب‌وکارها", "en": "Businesses"},
    "G2G": {"fa": "دستگاه‌ها", "en": "Public agencies"},
    "G2E": {"fa": "کارکنان دولت", "en": "Public employees"},
}
STAGES = {
    "information": {"fa": "اطلاعات", "en": "Information"},
    "form": {"fa": "فرم چاپی", "en": "Form to print"},
    "online form": {"fa": "فرم برخط", "en": "Online form"},
    "transaction": {"fa": "انجام کامل برخط", "en": "Transaction"},
    "joined up": {"fa": "یکپارچه میان دستگاه‌ها", "en": "Joined up"},
}
Node = dict[str, Any]


class Describing:
    """One description: what it names again and again (laws, agencies, events) is told once.

    absolute: makes a full address of a path
    """

    def __init__(self, country: Country, absolute: Callable[[str], str]) -> None:
        self._country = country
        self._absolute = absolute
        self._nodes: dict[str, Node] = {}

    def catalogue(self, every: Iterable[Published]) -> list[Node]:
        """All nodes of these services and of what they belong to."""
        for one in every:
            self._service(one)
        return list(self._nodes.values())

    def service(self, published: Published) -> list[Node]:
        self._service(published)
        return list(self._nodes.values())

    # -- what there is only once

    def _address(self, name: str, *args: str, part: str = "") -> str:
        with translation.override(self._country.languages[0]):
            address = self._absolute(url(f"portal:{name}", *args))
        return f"{address}#{part}" if part else address

    def _shared(self, part: str) -> str:
        return self._address("services", part=part)

    def _put(self, id_: str, kind: str | list[str], content: Mapping[str, Any]) -> Node:
        """Keep a node, and give what names it."""
        self._nodes.setdefault(id_, {"@id": id_, "@type": kind, **{key: each for key, each in content.items() if each}})
        return {"@id": id_}

    def _concept(self, id_: str, text: Mapping[str, str]) -> Node:
        return self._put(id_, "skos:Concept", {"skos:prefLabel": words(text)})

    def _languages(self, codes: Iterable[str]) -> list[Node]:
        return [self._put(f"{LANGUAGES}{code}", "dct:LinguisticSystem", {"dct:identifier": code}) for code in codes]

    def _place(self) -> Node:
        name = self._country.name
        return self._put(self._shared("country"), "dct:Location", {"skos:prefLabel": words(name)})

    def _agency(self, id_: str) -> Node:
        agency = self._country.agencies[id_]
        return self._put(
            self._address("agency", id_),
            ["cv:PublicOrganisation", "org:Organization"],
            {
                "dct:identifier": id_,
                "skos:prefLabel": words(agency.title),
                "dct:description": words(agency.summary) if agency.summary else [],
                "dct:spatial": self._place(),
                "foaf:homepage": {"@id": agency.website} if agency.website else None,
            },
        )

    def _contact(self, id_: str, agency: Agency) -> Node:
        page = self._put(self._address("agency", id_, part="page"), "foaf:Document", {"dct:identifier": id_})
        return self._put(
            self._address("agency", id_, part="contact"),
            "cv:ContactPoint",
            {"cv:telephone": agency.phone, "cv:email": agency.email, "cv:contactPage": page},
        )

    def _event(self, id_: str) -> Node:
        event = self._country.life_events[id_]
        return self._put(
            self._address("life_event", id_),
            ["cv:LifeEvent", "cv:Event"],
            {
                "dct:identifier": id_,
                "dct:title": words(event.title),
                "dct:description": words(event.summary) if event.summary else [],
            },
        )

    def _law(self, reference: str) -> Node:
        name, _sharp, article = reference.partition("#")
        law = self._country.laws.get(name)
        content: Node = {"dct:identifier": reference}
        if law is not None:
            content["dct:title"] = words(law.title)
            content["dct:description"] = words(law.articles[article]) if article in law.articles else []
            content["foaf:page"] = {"@id": law.link} if law.link else None
        return self._put(self._shared(f"law-{name}-{article}".rstrip("-")), "eli:LegalResource", content)

    # -- a service

    def _service(self, published: Published) -> None:
        service, country = published.service, self._country
        laws = [f"{each.law}#{each.article}" if each.article else each.law for each in service.legal_basis]
        decide = service.deadlines.get("decide")
        self._put(
            self._address("service", service.id),
            "cpsv:PublicService",
            {
                "dct:identifier": service.id,
                "dct:title": words(service.title),
                "dct:description": words(service.summary),
                "dct:modified": {"@value": published.published_at.date().isoformat(), "@type": "xsd:date"},
                "dcat:version": str(published.number),
                "dcat:keyword": [
                    {"@language": code, "@value": word} for code, held in service.synonyms.items() for word in held
                ],
                "dct:language": self._languages(service.languages),
                "dct:spatial": self._place(),
                "dct:audience": [
                    self._concept(self._shared(f"for-{each}"), AUDIENCES[each]) for each in service.relation
                ],
                "cv:isClassifiedBy": self._concept(
                    self._shared(f"stage-{_slug(service.stage)}"), STAGES[service.stage]
                ),
                "cv:hasCompetentAuthority": self._agency(service.agency),
                "cv:contactPoint": self._contact(service.agency, country.agencies[service.agency]),
                "cv:isGroupedBy": [self._event(each) for each in service.life_events if each in country.life_events],
                "cv:hasLegalResource": [self._law(each) for each in laws],
                "cpsv:follows": self._rule(service, laws),
                "cv:holdsRequirement": self._requirements(service),
                "cpsv:hasInput": self._inputs(service),
                "cpsv:produces": self._outputs(service),
                "cv:hasChannel": self._channels(service),
                "cv:hasCost": self._costs(service),
                "cv:processingTime": {"@value": str(decide.within), "@type": "xsd:duration"} if decide else None,
            },
        )

    def _rule(self, service: Service, laws: list[str]) -> Node:
        return self._put(
            self._address("service", service.id, part="rule"),
            "cpsv:Rule",
            {
                "dct:identifier": f"{service.id}#rule",
                "dct:title": words(service.title),
                "dct:description": words(service.description or service.summary),
                "dct:language": self._languages(service.languages),
                "cpsv:implements": [self._law(each) for each in laws],
            },
        )

    def _requirements(self, service: Service) -> list[Node]:
        return [
            self._put(
                self._address("service", service.id, part=f"condition-{each.id}"),
                "cv:Requirement",
                {"dct:identifier": f"{service.id}#condition-{each.id}", "dct:title": words(each.text)},
            )
            for each in service.conditions.values()
        ]

    def _inputs(self, service: Service) -> list[Node]:
        return [
            self._put(
                self._address("service", service.id, part=f"input-{each.id}"),
                "cv:Evidence",
                {
                    "dct:identifier": f"{service.id}#input-{each.id}",
                    "dct:title": words(each.label),
                    "cv:supportsRequirement": [
                        {"@id": self._address("service", service.id, part=f"condition-{name}")} for name in each.proves
                    ],
                },
            )
            for each in service.questions.values()
            if each.proves
        ]

    def _outputs(self, service: Service) -> list[Node]:
        return [
            self._put(
                self._address("service", service.id, part=f"output-{each.id}"),
                "cv:Output",
                {"dct:identifier": f"{service.id}#output-{each.id}", "dct:title": words(each.document.title)},
            )
            for each in service.produces
            if each.document is not None
        ]

    def _channels(self, service: Service) -> list[Node]:
        return [
            self._put(
                self._address("service", service.id, part=f"channel-{each}"),
                "cv:Channel",
                {"dct:identifier": f"{service.id}#channel-{each}", "cv:ownedBy": self._agency(service.agency)},
            )
            for each in service.channels
        ]

    def _costs(self, service: Service) -> list[Node]:
        """One cost for each line of the fee table; a line that is calculated has no value."""
        rows = service.fee_table.rows if service.fee_table is not None else ()
        currency = self._concept(RIAL, {"en": "Iranian rial", "fa": "ریال"}) if rows else None
        return [
            self._put(
                self._address("service", service.id, part=f"cost-{place}"),
                "cv:Cost",
                {
                    "dct:identifier": f"{service.id}#cost-{place}",
                    "dct:description": words(row.text) if row.text else [],
                    "cv:currency": currency,
                    "cv:hasValue": _rials(row.outputs[0].text),
                },
            )
            for place, row in enumerate(rows, 1)
        ]


def _rials(text: str) -> Node | None:
    amount = text.strip()
    return {"@value": f"{amount}.0", "@type": "xsd:double"} if amount.isdigit() else None


def _slug(stage: str) -> str:
    return stage.replace(" ", "-")


def words(text: Mapping[str, str]) -> list[dict[str, str]]:
    """A text in each of its languages, as JSON-LD writes it."""
    return [{"@language": language, "@value": value} for language, value in text.items()]
