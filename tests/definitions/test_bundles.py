"""A version is its sources: the hash follows what matters and nothing else."""

import pytest
from tests.definitions.country import HOME, build, change

from panjereh.definitions import Bundle, bundle, compile_service, load_country
from panjereh.definitions.bundle import FORMAT


@pytest.fixture
def country(tmp_path):
    return build(tmp_path)


def test_the_same_sources_have_the_same_hash_and_compile_once(country):
    one, other = bundle(country, "birth"), bundle(country, "birth")

    assert one.hash == other.hash
    assert compile_service(one) is compile_service(other)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (f"{HOME}/service.yaml", "Register a birth", "Register the birth"),
        (f"{HOME}/decisions.yaml", "500000", "600000"),
        (f"{HOME}/certificate.typ", "#rows", "#lines"),
        ("concepts.yaml", "en: Given name", "en: First name"),
        ("registries/population.yaml", "en: Mother", "en: The mother"),
    ],
)
def test_what_the_service_uses_changes_its_hash(country, file, old, new):
    before = bundle(country, "birth").hash

    change(country, file, old, new)

    assert bundle(country, "birth").hash != before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("agencies.yaml", "en: Ray", "en: Shahr-e Ray"),
        ("calendar.yaml", "en: Nowruz", "en: New year"),
        ("demonstration.yaml", "en: Sara", "en: Sarah"),
        (f"{HOME}/scenarios.yaml", "Twins at home", "Twins, at home"),
    ],
)
def test_offices_calendars_people_and_examples_do_not_change_it(country, file, old, new):
    before = bundle(country, "birth").hash

    change(country, file, old, new)

    assert bundle(country, "birth").hash == before


def test_a_bundle_survives_being_written_down(country):
    original = bundle(country, "birth")

    again = Bundle.from_bytes(original.to_bytes())

    assert again == original
    assert again.hash == original.hash


@pytest.mark.parametrize("content", [b"[]", b"{}", f'{{"format": "{FORMAT}x"}}'.encode()])
def test_something_else_is_not_a_bundle(content):
    with pytest.raises(ValueError, match="not a bundle"):
        Bundle.from_bytes(content)


def test_a_bundle_compiles_without_its_country(country):
    stored = bundle(country, "birth").to_bytes()

    service = compile_service(Bundle.from_bytes(stored))

    assert service.questions["birth_place"].label.in_("en") == "Place of birth"


def test_a_country_knows_its_lists_calendar_and_places(country):
    known = load_country(country)

    assert [choice.id for choice in known.lists["agencies"]] == ["civil-registry", "inspectorate"]
    assert known.agencies["civil-registry"].offices["ray"].id == "ray"
    assert known.places.label("IR-07-01", "en") == "Ray, Tehran"
    assert len(known.working_calendar.holidays) == 1
    assert known.registries["population"].fields["given_name"].label.in_("en") == "Given name"
    assert known.folder.scenarios("birth").scenarios[0].scenario == "twins-at-home"
