"""Commitments and links: what they fix, what they hide, and how tampering is located."""

import hashlib
from dataclasses import replace

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from panjereh.audit import chain, verify

SALT = bytes(range(32))


def history(length: int) -> list[verify.Row]:
    rows, previous = [], chain.GENESIS
    for number in range(length):
        value, public = {"name": f"کودک {number}"}, {"seq": number}
        commitment = chain.commit(value, SALT)
        hash_ = chain.link(previous, public, commitment)
        rows.append(verify.Row(number, previous, public, commitment, hash_, value, SALT))
        previous = hash_
    return rows


def test_a_commitment_is_sha_256_over_the_canonical_form_of_salt_and_value():
    written = b'{"salt":"' + SALT.hex().encode() + '","value":{"a":"ب","b":1}}'.encode()

    assert chain.commit({"b": 1, "a": "ب"}, SALT) == hashlib.sha256(written).hexdigest()


def test_the_same_value_under_another_salt_can_not_be_recognised():
    assert chain.commit({"a": 1}, chain.new_salt()) != chain.commit({"a": 1}, chain.new_salt())


def test_a_salt_that_could_be_guessed_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        chain.commit({}, b"short")


@pytest.mark.parametrize("value", [2**53 + 1, float("nan"), object(), {1: 2}])
def test_what_json_can_not_carry_exactly_is_refused(value):
    with pytest.raises(chain.NotCanonical):
        chain.commit({"a": value}, SALT)


def test_an_untouched_chain_has_no_fault():
    assert verify.chain(history(5)) is None
    assert verify.chain([]) is None


def test_an_erased_person_breaks_no_chain():
    rows = history(3)
    rows[1] = replace(rows[1], value=None, salt=None)

    assert verify.chain(rows) is None


def test_a_value_of_which_only_the_salt_was_erased_is_a_fault():
    rows = history(3)
    rows[1] = replace(rows[1], salt=None)

    assert verify.chain(rows) == verify.Fault(1, 1, "half_erased")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"value": {"name": "other"}}, "value"),
        ({"public": {"seq": 99}}, "hash"),
        ({"commitment": "0" * 64}, "hash"),
        ({"hash": "0" * 64}, "hash"),
        ({"previous": "0" * 63 + "1"}, "previous"),
    ],
)
def test_a_changed_row_is_found_and_located(change, code):
    rows = history(5)
    rows[2] = replace(rows[2], **change)

    assert verify.chain(rows) == verify.Fault(2, 2, code)


def test_a_changed_row_whose_hash_was_made_to_fit_is_found_at_the_next():
    rows = history(4)
    forged = {"seq": 99}
    rows[1] = replace(rows[1], public=forged, hash=chain.link(rows[1].previous, forged, rows[1].commitment))

    assert verify.chain(rows) == verify.Fault(2, 2, "previous")


@given(st.integers(2, 6), st.data())
def test_leaving_out_or_swapping_rows_is_found(length, data):
    rows = history(length)
    gone = data.draw(st.integers(0, length - 2))

    assert verify.chain(rows[:gone] + rows[gone + 1 :]) == verify.Fault(gone + 1, gone, "previous")
    rows[gone], rows[gone + 1] = rows[gone + 1], rows[gone]
    assert verify.chain(rows) == verify.Fault(gone + 1, gone, "previous")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_the_quick_way_to_write_a_value_is_that_of_the_standard(value):
    assert chain.canonical(value) == rfc8785.dumps(value)
