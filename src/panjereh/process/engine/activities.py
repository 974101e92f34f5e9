"""What happens when a token reaches an activity: somebody is asked, something is computed, or a scope is opened."""

from typing import Any

from panjereh.process.engine import catching, clocks, handlers, repeating
from panjereh.process.engine.leaving import leave, pass_through
from panjereh.process.engine.run import Run
from panjereh.process.errors import CannotGoOn
from panjereh.process.model import Element, Kind
from panjereh.process.step import EffectSpec, TaskSpec


def begin(run: Run, scope: str, element: Element) -> None:
    """Begin an activity, or one turn of it where `scope` is a loop: the turn has its token already."""
    if element.kind in (Kind.RULE, Kind.SCRIPT):
        compute(run, scope, element)
        pass_through(run, scope, element)
    else:
        rest(run, run.place(scope, element), element)


def begin_turn(run: Run, token: str, element: Element) -> None:
    if element.kind in (Kind.RULE, Kind.SCRIPT):
        compute(run, token, element)
        leave(run, token, element)
    else:
        rest(run, token, element)


def rest(run: Run, token: str, element: Element) -> None:
    """Wait at a step: ask for what it needs, open what is inside, let its clocks run."""
    if element.asks:
        ask(run, token, element)
    elif element.kind in (Kind.SUBPROCESS, Kind.TRANSACTION, Kind.CALL):
        handlers.open_scope(run, token, element.id)
    if not handlers.is_turn(run, token):
        for event in element.boundary:
            clocks.set_clocks(run, token, run.elements[event])
    for event_ in catching.awaited(run, element):
        clocks.set_clocks(run, token, event_)


def ask(run: Run, token: str, element: Element) -> None:
    number, item = repeating.of_instance(run, token)
    if element.kind is Kind.USER:
        run.step.tasks_opened.append(
            TaskSpec(
                token, element.id, dict(element.names), element.lane, element.form,
                element.who, element.does, element.outcomes, number, item,
            )
        )  # fmt: skip
    else:
        operation = element.operation or element.id
        run.step.effects.append(
            EffectSpec(token, element.id, operation, element.message, element.partner, number, item)
        )


def compute(run: Run, scope: str, element: Element) -> None:
    """A script or a decision: its result is known to what follows."""
    if element.kind is Kind.SCRIPT:
        if element.script is not None and element.result:
            learn(run, scope, element, {element.result: element.script.evaluate(run.context(scope))})
        return
    if run.decide is None:
        raise CannotGoOn(element.id, "it asks for a decision, and nobody was given who decides.")
    result = dict(run.decide(element.decision or element.id, run.context(scope)))
    learn(run, scope, element, {element.result: result} if element.result else result)


def learn(run: Run, scope: str, element: Element, values: dict[str, Any]) -> None:
    """What an instance finds under the name that its loop gathers is its own; all else is known outside, too."""
    gathered = element.loop.gathered if element.loop and element.loop.gather else None
    if gathered in values and handlers.is_turn(run, scope):
        values = dict(values)
        run.set_own(scope, gathered, values.pop(gathered))
    run.learn(scope, values)
