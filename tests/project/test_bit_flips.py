"""Whoever changes a single bit of what must not change, with the database's file in hand, is found; the row is named.

Bits are flipped in the columns of SQLite as they lie there, with the guards off and no constraint checked, in rows of
every table at random; whole rows and histories are deleted, exchanged and cut off. Each is found by `verify`.
"""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from tests.project import town

from panjereh.audit import operations as audit
from panjereh.audit import queries, sequencer
from panjereh.audit.models import Checkpoint, Cosignature
from panjereh.cases import operations as cases
from panjereh.cases.logged import EVENT
from panjereh.cases.models import Event
from panjereh.catalogue import offices
from panjereh.config import verification
from panjereh.config.logged import SOURCES, UNSEEN
from panjereh.documents import operations as documents
from panjereh.documents.models import Certificate, SealedFile
from panjereh.identity import operations as identity
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.registries.models import Record
from panjereh.signing.notes import COSIGNATURE, Signer

LAW = "civil-registration-act#1"
OWN = ("audit_logbatch", "audit_logtile", "audit_checkpoint", "audit_cosignature")
ROUNDS = [10, pytest.param(200, marks=pytest.mark.long)]
"""In each, a bit in a row of every table: some 4,000 in the long one."""

pytestmark = [pytest.mark.skipif(connection.vendor != "sqlite", reason="bits lie open in SQLite's columns only")]


@pytest.fixture
def house(db: None) -> Iterator[town.Belongings]:
    """Something in every table, all of it in the log, and no longer new."""
    yield _furnished()
    with connection.cursor() as cursor:  # what a connection was told outlives the transaction
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def _furnished() -> town.Belongings:
    town.publish()
    hers = town.settle()
    actor = town.actor_of(hers.account)
    second = documents.issue(
        key="case:1:second", agency=town.AGENCY, kind="letter", title={"fa": "x"}, template=town.TEMPLATE,
        data={"note": "x"}, subjects=[f"party:{actor.party}", "party:x"],
    )  # fmt: skip
    documents.pdf(hers.certificate)
    documents.revoke(second.pk, reason="x", law=LAW, actor=SYSTEM)
    cases.withdraw(hers.case.number, actor=actor, reason="later")
    operator = town.actor_of(town.official("operator", "administrator"), as_official=True)
    identity.change_roles(hers.held.pk, actor=operator, roles=["officer", "registrar"], reason="more work")
    office = next(iter(offices.country().agencies[town.AGENCY].offices))
    offices.change(town.AGENCY, office, {"phone": "+982100000000"}, actor=operator, reason="a new number")
    sequencer.drain(SOURCES)
    unguard()
    return hers


def unguard() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'panjereh%%' OR type = 'trigger'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute("PRAGMA ignore_check_constraints = ON")


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside did not happen afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def found() -> str:
    return "\n".join(f"{name}: {fault}" for name, faults in verification.all_checks() for fault in faults)


@dataclass(frozen=True)
class Flip:
    """One bit of one column of one row."""

    table: str
    column: str
    pk_column: str
    rowid: int
    key: str

    def do(self, chance: random.Random) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT typeof("{self.column}"), CAST("{self.column}" AS BLOB) FROM "{self.table}" WHERE rowid = %s',
                [self.rowid],
            )
            kind, raw = cursor.fetchone()
            if kind == "integer":
                value = f"{int(raw) ^ (1 << chance.randrange(7, 16))}"
            else:
                data = bytearray(raw)
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                value = f"X'{data.hex()}'" if kind == "blob" else f"CAST(X'{data.hex()}' AS TEXT)"
            cursor.execute(f'UPDATE "{self.table}" SET "{self.column}" = {value} WHERE rowid = {self.rowid}')
            assert cursor.rowcount == 1


def columns_of(table: str) -> list[str]:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    return [str(field.column) for field in model._meta.concrete_fields]


