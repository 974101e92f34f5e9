"""Parties: made at the desk, named by a register, linked by a proven step, reached as they wish."""

import pytest
from tests.identity.factories import entry, official, person

from panjereh.audit import queries as audit
from panjereh.identity import operations, queries
from panjereh.identity.errors import AlreadyLinked, ContactIsWrong, ReasonMissing
from panjereh.identity.models import Party
from panjereh.kernel.errors import NotAllowed, NotFound
from panjereh.kernel.ids import new_id

pytestmark = pytest.mark.django_db


def test_somebody_without_address_phone_and_number_is_helped_at_the_desk():
    _, helper = official("helpdesk")

    made = operations.make_party(actor=helper, given_name="علي", family_name="رضايى")

    assert made.name == "علی رضایی"
    assert (made.email, made.phone, made.national_id, made.notices) == ("", "", None, "desk")


def test_a_person_makes_no_other_people():
    _, actor = person()

    with pytest.raises(NotAllowed):
        operations.make_party(actor=actor, given_name="x")

    assert Party.objects.count() == 1


def test_somebody_whom_a_register_names_gets_one_party():
    first = operations.party_for_entity(entity := new_id(), national_id="0499370899", given_name="مریم")

    assert operations.party_for_entity(entity) == first
    assert first.linked_by == "register"


class TestLinkByPapers:
    def test_ties_the_person_to_their_entry(self):
        _, helper = official("helpdesk")
        account, _ = person()

        linked = operations.link_by_papers(account.party_id, actor=helper, papers="identity card", **entry())

        assert (linked.national_id, linked.linked_by, linked.name) == ("0499370899", "papers", "مریم احمدی")
        change = queries.changes_of(linked.pk)[0]
        assert (change.what, change.reason, change.actor) == ("linked by papers", "identity card", helper.party)

    def test_wants_to_know_which_papers(self):
        _, helper = official("helpdesk")
        account, _ = person()

        with pytest.raises(ReasonMissing):
            operations.link_by_papers(account.party_id, actor=helper, papers="", **entry())

    def test_is_not_for_an_officials_own_party(self):
        held, helper = official("helpdesk")

        with pytest.raises(NotAllowed):
            operations.link_by_papers(held.party_id, actor=helper, papers="identity card", **entry())

    def test_takes_over_what_the_register_alone_had_named(self):
        _, helper = official("helpdesk")
        account, _ = person()
        facts = entry()
        named = operations.party_for_entity(facts["entity"], national_id=facts["national_id"])

        operations.link_by_papers(account.party_id, actor=helper, papers="identity card", **facts)

        assert queries.numbers_of(account.party_id) == {account.party_id, named.pk}
        assert queries.party_of_entity(facts["entity"]).pk == account.party_id

    def test_refuses_an_entry_of_somebody_who_signs_in(self):
        _, helper = official("helpdesk")
        facts = entry()
        first, _ = person()
        second, _ = person()
        operations.link_by_papers(first.party_id, actor=helper, papers="identity card", **facts)

        with pytest.raises(AlreadyLinked):
            operations.link_by_papers(second.party_id, actor=helper, papers="identity card", **facts)

        assert queries.party(second.party_id).entity is None

    def test_refuses_a_second_entry_for_one_person(self):
        _, helper = official("helpdesk")
        account, _ = person()
        operations.link_by_papers(account.party_id, actor=helper, papers="identity card", **entry())

        with pytest.raises(AlreadyLinked):
            operations.link_by_papers(
                account.party_id, actor=helper, papers="identity card", **entry(national_id="0084575948")
            )


class TestContact:
    def test_is_changed_by_the_person_and_kept_in_one_form(self):
        account, actor = person()

        changed = operations.update_contact(account.party_id, actor=actor, phone="۰۹۱۲ ۱۲۳ ۴۵۶۷", language="en")

        assert (changed.phone, changed.language) == ("+989121234567", "en")
        assert queries.changes_of(changed.pk)[0].fields == ["language", "phone"]

    def test_of_others_is_nobody_elses_business(self):
        account, _ = person()
        _, other = person()

        with pytest.raises(NotAllowed):
            operations.update_contact(account.party_id, actor=other, phone="09121234567")

    def test_is_changed_for_somebody_by_the_helpdesk(self):
        account, _ = person()
        _, helper = official("helpdesk")

        assert operations.update_contact(account.party_id, actor=helper, notices="desk").notices == "desk"

    @pytest.mark.parametrize(
        ("field", "value"),
        [("email", "no address"), ("phone", "12"), ("language", "xx"), ("notices", "pigeon")],
    )
    def test_that_cannot_be_is_refused_and_nothing_changes(self, field, value):
        account, actor = person()
        before = Party.objects.values().get(pk=account.party_id)

        with pytest.raises(ContactIsWrong) as refusal:
            operations.update_contact(account.party_id, actor=actor, **{field: value})

        assert refusal.value.params["field"] == field
        assert Party.objects.values().get(pk=account.party_id) == before

    def test_must_have_an_address_when_notices_come_by_email(self):
        account, actor = person()

        with pytest.raises(ContactIsWrong):
            operations.update_contact(account.party_id, actor=actor, email="")

        operations.update_contact(account.party_id, actor=actor, email="", notices="in_app")
        assert queries.address_for_notices(account.party_id) == ""


def test_the_helpdesk_finds_people_by_number_address_phone_and_beginning_of_names():
    _, helper = official("helpdesk")
    account, _ = person(
        "maryam@example.com", given_name="مریم", family_name="احمدی", national_id="0499370899", phone="+989121234567"
    )

    for text in ("۰۴۹۹۳۷۰۸۹۹", "Maryam@example.com", "09121234567", "احم", "مریم احمدی"):
        assert [found.pk for found in queries.find_parties(helper, text)] == [account.party_id], text
    assert queries.find_parties(helper, "ا") == []


def test_whoever_was_found_can_see_who_looked():
    _, helper = official("helpdesk")
    account, _ = person("maryam@example.com")

    queries.find_parties(helper, "maryam@example.com")

    seen = audit.accesses_of(f"party:{account.party_id}")[0]
    assert (seen.actor, seen.agency, seen.purpose) == (helper.party, "civil-registry", "find-at-the-desk")


def test_a_person_finds_nobody():
    _, actor = person()

    with pytest.raises(NotAllowed):
        queries.find_parties(actor, "احمدی")


def test_an_unknown_number_is_nobody():
    with pytest.raises(NotFound):
        queries.party(new_id())
