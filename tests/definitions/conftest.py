"""The day on which definitions are looked at: what the linter says of calendars depends on it."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from panjereh.kernel import clock


@pytest.fixture(autouse=True)
def _a_day_in_azar() -> Iterator[None]:
    with clock.at(datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Asia/Tehran"))):
        yield