def flips(table: str) -> list[Flip]:
    """Every bit-bearing column of every row of a table."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    pk = str(model._meta.pk.column)
    made = []
    for column in columns_of(table):
        if (table, column) in UNSEEN:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT rowid, CAST("{pk}" AS TEXT) FROM "{table}" WHERE LENGTH("{column}") > 0')
            made += [Flip(table, column, pk, rowid, _shown(key)) for rowid, key in cursor.fetchall()]
    return made


def _shown(key: str) -> str:
    """A key as verify writes it."""
    if re.fullmatch(r"[0-9a-f]{32}", key):
        return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"
    return key


def names() -> dict[tuple[str, str], list[str]]:
    """Other names under which checks tell of a row: (table, key) -> texts."""
    told: dict[tuple[str, str], list[str]] = {}
    for event in Event.objects.select_related("case"):
        told["cases_event", str(event.pk)] = [f"case {event.case.number}, event"]
    for change in apps.get_model("identity", "AuthorityEvent").objects.all():
        told["identity_authorityevent", str(change.pk)] = [f"{change.stream}, event"]
    for record in Record.objects.select_related("entity"):
        told["registries_record", str(record.pk)] = [str(record.entity_id)]
        told.setdefault(("registries_act", str(record.act_id)), []).append(str(record.entity_id))
    for one in Certificate.objects.all():
        told["documents_certificate", str(one.pk)] = [one.code]
    for status in apps.get_model("documents", "StatusChange").objects.select_related("certificate"):
        told["documents_statuschange", str(status.pk)] = [status.certificate.code]
    for decision in apps.get_model("cases", "Decision").objects.select_related("case"):
        told["cases_decision", str(decision.pk)] = [decision.case.number]
    for version in apps.get_model("catalogue", "Version").objects.all():
        told.setdefault(("catalogue_source", version.source_id), []).append(f"service {version.service}")
    for template in apps.get_model("documents", "Template").objects.all():
        told["documents_template", template.pk] = [template.pk]
    return told


def test_an_untouched_house_is_sound(house):
    assert found() == ""


def named(flip: Flip, said: str, told: dict[tuple[str, str], list[str]]) -> bool:
    if re.search(rf"{flip.table} {re.escape(flip.key)}[,:]", said):
        return True
    return any(name in said for name in told.get((flip.table, flip.key), []))


@pytest.mark.parametrize("rounds", ROUNDS)
def test_single_bits_in_every_column_of_every_logged_table_are_found_and_the_row_named(house, rounds):
    """In each round one bit in one row of each table; what hides another's fault is tried once more alone."""
    chance, told = random.Random(2026), names()
    candidates = {source.table: flips(source.table) for source in SOURCES}
    covered: set[tuple[str, str]] = set()
    missed: dict[tuple[str, str], str] = {}
    for _ in range(rounds):
        round_ = [chance.choice(rows) for rows in candidates.values() if rows]
        with undone():
            for flip in round_:
                flip.do(chance)
            said = found()
        for flip in [flip for flip in round_ if not named(flip, said, told)]:
            with undone():
                flip.do(chance)
                alone = found()
            if not named(flip, alone, told):
                missed[flip.table, flip.column] = alone
        covered |= {(flip.table, flip.column) for flip in round_}
    assert missed == {}
    assert len(covered) > (60 if rounds > 50 else 30)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_single_bits_of_the_log_itself_are_found_and_located(grown, rounds):
    """Batches, tiles, checkpoints and cosignatures: every column, in rows at random."""
    chance = random.Random(6962)
    for table in OWN:
        candidates = flips(table)
        assert candidates, table
        for _ in range(rounds):
            flip = chance.choice(candidates)
            with undone():
                try:
                    with transaction.atomic():
                        flip.do(chance)
                except IntegrityError:
                    continue  # the database itself refuses it
                said = found()
            assert "transparency log" in said, flip
            if flip.column != "first" and table != "audit_logtile":
                assert re.search(rf"{table} {flip.key}[,:]|entry \d+: ", said), (flip, said)


@pytest.fixture
def grown(house: town.Belongings) -> town.Belongings:
    """The log has full tiles, several checkpoints, and a witness."""
    for number in range(300):
        audit.log_decision(key=f"more:{number}", kind="d", public={"n": number}, commitment="ab" * 32)
    sequencer.drain(SOURCES)
    witness = Signer("university.example/witness", COSIGNATURE, Ed25519PrivateKey.generate())
    for checkpoint in Checkpoint.objects.all():
        text = checkpoint.signature.partition("\n\n")[0] + "\n"
        Cosignature.objects.create(
            checkpoint=checkpoint, witness=witness.verifier.vkey, line=witness.line(text, 1), at=clock.now()
        )
    return house


def rows_of(table: str) -> list[tuple[int, str]]:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT rowid, CAST("{model._meta.pk.column}" AS TEXT) FROM "{table}" ORDER BY rowid')
        return [(rowid, _shown(key)) for rowid, key in cursor.fetchall()]


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        for statement in statements:
            cursor.execute(statement)


def test_a_deleted_row_of_any_table_is_found_and_named(house):
    for table in (source.table for source in SOURCES):
        for rowid, key in rows_of(table)[:1]:
            with undone():
                execute(f'DELETE FROM "{table}" WHERE rowid = {rowid}')
                assert f"{table} {key}, entry" in found()


def test_an_entry_that_was_loaded_and_deleted_with_all_its_history_is_found(house):
    entity = _shown(house.entity.hex)
    with undone():
        for table in ("registries_term", "registries_current"):
            execute(f"DELETE FROM {table} WHERE 1")
        for table in ("registries_record", "registries_act", "registries_key"):
            execute(f"DELETE FROM {table} WHERE entity_id = '{house.entity.hex}'")
        execute(f"DELETE FROM registries_entity WHERE id = '{house.entity.hex}'")
        said = found()
    assert f"registries_entity {entity}, entry" in said
    for table in ("registries_record", "registries_act", "registries_key"):
        assert re.search(rf"{table} \S+, entry \d+: deleted", said), table


