"""Identifiers: time-ordered row numbers, and tracking codes that can be said aloud and typed on any phone."""

import secrets
from uuid import UUID

import uuid6
from stdnum.iso7064 import mod_11_10


def new_id() -> UUID:
    """A row number that sorts by time of making (UUID version 7, RFC 9562)."""
    return UUID(int=uuid6.uuid7().int)


def new_tracking_code() -> str:
    """Ten random digits, the last a check digit (ISO 7064 MOD 11,10). The first is never 0."""
    body = str(secrets.randbelow(9 * 10**8) + 10**8)
    return body + mod_11_10.calc_check_digit(body)


def is_tracking_code(text: str) -> bool:
    return len(text) == 10 and text.isascii() and text.isdigit() and mod_11_10.is_valid(text)


def new_bill_number() -> str:
    """Twelve random digits, the last a check digit (ISO 7064 MOD 11,10): longer than a tracking code, so that neither
    is taken for the other. The first is never 0."""
    body = str(secrets.randbelow(9 * 10**10) + 10**10)
    return body + mod_11_10.calc_check_digit(body)


def is_bill_number(text: str) -> bool:
    return len(text) == 12 and text.isascii() and text.isdigit() and mod_11_10.is_valid(text)
