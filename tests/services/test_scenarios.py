"""Every worked example of services/ ends as it says."""

import pytest
from django.conf import settings

from panjereh.config.trying import world
from panjereh.config.trying.report import try_one
from panjereh.definitions import Country, yaml
from panjereh.documents.models import Certificate

pytestmark = pytest.mark.django_db

FILES = {path.parent.name: path for path in sorted(settings.SERVICES.glob("*/*/scenarios.yaml"))}
EXAMPLES = [
    (service, each["scenario"])
    for service, path in FILES.items()
    for each in yaml.read(path.read_bytes(), path.name).data["scenarios"]
]


@pytest.mark.parametrize(("service", "name"), EXAMPLES, ids=[f"{service}: {name}" for service, name in EXAMPLES])
def test_the_example_ends_as_it_says(country: Country, service: str, name: str):
    file = world.examples(country, service)
    assert file is not None
    scenario = next(each for each in file.scenarios if each.scenario == name)

    wrong = list(try_one(country, service, scenario, file))

    assert not wrong, "\n".join(["- expected, + happened", *wrong])


def test_every_service_of_the_country_has_examples(country: Country):
    assert set(FILES) == set(country.services)


def test_an_example_leaves_nothing_behind(country: Country):
    file = world.examples(country, "birth-registration")
    assert file is not None

    assert not list(try_one(country, "birth-registration", file.scenarios[0], file))

    assert not Certificate.objects.exists()
