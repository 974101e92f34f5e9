"""What somebody holds by a register: they see it, are told in time before it ends, and go on with all filled in."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from tests.pages import Page

from panjereh.audit.models import AccessLog
from panjereh.cases import lapses
from panjereh.cases import operations as cases
from panjereh.cases import queries as case_queries
from panjereh.cases.models import Draft
from panjereh.correspondence.models import Message
from panjereh.identity import operations as identity
from panjereh.kernel import clock
from panjereh.kernel.errors import NotFound

pytestmark = pytest.mark.django_db

SERVICE = "driving-licence-renewal"
NUMBER = "DL-1000001"


def held_by(actor, number=NUMBER):
    return next(one for one in case_queries.holdings_of(actor) if one.number == number)


@pytest.fixture(autouse=True)
def nobody_has_looked():
    lapses.forget()
    yield
    lapses.forget()


@pytest.fixture
def kamran(house):
    return house.person("kamran")


def at_noon_of(day):
    return clock.at(datetime(day.year, day.month, day.day, 12, tzinfo=clock.home_zone()))


def test_people_see_what_the_registers_say_is_theirs_and_nothing_else(house, kamran):
    own, others = ({one.number for one in case_queries.holdings_of(who)} for who in (kamran, house.person("arash")))

    assert NUMBER in own
    assert own & others == set()


def test_what_ends_first_comes_first(kamran):
    ends = [one.until for one in case_queries.holdings_of(kamran)]

    dated = [day for day in ends if day]
    assert dated == sorted(dated)
    assert ends[: len(dated)] == dated


def test_an_entry_says_whether_it_is_valid_suspended_or_over(house, kamran):
    licence = held_by(kamran)
    suspended = held_by(house.person("arash"), "DL-1000003")

    assert (licence.state, suspended.state) == ("valid", "suspended")
    with at_noon_of(licence.until + timedelta(days=1)):
        assert licence.state == "lapsed"


def test_a_renewal_begins_with_the_entry_filled_in_and_vouched_for_by_the_register(kamran):
    licence = held_by(kamran)

    draft = cases.follow_up(SERVICE, licence.entity, actor=kamran)

    answer = Draft.objects.get(pk=draft.pk).answers["licence"]
    assert answer["licence_number"] == NUMBER
    assert answer["valid_until"] == "2026-12-20"
    assert answer["source"]["entity"] == str(licence.entity)


@pytest.mark.parametrize("service", ["change-of-address", "no-such-service"])
def test_only_services_that_follow_the_register_begin_so(kamran, service):
    with pytest.raises(NotFound):
        cases.follow_up(service, held_by(kamran).entity, actor=kamran)


def test_nobody_follows_up_what_somebody_else_holds_and_nothing_begins(house, kamran):
    entity = held_by(kamran).entity

    with pytest.raises(NotFound):
        cases.follow_up(SERVICE, entity, actor=house.person("arash"))

    assert not Draft.objects.filter(service=SERVICE).exists()


@pytest.mark.parametrize("days", [60, 7])
def test_the_holder_is_told_in_time_once_and_offered_to_renew(kamran, days):
    licence = held_by(kamran)
    told = Message.objects.filter(key__startswith=f"lapse:{licence.entity}")

    with at_noon_of(licence.until - timedelta(days=days)):
        lapses.remind_of_lapses()
        lapses.forget()
        lapses.remind_of_lapses()

    message = told.get()
    assert message.party_id == kamran.party
    assert message.service == SERVICE
    assert "همه چیز پر شده است" in message.text


def test_a_worker_that_was_away_for_days_misses_nobody_and_a_day_too_early_is_silent(kamran):
    licence = held_by(kamran)
    told = Message.objects.filter(key__startswith=f"lapse:{licence.entity}")

    with at_noon_of(licence.until - timedelta(days=61)):
        lapses.remind_of_lapses()
        assert not told.exists()
    with at_noon_of(licence.until - timedelta(days=57)):
        lapses.remind_of_lapses()
        assert told.count() == 1


def test_holders_see_that_a_rule_read_their_entry_to_remind_them(kamran):
    licence = held_by(kamran)

    with at_noon_of(licence.until - timedelta(days=7)):
        lapses.remind_of_lapses()

    row = AccessLog.objects.get(subject=f"driving-licences:{licence.entity}", purpose=lapses.PURPOSE)
    assert row.law == "driving-act#6"


def test_the_page_shows_it_and_begins_the_renewal(kamran):
    client = Client()
    account = identity.create_account("kamran@example.org")
    client.force_login(account, backend="panjereh.identity.adapters.allauth.AccountBackend")
    licence = held_by(kamran)

    shown = Page(client).open("/en/my/holdings/")
    assert NUMBER in shown.text
    assert "Renew your driving licence" in shown.text
    answer = client.post("/en/my/holdings/", {"entry": str(licence.entity), "service": SERVICE})

    assert answer.status_code == 302
    assert Draft.objects.get(service=SERVICE).answers["licence"]["licence_number"] == NUMBER


@pytest.mark.parametrize("entry", ["", "x", str(UUID(int=1))])
def test_a_number_that_is_nobodys_is_not_found(kamran, entry):
    client = Client()
    account = identity.create_account("kamran@example.org")
    client.force_login(account, backend="panjereh.identity.adapters.allauth.AccountBackend")

    assert client.post("/my/holdings/", {"entry": entry, "service": SERVICE}).status_code == 404
