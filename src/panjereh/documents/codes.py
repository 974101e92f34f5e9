"""The code of a certificate: sixteen signs that nobody can guess and few people misread (Crockford's base 32)."""

import secrets

from panjereh.localisation import digits

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new() -> str:
    """80 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def parse(text: str) -> str | None:
    """The code in what somebody typed (any digits, case, dashes, spaces), or None when it can't be one."""
    plain = digits.to_ascii(text).upper().translate(_ALIKE)
    plain = "".join(sign for sign in plain if sign.isalnum())
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else None


def shown(code: str) -> str:
    """In groups of four: 7K3M-Q9TX-2B4C-D8RE."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def to_bytes(code: str) -> bytes:
    """The ten bytes behind a code."""
    number = 0
    for sign in code:
        number = number * 32 + ALPHABET.index(sign)
    return number.to_bytes(LENGTH * 5 // 8, "big")


def from_bytes(content: bytes) -> str:
    """The code of ten bytes; raises ValueError for any other number of them."""
    if len(content) != LENGTH * 5 // 8:
        raise ValueError(f"a code has {LENGTH * 5 // 8} bytes")
    number = int.from_bytes(content, "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))
