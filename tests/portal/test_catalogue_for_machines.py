"""The catalogue as open data: CPSV-AP 3.2 that passes the vocabulary's own shapes, as JSON-LD and as Turtle."""

from pathlib import Path

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF

from panjereh.catalogue import queries as catalogue
from panjereh.portal import turtle

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader of JSON-LD

SHAPES = Path(__file__).parent / "cpsv-ap" / "cpsv-ap-SHACL.ttl"
CPSV = Namespace("http://purl.org/vocab/cpsv#")
CV = Namespace("http://data.europa.eu/m8g/")


def read(client, form: str) -> Graph:
    answer = client.get(f"/services/catalogue.{form}")
    assert answer.status_code == 200
    return Graph().parse(data=answer.content, format="turtle" if form == "ttl" else "json-ld")


def problems(graph: Graph) -> str:
    from pyshacl import validate

    fits, _report, words = validate(graph, shacl_graph=Graph().parse(SHAPES), inference="none", advanced=False)
    return "" if fits else words


@pytest.mark.parametrize("form", ["jsonld", "ttl"])
def test_the_whole_catalogue_passes_the_shapes_of_the_vocabulary(client, form):
    graph = read(client, form)

    assert problems(graph) == ""
    assert {str(each) for each in graph.objects(None, DCTERMS.identifier)} >= {
        one.service.id for one in catalogue.all_current()
    }
    assert len(set(graph.subjects(RDF.type, CPSV.PublicService))) == len(catalogue.all_current())


def test_the_shapes_find_what_is_wrong(client):
    graph = read(client, "ttl")
    service = next(graph.subjects(RDF.type, CPSV.PublicService))
    graph.remove((service, CV.hasCompetentAuthority, None))

    assert "hasCompetentAuthority" in problems(graph)


def test_both_forms_say_the_same(client):
    assert isomorphic(read(client, "jsonld"), read(client, "ttl"))


def test_addresses_are_the_same_in_every_language(client):
    assert client.get("/en/services/catalogue.ttl").content == client.get("/services/catalogue.ttl").content


def test_the_document_of_one_service_passes_too(client):
    answer = client.get("/en/services/birth-registration/about.jsonld")
    graph = Graph().parse(data=answer.content, format="json-ld")

    assert problems(graph) == ""
    address = URIRef("http://testserver/services/birth-registration/")
    assert (address, RDF.type, CPSV.PublicService) in graph
    assert len(set(graph.objects(address, CV.hasCost))) == 3


def test_turtle_writes_any_text_and_address():
    text = 'a "quote", a \\ and a\nnew line\twith ۱۲٬۳'
    node = {
        "@id": "http://example.org/a b<>",
        "@type": "dct:Location",
        "dct:title": [{"@value": text, "@language": "fa"}],
    }

    graph = Graph().parse(data=turtle.write([node], {"dct": str(DCTERMS)}), format="turtle")

    assert [(str(each), each.language) for each in graph.objects(None, DCTERMS.title)] == [(text, "fa")]
    assert URIRef("http://example.org/a%20b%3C%3E") in set(graph.subjects())
