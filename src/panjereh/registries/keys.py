"""New keys for new entities: random, with a check digit, never given twice."""

import secrets
from collections.abc import Callable, Mapping

from panjereh.localisation.identifiers import national_id_check_digit
from panjereh.registries.models import Key


def new_national_id() -> str:
    """Ten digits, the last a check digit. Nothing about the person can be read from them; the first is never 0."""
    body = str(secrets.randbelow(9 * 10**8) + 10**8)
    return body + national_id_check_digit(body)


GENERATORS: Mapping[str, Callable[[], str]] = {"national-id": new_national_id}


def unused(registry: str, kind: str) -> str:
    """A new key of `kind` that no entity of the registry has or had."""
    while True:
        key = GENERATORS[kind]()
        if not Key.objects.filter(registry=registry, value=key).exists():
            return key
