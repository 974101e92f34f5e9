"""The encrypted container of backups."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjereh.config import sealed

SECRET = b"a long enough passphrase"


@pytest.fixture(autouse=True, scope="module")
def cheap_key():
    """Scrypt's full cost would only slow the tests down."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "COST", 2**4)
        patch.setattr(sealed, "PIECE", 16)
        yield


def seal(content: bytes) -> bytes:
    file = io.BytesIO()
    with sealed.Writer(file, SECRET) as stream:
        for start in range(0, len(content), 7):
            stream.write(content[start : start + 7])
    return file.getvalue()


def unseal(file: bytes, secret: bytes = SECRET) -> bytes:
    return sealed.Reader(io.BytesIO(file), secret).read()


@given(st.binary(max_size=100))
def test_what_was_sealed_comes_back_whole(content):
    assert unseal(seal(content)) == content


def test_reading_in_small_bites_gives_the_same():
    content = bytes(range(100))
    reader = sealed.Reader(io.BytesIO(seal(content)), SECRET)

    assert b"".join(iter(lambda: reader.read(9), b"")) == content


def test_another_passphrase_opens_nothing():
    with pytest.raises(sealed.CannotBeOpened, match="passphrase is another one"):
        unseal(seal(b"secret"), b"some other passphrase")


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_is_noticed(place, change):
    file = bytearray(seal(bytes(50)))
    file[place % len(file)] ^= change

    with pytest.raises(sealed.CannotBeOpened):
        unseal(bytes(file))


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_file_cut_off_between_two_pieces_is_noticed(kept):
    header = len(sealed.MAGIC) + sealed.SALT + sealed.PREFIX
    file = seal(bytes(50))

    with pytest.raises(sealed.CannotBeOpened, match="not whole"):
        unseal(file[: header + kept * (16 + sealed.TAG)])


def test_two_pieces_in_another_order_are_noticed():
    header, piece = len(sealed.MAGIC) + sealed.SALT + sealed.PREFIX, 16 + sealed.TAG
    file = seal(bytes(50))
    swapped = file[:header] + file[header + piece : header + 2 * piece] + file[header : header + piece]

    with pytest.raises(sealed.CannotBeOpened):
        unseal(swapped + file[header + 2 * piece :])


def test_any_other_file_is_refused_by_name():
    with pytest.raises(sealed.CannotBeOpened, match="no backup"):
        unseal(b"PK\x03\x04 some zip file that somebody took for a backup of theirs")


def test_a_short_passphrase_is_refused(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text("short\n")

    with pytest.raises(sealed.CannotBeOpened, match="at least 12"):
        sealed.passphrase(file)
