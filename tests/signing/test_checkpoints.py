import hashlib

import pytest

from panjereh.signing import keys, operations, queries
from panjereh.signing.errors import BadCheckpoint

ROOT = hashlib.sha256(b"tree").digest()


def test_a_checkpoint_is_a_signed_note_that_reads_back(ring):
    note = operations.sign_checkpoint(21, ROOT)

    assert note.splitlines()[:2] == ["localhost:8000/log", "21"]
    checkpoint = queries.read_checkpoint(note)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == ("localhost:8000/log", 21, ROOT)


def test_any_changed_character_of_a_checkpoint_is_noticed(ring):
    note = operations.sign_checkpoint(21, ROOT)

    for place, sign in enumerate(note):
        changed = note[:place] + ("A" if sign != "A" else "B") + note[place + 1 :]
        with pytest.raises(BadCheckpoint):
            queries.read_checkpoint(changed)


def test_another_log_s_checkpoint_is_not_ours(ring, foreign_ring):
    with keys.use(foreign_ring):
        note = operations.sign_checkpoint(21, ROOT)

    with pytest.raises(BadCheckpoint):
        queries.read_checkpoint(note)


@pytest.mark.parametrize("ending", ["", "\n", " \n", "\n\n"])
def test_a_checkpoint_ends_exactly_where_it_should(ring, ending):
    note = operations.sign_checkpoint(0, ROOT).removesuffix("\n") + ending

    if ending == "\n":
        assert queries.read_checkpoint(note).size == 0
    else:
        with pytest.raises(BadCheckpoint):
            queries.read_checkpoint(note)
