"""What can be done with a process: each function takes a marking and gives a step with the new one."""

from collections.abc import Mapping
from typing import Any

from panjereh.process.engine import activities, catching, handlers, repeating, scopes
from panjereh.process.engine.leaving import leave
from panjereh.process.engine.run import EMPTY, Data, Decide, Run, scope_of
from panjereh.process.engine.settling import settle, thrown
from panjereh.process.errors import ErrorNotCaught, NotWaiting
from panjereh.process.model import Element, Kind, On, Process
from panjereh.process.step import Marking, Step

NOTHING: Mapping[str, Any] = {}


def start(process: Process, data: Data, *, decide: Decide | None = None, at: str | None = None) -> Step:
    """Put the first token at the start event and let it move as far as it can.

    `at`: the start event, where a message, signal or clock begins the process; else it is the one without a trigger.
    """
    begin = at or process.starts.get(None) or (process.entries[0] if len(process.entries) == 1 else None)
    if begin is None or (begin != process.starts.get(None) and begin not in process.entries):
        raise NotWaiting(f"The process does not begin at {at!r}.", element=at or "")
    run = Run(process, EMPTY, data, decide)
    handlers.listen(run, "", None)
    run.move("", None, process.elements[begin])
    return settle(run)


def complete(
    process: Process,
    marking: Marking,
    token: str,
    data: Data,
    *,
    decide: Decide | None = None,
    result: Mapping[str, Any] = NOTHING,
) -> Step:
    """Somebody finished a user task. `result`: variables that it found, kept for what follows."""
    run = Run(process, marking, data, decide)
    element = run.waiting(token, Kind.USER)
    activities.learn(run, token, element, dict(result))
    leave(run, token, element)
    return settle(run)


def finish_service(
    process: Process,
    marking: Marking,
    token: str,
    data: Data,
    *,
    decide: Decide | None = None,
    result: Mapping[str, Any] = NOTHING,
) -> Step:
    """The effect of a service task is done, or the message of an event is sent."""
    run = Run(process, marking, data, decide)
    element = _sender(run, token)
    activities.learn(run, token, element, dict(result))
    if element.kind is Kind.SERVICE:
        leave(run, token, element)
    else:
        run.lift(token)
        go_on = scopes.conclude if element.kind is Kind.END else thrown
        go_on(run, scope_of(token), element)
    return settle(run)


def _sender(run: Run, token: str) -> Element:
    element = run.waiting(token, Kind.SERVICE, Kind.THROW, Kind.END)
    if not element.sends:
        raise NotWaiting(f"Nothing is to be sent under {token!r}.", token=token)
    return element


def fail_service(
    process: Process, marking: Marking, token: str, error_code: str, data: Data, *, decide: Decide | None = None
) -> Step:
    """A task ended in an error that the model may draw a path for, else `ErrorNotCaught`."""
    run = Run(process, marking, data, decide)
    element = run.waiting(token, Kind.SERVICE, Kind.USER, Kind.RECEIVE, Kind.THROW, Kind.END)
    if handlers.catch_above(run, token, On.ERROR, error_code) is None:
        raise ErrorNotCaught(
            f"{element.id!r} failed with {error_code!r}, and no boundary error event catches that.",
            element=element.id,
            error=error_code,
        )
    return settle(run)


def deliver(
    process: Process,
    marking: Marking,
    message: str,
    data: Data,
    *,
    decide: Decide | None = None,
    token: str | None = None,
    result: Mapping[str, Any] = NOTHING,
) -> Step:
    """A message came. The oldest token that waits for it takes it, or the one that is named."""
    run = Run(process, marking, data, decide)
    for each, event, place, trigger in catching.catchers(run):
        if trigger.on is On.MESSAGE and trigger.name == message and token in (None, each):
            activities.learn(run, each, event, dict(result))
            catching.happen(run, each, event, place)
            return settle(run)
    raise NotWaiting(f"Nothing here waits for the message {message!r}.", message_name=message)


def signal(process: Process, marking: Marking, name: str, data: Data, *, decide: Decide | None = None) -> Step:
    """A signal sounded. Everyone here who waits for it takes it; `NotWaiting` where nobody does."""
    run = Run(process, marking, data, decide)
    if not catching.broadcast(run, name):
        raise NotWaiting(f"Nothing here waits for the signal {name!r}.", signal=name)
    return settle(run)


def fire(process: Process, marking: Marking, clock_key: str, data: Data, *, decide: Decide | None = None) -> Step:
    """A clock fell due."""
    if not clock_is_set(marking, clock_key):
        raise NotWaiting(f"The clock {clock_key!r} is not set: it fired before or was cancelled.", clock=clock_key)
    run = Run(process, marking, data, decide)
    token, _, name = clock_key.partition(":")
    element, _, place = name.partition("#")
    run.clocks.remove(clock_key)
    catching.happen(run, token, process.elements[element], int(place or 0))
    return settle(run)


def look_again(process: Process, marking: Marking, data: Data, *, decide: Decide | None = None) -> Step:
    """What is known has changed: conditional events whose condition holds now happen."""
    return settle(Run(process, marking, data, decide))


def cancel(process: Process, marking: Marking, *, outcome: str = "cancelled") -> Step:
    """Stop everything: the applicant withdraws, or an authority closes the case."""
    if marking["ended"]:
        raise NotWaiting("The process has ended already.")
    run = Run(process, marking, {})
    run.clear("")
    run.outcome = outcome
    return settle(run)


def awaits(process: Process, marking: Marking, what: On = On.MESSAGE) -> frozenset[str]:
    """The messages (or signals) that would be taken now."""
    run = Run(process, marking, {})
    return frozenset(
        trigger.name for _, _, _, trigger in catching.catchers(run) if trigger.on is what and trigger.name is not None
    )


def instance(process: Process, marking: Marking, token: str) -> tuple[int | None, Any]:
    """The number (from 1) and the item of a step that is one of many; (None, None) of any other."""
    if token not in marking["tokens"] or not marking.get("loops"):
        return None, None
    return repeating.of_instance(Run(process, marking, NOTHING), token)


def clock_is_set(marking: Marking, clock_key: str) -> bool:
    return clock_key in marking["clocks"]
