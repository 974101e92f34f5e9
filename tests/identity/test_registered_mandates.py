"""For whom the registers let people act: minor children and companies, as long as the registers say so."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from tests.standing import standing_country

from panjereh.audit import queries as audit
from panjereh.cases import operations as cases
from panjereh.cases.errors import NotOpenToThem
from panjereh.definitions import Country
from panjereh.identity import history, mandates, operations
from panjereh.identity import queries as identity
from panjereh.identity.errors import BeyondMandate, MandateHasEnded
from panjereh.identity.models import Mandate, Party
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.registries import operations as registries
from panjereh.registries.types import Cause

pytestmark = pytest.mark.django_db
CAUSE = Cause(law="civil-registration-act#1", actor=SYSTEM, reason="test")
BOOKSHOP = "14001234562"


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[Country]:
    with standing_country(django_db_blocker) as made:
        yield made


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(datetime.fromisoformat("2026-11-23T10:00:00+03:30")):
        yield


def person(name: str) -> Actor:
    return identity.actor_of(operations.create_account(f"{name}@example.org"))


def child(country: Country, of: str, born: str = "2016-01-02", **more: str) -> UUID:
    mother = identity.party(person(of).party or UUID(int=0)).national_id or ""
    data = {
        "given_name": "هلیا",
        "family_name": "کاوه",
        "sex": "female",
        "birth_date": born,
        "mother": mother,
        **more,
    }
    entry = registries.create(
        country.registries["population"], data, valid_from=date.fromisoformat(born), cause=CAUSE, key=f"child:{born}"
    )
    return entry.entity


def found(name: str, country: Country) -> list[Mandate]:
    operations.find_registered(person(name), country)
    return mandates.held_by(person(name))


def companies(name: str, country: Country) -> list[Mandate]:
    """Those of them that the register of companies gives."""
    return [mandate for mandate in found(name, country) if mandate.kind == "representative"]


def change(country: Country, register: str, entity: UUID, **data: Any) -> None:
    registries.update(
        country.registries[register], entity, data, valid_from=clock.today(), cause=CAUSE, key=f"change:{data}"
    )


def test_a_parent_acts_for_a_minor_child_until_the_day_it_comes_of_age(country):
    child(country, "nilufar", "2008-11-24")
    [mandate] = found("nilufar", country)
    acting = mandates.act_for(person("nilufar"), mandate)

    assert (mandate.kind, acting.acting_for and acting.acting_for.name) == ("parent", "هلیا کاوه")
    draft = cases.start_draft("complaint", actor=acting)
    assert (draft.applicant_id, draft.facts["applicant"]) == (mandate.principal_id, {})
    with clock.at(datetime.fromisoformat("2026-11-24T00:00:00+03:30")):
        assert mandates.held_by(person("nilufar")) == []
        assert found("nilufar", country) == []


def test_who_came_of_age_or_died_has_no_parent_who_acts(country):
    child(country, "nilufar", "2008-11-23")
    child(country, "nilufar", "2015-05-05", death_date="2016-01-01")

    assert found("nilufar", country) == []
    assert companies("kamran", country) == []


def test_death_and_another_parent_end_it_at_the_next_act_and_both_can_read_why(country):
    entity = child(country, "nilufar")
    [mandate] = found("nilufar", country)
    change(country, "population", entity, mother="0946306907")

    again = operations.look_again(mandate, country, actor=person("nilufar"))
    assert (again.state, again.end) == ("ended", "register")
    with pytest.raises(MandateHasEnded):
        mandates.act_for(person("nilufar"), again)
    assert [event.kind for event in history.of(f"mandate:{mandate.pk}")] == ["registered", "ended"]
    assert list(history.verify()) == []


def test_death_of_either_side_ends_given_mandates_too(country):
    made = operations.give_mandate(actor=person("kamran"), to="laleh@example.org", called="L", until=date(2027, 1, 1))
    mandate = operations.accept_mandate(made.pk, actor=person("laleh"))
    mandate = mandates.of_agent(person("laleh"), mandate.pk)
    assert operations.look_again(mandate, country, actor=person("laleh")).state == "valid"

    giver = identity.party(mandate.principal_id)
    assert giver.entity
    change(country, "population", giver.entity, death_date="2026-11-22")
    operations.look_after_mandates(country)
    mandate.refresh_from_db()
    assert mandate.end == "death"


def test_whoever_represents_a_company_acts_for_it_alone_or_jointly(country):
    [bookshop] = companies("laleh", country)
    assert (bookshop.kind, bookshop.together) == ("representative", 1)
    assert bookshop.principal.company_id == BOOKSHOP
    assert bookshop.principal.kind == Party.Kind.ORGANISATION

    signs = ["2535473917", "6729718323"]
    data = {"company_id": "14001234577", "name": "نان یاس", "representatives": signs, "jointly": True}
    bakery = registries.create(
        country.registries["companies"], data, valid_from=date(2020, 1, 1), cause=CAUSE, key="bakery"
    )
    assert [one.together for one in companies("nilufar", country)] == [2]
    change(country, "companies", bakery.entity, dissolved_on="2026-11-01")
    assert companies("kamran", country) == []


def test_a_company_applies_where_the_definition_lets_it_and_nowhere_else(country):
    [mandate] = companies("laleh", country)
    acting = mandates.act_for(person("laleh"), mandate)

    draft = cases.start_draft("stall-permit", actor=acting)
    assert draft.facts["applicant_kind"] == "organisation"
    assert draft.facts["applicant"]["company_id"] == BOOKSHOP
    with pytest.raises(NotOpenToThem):
        cases.start_draft("birth-registration", actor=acting)


def test_a_representative_whom_the_register_no_longer_names_is_stopped(country):
    [mandate] = companies("laleh", country)
    assert mandate.entity
    change(country, "companies", mandate.entity, representatives=["6729718323"])

    assert operations.look_again(mandate, country, actor=person("laleh")).end == "register"
    assert companies("laleh", country) == []
    assert [one.principal.company_id for one in companies("kamran", country)] == [BOOKSHOP]


def test_reading_the_registers_for_it_is_written_down_with_purpose_and_law(country):
    entity = child(country, "nilufar")
    found("nilufar", country)

    [look, *_rest] = audit.accesses_of(f"population:{entity}")
    assert (look.purpose, look.law, look.actor) == (
        "acting_for_another",
        "civil-code#1180",
        person("nilufar").party,
    )


def test_who_is_not_linked_to_the_register_acts_for_nobody_by_it(country):
    assert found("stranger", country) == []


def test_what_two_must_sign_together_nobody_sends_alone(country):
    [mandate] = companies("laleh", country)
    mandate.together = 2
    acting = mandates.act_for(person("laleh"), mandate)
    draft = cases.start_draft("stall-permit", actor=acting)

    with pytest.raises(BeyondMandate):
        cases.submit(draft.pk, actor=acting)
    draft.refresh_from_db()
    assert draft.case is None
