"""Moving until everything waits, and writing down what came of it."""

from collections.abc import Callable
from typing import TypeAlias

from panjereh.process.engine import activities, catching, gateways, handlers, repeating, scopes, throwing, undoing
from panjereh.process.engine.run import Run
from panjereh.process.errors import CannotGoOn
from panjereh.process.model import Element, Flow, Kind, On
from panjereh.process.step import Step

MOST_MOVES = 20_000  # in one step; only a loop without a waiting step gets there

Arrival: TypeAlias = Callable[[Run, str, Flow | None, Element], None]


def settle(run: Run) -> Step:
    """Let tokens move, then joins open, signals sound, conditions be asked and scopes close, until all waits."""
    moves = 0
    while True:
        while run.moves:
            moves += 1
            scope, flow, element = run.moves.popleft()
            if moves > MOST_MOVES:
                raise CannotGoOn(element.id, "it goes round in a loop in which nothing waits.")
            arrive(run, scope, flow, element)
        if run.signals:
            signal = run.signals.popleft()
            run.step.signals.append(signal)
            catching.broadcast(run, signal)
        elif not (gateways.open_an_inclusive_join(run) or catching.fire_a_condition(run) or scopes.close_a_scope(run)):
            break
    return conclude(run)


def conclude(run: Run) -> Step:
    if not run.tokens:
        if stuck := scopes.stuck_join(run, ""):
            raise CannotGoOn(stuck, "it waits for a branch that can't come any more.")
        run.stop_clocks("")
    step = run.step
    step.marking = run.marking()
    step.ended = step.marking["ended"]
    step.outcome = run.outcome if step.ended else None
    return step


def arrive(run: Run, scope: str, flow: Flow | None, element: Element) -> None:
    if element.loop is not None and handlers.is_turn(run, scope) and run.tokens[scope] == element.id:
        activities.begin_turn(run, scope, element)
    elif element.needs > 1 and not gateways.enough(run, scope, flow, element):
        return
    elif element.loop is not None:
        repeating.begin(run, scope, element)
    else:
        _ARRIVALS[element.kind](run, scope, flow, element)


def _activity(run: Run, scope: str, _flow: Flow | None, element: Element) -> None:
    activities.begin(run, scope, element)


def _catch(run: Run, scope: str, _flow: Flow | None, element: Element) -> None:
    """An event that waits; the other end of a link does not."""
    if element.on(On.LINK) is not None:
        run.follow(scope, element)
    else:
        activities.begin(run, scope, element)


def _start(run: Run, scope: str, _flow: Flow | None, element: Element) -> None:
    run.follow(scope, element)


def _throw(run: Run, scope: str, _flow: Flow | None, element: Element) -> None:
    """An event that throws; one that sends a message waits until that is done."""
    undo = element.on(On.COMPENSATION)
    if element.sends:
        activities.rest(run, run.place(scope, element), element)
    elif undo is not None:
        undoing.begin(run, scope, element, undo)
    else:
        thrown(run, scope, element)


def thrown(run: Run, scope: str, element: Element) -> None:
    """Throw what is not a message, and go on unless that has interrupted the scope."""
    if throwing.throw_all(run, element, scope):
        run.follow(scope, element)


def _end(run: Run, scope: str, _flow: Flow | None, element: Element) -> None:
    if element.sends:
        activities.rest(run, run.place(scope, element), element)
    else:
        scopes.end(run, scope, element)


_ARRIVALS: dict[Kind, Arrival] = {
    Kind.START: _start,
    Kind.END: _end,
    Kind.CATCH: _catch,
    Kind.THROW: _throw,
    Kind.USER: _activity,
    Kind.SERVICE: _activity,
    Kind.RECEIVE: _activity,
    Kind.RULE: _activity,
    Kind.SCRIPT: _activity,
    Kind.SUBPROCESS: _activity,
    Kind.TRANSACTION: _activity,
    Kind.CALL: _activity,
    Kind.EVENTS: _activity,
    Kind.EXCLUSIVE: gateways.passing,
    Kind.PARALLEL: gateways.parallel,
    Kind.INCLUSIVE: gateways.inclusive,
}