def test_a_case_that_was_deleted_with_all_its_history_is_found(house):
    pk, events = house.case.pk.hex, [event.pk for event in Event.objects.filter(case=house.case)]
    with undone():
        execute(f"DELETE FROM cases_event WHERE case_id = '{pk}'", f"DELETE FROM cases_case WHERE id = '{pk}'")
        said = found()
    assert all(f"cases_event {event}, entry" in said for event in events)


def test_two_rows_that_changed_places_are_found(house):
    (first, one), (second, other) = rows_of("cases_event")[:2]
    with undone():
        execute(
            f"UPDATE cases_event SET id = 99999 WHERE rowid = {first}",
            f"UPDATE cases_event SET id = {first} WHERE rowid = {second}",
            f"UPDATE cases_event SET id = {second} WHERE rowid = 99999",
        )
        said = found()
    assert f"cases_event {one}, entry" in said
    assert f"cases_event {other}, entry" in said


def test_a_row_that_was_put_in_long_ago_by_nobody_is_found(house):
    """Within two minutes it would be logged like any other; what is older and has no entry was put in."""
    with clock.at(clock.now() + timedelta(hours=1)):
        audit.log_decision(key="later", kind="d", public={}, commitment="ab" * 32)
        sequencer.drain(SOURCES)
        with undone():
            execute(
                "INSERT INTO identity_change (id, what, party, actor_agency, fields, reason, at) "
                f"VALUES ('{'0' * 31}1', 'roles changed', '{house.account.party_id.hex}', '', '[]', '', "
                "'2020-01-01 00:00:00')"
            )
            assert "identity_change 00000000-0000-0000-0000-000000000001: added" in found()


def test_roles_that_nobody_gave_are_found(house):
    with undone():
        execute(
            "INSERT INTO identity_rolegrant (official_id, role, given_at, reason) "
            f"VALUES ('{house.held.pk.hex}', 'administrator', '2026-01-01 00:00:00', '')"
        )
        assert f"official {house.held.pk} of {town.AGENCY} holds roles that nobody gave: administrator" in found()


def test_a_log_that_was_cut_off_is_found_even_with_its_checkpoints(grown):
    last = Checkpoint.objects.order_by("-size").first()
    assert last is not None
    with undone():
        execute(
            "DELETE FROM audit_cosignature", f"DELETE FROM audit_checkpoint WHERE size = {last.size}",
            f'DELETE FROM audit_logbatch WHERE "first" >= {Checkpoint.objects.order_by("size")[0].size}',
            "DELETE FROM audit_logtile",
        )  # fmt: skip
        assert "audit_logbatch" in found()


def test_a_database_that_was_rolled_back_with_everything_beside_it_is_found_with_a_kept_checkpoint(house):
    """Somebody restores an old copy of the whole machine: only who kept a newer checkpoint can tell."""
    with undone():
        audit.log_decision(key="new", kind="d", public={}, commitment="ab" * 32)
        sequencer.drain(SOURCES)
        kept = Checkpoint.objects.order_by("-size")[0].signature
        assert verification.agrees_with(kept) == ""
    (Path(settings.LOG_FOLDER) / "signed").unlink()

    assert found() == ""
    assert verification.agrees_with(kept).endswith(": missing")


def test_a_history_that_was_rewritten_as_a_whole_contradicts_a_kept_checkpoint(house):
    kept = Checkpoint.objects.order_by("-size")[0].signature
    with undone():
        execute(
            "DELETE FROM audit_checkpoint", "DELETE FROM audit_logbatch", "DELETE FROM audit_logtile",
            f"DELETE FROM cases_event WHERE case_id = '{house.case.pk.hex}'",
            f"DELETE FROM cases_case WHERE id = '{house.case.pk.hex}'",
        )  # fmt: skip
        (Path(settings.LOG_FOLDER) / "signed").unlink()
        sequencer.drain(SOURCES)
        assert verification.agrees_with(kept) != ""


def test_bits_of_files_are_found(house):
    upload, kept = house.upload, SealedFile.objects.get(certificate=house.certificate)
    chance = random.Random(3)
    for name, said in ((upload.stored_as, f"upload {upload.pk}: file"), (kept.name, f"{house.certificate.code}: file")):
        path = Path(default_storage.path(name))
        whole = path.read_bytes()
        for _ in range(3):
            changed = bytearray(whole)
            changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            path.write_bytes(bytes(changed))
            assert said in found()
        path.unlink()
        if name == upload.stored_as:
            assert said in found()
        path.write_bytes(whole)
    assert found() == ""


def test_erasing_a_person_breaks_no_chain_no_tree_and_no_proof(house):
    """What may be erased is erased in every table; the log stands, and old proofs still check."""
    before = queries.proofs_of(EVENT, list(Event.objects.values_list("pk", flat=True)))
    for table in ("cases_event", "registries_record"):
        execute(f"UPDATE {table} SET {'personal' if table == 'cases_event' else 'data'} = NULL, salt = NULL")

    said = [fault for fault in found().split("\n") if "transparency log" in fault]

    assert said == []
    assert queries.proofs_of(EVENT, list(Event.objects.values_list("pk", flat=True))) == before
