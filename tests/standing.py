"""The demonstration country for tests of a whole module: made once, inside a transaction that is undone in the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from panjereh.catalogue import queries as catalogue
from panjereh.config.trying import world
from panjereh.definitions import Country


@contextmanager
def standing_country(blocker: Any) -> Iterator[Country]:
    """People, officials, registers and services. Each test's own changes are undone before the next one."""
    with blocker.unblock(), transaction.atomic():
        yield world.build()
        transaction.set_rollback(True)
    catalogue.forget()
