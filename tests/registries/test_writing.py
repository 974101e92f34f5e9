"""What is written stays written: new versions say what was valid when, and what was known when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.registries.definition import BIRTH, CLERK, LAW, POPULATION, cause, maryam

from panjereh.definitions.registry import NewKey
from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.localisation.identifiers import is_national_id
from panjereh.registries import keys, operations, queries
from panjereh.registries.errors import (
    EntryIsAnnulled,
    FieldMissing,
    KeyIsTaken,
    KeyMissing,
    LawMissing,
    NoSuchEntry,
    NotValidThen,
    UnknownField,
)
from panjereh.registries.models import Act, Current, Entity, Record
from panjereh.registries.types import Cause

pytestmark = pytest.mark.django_db

T0 = datetime(2026, 5, 1, 8, tzinfo=UTC)


def create(key="birth", **data):
    return operations.create(POPULATION, maryam(**data), valid_from=BIRTH, cause=cause(), key=key)


def city(entity, *, valid_at=None, known_at=None):
    entry = queries.read(
        POPULATION, actor=CLERK, purpose="keeping", law=LAW, entity=entity, valid_at=valid_at, known_at=known_at
    )
    return entry.data["city"] if entry else None


class TestCreate:
    def test_gives_a_new_number_with_a_check_digit(self):
        entry = create()

        assert is_national_id(entry.data["national_id"])
        assert (entry.version, entry.status, entry.valid_from, entry.valid_to) == (1, "active", BIRTH, None)

    def test_done_twice_makes_one_entry(self):
        first, second = create(), create()

        assert second == first
        assert Entity.objects.count() == 1

    def test_keeps_a_key_that_is_given(self):
        assert create(national_id="0499370899").data["national_id"] == "0499370899"

    def test_refuses_a_key_that_somebody_has_or_had(self):
        first = create(national_id="0499370899")
        operations.annul(POPULATION, first.entity, cause=cause(), key="annul")

        with pytest.raises(KeyIsTaken), transaction.atomic():
            create("other", national_id="0499370899")

        assert Entity.objects.count() == 1

    def test_refuses_fields_that_the_register_lacks_and_misses_what_it_needs(self):
        with pytest.raises(UnknownField) as unknown:
            create(shoe_size="42")
        with pytest.raises(FieldMissing) as missing:
            create(given_name="")

        assert (unknown.value.params, missing.value.params) == ({"fields": ["shoe_size"]}, {"fields": ["given_name"]})

    def test_wants_the_law(self):
        with pytest.raises(LawMissing):
            operations.create(POPULATION, maryam(), valid_from=BIRTH, cause=Cause("", CLERK), key="k")

    def test_wants_a_key_where_the_register_makes_none(self):
        keyless = replace(POPULATION, new_key=None)

        with pytest.raises(KeyMissing):
            operations.create(keyless, maryam(), valid_from=BIRTH, cause=cause(), key="k")

    def test_keeps_why_it_was_made(self):
        entry = operations.create(
            POPULATION, maryam(), valid_from=BIRTH, cause=cause(case="1234567890", reason="birth"), key="k"
        )

        assert (entry.why.kind, entry.why.law, entry.why.case, entry.why.reason) == (
            "create",
            LAW,
            "1234567890",
            "birth",
        )
        assert (entry.why.actor, entry.why.agency) == (CLERK.party, "civil-registry")


class TestUpdate:
    def test_holds_from_its_day_on_and_leaves_what_was_before(self):
        entity = create().entity

        moved = operations.update(
            POPULATION, entity, {"city": "شیراز"}, valid_from=date(2020, 6, 1), cause=cause(), key="move"
        )

        assert (moved.valid_from, moved.valid_to, moved.data["city"]) == (date(2020, 6, 1), None, "شیراز")
        assert city(entity, valid_at=date(2020, 5, 31)) == "تهران"
        assert city(entity, valid_at=date(2020, 6, 1)) == "شیراز"

    def test_done_twice_changes_nothing_and_answers_the_same(self):
        entity = create().entity
        once = operations.update(
            POPULATION, entity, {"city": "شیراز"}, valid_from=date(2020, 6, 1), cause=cause(), key="m"
        )
        again = operations.update(
            POPULATION, entity, {"city": "شیراز"}, valid_from=date(2020, 6, 1), cause=cause(), key="m"
        )

        assert again == once
        assert Act.objects.count() == 2

    def test_that_says_nothing_new_writes_nothing(self):
        entity = create().entity

        operations.update(POPULATION, entity, {"city": "تهران"}, valid_from=date(2020, 6, 1), cause=cause(), key="m")

        assert Record.objects.count() == 1

    def test_in_the_past_also_changes_what_was_recorded_for_later_but_only_its_own_fields(self):
        entity = create().entity
        operations.update(POPULATION, entity, {"city": "شیراز"}, valid_from=date(2020, 1, 1), cause=cause(), key="a")
        operations.update(
            POPULATION, entity, {"family_name": "رضایی"}, valid_from=date(2015, 1, 1), cause=cause(), key="b"
        )

        cities = [city(entity, valid_at=date(year, 6, 1)) for year in (2010, 2016, 2021)]
        assert cities == ["تهران", "تهران", "شیراز"]
        assert [span.valid_from.year for span in Current.objects.order_by("valid_from")] == [2000, 2015, 2020]

    def test_of_an_unknown_entity_finds_nothing(self):
        with pytest.raises(NoSuchEntry):
            operations.update(POPULATION, new_id(), {"city": "x"}, valid_from=BIRTH, cause=cause(), key="k")

    def test_may_not_blank_what_the_register_needs(self):
        entity = create().entity

        with pytest.raises(FieldMissing):
            operations.update(POPULATION, entity, {"given_name": ""}, valid_from=BIRTH, cause=cause(), key="k")

    def test_of_an_entry_older_than_the_definition_asks_for_nothing_else(self):
        entity = create(mother="0499370899").entity
        fields = {name: field for name, field in POPULATION.fields.items() if name != "mother"}
        newer = replace(POPULATION, fields={**fields, "sex": replace(fields["given_name"], id="sex")})

        moved = operations.update(newer, entity, {"city": "قم"}, valid_from=BIRTH, cause=cause(), key="k")

        assert moved.data["mother"] == "0499370899"
        assert operations.annul(newer, entity, cause=cause(), key="a").status == "annulled"

    def test_may_give_a_second_key_but_not_somebody_elses(self):
        entity = create(national_id="0499370899").entity
        other = create("other").data["national_id"]

        with pytest.raises(KeyIsTaken), transaction.atomic():
            operations.update(POPULATION, entity, {"national_id": other}, valid_from=BIRTH, cause=cause(), key="k")


class TestCorrect:
    def test_says_what_was_wrong_and_keeps_what_was_believed(self):
        with clock.at(T0):
            entity = create().entity
        with clock.at(T0 + timedelta(days=9)):
            operations.correct(POPULATION, entity, {"city": "قم"}, cause=cause(reason="misread"), key="c")

        day = date(2026, 5, 3)
        assert city(entity, valid_at=day) == "قم"
        assert city(entity, valid_at=day, known_at=T0 + timedelta(days=1)) == "تهران"
        assert city(entity, valid_at=day, known_at=T0 - timedelta(days=1)) is None
        assert city(entity, valid_at=date(1999, 12, 31)) is None

    def test_for_some_days_leaves_the_days_around_them(self):
        entity = create().entity

        corrected = operations.correct(
            POPULATION,
            entity,
            {"city": "قم"},
            valid_from=date(2010, 1, 1),
            valid_to=date(2011, 1, 1),
            cause=cause(),
            key="c",
        )

        assert corrected.data["city"] == "قم"
        assert [city(entity, valid_at=date(year, 6, 1)) for year in (2009, 2010, 2011)] == ["تهران", "قم", "تهران"]

    def test_about_days_of_which_nothing_is_known_is_refused(self):
        entity = create().entity

        with pytest.raises(NotValidThen):
            operations.correct(POPULATION, entity, {"city": "قم"}, valid_to=BIRTH, cause=cause(), key="c")


class TestAnnul:
    def test_leaves_an_annulled_entry_that_nobody_finds_by_name(self):
        entity = create().entity

        entry = operations.annul(POPULATION, entity, cause=cause(reason="never lived"), key="annul")

        assert entry.status == "annulled"
        assert queries.search(POPULATION, "احمدی", actor=CLERK, purpose="keeping", law=LAW) == []
        assert [past.version for past in history(entity)] == [2, 1]

    def test_is_the_end(self):
        entity = create().entity
        operations.annul(POPULATION, entity, cause=cause(), key="annul")

        with pytest.raises(EntryIsAnnulled):
            operations.update(POPULATION, entity, {"city": "قم"}, valid_from=BIRTH, cause=cause(), key="late")


def history(entity):
    return queries.history_of(POPULATION, entity, actor=CLERK, purpose="keeping", law=LAW)


def test_many_entries_are_loaded_at_once_and_only_once():
    rows = [(new_id(), maryam(national_id=keys.new_national_id()), BIRTH) for _ in range(7)]

    assert operations.load(POPULATION, rows, cause=cause()) == 7
    assert operations.load(POPULATION, rows, cause=cause()) == 0
    assert len(queries.search(POPULATION, "احمدی", actor=CLERK, purpose="keeping", law=LAW)) == 7


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registries_record SET version = 7",
        "DELETE FROM registries_record",
        "UPDATE registries_act SET law = 'other'",
        "DELETE FROM registries_key",
        "UPDATE registries_superseded SET at = NULL",
    ],
)
def test_the_database_refuses_to_rewrite_history(statement):
    entity = create().entity
    operations.correct(POPULATION, entity, {"city": "قم"}, cause=cause(), key="c")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_believe_two_things_of_one_day():
    entity = create().entity
    record = Record.objects.get()
    Current.objects.filter(pk=record.pk).update(valid_to=date(2010, 1, 1))
    second = Record.objects.create(
        entity_id=entity, version=2, valid_from=date(2009, 1, 1), recorded_at=T0, act=record.act
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        Current.objects.create(record=second, entity_id=entity, valid_from=second.valid_from)


def test_new_numbers_differ_and_are_right():
    made = {keys.new_national_id() for _ in range(200)}

    assert len(made) == 200
    assert all(is_national_id(number) for number in made)


def test_numbers_in_a_row_go_on_after_the_highest_given():
    stamps = replace(POPULATION, id="stamps", new_key=NewKey(kind="serial", prefix="P-"))
    given = [
        operations.create(stamps, maryam(), valid_from=BIRTH, cause=cause(), key=f"k{n}").data["national_id"]
        for n in range(2)
    ]
    operations.create(stamps, maryam(national_id="P-4"), valid_from=BIRTH, cause=cause(), key="given")

    assert given == ["P-1", "P-2"]
    fourth = operations.create(stamps, maryam(), valid_from=BIRTH, cause=cause(), key="k4")
    assert fourth.data["national_id"] == "P-5"
