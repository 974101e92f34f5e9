"""Queue effects inside a transaction; run them later, at least once each, in the order in which they fall due."""

import logging
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import takewhile
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F, QuerySet

from panjereh.kernel import clock
from panjereh.outbox.errors import OutsideTransaction
from panjereh.outbox.handlers import EffectContext, GiveUp, Handler, Handlers, is_outside
from panjereh.outbox.models import Effect
from panjereh.storage import Prepared, PreparedUpdate, PreparedValues, insert

LEASE = timedelta(minutes=2)  # a worker that is silent for so long is taken for dead
MOST_ATTEMPTS = 8
CROWD_SHARE = 4  # one in so many of a batch is of the crowd at least, so that a busy day stops no clock
TOGETHER = 20  # clocks that are carried out in one transaction at most, while nobody else waits to write
FIRST_PAUSE = timedelta(seconds=5)  # doubled after each failure: 5 s, 10 s … 5 min 20 s before the last attempt

PEOPLE, CROWD = Effect.Lane.PEOPLE, Effect.Lane.CROWD

DUE = PreparedValues(lambda now: _due(now).filter(lane__in=Effect.Lane.values).values_list("pk")[:1])
CLAIM = PreparedUpdate(
    lambda effects, until, claim, worker: (
        Effect.objects.filter(pk__in=effects),
        {"run_at": until, "claim": claim, "worker": worker, "attempts": F("attempts") + 1},
    )
)
DONE = PreparedUpdate(
    lambda effect, claim, now: (
        Effect.objects.filter(pk=effect, state=Effect.State.OPEN, claim=claim),
        {"state": Effect.State.DONE, "closed_at": now, "failure": ""},
    )
)
CANCEL = PreparedUpdate(
    lambda first, end, now: (
        Effect.objects.filter(state=Effect.State.OPEN, key__gte=first, key__lt=end),
        {"state": Effect.State.CANCELLED, "closed_at": now, "claim": ""},
    )
)

log = logging.getLogger(__name__)

_running: ContextVar[Effect.Lane] = ContextVar("panjereh_outbox_lane", default=PEOPLE)
"""The lane of the effect that runs now: what it calls for goes on in the same one."""


@dataclass(frozen=True, slots=True)
class Order:
    """One effect to queue. `run_at` None means now; `reply_to` is handed to the handler as it is.

    lane: CROWD for what may come by the hundred thousand and must keep nobody waiting; None follows what calls for it
    """

    kind: str
    payload: dict[str, Any]
    key: str
    run_at: datetime | None = None
    reply_to: dict[str, Any] | None = None
    lane: Effect.Lane | None = None


def queue(
    kind: str,
    payload: dict[str, Any],
    *,
    key: str,
    run_at: datetime | None = None,
    reply_to: dict[str, Any] | None = None,
    lane: Effect.Lane | None = None,
) -> None:
    """Ask for an effect. A key that is known already, whatever became of its effect, changes nothing.

    Raises OutsideTransaction unless the caller is in one.
    """
    queue_many([Order(kind, payload, key, run_at, reply_to, lane)])


def queue_many(orders: Iterable[Order]) -> None:
    """As `queue`, many at once."""
    if not connection.in_atomic_block:
        raise OutsideTransaction("Queue effects inside transaction.atomic(), with the change that calls for them.")
    now = clock.now()
    insert(
        [
            Effect(
                key=order.key,
                kind=order.kind,
                payload=order.payload,
                reply_to=order.reply_to,
                run_at=order.run_at or now,
                lane=_running.get() if order.lane is None else order.lane,
                queued_at=now,
            )
            for order in orders
        ],
        ignore_conflicts=True,
    )


@transaction.atomic(savepoint=False)
def cancel(key_prefix: str) -> int:
    """Close the open effects whose key begins with a text. Returns how many there were.

    One that runs at this very moment is not stopped: its handler must look whether it is still wanted.
    """
    if connection.vendor == "sqlite":  # its LIKE can't use the index; a range in binary order can
        return CANCEL.run(key_prefix, key_prefix + "\U0010ffff", clock.now())
    rows = Effect.objects.filter(state=Effect.State.OPEN, key__startswith=key_prefix)
    return _at_rest(rows).update(state=Effect.State.CANCELLED, closed_at=clock.now(), claim="")


