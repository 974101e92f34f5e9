"""Data keys: bound to their scope, lost with their transaction, wrapped anew without touching what they closed."""

import pytest
from django.db import connection, transaction

from panjereh.kernel.ids import new_id
from panjereh.vault import keys, masters
from panjereh.vault.errors import Damaged, KeyDestroyed, KeyIsMissing, MasterKeyInUse, NoMasterKey
from panjereh.vault.masters import InFile, Masters
from panjereh.vault.models import DataKey

pytestmark = pytest.mark.django_db
HERE = "cases_case.answers:1"


@pytest.fixture(autouse=True)
def ring(tmp_path):
    with masters.use(Masters(tmp_path, {"key": InFile()})):
        yield masters.masters()


def test_what_was_sealed_opens_in_its_place_only():
    scope, other = new_id(), new_id()
    sealed = keys.seal(scope, HERE, b"secret")
    keys.seal(other, HERE, b"")

    assert keys.open_(scope, HERE, sealed) == b"secret"
    assert b"secret" not in sealed
    for wrong_scope, wrong_place in ((other, HERE), (scope, "cases_case.answers:2"), (scope, "cases_case.facts:1")):
        with pytest.raises(Damaged):
            keys.open_(wrong_scope, wrong_place, sealed)


@pytest.mark.parametrize("place", [0, 11, 12, -1])
def test_one_bit_that_was_changed_lets_nothing_open(place):
    scope = new_id()
    sealed = bytearray(keys.seal(scope, HERE, b"secret"))
    sealed[place] ^= 1

    with pytest.raises(Damaged):
        keys.open_(scope, HERE, bytes(sealed))


def test_the_same_value_sealed_twice_looks_different():
    scope = new_id()

    assert keys.seal(scope, HERE, b"secret") != keys.seal(scope, HERE, b"secret")


def test_another_process_opens_it_too():
    scope = new_id()
    sealed = keys.seal(scope, HERE, b"secret")
    keys.forget()

    assert keys.open_(scope, HERE, sealed) == b"secret"


def test_a_wrapped_key_that_was_moved_to_another_scope_opens_nothing():
    scope, other = new_id(), new_id()
    sealed = keys.seal(scope, HERE, b"secret")
    keys.seal(other, HERE, b"")
    DataKey.objects.filter(pk=other).update(wrapped=DataKey.objects.get(pk=scope).wrapped)

    with pytest.raises(Damaged):
        keys.open_(other, HERE, sealed)


@pytest.mark.django_db(transaction=True)
def test_a_key_whose_transaction_came_to_nothing_is_never_used_again():
    scope = new_id()
    with transaction.atomic():
        lost = keys.seal(scope, HERE, b"lost")
        transaction.set_rollback(True)
    sealed = keys.seal(scope, HERE, b"kept")
    keys.forget()

    assert keys.open_(scope, HERE, sealed) == b"kept"
    with pytest.raises(Damaged):
        keys.open_(scope, HERE, lost)


def test_a_savepoint_that_was_rolled_back_takes_its_key_with_it():
    scope = new_id()
    with transaction.atomic():
        keys.seal(scope, HERE, b"lost")
        transaction.set_rollback(True)

    keys.seal(scope, HERE, b"kept")

    assert DataKey.objects.filter(pk=scope).count() == 1


def test_what_was_destroyed_opens_for_nobody_and_takes_nothing_new():
    scope, other = new_id(), new_id()
    sealed = keys.seal(scope, HERE, b"secret")
    keys.seal(other, HERE, b"")

    assert (keys.destroy([scope]), keys.destroy([scope])) == (1, 0)

    with pytest.raises(KeyDestroyed):
        keys.open_(scope, HERE, sealed)
    with pytest.raises(KeyDestroyed):
        keys.seal(scope, HERE, b"new")
    assert keys.are_destroyed([scope, other]) == {scope}
    assert DataKey.objects.get(pk=scope).wrapped is None


