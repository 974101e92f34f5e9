"""The country in which the worked examples happen."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.standing import standing_country

from panjereh.definitions import Country


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[Country]:
    with standing_country(django_db_blocker) as country:
        yield country
