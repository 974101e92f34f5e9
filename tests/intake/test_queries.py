"""How often a page may ask the database; PostgreSQL is asked once more, whether the connection still stands."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from tests.standing import standing_country

from panjereh.cases.models import Case
from panjereh.identity import operations as identity

BACKEND = "panjereh.identity.adapters.allauth.AccountBackend"
COMPLAINT = {
    "kind": {"kind": "request"},
    "addressee": {"addressee": "civil-registry"},
    "what": {"what": "کارت من گم شده است."},
    "proof": {},
}
Most = Callable[[int], Any]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with standing_country(django_db_blocker):
        yield


@pytest.fixture
def person() -> Client:
    return signed_in("laleh@example.org")


@pytest.fixture
def official() -> Client:
    return signed_in("amini@example.org")


def signed_in(email: str) -> Client:
    client = Client()
    client.force_login(identity.create_account(email), backend=BACKEND)
    client.get("/my/")
    return client


def begin(person: Client) -> str:
    return str(person.get("/apply/complaint/start/").headers["Location"])


def answer_all(person: Client, draft: str) -> None:
    for screen, boxes in COMPLAINT.items():
        assert person.post(f"{draft}q/{screen}/", boxes).status_code == 302


def sent(person: Client) -> Case:
    draft = begin(person)
    answer_all(person, draft)
    assert person.post(f"{draft}send/", {"declared": "yes"}).status_code == 302
    return Case.objects.get()


def test_a_question_asks_at_most_five_times_and_its_answer_ten(person: Client, django_assert_max_num_queries: Most):
    draft = begin(person)

    with django_assert_max_num_queries(5):
        assert person.get(f"{draft}q/kind/").status_code == 200
    with django_assert_max_num_queries(10):
        assert person.post(f"{draft}q/kind/", {"kind": "request"}).status_code == 302


def test_checking_the_answers_asks_at_most_five_times(person: Client, django_assert_max_num_queries: Most):
    draft = begin(person)
    answer_all(person, draft)

    with django_assert_max_num_queries(5):
        assert person.get(f"{draft}check/").status_code == 200


def test_sending_asks_at_most_thirty_five_times(person: Client, django_assert_max_num_queries: Most):
    draft = begin(person)
    answer_all(person, draft)

    with django_assert_max_num_queries(35):
        assert person.post(f"{draft}send/", {"declared": "yes"}).status_code == 302


def test_the_page_of_a_case_asks_at_most_sixteen_times(person: Client, django_assert_max_num_queries: Most):
    case = sent(person)

    with django_assert_max_num_queries(16):
        assert person.get(f"/my/cases/{case.number}/").status_code == 200


def test_the_queue_asks_as_often_for_many_tasks_as_for_one(
    person: Client, official: Client, django_assert_max_num_queries: Most
):
    for _ in range(5):
        draft = begin(person)
        answer_all(person, draft)
        assert person.post(f"{draft}send/", {"declared": "yes"}).status_code == 302

    with django_assert_max_num_queries(12):
        assert official.get("/desk/").status_code == 200


def test_a_case_at_the_desk_asks_at_most_twenty_eight_times(
    person: Client, official: Client, django_assert_max_num_queries: Most
):
    case = sent(person)

    with django_assert_max_num_queries(28):
        assert official.get(f"/desk/case/{case.number}/").status_code == 200
