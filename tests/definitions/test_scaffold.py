"""A new service passes the check before anybody has written a word of it."""

import pytest
from tests.definitions.country import build

from panjereh.definitions import check, load_country
from panjereh.definitions.scaffold import BadName, NoSuchAgency, ServiceExists, new


@pytest.fixture
def country(tmp_path):
    return build(tmp_path)


def test_a_new_service_passes_the_check_and_compiles(country):
    folder = new(country, "inspectorate/ask-a-question", {"en": 'Ask a "question"', "fa": "پرسیدن"})

    assert check(folder) == []
    assert load_country(country).services["ask-a-question"].title.in_("en") == 'Ask a "question"'


def test_without_a_title_it_is_called_after_its_name(country):
    new(country, "inspectorate/ask-a-question")

    assert load_country(country).services["ask-a-question"].title.in_("fa") == "ask a question"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("question", BadName),
        ("inspectorate/Ask", BadName),
        ("../x", BadName),
        ("inspectorate/../../etc", BadName),
        ("ministry/question", NoSuchAgency),
        ("civil-registry/birth", ServiceExists),
        ("inspectorate/birth", ServiceExists),
    ],
)
def test_a_name_that_can_not_be_is_refused_and_nothing_is_written(country, name, error):
    before = sorted(country.rglob("*"))

    with pytest.raises(error):
        new(country, name)

    assert sorted(country.rglob("*")) == before
