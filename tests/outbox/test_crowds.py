"""A hundred thousand clocks may strike at midnight: whoever waits is served first, and no clock starves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from django.db import connection

from panjereh.kernel import clock
from panjereh.outbox import operations, queries
from panjereh.outbox.handlers import EffectContext, outside
from panjereh.outbox.models import Effect

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _after_midnight() -> Iterator[None]:
    with clock.at(MIDNIGHT + timedelta(seconds=5)):
        yield


class Handler:
    """Remembers the keys that it was called for, and fails for some."""

    def __init__(self, *fails: str) -> None:
        self.fails, self.keys = set(fails), list[str]()

    def __call__(self, payload: dict[str, Any], context: EffectContext) -> None:
        self.keys.append(context.key)
        if context.key in self.fails:
            raise RuntimeError("no luck")


def clocks(number: int) -> None:
    operations.queue_many(
        operations.Order("tick", {}, f"clock:{n:02}", run_at=MIDNIGHT, lane=operations.CROWD) for n in range(number)
    )


def open_keys() -> set[str]:
    return set(Effect.objects.filter(state="open").values_list("key", flat=True))


def test_what_somebody_waits_for_comes_before_clocks_that_are_due_longer():
    tick, tell = Handler(), Handler()
    clocks(40)
    operations.queue("tell", {}, key="receipt")

    operations.run_due({"tick": tick, "tell": tell}, limit=8)

    assert tell.keys == ["receipt"]
    assert tick.keys == [f"clock:{n:02}" for n in range(7)]


def test_a_busy_counter_leaves_the_clocks_their_share_of_each_batch():
    tick, tell = Handler(), Handler()
    clocks(40)
    operations.queue_many(operations.Order("tell", {}, f"{n:02}") for n in range(40))

    operations.run_due({"tick": tick, "tell": tell}, limit=8)

    assert (len(tell.keys), len(tick.keys)) == (6, 2)


def test_what_a_clock_calls_for_goes_on_in_the_crowd():
    def tick(_payload: dict[str, Any], context: EffectContext) -> None:
        operations.queue("tell", {}, key=f"after {context.key}")

    clocks(1)
    operations.run_due({"tick": tick})

    assert Effect.objects.get(key="after clock:00").lane == operations.CROWD


def test_a_clock_that_fails_undoes_no_other():
    tick = Handler("clock:01")
    clocks(3)

    operations.run_due({"tick": tick})

    assert open_keys() == {"clock:01"}
    assert tick.keys == ["clock:00", "clock:01", "clock:00", "clock:01", "clock:02"]  # together, then each on its own
    assert Effect.objects.get(key="clock:01").attempts == 1


def test_what_needs_the_world_is_never_done_together_with_others():
    seen = []

    @outside
    def mail(_payload: dict[str, Any], context: EffectContext) -> None:
        seen.append((context.key, set(open_keys())))

    clocks(2)
    operations.run_due({"tick": mail})

    assert seen == [("clock:00", {"clock:00", "clock:01"}), ("clock:01", {"clock:01"})]


def test_a_worker_that_is_told_to_stop_finishes_its_few_and_gives_the_others_back():
    tick = Handler()
    clocks(operations.TOGETHER + 5)

    done = operations.run_due({"tick": tick}, limit=operations.TOGETHER + 5, stopped=lambda: bool(tick.keys))

    assert done == operations.TOGETHER
    assert queries.backlog().due == 5
    assert set(Effect.objects.filter(state="open").values_list("attempts", flat=True)) == {0}


def test_a_clock_that_failed_before_is_tried_alone():
    tick = Handler("clock:00")
    clocks(3)
    operations.run_due({"tick": tick})
    tick.keys.clear()
    clocks(3)
    clock.advance(timedelta(minutes=1))

    operations.run_due({"tick": tick})

    assert tick.keys == ["clock:00"]


def test_clocks_share_a_transaction_until_somebody_waits_to_write():
    transactions: list[str] = []

    def tick(_payload: dict[str, Any], _context: EffectContext) -> None:
        transactions.append(connection.savepoint_ids[-2])  # the last one is of this effect alone

    clocks(7)

    operations.run_due({"tick": tick}, pressed=lambda: len(transactions) in (3, 4))

    assert [len(list(together)) for _, together in groupby(transactions)] == [3, 1, 3]
