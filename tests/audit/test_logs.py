"""The access log that the person sees, and the log of decisions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, models, transaction

from panjereh.audit import append_only, merkle, operations, queries, verify
from panjereh.audit.models import AccessLog, Checkpoint, LogEntry, LogPlace
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel

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


def decide(key: str, **public: Any) -> None:
    operations.log_decision(key=key, kind="decision", public=public, commitment="ab" * 32)


def tamper(table: str, change: str) -> None:
    """As somebody would who has the database's own key: the guard is taken down first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute(f"DROP TRIGGER {table}_no_update")
            cursor.execute(f"DROP TRIGGER {table}_append_only")
        cursor.execute(change)


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


@pytest.mark.parametrize("model", [AccessLog, LogEntry, LogPlace, Checkpoint])
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


def test_decisions_get_places_without_gaps_in_the_order_of_coming():
    for key in ("c", "a", "b"):
        decide(key)
    decide("a")
    assert queries.place_of("a") is None

    assert operations.sequence() == 3
    decide("d")
    assert operations.sequence() == 1
    assert operations.sequence() == 0

    assert [queries.place_of(key) for key in "cabd"] == [0, 1, 2, 3]


def test_a_checkpoint_is_signed_and_every_decision_can_prove_its_place_in_it():
    for key in "abc":
        decide(key)
    operations.sequence(lambda text: f"signed {len(text)}")
    decide("d")
    operations.sequence(lambda text: f"signed {len(text)}")

    checkpoint = queries.latest_checkpoint()
    assert checkpoint is not None
    assert (checkpoint.size, checkpoint.at) == (4, NOON)
    assert checkpoint.signature == f"signed {len(operations.checkpoint_text(4, checkpoint.root))}"
    leaf = LogEntry.objects.get(key="b").leaf
    assert merkle.is_included(leaf, 1, 4, queries.inclusion_proof(1, 4), checkpoint.root)


def sealed_log() -> None:
    for key in ("a", "b"):
        decide(key, result="approved")
    operations.sequence(lambda text: text.hex())
    decide("c", result="refused")
    operations.sequence(lambda text: text.hex())


def signature_fits(text: bytes, signature: str) -> bool:
    return signature == text.hex()


def test_an_untouched_log_has_no_fault():
    assert verify.transparency_log() is None
    sealed_log()

    assert verify.transparency_log(signature_fits) is None


@pytest.mark.parametrize(
    ("table", "change", "fault"),
    [
        ("audit_logentry", "SET kind = 'other' WHERE key = 'b'", verify.Fault("b", 1, "leaf")),
        ("audit_logentry", "SET leaf = '00' WHERE key = 'b'", verify.Fault("b", 1, "leaf")),
        ("audit_logplace", 'SET "index" = 9 WHERE "index" = 2', verify.Fault("c", 2, "place")),
        ("audit_checkpoint", "SET root = '00' WHERE size = 2", verify.Fault(2, 1, "root")),
        ("audit_checkpoint", "SET signature = '00' WHERE size = 3", verify.Fault(3, 2, "signature")),
        ("audit_checkpoint", "SET size = 5 WHERE size = 3", verify.Fault(5, 3, "place")),
    ],
)
def test_a_change_in_the_log_is_found_and_located(table, change, fault):
    sealed_log()
    tamper(table, f"UPDATE {table} {change}")

    assert verify.transparency_log(signature_fits) == fault


def test_a_decision_that_was_rewritten_together_with_its_leaf_is_found_at_the_checkpoint():
    sealed_log()
    leaf = operations.leaf_of("b", "decision", {"result": "refused"}, "ab" * 32)
    tamper(
        "audit_logentry",
        f"UPDATE audit_logentry SET public = '{{\"result\": \"refused\"}}', leaf = '{leaf}' WHERE key = 'b'",
    )

    assert verify.transparency_log(signature_fits) == verify.Fault(2, 1, "root")


def test_entries_that_were_cut_off_are_missed_by_the_checkpoint():
    sealed_log()
    tamper("audit_logplace", 'DELETE FROM audit_logplace WHERE "index" = 2')

    assert verify.transparency_log(signature_fits) == verify.Fault(3, 2, "place")