@transaction.atomic
def move(key: str, run_at: datetime) -> bool:
    """Give an open effect another due time. False: it is not open, or it runs at this very moment."""
    return _at_rest(Effect.objects.filter(key=key, state=Effect.State.OPEN)).update(run_at=run_at, claim="") == 1


def _at_rest(rows: QuerySet[Effect]) -> QuerySet[Effect]:
    """Those that nobody runs. To wait for a handler could be to wait for one that waits for us."""
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    free = rows.select_for_update(skip_locked=True).values_list("pk", flat=True)
    return Effect.objects.filter(pk__in=list(free))


@transaction.atomic
def retry(effect_id: int) -> bool:
    """Let a dead effect run again at once, with all its attempts. False: it is not dead."""
    rows = Effect.objects.filter(pk=effect_id, state=Effect.State.DEAD)
    return rows.update(state=Effect.State.OPEN, closed_at=None, attempts=0, run_at=clock.now()) == 1


@transaction.atomic
def forget(before: datetime) -> int:
    """Delete what was done or cancelled before a moment; the dead stay until somebody has looked.

    A key that is forgotten could be queued anew, so keep rows longer than any caller repeats itself.
    """
    closed = Effect.objects.filter(state__in=[Effect.State.DONE, Effect.State.CANCELLED], closed_at__lt=before)
    return closed.delete()[0]


def run_due(
    handlers: Handlers,
    *,
    limit: int = 20,
    worker: str = "",
    stopped: Callable[[], bool] = lambda: False,
    pressed: Callable[[], bool] = lambda: False,
) -> int:
    """Run up to `limit` effects that are due. Returns how many were dealt with; 0 means idle.

    What somebody waits for comes first, then the crowd; in both the longest due first. Each handler runs in one
    transaction with its effect being marked done, so that both happen or neither does; some of the crowd share one.
    `stopped` is asked before each transaction; what is left over is given back. `pressed` is asked within a shared one
    whether somebody waits to write: then it ends.
    """
    effects = _claim(limit, worker)
    lease_ends = clock.now() + LEASE
    done = 0
    while done < len(effects):
        if stopped():
            _give_back(effects[done:])
            return done
        if clock.now() >= lease_ends:
            return done  # the batch took too long: what is left belongs to whoever claims it next
        done += _run_some(_next(effects[done:], handlers), handlers, pressed)
    return done


def run_until_idle(handlers: Handlers, *, most: int = 10_000) -> int:
    """Run all that is due and what that calls for in turn. For tests and dry runs; `most` stops endless chains."""
    total = 0
    while (done := run_due(handlers, limit=100)) and total < most:
        total += done
    return total


def _claim(limit: int, worker: str) -> list[Effect]:
    """Take due effects for the length of the lease. Looks first, for an idle worker must not wait to write."""
    now = clock.now()
    if not DUE.all(now):
        return []
    claim = str(uuid4())
    with transaction.atomic():
        effects = _in_turn(now, limit)
        for effect in effects:
            effect.claim, effect.attempts = claim, effect.attempts + 1
        if effects:
            CLAIM.run([effect.pk for effect in effects], now + LEASE, claim, worker)
    return effects


