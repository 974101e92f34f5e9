"""Whoever reads says why, gets only what that allows, and is seen."""

from dataclasses import replace
from datetime import date

import pytest
from tests.registries.definition import BIRTH, CLERK, LAW, PERSON, POPULATION, POSTMAN, cause, maryam

from panjereh.audit import queries as audit
from panjereh.audit.models import AccessLog
from panjereh.definitions import Disclose
from panjereh.kernel.ids import new_id
from panjereh.registries import operations, queries
from panjereh.registries.errors import LawMissing, NoSuchEntry, ReadingNotAllowed, UnknownField

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return operations.create(POPULATION, maryam(national_id="0499370899"), valid_from=BIRTH, cause=cause(), key="birth")


def seen(entity):
    return audit.accesses_of(f"population:{entity}")


class TestRead:
    def test_gives_the_fields_that_the_purpose_allows_and_leaves_a_trace(self, entry):
        got = queries.read(
            POPULATION, actor=POSTMAN, purpose="address", law=LAW, case="1234567890", national_id="0499370899"
        )

        assert got.data == {"city": "تهران"}
        trace = seen(entry.entity)[0]
        assert (trace.agency, trace.purpose, trace.law, trace.fields, trace.case) == (
            "post-office",
            "address",
            LAW,
            ["city"],
            "1234567890",
        )

    @pytest.mark.parametrize(
        ("own", "purpose", "holds"),
        [
            (None, Disclose(when="never", law="police-act#9"), "never"),
            (Disclose(when="closing", law="police-act#8"), None, "closing"),
            (Disclose(when="later", after="P90D", law="police-act#7"), Disclose(when="closing", law="x#1"), "closing"),
            (None, None, "now"),
        ],
    )
    def test_the_person_sees_it_when_permission_and_purpose_let_them(self, entry, own, purpose, holds):
        permission, *others = POPULATION.reads
        hiding = replace(POPULATION, reads=(permission.model_copy(update={"disclose": own}), *others))

        queries.read(hiding, actor=POSTMAN, purpose="address", law=LAW, case="1", entity=entry.entity, disclose=purpose)

        assert AccessLog.objects.get(subject=f"population:{entry.entity}").disclosure == holds
        assert bool(seen(entry.entity)) is (holds == "now")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"purpose": "curiosity"},
            {"law": "other-act#1"},
            {"fields": ["city", "birth_date"]},
            {"purpose": "family"},
            {"purpose": "keeping"},
            {"actor": PERSON},
        ],
    )
    def test_refuses_what_no_permission_covers_and_nobody_is_noted(self, entry, wrong):
        asked = {"actor": POSTMAN, "purpose": "address", "law": LAW, "entity": entry.entity, **wrong}

        with pytest.raises(ReadingNotAllowed):
            queries.read(POPULATION, **asked)

        assert seen(entry.entity) == []

    def test_refuses_before_it_tells_whether_the_entry_exists(self):
        with pytest.raises(ReadingNotAllowed):
            queries.read(POPULATION, actor=POSTMAN, purpose="curiosity", law=LAW, entity=new_id())

    def test_wants_a_law_and_fields_that_exist(self, entry):
        with pytest.raises(LawMissing):
            queries.read(POPULATION, actor=CLERK, purpose="keeping", law="", entity=entry.entity)
        with pytest.raises(UnknownField):
            queries.read(POPULATION, actor=CLERK, purpose="keeping", law=LAW, fields=["x"], entity=entry.entity)

    def test_goes_by_number_or_key_and_nothing_else(self, entry):
        with pytest.raises(UnknownField):
            queries.read(POPULATION, actor=CLERK, purpose="keeping", law=LAW, city="تهران")

    def test_of_nobody_is_nothing(self):
        assert queries.read(POPULATION, actor=CLERK, purpose="keeping", law=LAW, national_id="0084575948") is None

    def test_of_another_registers_entity_is_nothing(self, entry):
        other = replace(POPULATION, id="vehicles")

        assert queries.read(other, actor=CLERK, purpose="keeping", law=LAW, entity=entry.entity) is None