def test_a_key_that_is_missing_is_not_taken_for_an_erased_one():
    scope = new_id()
    sealed = keys.seal(scope, HERE, b"secret")
    DataKey.objects.filter(pk=scope).delete()
    keys.forget()
    with transaction.atomic(), pytest.raises(KeyIsMissing):
        keys.open_(new_id(), HERE, sealed)


def test_many_keys_are_fetched_with_one_question(django_assert_num_queries):
    scopes = [new_id() for _ in range(20)]
    sealed = [(scope, keys.seal(scope, HERE, b"secret")) for scope in scopes]
    connection.run_on_commit.clear()  # as if other transactions had made them

    with django_assert_num_queries(1):
        keys.make_ready(scopes)
        assert {keys.open_(scope, HERE, each) for scope, each in sealed} == {b"secret"}


class TestRotation:
    def test_data_keys_are_wrapped_anew_in_batches_and_values_stay_as_they_are(self, ring):
        old = ring.current()
        sealed = {(scope := new_id()): keys.seal(scope, HERE, b"secret") for _ in range(5)}
        new = ring.make()

        assert keys.rewrap(at_most=2) == 2
        assert (keys.counts()[old], keys.counts()[new]) == (3, 2)
        assert [keys.rewrap(at_most=2) for _ in range(3)] == [2, 1, 0]  # gone on with after it was broken off

        keys.forget()
        assert {keys.open_(scope, HERE, each) for scope, each in sealed.items()} == {b"secret"}
        assert keys.counts() == {new: 5, "": 0}

    def test_a_master_key_that_is_needed_is_not_destroyed(self, ring):
        scope, old = new_id(), ring.current()
        sealed = keys.seal(scope, HERE, b"secret")
        with pytest.raises(MasterKeyInUse, match="wraps now"):
            keys.retire(old)
        ring.make()
        with pytest.raises(MasterKeyInUse, match="1 data keys"):
            keys.retire(old)

        keys.rewrap()
        keys.retire(old)
        keys.forget()

        assert old not in ring.numbers()
        assert keys.open_(scope, HERE, sealed) == b"secret"

    def test_what_was_erased_is_not_wrapped_again(self, ring):
        scope = new_id()
        keys.seal(scope, HERE, b"secret")
        keys.destroy([scope])
        ring.make()

        assert keys.rewrap() == 0
        assert DataKey.objects.get(pk=scope).wrapped is None


class TestMasterKeys:
    def test_only_their_owner_can_read_them(self, ring):
        number = ring.current()

        assert (ring.folder / f"{number}.key").stat().st_mode & 0o077 == 0

    def test_two_rings_of_one_folder_agree(self, ring):
        other = Masters(ring.folder, {"key": InFile()})
        wrapped, number = ring.wrap(b"k" * 32, b"about")

        assert other.unwrap(wrapped, number, b"about") == b"k" * 32
        made = other.make()
        assert ring.current() == made

    def test_one_that_is_not_there_is_named(self, ring):
        wrapped, number = ring.wrap(b"k" * 32, b"about")
        (ring.folder / f"{number}.key").unlink()

        with pytest.raises(NoMasterKey, match=number):
            Masters(ring.folder, {"key": InFile()}).unwrap(wrapped, number, b"about")

    @pytest.mark.parametrize("content", [b"", b"x", b"not base64 at all!", b"QUJD"])
    def test_a_file_that_holds_no_key_is_refused(self, ring, content):
        wrapped, number = ring.wrap(b"k" * 32, b"about")
        (ring.folder / f"{number}.key").write_bytes(content)

        with pytest.raises(NoMasterKey, match="32 bytes"):
            Masters(ring.folder, {"key": InFile()}).unwrap(wrapped, number, b"about")


class TestIndex:
    def test_equal_values_meet_and_columns_stay_apart(self):
        assert keys.digest("a", "x") == keys.digest("a", "x")
        assert len({keys.digest("a", "x"), keys.digest("b", "x"), keys.digest("a", "y")}) == 3

    def test_nobody_computes_it_without_the_key(self, tmp_path_factory):
        mine = keys.digest("a", "x")
        DataKey.objects.all().delete()
        keys.forget()
        connection.run_on_commit.clear()

        assert keys.digest("a", "x") != mine