def _in_turn(now: datetime, limit: int) -> list[Effect]:
    """What people wait for, up to the whole batch but for the crowd's share; then the crowd."""
    first = _first_due(limit)
    people, crowd = first.all(now, PEOPLE), first.all(now, CROWD)
    crowd = crowd[: max(limit - len(people), limit // CROWD_SHARE)]
    return [*people[: limit - len(crowd)], *crowd]


def _due(now: datetime) -> QuerySet[Effect]:
    return Effect.objects.filter(state=Effect.State.OPEN, run_at__lte=now)


@cache
def _first_due(limit: int) -> Prepared[Effect]:
    return Prepared(
        lambda now, lane: (
            Effect.objects.filter(state=Effect.State.OPEN, run_at__lte=now, lane=lane)
            .order_by("run_at", "id")
            .select_for_update(skip_locked=True)[:limit]
        )
    )


def _give_back(effects: list[Effect]) -> None:
    """Let others take at once what we claimed and did not begin."""
    with transaction.atomic():
        for effect in effects:
            _ours(effect).update(run_at=effect.run_at, claim="", attempts=effect.attempts - 1)


def _next(effects: Sequence[Effect], handlers: Handlers) -> Sequence[Effect]:
    """Those that are run now: neighbours in the crowd that need nothing of the world, or the first one alone."""
    return list(takewhile(lambda effect: _joins(effect, handlers), effects[:TOGETHER])) or effects[:1]


def _joins(effect: Effect, handlers: Handlers) -> bool:
    first_try = effect.lane == CROWD and effect.attempts == 1 and effect.kind in handlers
    return first_try and not is_outside(handlers[effect.kind])


def _run_some(effects: Sequence[Effect], handlers: Handlers, pressed: Callable[[], bool]) -> int:
    """How many were dealt with. If one of those in a transaction fails, none has happened, and each runs on its own."""
    if len(effects) > 1:
        try:
            return _together(effects, handlers, pressed)
        except Exception:  # noqa: BLE001 - which one it was shows when each runs on its own
            log.info("a group of %d effects failed and is run one by one", len(effects))
    for effect in effects:
        _run(effect, handlers)
    return len(effects)


@transaction.atomic
def _together(effects: Sequence[Effect], handlers: Handlers, pressed: Callable[[], bool]) -> int:
    """As many in this transaction as nobody waits for; the first is done in any case."""
    for done, effect in enumerate(effects, start=1):
        _carry_out(effect, handlers)
        if pressed():
            return done
    return len(effects)


def _run(effect: Effect, handlers: Handlers) -> None:
    try:
        if effect.attempts > MOST_ATTEMPTS:
            raise GiveUp("Every worker that tried this died of it.")
        _carry_out(effect, handlers)
    except _LeaseLostError:
        log.warning("effect %s is not ours any more: another worker has it, or it was cancelled or moved", effect.key)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises must not stop the others
        _note_failure(effect, error)


def _carry_out(effect: Effect, handlers: Handlers) -> None:
    context = EffectContext(effect.pk, effect.key, effect.attempts, effect.reply_to)
    lane = _running.set(Effect.Lane(effect.lane))
    try:
        _perform(effect, _handler(effect, handlers), context)
    finally:
        _running.reset(lane)


def _handler(effect: Effect, handlers: Handlers) -> Handler:
    if effect.kind not in handlers:
        raise LookupError(f"No handler is registered for {effect.kind!r}.")
    return handlers[effect.kind]


def _perform(effect: Effect, handler: Handler, context: EffectContext) -> None:
    if is_outside(handler):
        handler(effect.payload, context)
    with transaction.atomic():
        _mark_done(effect)
        if not is_outside(handler):
            handler(effect.payload, context)


class _LeaseLostError(Exception):
    """Somebody else claimed the effect, or it was cancelled or moved, since we took it."""


def _ours(effect: Effect) -> QuerySet[Effect]:
    return Effect.objects.filter(pk=effect.pk, state=Effect.State.OPEN, claim=effect.claim)


def _mark_done(effect: Effect) -> None:
    if not DONE.run(effect.pk, effect.claim, clock.now()):
        raise _LeaseLostError


def _note_failure(effect: Effect, error: Exception) -> None:
    """Try again after a pause, or give up and leave the effect for somebody to look at."""
    failure = "".join(traceback.format_exception(error))[-4000:]
    now = clock.now()
    if isinstance(error, GiveUp) or effect.attempts >= MOST_ATTEMPTS:
        log.error("effect %s is dead: %s", effect.key, type(error).__name__)
        change: dict[str, Any] = {"state": Effect.State.DEAD, "closed_at": now}
    else:
        log.warning("effect %s failed (attempt %d): %s", effect.key, effect.attempts, type(error).__name__)
        change = {"run_at": now + FIRST_PAUSE * 2 ** (effect.attempts - 1)}
    with transaction.atomic():
        _ours(effect).update(**change, claim="", failure=failure)
