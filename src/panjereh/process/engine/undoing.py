"""Compensation: what has completed is undone, the last first.

For each scope the marking keeps which activities could be undone, each once with the number of its completions, in the
order of the last one: so it does not grow with the age of the case. An entry is [activity, times, entries inside].
"""

from typing import Any

from panjereh.process.engine import handlers
from panjereh.process.engine.run import Run, number, scope_of
from panjereh.process.model import Element, Kind, On, Trigger


def keep(run: Run, token: str, element: Element) -> None:
    """An activity under a token has completed: note it if it could be undone."""
    if run.tokens[token] == element.id:
        keep_done(run, scope_of(token), element, run.kept.get(token, []))


def keep_done(run: Run, scope: str, element: Element, entries: list[Any]) -> None:
    if element.undoes or element.kind is Kind.EVENT_SUBPROCESS:
        return
    if element.handler is None and _undoing_subprocess(run, element) is None and not entries:
        return
    kept = run.kept.get(scope, [])
    before = next((entry for entry in kept if entry[0] == element.id), None)
    times = before[1] + 1 if before else 1
    others = [entry for entry in kept if entry is not before]
    run.kept[scope] = [*others, [element.id, times, entries]]


def _undoing_subprocess(run: Run, element: Element) -> tuple[str, str] | None:
    """The event sub-process inside a sub-process that undoes it."""
    pairs = run.process.listeners.get(element.id, ())
    return next((pair for pair in pairs if run.elements[pair[1]].on(On.COMPENSATION)), None)


def begin(run: Run, scope: str, element: Element, trigger: Trigger) -> None:
    """Undo what the trigger names, else all of the scope. The token at the throwing event waits for it."""
    where = _scope_to_undo(run, scope)
    entries = run.kept.get(where, [])
    if trigger.activity is None:
        chosen, left = entries, []
    else:
        chosen = [entry for entry in entries if entry[0] == trigger.activity]
        left = [entry for entry in entries if entry[0] != trigger.activity]
    run.kept[where] = left
    token = run.place(scope, element)
    run.undoing[token] = list(chosen)
    if not trigger.wait:
        run.undoing[token].insert(0, "on")
        _go_on(run, scope, element)
    next_one(run, token)


def cancel(run: Run, scope: str, element: Element) -> None:
    """A transaction is cancelled: all else in it ends, what has completed is undone, then the cancel event follows."""
    entries = run.kept.pop(scope, [])
    run.clear(scope)
    handlers.stop_listening(run, scope)
    token = run.place(scope, element)
    run.undoing[token] = list(entries)
    next_one(run, token)


def _scope_to_undo(run: Run, scope: str) -> str:
    """An event sub-process speaks for the scope around it, unless it runs to undo that one."""
    while (
        scope and run.elements[run.tokens[scope]].kind is Kind.EVENT_SUBPROCESS and scope_of(scope) not in run.undoing
    ):
        scope = scope_of(scope)
    return scope


def next_one(run: Run, token: str) -> None:
    """Undo the latest of what is left; when nothing is left, the event that threw has done its work."""
    rest = run.undoing[token]
    if not rest or rest == ["on"]:
        _finish(run, token)
        return
    element, times, entries = rest[-1]
    activity = run.elements[element]
    sub = _undoing_subprocess(run, activity)
    left = [*rest[:-1], [element, times - 1, entries]] if times > 1 and (activity.handler or sub) else rest[:-1]
    if activity.handler is not None:
        run.undoing[token] = left
        run.move(token, None, run.elements[activity.handler])
    elif sub is not None:
        run.undoing[token] = left
        inner = run.place(token, run.elements[sub[0]])
        run.kept[inner] = entries
        run.move(inner, None, run.elements[sub[1]])
    else:
        run.undoing[token] = [*left, *entries]
        next_one(run, token)


def _finish(run: Run, token: str) -> None:
    element, scope = run.elements[run.tokens[token]], scope_of(token)
    goes_on = run.undoing[token] != ["on"]
    run.lift(token)
    if element.on(On.CANCEL) is not None:
        transaction = run.elements[run.tokens[scope]]
        event = next(run.elements[each] for each in transaction.boundary if run.elements[each].on(On.CANCEL))
        run.passed(element)
        handlers.leave_by_boundary(run, scope, event)
    elif goes_on:
        _go_on(run, scope, element)


def _go_on(run: Run, scope: str, element: Element) -> None:
    if element.kind is Kind.END:
        run.passed(element)
        run.ended_at(scope, element)
    else:
        run.follow(scope, element)


def empty(run: Run) -> str | None:
    """The oldest token whose present undoing has completed."""
    occupied = {scope_of(token) for token in run.tokens}
    waiting = [token for token in run.undoing if token not in occupied]
    return min(waiting, key=number, default=None)
