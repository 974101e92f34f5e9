"""New keys for new entities: random, with a check digit, never given twice."""

import secrets
from collections.abc import Callable, Mapping
from itertools import count

from panjereh.definitions.registry import NewKey
from panjereh.localisation.identifiers import national_id_check_digit
from panjereh.registries.history import KEY
from panjereh.registries.models import Key


def new_national_id() -> str:
    """Ten digits, the last a check digit. Nothing about the person can be read from them; the first is never 0."""
    body = str(secrets.randbelow(9 * 10**8) + 10**8)
    return body + national_id_check_digit(body)


def _number_in_row(registry: str, prefix: str, attempt: int) -> str:
    return f"{prefix}{Key.objects.filter(registry=registry).count() + 1 + attempt}"


GENERATORS: Mapping[str, Callable[[str, str, int], str]] = {
    "national-id": lambda _registry, _prefix, _attempt: new_national_id(),
    "serial": _number_in_row,
}


def unused(registry: str, how: NewKey) -> str:
    """A new key that no entity of the registry has or had."""
    keys = (GENERATORS[how.kind](registry, how.prefix, attempt) for attempt in count())
    return next(key for key in keys if KEY.first(registry, key) is None)
