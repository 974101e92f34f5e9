"""Officials are made, changed and ended by operators, and every step can be followed later."""

import pytest
from tests.identity.factories import official, person

from panjereh.identity import operations, queries
from panjereh.identity.errors import (
    AlreadyAnOfficial,
    LastAdministrator,
    NotAnOfficial,
    OfficeHasEnded,
    ReasonMissing,
    UnknownRole,
)
from panjereh.kernel.actor import SYSTEM
from panjereh.kernel.errors import NotAllowed, NotFound

pytestmark = pytest.mark.django_db


def hire(actor, email="new@example.org", roles=("officer",), **more):
    return operations.make_official(
        actor=actor, email=email, agency="civil-registry", roles=roles, given_name="رضا", family_name="تهرانی", **more
    )


def test_an_operator_makes_an_official_of_their_agency():
    _, operator = official("operator")

    made = hire(operator, office="tehran", reason="hired")

    actor = queries.actor_of(made.account, as_official=True)
    assert (actor.agency, actor.office, actor.roles) == ("civil-registry", "tehran", {"officer"})
    assert actor.name == "رضا تهرانی"
    assert queries.changes_of(made.party_id)[0].actor == operator.party


def test_an_operator_makes_no_official_elsewhere_and_nothing_happens():
    _, operator = official("operator", agency="inspectorate")

    with pytest.raises(NotAllowed):
        hire(operator)

    assert queries.officials("civil-registry") == []


def test_only_an_administrator_makes_administrators():
    _, operator = official("operator")

    with pytest.raises(NotAllowed):
        hire(operator, roles=["administrator"])


def test_somebody_holds_one_office_at_a_time():
    _, operator = official("operator")
    hire(operator)

    with pytest.raises(AlreadyAnOfficial, match=r"new@example\.org"):
        hire(operator, email="New@Example.org")


def test_an_official_needs_a_role_that_exists():
    _, operator = official("operator")

    for roles in ([], ["king"], ["applicant"]):
        with pytest.raises(UnknownRole):
            hire(operator, roles=roles)


def test_changed_roles_hold_from_the_next_look_and_the_old_ones_stay_on_record():
    held, _ = official("officer", "helpdesk")
    _, operator = official("operator")

    operations.change_roles(held.pk, actor=operator, roles=["officer", "registrar"], reason="promoted")

    assert queries.actor_of(held.account, as_official=True).roles == {"officer", "registrar"}
    gone = held.grants.get(role="helpdesk")
    assert gone.taken_by == operator.party
    assert held.grants.filter(role="officer").count() == 1


def test_changing_roles_needs_a_reason():
    held, _ = official("officer")
    _, operator = official("operator")

    with pytest.raises(ReasonMissing):
        operations.change_roles(held.pk, actor=operator, roles=["registrar"], reason="  ")


def test_nobody_changes_their_own_roles():
    held, operator = official("operator")

    with pytest.raises(NotAllowed):
        operations.change_roles(held.pk, actor=operator, roles=["operator", "registrar"], reason="more")

    assert queries.official(held.pk).roles == {"operator"}


def test_an_official_of_another_agency_is_not_found():
    held, _ = official("officer", agency="inspectorate")
    _, operator = official("operator")

    with pytest.raises(NotFound):
        operations.end_official(held.pk, actor=operator, reason="left")


def test_an_ended_office_gives_no_power_and_leaves_the_person_their_account():
    held, _ = official("officer")
    _, operator = official("operator")

    operations.end_official(held.pk, actor=operator, reason="left")

    with pytest.raises(NotAnOfficial):
        queries.actor_of(held.account, as_official=True)
    assert queries.actor_of(held.account).party == held.party_id
    with pytest.raises(OfficeHasEnded):
        operations.end_official(held.pk, actor=operator, reason="again")


def test_the_last_administrator_stays():
    first = operations.create_admin("admin@example.org", agency="inspectorate")
    second = operations.create_admin("second@example.org", agency="inspectorate")
    actor = queries.actor_of(second.account, as_official=True)

    operations.end_official(first.pk, actor=actor, reason="left")
    third, third_actor = official("operator", agency="inspectorate")

    with pytest.raises(NotAllowed):
        operations.end_official(second.pk, actor=third_actor, reason="left")
    assert third.ended_at is None
    with pytest.raises(LastAdministrator):
        operations.change_roles(second.pk, actor=SYSTEM, roles=["officer"], reason="nobody would be left")


def test_create_admin_twice_gives_the_role_once():
    first = operations.create_admin("admin@example.org", agency="inspectorate")
    operations.create_admin("admin@example.org", agency="inspectorate")

    assert first.grants.filter(role="administrator").count() == 1


def test_somebody_without_an_office_is_no_official():
    account, _ = person()

    assert not queries.is_official(account)
    with pytest.raises(NotAnOfficial):
        queries.actor_of(account, as_official=True)


def test_officials_are_listed_by_agency_office_and_role():
    here, _ = official("registrar", office="tehran")
    official("officer", office="isfahan")
    official("registrar", agency="inspectorate")

    assert queries.officials("civil-registry", role="registrar") == [here]
    assert queries.officials("civil-registry", office="tehran") == [here]
    assert len(queries.officials()) == 3
