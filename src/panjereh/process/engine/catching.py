"""What is waited for, and what happens when it comes: messages, signals, clocks, conditions."""

from collections.abc import Iterator

from panjereh.process.engine import clocks, handlers
from panjereh.process.engine.leaving import leave
from panjereh.process.engine.run import Run, number
from panjereh.process.model import Element, Kind, On, Trigger


def awaited(run: Run, element: Element) -> list[Element]:
    """The events that a token at an element waits for, apart from those on its boundary."""
    if element.kind is Kind.EVENTS:
        return [run.elements[flow.target] for flow in element.outgoing]
    return [element] if element.kind in (Kind.CATCH, Kind.RECEIVE) else []


def catchers(run: Run) -> Iterator[tuple[str, Element, int, Trigger]]:
    """(token or scope, event, place of the trigger, trigger) of all that is waited for, the oldest token first.

    The event sub-processes of the process itself come last: what is further inside has precedence.
    """
    for token in sorted(run.tokens, key=number):
        element = run.elements[run.tokens[token]]
        events: list[Element] = []
        if not handlers.is_turn(run, token):
            events += [run.elements[event] for event in element.boundary]
        if token not in run.loops:
            events += awaited(run, element)
            events += [start for _, start in handlers.listeners(run, token)]
        for event in events:
            for place, trigger in enumerate(event.triggers):
                yield token, event, place, trigger
    for _, start in handlers.listeners(run, ""):
        for place, trigger in enumerate(start.triggers):
            yield "", start, place, trigger


def happen(run: Run, token: str, event: Element, place: int) -> None:
    """A trigger of an event has come for a token: at its own event, behind a gateway, on its boundary or inside it."""
    if event.all_triggers and not _all_have_come(run, token, event, place):
        return
    if event.kind is Kind.START:
        sub = run.elements[event.parent or ""]
        handlers.start_event_subprocess(run, token, sub, event)
        _listen_again(run, token, event, place)
    elif event.kind is Kind.BOUNDARY:
        handlers.leave_by_boundary(run, token, event)
        _listen_again(run, token, event, place)
    else:
        leave(run, token, event)


def _listen_again(run: Run, token: str, event: Element, place: int) -> None:
    if not event.interrupting and event.triggers[place].on is On.TIMER and (token in run.tokens or not token):
        clocks.repeat(run, token, event, place)


def _all_have_come(run: Run, token: str, event: Element, place: int) -> bool:
    """Note that a trigger has come. True, and forgotten again, when it was the last that was missing."""
    key = f"{token}:{event.id}"
    heard = sorted({*run.heard.get(key, []), place})
    run.heard[key] = heard
    if len(heard) < len(event.triggers):
        return False
    del run.heard[key]
    return True


def broadcast(run: Run, signal: str) -> bool:
    """Give a signal to everyone who waits for it now. False: nobody does."""
    waiting = [(token, event, place) for token, event, place, each in catchers(run) if _is_signal(each, signal)]
    for token, event, place in waiting:
        if _still_waits(run, token, event):
            happen(run, token, event, place)
    return bool(waiting)


def _still_waits(run: Run, token: str, event: Element) -> bool:
    if event.kind is Kind.START:
        return (not token or token in run.tokens) and any(event is start for _, start in handlers.listeners(run, token))
    return token in run.tokens


def _is_signal(trigger: Trigger, signal: str) -> bool:
    return trigger.on is On.SIGNAL and trigger.name == signal


def fire_a_condition(run: Run) -> bool:
    """Let a conditional event happen whose condition has become true. False: none has.

    An event that does not interrupt happens once each time that its condition becomes true, not as long as it is.
    """
    if not run.process.has_conditions:
        return False
    for token, event, place, trigger in list(catchers(run)):
        if trigger.on is not On.CONDITION or trigger.condition is None:
            continue
        key = f"{token}:{event.id}#{place}"
        holds = trigger.condition.evaluate(run.context(token)) is True
        if holds and key not in run.true:
            run.true.append(key)
            happen(run, token, event, place)
            return True
        if not holds and key in run.true:
            run.true.remove(key)
    return False
