"""A follow-up fills in the question for the entry and what becomes of it."""

import pytest

from panjereh.definitions.following import FollowUp, filled_in, record_of
from panjereh.definitions.registry import RegistryFile
from panjereh.definitions.service import Definition

TEXT = {"fa": "چیزی", "en": "Something"}
REGISTER = RegistryFile.model_validate(
    {
        "registry": "permits",
        "title": TEXT,
        "agency": "town",
        "entity": "permit",
        "key": "number",
        "fields": {
            name: {"type": kind, "label": TEXT}
            for name, kind in {"number": "text", "holder": "text", "until": "date", "paused": "date"}.items()
        },
        "indexed": ["holder", "until"],
        "lookups": {"mine": {"match": ["number", "holder"]}},
        "holding": {"holder": "holder", "until": "until", "suspended": "paused", "lookup": "mine", "law": "act#1"},
    }
)
SERVICE = {
    "service": "permit-renewal",
    "agency": "town",
    "title": TEXT,
    "summary": TEXT,
    "relation": "G2C",
    "in_force": {"from": "2026-01-01"},
    "applicants": [{"role": "self", "title": TEXT}],
}


def block(kind, **more):
    return FollowUp.model_validate({"as": kind, "of": "permits", "entry": "permit", **more})


@pytest.mark.parametrize(
    ("kind", "more", "update"),
    [
        ("transfer", {"to": "buyer.national_id"}, {"holder": "buyer.national_id"}),
        ("suspension", {"until": "until_day"}, {"paused": "until_day"}),
        ("lifting", {}, {"paused": "null"}),
        ("revocation", {}, {"until": "today()"}),
        ("change", {"fields": {"number": '"7"'}}, {"number": '"7"'}),
    ],
)
def test_what_becomes_of_the_entry(kind, more, update):
    record = record_of(block(kind, **more), REGISTER, REGISTER.holding)

    assert record.update == update
    assert record.entity == "permit.source.entity"


def test_a_renewal_counts_from_the_last_day_or_from_today_if_that_has_passed():
    record = record_of(block("renewal", lasts="P1Y"), REGISTER, REGISTER.holding)

    assert record.update["until"].startswith(
        "(if permit.until != null and permit.until > submitted_on then permit.until"
    )
    assert record.update["until"].endswith('duration("P12M")')


def test_a_duplicate_changes_nothing():
    assert record_of(block("duplicate"), REGISTER, REGISTER.holding) is None


@pytest.mark.parametrize("kind", ["renewal", "change", "transfer", "suspension"])
def test_a_kind_without_what_it_needs_is_refused(kind):
    with pytest.raises(ValueError, match="needs"):
        block(kind)


def test_the_entry_is_asked_for_by_number_and_holder():
    definition = Definition.model_validate(
        {**SERVICE, "follow_up": {"as": "lifting", "of": "permits", "entry": "permit"}}
    )

    made = filled_in(definition, {"permits": REGISTER})

    (asked,) = made.ask[0].questions
    assert (asked.id, asked.source.lookup) == ("permit", "permits.mine")
    assert asked.source.given == {"holder": "applicant.national_id"}
    assert made.produces[0].record.update == {"paused": "null"}


def test_a_question_that_the_service_asks_itself_is_not_asked_twice():
    own = {"page": "own", "questions": [{"id": "permit", "type": "text", "label": TEXT}]}
    definition = Definition.model_validate(
        {**SERVICE, "ask": [own], "follow_up": {"as": "lifting", "of": "permits", "entry": "permit"}}
    )

    assert filled_in(definition, {"permits": REGISTER}).ask == definition.ask


def test_organisations_are_known_by_their_own_number():
    applicants = [{"role": "company", "kind": "organisation", "title": TEXT}, {"role": "self", "title": TEXT}]
    definition = Definition.model_validate(
        {**SERVICE, "applicants": applicants, "follow_up": {"as": "lifting", "of": "permits", "entry": "permit"}}
    )

    (asked,) = filled_in(definition, {"permits": REGISTER}).ask[0].questions

    assert "applicant.company_id" in asked.source.given["holder"]
    assert "applicant.national_id" in asked.source.given["holder"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"indexed": []}, "must also stand in `indexed`"),
        ({"lookups": {"mine": {"match": ["number"]}}}, "must match number and holder"),
        ({"holding": {"holder": "owner", "lookup": "mine", "law": "act#1"}}, "no field of this registry"),
        ({"holding": {"holder": "holder", "lookup": "mine", "law": "act#1", "remind": "P7D"}}, "name `until`"),
    ],
)
def test_a_register_that_could_not_find_what_is_held_is_refused(change, words):
    whole = REGISTER.model_dump(mode="json", by_alias=True, exclude_none=True)

    with pytest.raises(ValueError, match=words):
        RegistryFile.model_validate({**whole, **change})