class TestLookUp:
    def ask(self, lookup="by_national_id", **values):
        return queries.look_up(POPULATION, lookup, values, actor=PERSON, purpose="register", law=LAW)

    def test_returns_only_what_it_may_when_everything_agrees(self, entry):
        found = self.ask(national_id="0499370899", birth_date="2000-01-01")

        assert (found.entity, found.data) == (entry.entity, {"given_name": "مریم", "family_name": "احمدی"})
        assert seen(entry.entity)[0].fields == ["family_name", "given_name"]

    def test_finds_nobody_for_a_near_miss(self, entry):
        assert self.ask(national_id="0499370899", birth_date="2000-01-02") is None
        assert seen(entry.entity) == []

    def test_forgives_spelling(self, entry):
        found = self.ask("by_name", given_name="مريم", family_name=" احمدي ")

        assert found.data == {"city": "تهران"}

    def test_finds_nobody_when_two_agree(self, entry):
        operations.create(POPULATION, maryam(), valid_from=BIRTH, cause=cause(), key="twin")

        assert self.ask("by_name", given_name="مریم", family_name="احمدی") is None

    def test_wants_all_its_fields(self, entry):
        with pytest.raises(UnknownField) as refusal:
            self.ask(national_id="0499370899", birth_date="")

        assert refusal.value.params["fields"] == ["birth_date"]

    def test_knows_what_holds_today_and_not_what_was_or_will_be(self, entry):
        operations.update(
            POPULATION, entry.entity, {"family_name": "رضایی"}, valid_from=date(2020, 1, 1), cause=cause(), key="m"
        )

        assert self.ask("by_name", given_name="مریم", family_name="احمدی") is None
        assert self.ask("by_name", given_name="مریم", family_name="رضایی").entity == entry.entity

    def test_of_many_gives_them_all_with_what_the_purpose_allows(self, entry):
        for name in ("آرش", "آوا"):
            operations.create(
                POPULATION,
                maryam(given_name=name, mother="0499370899"),
                valid_from=date(2024, 1, 1),
                cause=cause(),
                key=name,
            )

        children = queries.look_up_all(
            POPULATION, "children", {"mother": "0499370899"}, actor=PERSON, purpose="family", law=LAW
        )

        assert {child.data["given_name"] for child in children} == {"آرش", "آوا"}
        assert set(children[0].data) == {"given_name", "birth_date"}

    def test_no_longer_finds_somebody_annulled(self, entry):
        operations.annul(POPULATION, entry.entity, cause=cause(), key="annul")

        assert self.ask(national_id="0499370899", birth_date="2000-01-01") is None


def test_a_person_reads_their_own_entry_and_that_too_is_noted(entry):
    own = queries.read_own(POPULATION, entry.entity, actor=PERSON)

    assert own.data == entry.data
    assert seen(entry.entity)[0].purpose == "own-data"
    assert queries.read_own(POPULATION, new_id(), actor=PERSON) is None


def test_history_shows_every_version_to_the_keeping_agency_only(entry):
    operations.correct(POPULATION, entry.entity, {"city": "قم"}, cause=cause(reason="misread"), key="c")

    versions = queries.history_of(POPULATION, entry.entity, actor=CLERK, purpose="keeping", law=LAW)

    assert [(past.version, past.data["city"], past.superseded_at is None) for past in versions] == [
        (2, "قم", True),
        (1, "تهران", False),
    ]
    with pytest.raises(ReadingNotAllowed):
        queries.history_of(POPULATION, entry.entity, actor=POSTMAN, purpose="keeping", law=LAW)
    with pytest.raises(NoSuchEntry):
        queries.history_of(POPULATION, new_id(), actor=CLERK, purpose="keeping", law=LAW)


@pytest.mark.parametrize("text", ["احمدی", "احم", "مریم احمدی", "احمدی مر", "مريم", "۰۴۹۹۳۷۰۸۹۹"])
def test_clerks_search_by_the_beginning_of_words_and_by_number(entry, text):
    operations.create(
        POPULATION, maryam(given_name="رضا", family_name="تهرانی"), valid_from=BIRTH, cause=cause(), key="r"
    )

    found = queries.search(POPULATION, text, actor=CLERK, purpose="keeping", law=LAW)

    assert [one.entity for one in found] == [entry.entity]
    assert seen(entry.entity)


def test_any_word_of_a_compound_name_finds_it_but_looks_up_only_the_whole(entry):
    ali = operations.create(POPULATION, maryam(given_name="سید علی"), valid_from=BIRTH, cause=cause(), key="ali")

    found = queries.search(POPULATION, "علی", actor=CLERK, purpose="keeping", law=LAW)

    assert [one.entity for one in found] == [ali.entity]
    values = {"given_name": "علی", "family_name": "احمدی"}
    assert queries.look_up(POPULATION, "by_name", values, actor=PERSON, purpose="register", law=LAW) is None


@pytest.mark.parametrize("text", ["", "م", "نیست", "%", "_", "'; DROP TABLE"])
def test_odd_searches_find_nothing(entry, text):
    assert queries.search(POPULATION, text, actor=CLERK, purpose="keeping", law=LAW) == []
