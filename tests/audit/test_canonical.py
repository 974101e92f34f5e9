"""Canonical JSON (RFC 8785): the quick way writes what the library writes, byte for byte, or leaves it to it."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from panjereh.kernel import canonical

single = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False)
)
keys = st.text() | st.text(st.characters(max_codepoint=127))
values = st.recursive(single, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=12)


@given(values)
def test_every_value_is_written_as_the_library_writes_it(value: Any):
    try:
        expected = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:  # half of a sign
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical.dumps(value)
    else:
        assert canonical.dumps(value) == expected


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), float("nan"), {1: "a"}, {"a": {None: 1}}, {"a": object()}, "\ud800"]
)
def test_what_has_no_canonical_form_is_refused(value: Any):
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical.dumps(value)


def test_control_signs_quotes_and_the_order_of_keys_are_those_of_the_rfc():
    value = {"b": '\x00\x08\x09\x0a\x0c\x0d\x1f"\\/\x7f\u2028€', "a": [True, None, -5], "B": {}, "€": "1"}

    assert canonical.dumps(value) == rfc8785.dumps(value)
    del value["€"]
    assert canonical.dumps(value).startswith(b'{"B":{},"a":[true,null,-5],"b":"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/')
