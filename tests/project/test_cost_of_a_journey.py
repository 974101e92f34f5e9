"""What a birth registration asks of the database, writes into it and calls, counted, so that it cannot creep."""

from collections import Counter
from collections.abc import Iterator
from cProfile import Profile
from itertools import count
from pstats import Stats
from typing import Any

import pytest
from bench.journeys import inside, people
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from tests.standing import standing_country

from panjereh.cases.models import Case
from panjereh.config import demonstration, handlers
from panjereh.identity.models import Party
from panjereh.outbox import operations as outbox

MOST_ASKED = 356
MOST_WRITTEN = 96
MOST_CALLS = {"sqlite": 305_000, "postgresql": 410_000}  # psycopg is half written in Python
PARTS = {  # (questions, writes) of all requests of this kind together
    "POST question": (46, 15),
    "GET question": (33, 0),
    "GET desk: case": (90, 4),
    "effects": (46, 38),
    "POST send": (22, 13),
    "POST desk: act": (31, 12),
    "GET desk: queue": (16, 0),
    "POST desk: next task": (30, 6),
    "GET case": (13, 1),
}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with standing_country(django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def kept_connection() -> Iterator[None]:
    """As Django's test client has it: no request ends the connection that the test's own transaction lives in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def mothers() -> list[dict[str, Any]]:
    """Two whose families the registers know and who have not registered their child."""
    known = set(Party.objects.values_list("national_id", flat=True))
    wanted = {each["national_id"] for pair in people.couples(settings.SERVICES, 2, known) for each in pair}
    demonstration.load(lambda row: row.get("national_id") in wanted)
    return people.invite(settings.SERVICES, families=2, officials=0)[0]


@pytest.fixture
def official() -> str:
    return people.invite(settings.SERVICES, families=0, officials=1)[1][0]


def test_a_birth_registration_asks_and_writes_no_more_than_it_did(mothers: list[dict[str, Any]], official: str):
    walk = inside.Walk(WSGIHandler(), official, lambda: outbox.run_until_idle(handlers.HANDLERS))
    places = count()
    walk.journey(mothers[0], next(places))  # what is made once is made now

    with inside.counting(walk.parts, connection):
        number = walk.journey(mothers[1], next(places))

    assert Case.objects.get(number=number).outcome == "approved"
    asked, written = walk.parts.asked, walk.parts.written
    dearer = {
        part: (asked[part], written[part])
        for part, (questions, writes) in PARTS.items()
        if asked[part] > questions or written[part] > writes
    }
    if connection.vendor == "postgresql":  # asked otherwise: whether the connection stands, and rows to be locked
        return
    assert dearer == {}
    assert (_sum(asked) <= MOST_ASKED, _sum(written) <= MOST_WRITTEN) == (True, True), (_sum(asked), _sum(written))


def test_a_birth_registration_takes_no_more_calls_than_it_did(mothers: list[dict[str, Any]], official: str):
    """Calls of functions, Python's and C's: what processor time follows, and the same on a busy machine as on a quiet
    one. Tests run without what `config.easing` spares: some 20,000 more than where people are served."""
    walk = inside.Walk(WSGIHandler(), official, lambda: outbox.run_until_idle(handlers.HANDLERS))
    places = count()
    walk.journey(mothers[0], next(places))

    with Profile() as watched:
        walk.journey(mothers[1], next(places))

    assert Stats(watched).total_calls <= MOST_CALLS[connection.vendor]  # type: ignore[attr-defined]  # its stubs leave it out


def _sum(counted: Counter[str]) -> int:
    return sum(counted.values())
