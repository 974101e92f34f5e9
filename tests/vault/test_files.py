"""Files are encrypted in the store, piece by piece, under their own name only."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from panjereh.kernel.ids import new_id
from panjereh.vault import files, keys
from panjereh.vault.errors import Damaged, KeyDestroyed

pytestmark = pytest.mark.django_db


@pytest.fixture
def scope():
    return new_id()


@pytest.fixture
def name():
    return f"uploads/{new_id()}"


def read(name, scope):
    with files.open_(name, scope) as file:
        return file.read()


def stored(name):
    with default_storage.open(name) as file:
        return file.read()


class TestAnyContent(TestCase):
    @given(st.binary(max_size=2000), st.integers(1, 300))
    def test_what_was_kept_comes_back_whatever_its_length(self, content, piece):
        before, files.PIECE = files.PIECE, piece
        try:
            scope, name = new_id(), f"uploads/{new_id()}"
            files.keep(name, content, scope)
            assert read(name, scope) == content
            assert len(stored(name)) == files.sealed_size(len(content))
        finally:
            files.PIECE = before


def test_nothing_of_the_content_lies_in_the_store(scope, name):
    files.keep(name, b"a word of hers " * 50_000, scope)

    assert b"hers" not in stored(name)
    assert files.is_sealed(name)


def test_a_large_file_is_read_piece_by_piece(scope, name):
    files.keep(name, (b"x" * 2**20 for _ in range(5)), scope)

    with files.open_(name, scope) as file:
        assert file.read(10) == b"x" * 10
        assert len(file.held) <= files.PIECE  # type: ignore[attr-defined]
        assert len(file.read()) == 5 * 2**20 - 10


def test_the_same_file_twice_is_there_once(scope, name):
    assert files.keep(name, b"x", scope) == files.keep(name, b"x", scope) == name


def test_what_a_killed_process_left_half_written_is_replaced(scope, name):
    default_storage.save(name, ContentFile(b"half"))

    files.keep(name, b"all of it", scope)

    assert read(name, scope) == b"all of it"


def test_a_file_under_another_name_or_of_another_scope_does_not_open(scope, name):
    files.keep(name, b"hers", scope)
    files.keep(f"{name}-2", b"", new_id())
    default_storage.save(f"{name}-moved", ContentFile(stored(name)))
    other = new_id()
    keys.seal(other, "x", b"x")

    for wrong_name, wrong_scope in ((f"{name}-moved", scope), (name, other)):
        with pytest.raises(Damaged):
            read(wrong_name, wrong_scope)


@pytest.mark.parametrize("cut", [1, 16, 17])
def test_a_file_that_was_cut_off_does_not_open(scope, name, cut):
    files.keep(name, b"x" * (files.PIECE + 1), scope)
    content = stored(name)[:-cut]
    default_storage.delete(name)
    default_storage.save(name, ContentFile(content))

    with pytest.raises(Damaged):
        read(name, scope)


def test_a_file_whose_key_was_destroyed_is_gone(scope, name):
    files.keep(name, b"hers", scope)
    keys.destroy([scope])

    with pytest.raises(KeyDestroyed):
        read(name, scope)


def test_files_from_before_are_read_as_they_are(scope, name):
    default_storage.save(name, ContentFile(b"old"))

    assert read(name, scope) == b"old"
    assert not files.is_sealed(name)
