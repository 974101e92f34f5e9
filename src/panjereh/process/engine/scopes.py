"""The end of scopes, and the events that end them."""

from panjereh.process.engine import throwing, undoing
from panjereh.process.engine.leaving import leave
from panjereh.process.engine.run import Run, number, scope_of
from panjereh.process.errors import CannotGoOn
from panjereh.process.model import SCOPES, Element, Kind, On
from panjereh.process.values import unpack


def end(run: Run, scope: str, element: Element) -> None:
    """A token reaches an end event that sends nothing: it is consumed, and what the event throws is thrown."""
    if element.on(On.CANCEL) is not None:
        undoing.cancel(run, scope, element)
        return
    undo = element.on(On.COMPENSATION)
    if undo is not None:
        undoing.begin(run, scope, element, undo)
        return
    conclude(run, scope, element)


def conclude(run: Run, scope: str, element: Element) -> None:
    """An end event has done its work: an error or a termination ends more than its own token."""
    error = element.on(On.ERROR)
    if error is not None:
        run.passed(element)
        if throwing.throw(run, error, scope) is None:
            run.clear("")
            run.outcome = element.outcome or error.name or element.id
    elif throwing.throw_all(run, element, scope):
        if element.on(On.TERMINATE) is not None:
            run.clear(scope)
        run.ended_at(scope, element)


def close_a_scope(run: Run) -> bool:
    """Let the oldest scope that has nothing left inside go on. False: there is none."""
    occupied = {scope_of(token) for token in run.tokens}
    empty = [
        token
        for token, element in run.tokens.items()
        if token not in occupied and token not in run.loops and run.elements[element].kind in SCOPES
    ]
    undone = undoing.empty(run)
    if not empty and undone is None:
        return False
    token = min([*empty, *([undone] if undone else [])], key=number)
    if token in run.undoing:
        undoing.next_one(run, token)
    else:
        close(run, token)
    return True


def close(run: Run, token: str) -> None:
    if stuck := stuck_join(run, token):
        raise CannotGoOn(stuck, "it waits for a branch that can't come any more.")
    element = run.elements[run.tokens[token]]
    if element.kind is Kind.CALL and element.result:
        run.learn(scope_of(token), {element.result: unpack(run.own.get(token, {}).get("outcome"))})
    leave(run, token, element)


def stuck_join(run: Run, scope: str) -> str:
    return next((key.partition("/")[2] for key in sorted(run.joins) if key.partition("/")[0] == scope), "")
