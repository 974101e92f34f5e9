"""Labels: where they come from, and what they close."""

import pytest
from tests.definitions.country import HOME, build, change

from panjereh.definitions import classification, load_country

CONCEPT = "  label: {fa: محل تولد, en: Place of birth}\n"
TOLD = "We have your request {code | code}."


@pytest.mark.parametrize(
    ("own", "concept", "kind", "label"),
    [
        (None, None, "text", "internal"),
        (None, None, "iban", "confidential"),
        (None, None, "file", "confidential"),
        (None, "public", "file", "public"),
        ("secret", "internal", "text", "secret"),
        ("public", "confidential", "text", "confidential"),  # a question cannot open what its concept closes
    ],
)
def test_the_stricter_of_question_and_concept_counts_and_else_the_type(own, concept, kind, label):
    assert classification.of(own, concept, kind) == label


def service_of(country):
    return load_country(country).services["birth"]


@pytest.fixture
def country(tmp_path):
    return build(tmp_path)


def test_nothing_is_closed_that_nobody_labelled(country):
    assert (dict(service_of(country).closed), service_of(country).closed_notices) == ({}, frozenset())


def test_a_label_of_a_concept_holds_for_questions_and_fields(country):
    change(country, "concepts.yaml", CONCEPT, f"{CONCEPT}  classification: secret\n")

    service = service_of(country)

    assert dict(service.closed) == {"birth_place": "secret"}
    assert service.registries["population"].fields["birth_place"].classification == "secret"
    assert service.registries["population"].fields["given_name"].classification == "internal"


@pytest.mark.parametrize(
    "mentions",
    ["{mother_note}", "{remark}", "{count(children)}"],
    ids=["itself", "a name made from it", "a group that holds it"],
)
def test_a_notice_that_may_tell_something_closed_is_closed(country, mentions):
    change(
        country, f"{HOME}/service.yaml", "id: mother_note\n", "id: mother_note\n        classification: confidential\n"
    )
    change(
        country,
        f"{HOME}/service.yaml",
        "concept: place.kind, about",
        "concept: place.kind, classification: secret, about",
    )
    change(country, f"{HOME}/service.yaml", "let:\n", "let:\n  remark: mother_note\n")
    change(country, f"{HOME}/service.yaml", TOLD, f"{TOLD} {mentions}")

    assert "submitted" in service_of(country).closed_notices


def test_where_something_closed_is_asked_words_of_officials_are_closed_too(country):
    assert "refused" not in service_of(country).closed_notices
    change(
        country, f"{HOME}/service.yaml", "id: mother_note\n", "id: mother_note\n        classification: confidential\n"
    )

    closed = service_of(country).closed_notices

    assert {"refused", "correction"} <= closed
    assert "submitted" not in closed
