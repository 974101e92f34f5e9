"""The identities of the demonstration country: one click, and none in production."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory, override_settings

from panjereh.identity import queries
from panjereh.identity.adapters import demo
from panjereh.identity.errors import NoDemonstration
from panjereh.identity.models import Account, Party
from panjereh.kernel.ids import new_id

pytestmark = pytest.mark.django_db

MARYAM = {"entity": new_id(), "national_id": "0499370899", "given_name": "مریم", "family_name": "احمدی"}


def request_with_session(client):
    request = RequestFactory().post("/demonstration/")
    request.session = client.session
    request.user = AnonymousUser()
    return request


def test_a_person_is_linked_to_their_entry_and_known_substantially():
    account = demo.load_person("maryam@example.com", **MARYAM)

    actor = queries.actor_of(account)
    assert (actor.name, actor.level) == ("مریم احمدی", "substantial")
    assert queries.party_of_entity(MARYAM["entity"]).linked_by == "demonstration"


def test_loading_twice_makes_nobody_twice():
    for _ in range(2):
        demo.load_person("maryam@example.com", **MARYAM)
        demo.load_official(
            "sara@example.org", agency="civil-registry", roles=["officer"], given_name="سارا", family_name="کریمی"
        )

    assert (Account.objects.count(), Party.objects.count()) == (2, 2)


def test_officials_come_after_people_and_say_where_they_work():
    demo.load_official(
        "sara@example.org", agency="civil-registry", roles=["officer"], given_name="سارا", family_name="کریمی"
    )
    demo.load_person("maryam@example.com", **MARYAM)

    person, official = demo.identities()

    assert (person.name, person.is_official) == ("مریم احمدی", False)
    assert (official.name, official.agency, official.roles) == ("سارا کریمی", "civil-registry", {"officer"})


def test_an_official_can_be_a_resident_too():
    held = demo.load_official("sara@example.org", agency="civil-registry", roles=["officer"], **MARYAM)

    as_person, as_official = queries.actor_of(held.account), queries.actor_of(held.account, as_official=True)
    assert as_person.party == as_official.party


def test_one_click_signs_in(client):
    account = demo.load_person("maryam@example.com", **MARYAM)
    request = request_with_session(client)

    assert demo.sign_in(request, account.pk) == account
    assert request.user == account


def test_only_demonstration_identities_have_a_click(client):
    account = Account.objects.create_user("real@example.com")

    with pytest.raises(NoDemonstration):
        demo.sign_in(request_with_session(client), account.pk)


@pytest.mark.parametrize("mode", [{"PRODUCTION": True}, {"DEMONSTRATION": False}])
def test_production_has_none(client, mode):
    account = demo.load_person("maryam@example.com", **MARYAM)

    with override_settings(**mode):
        assert demo.identities() == []
        with pytest.raises(NoDemonstration):
            demo.sign_in(request_with_session(client), account.pk)
        with pytest.raises(NoDemonstration):
            demo.load_person("other@example.com", **MARYAM)
    with override_settings(DEMONSTRATION=False):
        assert queries.actor_of(account).level == "low"
