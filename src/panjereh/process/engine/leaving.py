"""Behind a step that has completed."""

from panjereh.process.engine import repeating, undoing
from panjereh.process.engine.run import Run, scope_of
from panjereh.process.model import Element


def leave(run: Run, token: str, by: Element) -> None:
    """A token is done where it rests and goes on behind `by`: the element itself, or an event behind its gateway."""
    scope = scope_of(token)
    if scope in run.loops:
        repeating.turn_is_done(run, token)
        return
    undoing.keep(run, token, by)
    run.lift(token)
    if scope in run.undoing:
        run.passed(by)
    else:
        run.follow(scope, by)


def pass_through(run: Run, scope: str, element: Element) -> None:
    """Behind a step that did not have to wait; one turn of a loop has a token all the same."""
    undoing.keep_done(run, scope, element, [])
    run.follow(scope, element)
