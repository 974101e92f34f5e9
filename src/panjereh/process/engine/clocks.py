"""Clocks: when they fall due, and when a repeating one falls due next."""

import re
from datetime import date, timedelta
from typing import Any

from panjereh import rules
from panjereh.process.engine.run import Run
from panjereh.process.errors import CannotGoOn
from panjereh.process.model import Element, On, Timer
from panjereh.process.step import ClockSpec

CYCLE = re.compile(r"R(\d*)/(?:([^/]+)/)?(P[^/]+)")


def name_of(event: Element, place: int) -> str:
    """How the clock of an event's trigger is called behind its token."""
    return f"{event.id}#{place}" if place else event.id


def set_clocks(run: Run, token: str, event: Element) -> None:
    """Let every timer of an event run for a token (the process itself: "")."""
    for place, trigger in enumerate(event.triggers):
        if trigger.on is On.TIMER and trigger.timer is not None:
            _set(run, token, event, place, trigger.timer)


def _set(run: Run, token: str, event: Element, place: int, timer: Timer) -> None:
    kind, text = timer.kind, timer.text
    if timer.expression is not None:
        kind, text = _due(event, timer, timer.expression.evaluate(run.context(token)))
    name = name_of(event, place)
    if kind == "cycle":
        times, first, every = _cycle(event, text)
        if times == 0:
            return
        run.cycles[f"{token}:{name}"] = None if times is None else times - 1
        kind, text = ("date", first) if first else ("duration", every)
    _start(run, ClockSpec(token, name, kind, text))


def repeat(run: Run, token: str, event: Element, place: int) -> None:
    """Set the clock of a cycle for its next time, if there is one."""
    timer, name = event.triggers[place].timer, name_of(event, place)
    key = f"{token}:{name}"
    if timer is None or key not in run.cycles:
        return
    left = run.cycles.pop(key)
    if left == 0:
        return
    text = timer.text
    if timer.expression is not None:
        text = _due(event, timer, timer.expression.evaluate(run.context(token)))[1]
    _, _, every = _cycle(event, text)
    run.cycles[key] = None if left is None else left - 1
    _start(run, ClockSpec(token, name, "duration", every))


def _start(run: Run, clock: ClockSpec) -> None:
    run.clocks.append(clock.key)
    run.step.clocks_set.append(clock)


def _cycle(event: Element, text: str) -> tuple[int | None, str, str]:
    """Of `R3/2027-01-01/P1D`: how many times (None: without end), the first time if given, and how long between."""
    match = CYCLE.fullmatch(text)
    if match is None:
        raise CannotGoOn(event.id, f"{text!r} is no repeating interval.")
    times, first, every = match.groups()
    return (int(times) if times else None), first or "", every


def _due(event: Element, timer: Timer, value: Any) -> tuple[str, str]:
    if timer.of == "cycle" and isinstance(value, str):
        return "cycle", value
    if isinstance(value, date):  # a datetime is one too
        return "date", value.isoformat()
    if isinstance(value, timedelta):
        return "duration", f"PT{int(value.total_seconds())}S"
    if isinstance(value, rules.YearsMonths):
        return "duration", str(rules.evaluate("string(value)", {"value": value}))
    if value is None:
        raise CannotGoOn(event.id, "its due time can't be computed from what is known.")
    text = str(value)
    return ("duration" if text.startswith("P") else "date"), text
