"""The one way to write JSON (RFC 8785), for what is hashed and signed.

Nearly all that we commit to is plain: texts, truth values, whole numbers, lists, and objects whose keys are ASCII.
There Python's own encoder, which is written in C, says the same as the library, which takes a call for each value.
"""

import json
from typing import Any

import rfc8785

MOST = 2**53 - 1  # whole numbers up to here stay exact in every language (RFC 8785, 3.2.2.3)
_PLAIN = frozenset({str, bool, type(None)})

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode


def dumps(value: Any) -> bytes:
    """Raises rfc8785.CanonicalizationError as the library does, and RecursionError."""
    if _is_plain(value):
        try:
            return _encode(value).encode()
        except UnicodeEncodeError:  # half of a sign: the library says so in its own words
            pass
    written: bytes = rfc8785.dumps(value)
    return written


def _is_plain(value: Any) -> bool:
    """Whether both write it in the same way: no fractions, and keys that any order of signs sorts alike."""
    if type(value) is dict:
        if not all(type(key) is str and key.isascii() for key in value):
            return False
        inner = list(value.values())
    elif type(value) is list:
        inner = value
    else:
        return type(value) in _PLAIN or (type(value) is int and -MOST <= value <= MOST)
    return all(type(each) in _PLAIN or _is_plain(each) for each in inner)
