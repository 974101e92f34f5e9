"""A version that comes into force between checking the answers and sending them: the person looks again."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from tests.intake.test_queries import answer_all, begin, signed_in
from tests.pages import Page
from tests.standing import standing_country

from panjereh import definitions
from panjereh.cases.models import Case
from panjereh.catalogue import operations as catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[definitions.Country]:
    with standing_country(django_db_blocker) as country:
        yield country


@pytest.fixture
def person() -> Client:
    return signed_in("laleh@example.org")


def publish(country: definitions.Country, *changes: tuple[str, str]) -> None:
    """The complaint in other words."""
    bundle = definitions.bundle(country.path, "complaint")
    text = bundle.files["service.yaml"].decode()
    for before, now in changes:
        assert before in text
        text = text.replace(before, now)
    changed = replace(bundle, files={**bundle.files, "service.yaml": text.encode()})
    catalogue.publish(changed, by="test", note="other words")


def checked(person: Client) -> tuple[str, dict[str, str]]:
    """The draft's address, and the form below the answers as the page has it."""
    draft = begin(person)
    answer_all(person, draft)
    shown = Page(person).open(f"{draft}check/")
    return draft, {"declared": "yes", "version": str(shown.value("version"))}


def test_what_was_checked_by_an_older_version_is_shown_again_with_what_changed(
    person: Client, country: definitions.Country
):
    draft, form = checked(person)
    publish(country, ("روشن است چه شده", "کاملاً روشن است چه شده"))

    again = Page(person).send(f"{draft}send/", form, status=409)

    assert not Case.objects.exists()
    assert "کاملاً روشن است چه شده" in again.text
    form["version"] = str(again.value("version"))
    assert person.post(f"{draft}send/", form).status_code == 302
    assert Case.objects.count() == 1


def test_a_version_that_changes_nothing_between_needs_no_second_look(person: Client):
    draft, form = checked(person)

    assert person.post(f"{draft}send/", form).status_code == 302
