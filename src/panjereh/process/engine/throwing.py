"""Signals, errors and escalations that are thrown."""

from panjereh.process.engine import handlers
from panjereh.process.engine.run import Run
from panjereh.process.model import Element, On, Trigger


def throw(run: Run, trigger: Trigger, scope: str) -> Element | None:
    """Throw from a scope. The event that took an error or escalation; None where nobody did.

    A signal is broadcast when all else of the step rests, so that no branch of the same step misses it.
    """
    if trigger.on is On.SIGNAL:
        run.signals.append(trigger.name or "")
        return None
    return handlers.catch_above(run, scope, trigger.on, trigger.name)


def throw_all(run: Run, element: Element, scope: str) -> bool:
    """Throw the signals and escalations of an event. False: that has interrupted the scope in which it stands."""
    run.passed(element)
    for trigger in element.triggers:
        if trigger.on in (On.SIGNAL, On.ESCALATION):
            taken = throw(run, trigger, scope)
            if taken is not None and taken.interrupting:
                return False
    return True
