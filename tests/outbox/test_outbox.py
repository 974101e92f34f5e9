"""Nothing is lost, nothing is done twice, and what fails is tried again or laid before somebody."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from panjereh.kernel import clock
from panjereh.outbox import operations, queries
from panjereh.outbox.errors import OutsideTransaction
from panjereh.outbox.handlers import EffectContext, GiveUp, outside
from panjereh.outbox.models import Effect

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


class Handler:
    """Remembers what it was given."""

    def __init__(self, fails: int = 0, error: type[Exception] = RuntimeError) -> None:
        self.fails, self.error = fails, error
        self.payloads: list[dict[str, Any]] = []
        self.contexts: list[EffectContext] = []

    def __call__(self, payload: dict[str, Any], context: EffectContext) -> None:
        self.payloads.append(payload)
        self.contexts.append(context)
        if len(self.payloads) <= self.fails:
            raise self.error("no luck")


def queue(key: str = "k", kind: str = "tell", **rest: Any) -> None:
    operations.queue(kind, {"key": key}, key=key, **rest)


def state(key: str = "k") -> str:
    return Effect.objects.get(key=key).state


def test_an_effect_runs_once_with_its_payload_key_and_reply_address():
    handler = Handler()
    operations.queue("tell", {"what": "سلام"}, key="case:1:tell", reply_to={"case": "1"})

    assert operations.run_due({"tell": handler}) == 1
    assert operations.run_due({"tell": handler}) == 0

    assert handler.payloads == [{"what": "سلام"}]
    (context,) = handler.contexts
    assert (context.key, context.attempt, context.reply_to) == ("case:1:tell", 1, {"case": "1"})
    assert state("case:1:tell") == "done"


def test_a_key_that_is_known_is_not_queued_again_even_when_its_effect_is_done():
    handler = Handler()
    queue()
    queue()
    operations.run_due({"tell": handler})
    queue()

    assert operations.run_due({"tell": handler}) == 0
    assert len(handler.payloads) == 1


def test_effects_run_in_the_order_in_which_they_fall_due():
    handler = Handler()
    for minutes, key in ((-1, "second"), (-5, "first"), (0, "third"), (0, "fourth")):
        queue(key, run_at=NOON + timedelta(minutes=minutes))

    operations.run_due({"tell": handler})

    assert [payload["key"] for payload in handler.payloads] == ["first", "second", "third", "fourth"]


def test_a_batch_takes_no_more_than_it_was_told_to():
    handler = Handler()
    operations.queue_many([operations.Order("tell", {}, f"k{n}") for n in range(5)])

    assert operations.run_due({"tell": handler}, limit=3) == 3
    assert queries.backlog().due == 2


def test_a_clock_waits_for_its_time():
    handler = Handler()
    queue(run_at=NOON + timedelta(days=3))
    assert operations.run_due({"tell": handler}) == 0
    assert queries.backlog().later == 1
    assert queries.due_at("k") == NOON + timedelta(days=3)

    clock.advance(timedelta(days=3))

    assert operations.run_due({"tell": handler}) == 1


def test_a_clock_can_be_moved_and_a_fired_one_can_not():
    handler = Handler()
    queue(run_at=NOON + timedelta(days=3))

    assert operations.move("k", NOON)
    operations.run_due({"tell": handler})

    assert len(handler.payloads) == 1
    assert not operations.move("k", NOON)


def test_cancelling_closes_what_begins_so_and_nothing_else():
    handler = Handler()
    for key in ("case:1:a", "case:1:b", "case:10:a", "case:2:a"):
        queue(key)

    assert operations.cancel("case:1:") == 2
    operations.run_due({"tell": handler})

    assert [payload["key"] for payload in handler.payloads] == ["case:10:a", "case:2:a"]
    assert not queries.is_open("case:1:a")


def test_a_text_with_wildcards_cancels_only_itself():
    queue("a%b")
    queue("axb")

    assert operations.cancel("a%") == 1
    assert queries.is_open("axb")


def test_a_failing_handler_is_tried_again_after_a_growing_pause():
    handler = Handler(fails=2)
    queue()

    runs = []
    for seconds in (0, 4, 1, 9, 1):
        clock.advance(timedelta(seconds=seconds))
        runs.append(operations.run_due({"tell": handler}))

    assert runs == [1, 0, 1, 0, 1]
    assert [context.attempt for context in handler.contexts] == [1, 2, 3]
    assert state() == "done"


def test_what_a_failing_handler_did_is_rolled_back():
    def half(payload: dict[str, Any], context: EffectContext) -> None:
        queue("its own effect")
        raise RuntimeError("and then it broke")

    queue()
    operations.run_due({"tell": half})

    assert not Effect.objects.filter(key="its own effect").exists()
    assert queries.is_open("k")
    assert "and then it broke" in Effect.objects.get(key="k").failure


def test_a_failing_effect_holds_no_other_up():
    good, bad = Handler(), Handler(fails=1)
    queue("a", "bad")
    queue("b", "good")

    operations.run_due({"bad": bad, "good": good})

    assert (state("a"), state("b")) == ("open", "done")


def test_after_the_last_attempt_the_effect_is_dead_and_is_shown_until_somebody_retries():
    handler = Handler(fails=operations.MOST_ATTEMPTS)
    queue()
    for _ in range(operations.MOST_ATTEMPTS):
        operations.run_due({"tell": handler})
        clock.advance(timedelta(hours=1))
    assert operations.run_due({"tell": handler}) == 0

    (dead,) = queries.dead()
    assert (dead.key, queries.backlog().dead) == ("k", 1)
    assert "no luck" in dead.failure

    assert operations.retry(dead.pk)
    operations.run_due({"tell": handler})
    assert state() == "done"
    assert not operations.retry(dead.pk)


def test_a_handler_that_gives_up_is_not_asked_again():
    queue()

    operations.run_due({"tell": Handler(fails=1, error=GiveUp)})

    assert [effect.key for effect in queries.dead()] == ["k"]


def test_a_kind_without_a_handler_is_tried_again_later_for_a_newer_worker_may_know_it():
    queue(kind="new")

    operations.run_due({})

    assert queries.is_open("k")
    assert "No handler is registered for 'new'" in Effect.objects.get(key="k").failure


def test_an_effect_whose_worker_fell_silent_is_run_by_another_after_the_lease():
    handler = Handler()
    queue()
    operations._claim(20, "the silent one")
    assert operations.run_due({"tell": handler}) == 0

    clock.advance(operations.LEASE)

    assert operations.run_due({"tell": handler}) == 1
    assert handler.contexts[0].attempt == 2


def test_an_effect_that_kills_every_worker_is_laid_aside():
    queue()
    for _ in range(operations.MOST_ATTEMPTS):
        operations._claim(20, "the next victim")
        clock.advance(operations.LEASE)

    handler = Handler()
    operations.run_due({"tell": handler})

    assert handler.payloads == []
    assert len(queries.dead()) == 1


def test_who_lost_the_lease_does_nothing():
    handler = Handler()
    queue()
    (late,) = operations._claim(20, "slow")
    clock.advance(operations.LEASE)
    operations.run_due({"tell": handler})

    operations._run(late, {"tell": handler})

    assert len(handler.payloads) == 1


def test_an_effect_that_is_cancelled_after_it_was_claimed_is_not_run():
    handler = Handler()
    queue()
    (claimed,) = operations._claim(20, "w")
    operations.cancel("k")

    operations._run(claimed, {"tell": handler})

    assert handler.payloads == []
    assert state() == "cancelled"


def test_a_worker_that_is_told_to_stop_gives_back_what_it_did_not_begin():
    handler = Handler()
    for key in "abc":
        queue(key)

    done = operations.run_due({"tell": handler}, stopped=lambda: len(handler.payloads) == 1)

    assert done == 1
    assert operations.run_due({"tell": handler}) == 2
    assert [context.attempt for context in handler.contexts] == [1, 1, 1]


def test_a_batch_that_takes_longer_than_its_lease_leaves_the_rest_to_others():
    seen = []

    def slow(payload: dict[str, Any], context: EffectContext) -> None:
        seen.append(payload["key"])
        clock.advance(operations.LEASE)

    queue("a")
    queue("b")

    assert operations.run_due({"tell": slow}) == 1
    assert operations.run_due({"tell": slow}) == 1
    assert seen == ["a", "b"]


def test_effects_that_effects_call_for_are_run_too():
    seen = []

    def chain(payload: dict[str, Any], context: EffectContext) -> None:
        seen.append(payload["n"])
        if payload["n"] < 3:
            operations.queue("chain", {"n": payload["n"] + 1}, key=f"n{payload['n'] + 1}")

    operations.queue("chain", {"n": 0}, key="n0")

    assert operations.run_until_idle({"chain": chain}) == 4
    assert seen == [0, 1, 2, 3]


def test_what_was_done_long_ago_is_forgotten_and_what_is_dead_or_open_is_kept():
    queue("done")
    queue("dead", "bad")
    operations.run_due({"tell": Handler(), "bad": Handler(fails=1, error=GiveUp)})
    queue("open")
    clock.advance(timedelta(days=400))

    assert operations.forget(clock.now() - timedelta(days=365)) == 1
    assert set(Effect.objects.values_list("key", flat=True)) == {"dead", "open"}


def test_the_backlog_tells_since_when_the_oldest_waits():
    queue("old", run_at=NOON - timedelta(minutes=7))
    queue("new")

    assert queries.backlog() == queries.Backlog(due=2, later=0, dead=0, oldest=NOON - timedelta(minutes=7))


@pytest.mark.django_db(transaction=True)
class TestWithRealTransactions:
    def test_outside_of_a_transaction_nothing_is_queued(self):
        with pytest.raises(OutsideTransaction):
            queue()

        assert not Effect.objects.exists()

    def test_what_is_rolled_back_calls_for_no_effect(self):
        def change_and_fail() -> None:
            with transaction.atomic():
                queue()
                raise RuntimeError

        with pytest.raises(RuntimeError):
            change_and_fail()

        assert not Effect.objects.exists()

    def test_a_handler_runs_in_a_transaction_and_an_outside_one_does_not(self):
        inside: dict[str, bool] = {}

        def within(payload: dict[str, Any], context: EffectContext) -> None:
            inside["within"] = transaction.get_connection().in_atomic_block

        @outside
        def without(payload: dict[str, Any], context: EffectContext) -> None:
            inside["without"] = transaction.get_connection().in_atomic_block

        with transaction.atomic():
            queue("a", "within")
            queue("b", "without")
        operations.run_due({"within": within, "without": without})

        assert inside == {"within": True, "without": False}
        assert (state("a"), state("b")) == ("done", "done")

    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
    def test_who_cancels_or_moves_what_is_running_does_not_wait_for_it(self):
        running, go_on = threading.Event(), threading.Event()

        def slow(payload: dict[str, Any], context: EffectContext) -> None:
            running.set()
            assert go_on.wait(10)

        def work() -> None:
            with clock.at(NOON):
                operations.run_due({"tell": slow})
            connection.close()

        with transaction.atomic():
            queue()
        worker = threading.Thread(target=work)
        worker.start()
        assert running.wait(10)

        assert operations.cancel("k") == 0
        assert not operations.move("k", NOON)
        go_on.set()
        worker.join()

        assert state() == "done"
