"""Who may do what to which."""

import pytest

from panjereh.identity import policy
from panjereh.identity.policy import Role, Target, may, require
from panjereh.kernel.actor import SYSTEM, Actor, Channel
from panjereh.kernel.errors import NotAllowed
from panjereh.kernel.ids import new_id


def at_desk(*roles: str, agency: str = "civil-registry", office: str | None = None) -> Actor:
    return Actor(party=new_id(), agency=agency, office=office, roles=frozenset(roles), channel=Channel.DESK)


def test_everybody_may_act_in_their_own_matter_and_in_nobody_elses():
    person = Actor(party=new_id())

    assert may(person, "case.withdraw", Target(parties=frozenset({person.party})))
    assert not may(person, "case.withdraw", Target(parties=frozenset({new_id()})))
    assert not may(person, "case.withdraw", Target())


def test_nobody_unknown_may_anything():
    stranger = Actor(party=None)

    assert not any(may(stranger, action, Target()) for action in policy.TABLE)


def test_a_person_may_nothing_that_officials_do():
    person = Actor(party=new_id(), roles=frozenset({"registrar"}))

    assert not may(person, "case.decide", Target(parties=frozenset({person.party})))


def test_an_official_never_handles_their_own_case_whatever_their_roles():
    official = at_desk(*(role for role in Role))
    own = Target(agency=official.agency, parties=frozenset({official.party, new_id()}))

    assert not any(may(official, action, own) for action in policy.TABLE)


def test_an_official_acts_only_for_their_agency():
    registrar = at_desk("registrar")

    assert may(registrar, "case.decide", Target(agency="civil-registry"))
    assert not may(registrar, "case.decide", Target(agency="inspectorate"))


def test_an_officer_of_one_office_leaves_the_cases_of_another_alone_but_a_supervisor_reassigns_them():
    there = Target(agency="civil-registry", office="isfahan")

    assert not may(at_desk("officer", office="tehran"), "case.check", there)
    assert may(at_desk("officer", office="isfahan"), "case.check", there)
    assert may(at_desk("supervisor", office="tehran"), "case.reassign", there)


def test_officials_without_an_office_and_cases_without_one_belong_to_the_whole_agency():
    assert may(at_desk("officer"), "case.check", Target(agency="civil-registry", office="isfahan"))
    assert may(at_desk("officer", office="tehran"), "case.check", Target(agency="civil-registry"))


def test_an_operator_manages_one_agency_and_an_administrator_all():
    elsewhere = Target(agency="inspectorate")

    assert not may(at_desk("operator"), "official.manage", elsewhere)
    assert may(at_desk("administrator"), "official.manage", elsewhere)


def test_the_system_carries_out_what_was_decided():
    assert may(SYSTEM, "case.decide", Target(agency="civil-registry"))


def test_a_refusal_names_the_action():
    with pytest.raises(NotAllowed) as refusal:
        require(at_desk("officer"), "case.decide", Target(agency="civil-registry"))

    assert refusal.value.params["action"] == "case.decide"


def test_an_unknown_action_is_a_mistake_and_never_a_permission():
    with pytest.raises(KeyError):
        may(SYSTEM, "case.explode")


def test_nobody_checks_decides_and_confirms_with_one_role():
    for role in Role:
        powers = {action for action, rule in policy.TABLE.items() if role in rule}
        assert not {"case.decide", "case.confirm"} <= powers


def test_the_table_can_be_printed():
    heading, *rows = policy.as_rows()

    assert heading == ["action", *Role]
    assert ["case.reassign", *("agency" if role is Role.SUPERVISOR else "" for role in Role)] in rows
    assert policy.as_text().startswith("action")
