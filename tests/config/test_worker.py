"""The worker's loop: effects as they fall due, routines that come round, and no failure that stops it."""

from typing import Any

import pytest
from django.db import OperationalError

from panjereh.config import worker as workers
from panjereh.config.worker import Worker
from panjereh.outbox import operations

pytestmark = pytest.mark.django_db


def test_the_loop_runs_what_is_due_until_it_is_told_to_stop():
    seen: list[dict[str, Any]] = []

    def handle(payload: dict[str, Any], context: object) -> None:
        seen.append(payload)
        if len(seen) == 2:
            worker.stop()

    worker = Worker({"tell": handle})
    for number in range(3):
        operations.queue("tell", {"n": number}, key=f"k{number}")

    worker.run()

    assert seen == [{"n": 0}, {"n": 1}]


def test_a_routine_comes_round_again_after_its_pause(monkeypatch: pytest.MonkeyPatch):
    moments = iter([0.0, 1.0, 2.0, 61.0, 62.0])
    monkeypatch.setattr(workers, "monotonic", lambda: next(moments))
    rounds: list[str] = []
    worker = Worker({}, [(60.0, lambda: rounds.append("sealed"))])

    for _ in range(3):
        worker.do_routines()

    assert rounds == ["sealed", "sealed"]


def test_a_routine_that_fails_stops_neither_the_effects_nor_the_other_routines(caplog: pytest.LogCaptureFixture):
    def broken() -> None:
        raise RuntimeError("broken")

    rounds: list[str] = []
    worker = Worker({}, [(60.0, broken), (60.0, lambda: rounds.append("sealed"))])

    worker.do_routines()

    assert rounds == ["sealed"]
    assert "broken failed" in caplog.text


def test_a_database_that_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workers, "BROKEN", 0.001)
    monkeypatch.setattr(workers, "close_old_connections", lambda: None)
    asked: list[int] = []

    def look() -> None:
        asked.append(1)
        if len(asked) == 1:
            raise OperationalError
        worker.stop()

    worker = Worker({}, [(0.0, look)])

    worker.run()

    assert len(asked) == 2
