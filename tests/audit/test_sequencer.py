"""Rows get places without gaps, roots are signed, and nothing is signed that contradicts what was signed before."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from panjereh.audit import entries, merkle, operations, queries, sequencer, store, tiles, verify_log
from panjereh.audit.errors import LogWasChanged, LogWasRolledBack, NotInTheLog
from panjereh.audit.logged import LOGGED, STATEMENT
from panjereh.audit.models import Checkpoint, LogBatch, LogEntry, LogTile
from panjereh.kernel import clock
from panjereh.signing import checkpoints, keys
from panjereh.signing import queries as signing
from panjereh.signing.checkpoints import Checkpoint as Stated
from panjereh.signing.notes import SIGNATURE, Signer

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def decide(*keys: object, **public: str) -> None:
    for key in keys:
        operations.log_decision(key=str(key), kind="decision", public=public, commitment="ab" * 32)


def row(key: object) -> LogEntry:
    return LogEntry.objects.get(key=str(key))


def index_of(key: object) -> int | None:
    place = queries.place_of(STATEMENT, row(key).pk)
    return place.index if place else None


def faults() -> list[str]:
    return [str(fault) for fault in verify_log.everything(LOGGED)]


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


def test_rows_get_places_without_gaps_in_the_order_of_coming():
    decide("c", "a", "b")
    decide("a")
    assert index_of("a") is None
    assert sequencer.waiting(LOGGED) == 3

    assert sequencer.sequence(LOGGED) == 3
    decide("d")
    assert sequencer.sequence(LOGGED) == 1
    assert sequencer.sequence(LOGGED) == 0

    assert [index_of(key) for key in "cabd"] == [0, 1, 2, 3]
    assert faults() == []


def test_a_checkpoint_is_signed_and_every_row_can_prove_its_place_in_it():
    decide("a", "b", "c")
    sequencer.sequence(LOGGED)
    decide("d")
    sequencer.sequence(LOGGED)

    proof = queries.proof_of(STATEMENT, row("b").pk)

    checkpoint = signing.read_checkpoint(proof.checkpoint)
    entry = entries.entry(proof.kind, entries.commitment(proof.kind, proof.content, proof.salt))
    assert (checkpoint.size, proof.index, proof.content["row"]["key"]) == (4, 1, "b")
    assert merkle.is_included(merkle.leaf_hash(entry), 1, 4, proof.path, checkpoint.root)


def test_what_waits_for_its_place_has_no_proof_yet():
    decide("a")

    with pytest.raises(NotInTheLog):
        queries.proof_of(STATEMENT, row("a").pk)


def test_everybody_learns_of_an_entry_only_its_kind():
    decide("secret-key", case="4058317263")
    decide("secret-key-2", case="4058317263")
    sequencer.sequence(LOGGED)

    published = tiles.unbundle(store.resource(tiles.Tile(tiles.ENTRIES, 0, 2)) or b"")

    assert [sorted(json.loads(entry)) for entry in published] == [["commitment", "kind"]] * 2
    assert {json.loads(entry)["kind"] for entry in published} == {"statement"}
    assert len({json.loads(entry)["commitment"] for entry in published}) == 2
    assert b"secret" not in b"".join(published)


def test_the_tree_grows_over_many_tiles_and_stays_the_same_tree(monkeypatch):
    monkeypatch.setattr(sequencer, "LARGEST_BATCH", 100)
    monkeypatch.setattr(sequencer, "AT_ONCE", 300)
    roots = {}
    for start in (0, 1, 255, 256, 300, 520):
        decide(*range(start, {0: 1, 1: 255, 255: 256, 256: 300, 300: 520, 520: 700}[start]))
        sequencer.drain(LOGGED)
        roots[store.head().size] = store.head().root

    leaves = store.leaves(0, 700)
    assert list(roots) == [1, 255, 256, 300, 520, 700]
    assert all(merkle.root(leaves[:size]) == root for size, root in roots.items())
    for old, root in roots.items():
        assert merkle.is_consistent(old, 700, root, roots[700], store.tree(700).consistency(old))
    assert LogTile.objects.count() == 2
    assert [index_of(key) for key in (0, 255, 256, 699)] == [0, 255, 256, 699]
    assert faults() == []


def test_every_tile_and_bundle_of_the_tree_can_be_fetched_and_nothing_else():
    decide(*range(300))
    sequencer.drain(LOGGED)

    hashes = {tile.path: store.resource(tile) for tile in tiles.tiles_of(300)}
    assert {path: len(content or b"") // 32 for path, content in hashes.items()} == {
        "tile/0/000": 256, "tile/0/001.p/44": 44, "tile/1/000.p/1": 1,
    }  # fmt: skip
    for bundle in tiles.bundles_of(300):
        held = hashes[bundle.path.replace("entries", "0")]
        assert b"".join(map(merkle.leaf_hash, tiles.unbundle(store.resource(bundle) or b""))) == held
    for wanted in ("tile/0/001", "tile/0/001.p/45", "tile/1/000", "tile/2/000.p/1", "tile/entries/001", "tile/0/002"):
        tile = tiles.Tile.parse(wanted)
        assert tile is not None
        assert store.resource(tile) is None


def test_a_row_that_was_written_earlier_and_committed_later_gets_its_place_too():
    decide("a", "b", "late", "c")
    late = row("late")

    class Blind(sequencer.Source):
        def newer(self, than, limit):
            return (each for each in super().newer(than, limit) if each[0] != late.pk)

    sequencer.sequence([Blind("statement", LogEntry, STATEMENT.fields)])
    assert index_of("late") is None
    clock.advance(timedelta(minutes=1))
    sequencer.sequence(LOGGED)

    assert [index_of(key) for key in ("a", "b", "c", "late")] == [0, 1, 2, 3]
    assert faults() == []


def test_of_two_sequencers_at_once_only_one_gives_places(monkeypatch):
    decide("a", "b")
    heads = iter([store.head(), store.Head(1, b"x" * 32)])
    monkeypatch.setattr(sequencer.store, "head", lambda: next(heads))

    assert sequencer.sequence(LOGGED) == 0

    assert not LogBatch.objects.exists()
    assert not Checkpoint.objects.exists()


def test_nothing_is_signed_over_a_tree_that_was_changed():
    decide(*range(3))
    sequencer.sequence(LOGGED)
    tamper("audit_logbatch", f"UPDATE audit_logbatch SET commitments = {_blob(b'x' * 96)}")
    decide("next")

    with pytest.raises(LogWasChanged):
        sequencer.sequence(LOGGED)

    assert queries.latest_checkpoint().size == 3
    assert index_of("next") is None


def test_a_database_that_is_older_than_what_was_signed_is_not_gone_on_with():
    decide("a", "b")
    sequencer.sequence(LOGGED)
    for table in ("audit_checkpoint", "audit_logbatch"):
        tamper(table, f"DELETE FROM {table}")

    with pytest.raises(LogWasRolledBack):
        sequencer.sequence(LOGGED)

    assert any("missing" in fault for fault in faults())


def test_whoever_kept_a_checkpoint_sees_whether_the_log_goes_on_from_it():
    decide("a", "b")
    sequencer.sequence(LOGGED)
    kept = signing.read_checkpoint(queries.latest_checkpoint().signature)
    decide("c")
    sequencer.sequence(LOGGED)
    assert verify_log.agrees_with(kept) is None

    later = signing.read_checkpoint(queries.latest_checkpoint().signature)
    for table, column in (("audit_checkpoint", "size"), ("audit_logbatch", "first")):
        tamper(table, f'DELETE FROM {table} WHERE "{column}" >= {2 if column == "first" else 3}')

    assert str(verify_log.agrees_with(later)) == "audit_logbatch 2, entry 2: missing"
    assert verify_log.agrees_with(kept) is None


CHANGES = [
    ("audit_logentry", "SET kind = 'other' WHERE key = 'b'", "audit_logentry {b}, entry 1: changed"),
    ("audit_logentry", "SET key = 'x' WHERE key = 'b'", "audit_logentry {b}, entry 1: changed"),
    ("audit_logbatch", 'SET "first" = 9 WHERE "first" = 2', "audit_logbatch 9, entry 2: place"),
    ("audit_logbatch", "SET kind = 'else' WHERE \"first\" = 2", "audit_logbatch 2, entry 2: kind"),
    ("audit_logbatch", 'SET keys = \'["7"]\' WHERE "first" = 2', "audit_logentry 7, entry 2: deleted"),
    ("audit_checkpoint", "SET root = '00' WHERE size = 2", "audit_checkpoint 2, entry 2: root"),
    ("audit_checkpoint", "SET signature = '00' WHERE size = 3", "audit_checkpoint 3, entry 3: signature"),
    ("audit_checkpoint", "SET size = 5 WHERE size = 3", "audit_logbatch 3, entry 3: missing"),
]


@pytest.mark.parametrize(("table", "change", "fault"), CHANGES, ids=lambda value: value[:40])
def test_a_change_in_the_log_is_found_and_located(table, change, fault):
    decide("a", "b")
    sequencer.sequence(LOGGED)
    decide("c")
    sequencer.sequence(LOGGED)
    names = {"b": row("b").pk}
    tamper(table, f"UPDATE {table} {change}")

    assert fault.format(**names) in faults()


def test_a_row_put_in_among_old_ones_is_found():
    decide("a", "b", "c")
    sequencer.sequence(LOGGED)
    clock.advance(timedelta(hours=1))
    decide("d")
    sequencer.sequence(LOGGED)
    middle = row("b").pk
    tamper("audit_logbatch", f'UPDATE audit_logbatch SET count = count WHERE "first" = {99}')
    fresh = LogEntry(pk=middle - 100, key="forged", kind="decision", public={}, commitment="", at=NOON)
    fresh.save(force_insert=True)

    assert f"audit_logentry {middle - 100}: added" in faults()


def _blob(data: bytes) -> str:
    return f"'\\x{data.hex()}'::bytea" if connection.vendor == "postgresql" else f"X'{data.hex()}'"


class FormerPlaces:
    """The table of places as the migration sees it, from before rows were logged."""

    def __init__(self, rows: list[tuple[int, str]]) -> None:
        self.objects = self
        self.rows = rows

    def order_by(self, *_: str) -> "FormerPlaces":
        return self

    def values_list(self, *_: str) -> "FormerPlaces":
        return self

    def iterator(self, **_: int) -> Iterator[tuple[int, str]]:
        return iter(self.rows)


def test_a_log_from_before_goes_on_with_its_places_its_root_and_its_signature():
    decide(*range(1300), case="4058317263")
    statements = list(LogEntry.objects.order_by("pk"))
    leaves = [merkle.leaf_hash(entries.first_statement(row)) for row in statements]
    places = FormerPlaces([(row.pk, leaf.hex()) for row, leaf in zip(statements, leaves, strict=True)])
    models = {"LogPlace": places, "LogBatch": LogBatch, "LogTile": LogTile}
    migration = import_module("panjereh.audit.migrations.0002_the_log_in_tiles")
    migration.carry_over(SimpleNamespace(get_model=lambda _app, name: models[name]), None)
    root = merkle.root(leaves)
    Checkpoint.objects.create(size=1300, root=root.hex(), signature=_signed_as_before(1300, root), at=NOON)

    assert store.tree(1300).root() == root
    assert faults() == []
    sequencer.drain(LOGGED)
    decide("next")
    sequencer.drain(LOGGED)

    size = store.head().size
    assert size == 2601  # everything from before has an entry of the new kind, too
    assert merkle.is_consistent(1300, size, root, store.head().root, store.tree(size).consistency(1300))
    assert store.resource(tiles.Tile(tiles.ENTRIES, 5)) is None  # it holds statements that name a case
    assert store.resource(tiles.Tile(tiles.ENTRIES, 6)) is not None
    assert store.resource(tiles.Tile(0, 0)) is not None
    assert faults() == []
    tamper("audit_logentry", f"UPDATE audit_logentry SET kind = 'x' WHERE id = {statements[7].pk}")
    assert f"audit_logentry {statements[7].pk}, entry 7: changed" in faults()


def _signed_as_before(size: int, root: bytes) -> str:
    text = Stated(checkpoints.FIRST_ORIGIN, size, root).text
    return f"{text}\n{Signer(checkpoints.FIRST_ORIGIN, SIGNATURE, keys.ring().log_key).line(text)}"
