"""What stands ready around a step or a scope: its boundary events, and the event sub-processes inside it."""

from panjereh.process.engine import clocks
from panjereh.process.engine.run import Run, chain, scope_of
from panjereh.process.model import Element, On


def is_turn(run: Run, token: str) -> bool:
    """Whether a token is one turn of a loop: boundary events belong to the loop, not to its turns."""
    return scope_of(token) in run.loops


def listeners(run: Run, scope: str) -> list[tuple[Element, Element]]:
    """The event sub-processes of a scope that may begin now, each with its start event.

    None while one that interrupts the scope is running: it stands in the place of what it interrupted.
    """
    if scope in run.loops:
        return []
    pairs = run.process.listeners.get(run.tokens.get(scope), ()) if scope else run.process.listeners.get(None, ())
    if not pairs:
        return []
    found = [(run.elements[sub], run.elements[start]) for sub, start in pairs]
    interrupting = {sub.id for sub, start in found if start.interrupting}
    if any(scope_of(token) == scope and at in interrupting for token, at in run.tokens.items()):
        return []
    return found


def open_scope(run: Run, token: str, element: str | None) -> None:
    """Begin what is inside a scope, and let its event sub-processes listen."""
    listen(run, token, element)
    run.enter(token, element)


def listen(run: Run, scope: str, element: str | None) -> None:
    for _, start in run.process.listeners.get(element, ()):
        clocks.set_clocks(run, scope, run.elements[start])


def start_event_subprocess(run: Run, scope: str, sub: Element, start: Element) -> None:
    """Begin an event sub-process in a scope; one that interrupts ends everything else there."""
    if start.interrupting:
        stop_listening(run, scope)
        run.clear(scope)
    token = run.place(scope, sub)
    listen(run, token, sub.id)
    run.move(token, None, start)


def stop_listening(run: Run, scope: str) -> None:
    """The clocks of a scope's event sub-processes stop."""
    element = run.tokens.get(scope) if scope else None
    starts = {start for _, start in run.process.listeners.get(element, ())}
    run.stop_clocks(scope, starts)


def leave_by_boundary(run: Run, token: str, event: Element) -> None:
    """Go on behind a boundary event; one that interrupts ends its activity."""
    if event.interrupting:
        run.drop(token)
    run.follow(scope_of(token), event)


def catch_above(run: Run, scope: str, on: On, name: str | None) -> Element | None:
    """Give an error or escalation to the nearest event around that takes it. None: nobody does.

    `scope`: the token that failed, or the scope in which it was thrown.
    """
    came_from = ""
    for token in chain(scope):
        for exact in (True, False):
            for sub, start in listeners(run, token):
                if sub.id != came_from and _catches(start, on, name, exact):
                    start_event_subprocess(run, token, sub, start)
                    return start
        if token and not is_turn(run, token):
            element = run.elements[run.tokens[token]]
            events = [run.elements[event] for event in element.boundary]
            for exact in (True, False):
                for event in events:
                    if _catches(event, on, name, exact):
                        leave_by_boundary(run, token, event)
                        return event
        came_from = run.tokens.get(token, "")
    return None


def _catches(event: Element, on: On, name: str | None, exact: bool) -> bool:
    """Whether it names the error or escalation; or, not exactly, takes whatever comes."""
    return any(trigger.on is on and trigger.name == (name if exact else None) for trigger in event.triggers)
