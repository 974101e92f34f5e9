"""The worker: runs effects and clocks as they fall due, and the routines that come round again.

Any number of workers may run beside each other; the outbox gives each effect to one of them.
"""

import logging
import os
import signal
import socket
from collections.abc import Callable, Sequence
from threading import Event
from time import monotonic
from typing import Any

from django.db import OperationalError, close_old_connections, connection

from panjereh.config import collector, easing
from panjereh.outbox import operations as outbox
from panjereh.outbox.handlers import Handlers

IDLE = 0.5  # seconds between two looks when nothing is due
BROKEN = 5.0  # seconds before trying again when the database does not answer

Routine = tuple[float, Callable[[], object]]
"""(seconds from the end of one round to the next, what to do)"""

log = logging.getLogger(__name__)


class Worker:
    """One loop over the outbox. `stop` ends it after the effect in hand."""

    def __init__(self, handlers: Handlers, routines: Sequence[Routine] = (), *, name: str = "") -> None:
        self.handlers = handlers
        self.routines = list(routines)
        self.next_round = [0.0] * len(self.routines)
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self._stopped = Event()

    def stop(self, *_: Any) -> None:
        self._stopped.set()

    def run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.do_routines()
                pause = 0.0 if self.do_effects() else IDLE
            except OperationalError:
                log.exception("the database does not answer; trying again in %s s", BROKEN)
                close_old_connections()
                pause = BROKEN
            if pause:
                self._stopped.wait(pause)

    def do_effects(self) -> int:
        """Run a batch of what is due; told to stop, it finishes the effect in hand and gives the others back."""
        return outbox.run_due(self.handlers, worker=self.name, stopped=self._stopped.is_set, pressed=is_waited_for)

    def do_routines(self) -> None:
        for number, (seconds, routine) in enumerate(self.routines):
            if monotonic() < self.next_round[number]:
                continue
            try:
                routine()
            except OperationalError:
                raise
            except Exception:  # a routine that fails must not stop the effects
                log.exception("the routine %s failed", getattr(routine, "__qualname__", routine))
            self.next_round[number] = monotonic() + seconds


def is_waited_for() -> bool:
    """Whether somebody waits for our transaction to end. On PostgreSQL nobody does: many write at a time."""
    return connection.vendor == "sqlite" and bool(connection.somebody_waits())  # type: ignore[attr-defined]


def run(name: str = "") -> None:
    """Work until told to stop by SIGTERM or SIGINT. Django is set up already."""
    from panjereh.config import handlers  # loads every room, which only a running worker needs

    worker = Worker(handlers.HANDLERS, getattr(handlers, "ROUTINES", ()), name=name)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    easing.ease()
    collector.ease()
    log.info("worker %s starts", worker.name)
    worker.run()
    log.info("worker %s stops", worker.name)
