"""The access log that the person sees, and tables to which one can only add."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, models, transaction

from panjereh.audit import disclosure, operations, queries
from panjereh.audit.disclosure import Disclosure
from panjereh.audit.models import AccessLog, Checkpoint, Cosignature, LogBatch, LogEntry, LogTile
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel
from panjereh.storage import append_only

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OFFICIAL = Actor(
    party=UUID(int=7),
    name="مریم",
    agency="civil-registry",
    roles=frozenset({"registrar", "officer"}),
    channel=Channel.DESK,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def read(subject: str = "population:1", **other: Any) -> None:
    given = {"actor": OFFICIAL, "source": "population", "fields": ["name", "birth_date"], "purpose": "register"}
    operations.record_access(**(given | {"subject": subject, "law": "civil-registration-act#12"} | other))


def test_a_person_sees_who_read_what_about_them_and_why_the_newest_first():
    read(case="1234567890")
    clock.advance(timedelta(hours=1))
    read(fields=["address"], role="auditor")
    read("population:2")

    newest, oldest = queries.accesses_of("population:1")

    assert (newest.fields, newest.role, newest.at) == (["address"], "auditor", NOON + timedelta(hours=1))
    assert (oldest.actor, oldest.actor_name, oldest.role) == (UUID(int=7), "مریم", "officer, registrar")
    assert (oldest.agency, oldest.channel, oldest.source) == ("civil-registry", "desk", "population")
    assert (oldest.fields, oldest.purpose, oldest.law) == (
        ["birth_date", "name"], "register", "civil-registration-act#12",
    )  # fmt: skip
    assert queries.accesses_in_case("1234567890") == [oldest]


def test_a_long_list_of_readings_is_cut_off_where_it_was_asked_to():
    for _ in range(3):
        read()

    assert len(queries.accesses_of("population:1", limit=2)) == 2


@pytest.mark.parametrize("model", [AccessLog, LogEntry, LogBatch, LogTile, Checkpoint, Cosignature])
def test_logs_are_guarded_by_the_database(model: type[models.Model]):
    assert append_only.is_guarded(model._meta.db_table)


def test_what_was_written_down_can_neither_be_changed_nor_deleted():
    read()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AccessLog.objects.update(purpose="curiosity")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AccessLog.objects.all().delete()

    assert [entry.purpose for entry in AccessLog.objects.all()] == ["register"]


class TestErasableColumns:
    """A table of its own, guarded but for two columns."""

    @pytest.fixture(autouse=True)
    def _table(self) -> None:
        step = append_only.guard("erasing", erasable=["personal", "salt"])
        with connection.cursor() as cursor:
            kind = "jsonb" if connection.vendor == "postgresql" else "text"
            cursor.execute(f"CREATE TABLE erasing (id integer, public text, personal {kind}, salt text)")
            cursor.execute("INSERT INTO erasing VALUES (1, 'p', '{\"a\": 1}', 's')")
        step.code(None, connection.SchemaEditorClass(connection, atomic=False))

    def execute(self, statement: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_may_become_null_once_and_for_all(self):
        self.execute("UPDATE erasing SET personal = NULL, salt = NULL")

        with pytest.raises(IntegrityError):
            self.execute("UPDATE erasing SET salt = 's'")

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE erasing SET personal = '{\"a\": 2}'",
            "UPDATE erasing SET salt = 't'",
            "UPDATE erasing SET personal = NULL, public = 'q'",
            "UPDATE erasing SET public = NULL",
            "DELETE FROM erasing",
        ],
    )
    def test_allow_nothing_else(self, statement: str):
        with pytest.raises(IntegrityError, match="append-only"):
            self.execute(statement)

    def test_do_not_mind_a_change_that_changes_nothing(self):
        self.execute("UPDATE erasing SET public = 'p', salt = 's'")


class TestDisclosure:
    """What a law hides for a time leaves a commitment that can be counted now and checked later."""

    LATER = Disclosure("later", timedelta(days=90), "police-act#7")
    CLOSING = Disclosure("closing", law="police-act#8")
    NEVER = Disclosure("never", law="police-act#9")

    def test_what_is_told_later_is_counted_now_and_shown_when_it_is_due(self):
        read(disclosure=self.LATER)
        (hidden,) = disclosure.hidden_from(["population:1"])

        assert queries.accesses_of("population:1") == []
        assert (hidden.when, hidden.month, hidden.law, len(hidden.commitments)) == (
            "later",
            "2026-11",
            "police-act#7",
            1,
        )
        clock.advance(timedelta(days=90))
        (row,) = queries.accesses_of("population:1")
        assert disclosure.commitment(row) == hidden.commitments[0]
        assert disclosure.hidden_from(["population:1"]) == []

    def test_what_waits_for_the_end_of_a_case_is_shown_when_it_is_closed(self):
        read(disclosure=self.CLOSING, case="1234567890")
        read(disclosure=self.CLOSING, case="5555555555")

        assert disclosure.cases_waited_for() == ["1234567890", "5555555555"]
        assert disclosure.disclose(closed_cases=["1234567890"]) == {"population:1": 1}
        assert disclosure.disclose(closed_cases=["1234567890"]) == {}
        assert [row.case for row in queries.accesses_of("population:1")] == ["1234567890"]
        assert [len(each.commitments) for each in disclosure.hidden_from(["population:1"])] == [1]

    def test_without_a_case_nothing_waits_for_its_end(self):
        read(disclosure=self.CLOSING)

        assert len(queries.accesses_of("population:1")) == 1

    def test_what_is_never_told_stays_countable(self):
        read(disclosure=self.NEVER)
        read(disclosure=self.NEVER)
        clock.advance(timedelta(days=4000))
        disclosure.disclose()

        assert queries.accesses_of("population:1") == []
        assert [len(each.commitments) for each in disclosure.hidden_from(["population:1"])] == [2]

    def test_a_commitment_says_nothing_twice_alike(self):
        read(disclosure=self.NEVER)
        read(disclosure=self.NEVER)
        (hidden,) = disclosure.hidden_from(["population:1"])

        assert len(set(hidden.commitments)) == 2

    def test_a_law_must_be_named_for_hiding(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            read(disclosure=Disclosure("never"))

    def test_of_two_rules_the_one_that_hides_longer_holds(self):
        sooner = Disclosure("later", timedelta(days=30), "police-act#7")

        assert disclosure.stricter(disclosure.AT_ONCE, sooner) == sooner
        assert disclosure.stricter(self.LATER, sooner) == self.LATER
        assert disclosure.stricter(self.CLOSING, self.NEVER) == self.NEVER
