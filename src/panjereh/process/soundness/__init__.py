"""Can a process get stuck? Every marking that can be reached is looked at, as far as that is possible.

Conditions may hold or not, whatever is known; many instances are taken as two. So a way that the data forbid is walked,
too: what is found to be stuck may be reachable only in theory, and then deserves a clearer drawing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from panjereh.process.model import Element, Kind, On, Process
from panjereh.process.soundness.walking import Walk, walk

ERRORS = frozenset({"dead_end", "never_runs"})


@dataclass(frozen=True, slots=True, order=True)
class Weakness:
    """Something that can go wrong while a process runs, by its code:

    dead_end   a join that waits for ever, or a loop in which nothing waits
    never_runs   no way comes here
    runs_twice   ways meet without a join
    gathers   each round of a loop may leave one more token
    endless_wait   for something from outside, without a deadline
    may_stop   where no condition holds
    not_seen_through   too much can happen to look at all of it
    """

    element: str
    code: str
    reason: str
    advice: str

    @property
    def is_error(self) -> bool:
        return self.code in ERRORS


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, by how many markings, and whether these were all. `outcomes`: how the process can end."""

    weaknesses: tuple[Weakness, ...]
    markings: int
    complete: bool
    outcomes: frozenset[str]


def examine(process: Process) -> Examination:
    """Walk through all that can happen in a process, up to a bound."""
    seen = walk(process)
    found = [*_stuck(seen), *_never(process, seen), *_twice(seen), *_may_stop(process), *_endless(process)]
    if not seen.complete:
        found.append(
            Weakness(
                process.id,
                "not_seen_through",
                f"More can happen than was looked at ({seen.markings} situations).",
                "Split it into sub-processes that are called, or try its ways by worked examples.",
            )
        )
    return Examination(tuple(sorted(found)), seen.markings, seen.complete, frozenset(seen.outcomes))


def _stuck(seen: Walk) -> Iterator[Weakness]:
    for element, reason in seen.stuck.items():
        advice = "Let what was split come together at the same kind of gateway, and let each loop wait for something."
        yield Weakness(element, "dead_end", f"The process can get stuck here: {reason}", advice)
    for element in sorted(seen.grows):
        reason = "More and more tokens can gather here: each round of a loop may leave one."
        yield Weakness(element, "gathers", reason, "Join parallel ways before they go round in a loop.")


def _never(process: Process, seen: Walk) -> Iterator[Weakness]:
    if not seen.complete or seen.stuck:
        return
    entered = {process.elements[id_].parent for id_ in seen.passed}
    for id_, element in process.elements.items():
        if id_ in seen.passed or id_ in entered or _runs_only_by_chance(process, element):
            continue
        yield Weakness(id_, "never_runs", "No way of the process comes here.", "Connect it otherwise, or delete it.")


def _runs_only_by_chance(process: Process, element: Element) -> bool:
    """What only an error within a called service could begin, or a place that is passed without a trace."""
    if element.kind is Kind.BOUNDARY and element.on(On.COMPENSATION):
        return True
    parent = process.elements.get(element.parent or "")
    return element.kind is Kind.START and parent is not None and parent.kind is not Kind.EVENT_SUBPROCESS


def _twice(seen: Walk) -> Iterator[Weakness]:
    for element in sorted(seen.at_once - seen.grows):
        reason = "Two tokens can be here at once: what follows is then done twice."
        yield Weakness(element, "runs_twice", reason, "Join the ways before, unless twice is meant.")


def _may_stop(process: Process) -> Iterator[Weakness]:
    for element in process.elements.values():
        conditional = [flow for flow in element.outgoing if flow.condition is not None]
        if conditional and len(conditional) == len(element.outgoing) and element.default is None:
            reason = "Where no condition holds, the case can't go on."
            yield Weakness(element.id, "may_stop", reason, "Mark one of the flows as default.")


def _endless(process: Process) -> Iterator[Weakness]:
    throwing = [each for each in process.elements.values() if each.kind in (Kind.THROW, Kind.END)]
    own = {trigger.name for each in throwing for trigger in each.triggers if trigger.on is On.SIGNAL}
    for element in process.elements.values():
        if _waits_outside(process, element, own) and not _has_deadline(process, element):
            reason = "It waits for something from outside, if need be for ever."
            yield Weakness(element.id, "endless_wait", reason, "Put a timer on its boundary, or beside it.")


def _waits_outside(process: Process, element: Element, own: set[str | None]) -> bool:
    """Whether only a message, a condition or a signal that the process does not throw itself lets it go on."""
    if any(process.elements[flow.source].kind is Kind.EVENTS for flow in element.incoming):
        return False
    if element.kind is Kind.EVENTS:
        return True
    catches = element.kind in (Kind.CATCH, Kind.RECEIVE)
    waits = [each for each in element.triggers if each.on in (On.MESSAGE, On.SIGNAL, On.CONDITION)]
    return catches and any(each.on is not On.SIGNAL or each.name not in own for each in waits)


def _has_deadline(process: Process, element: Element) -> bool:
    """A timer among what is waited for, on the boundary, or around."""
    events = [element, *(process.elements[flow.target] for flow in element.outgoing if element.kind is Kind.EVENTS)]
    if any(event.timer is not None for event in events if event.kind is Kind.CATCH):
        return True
    around: Element | None = element
    while around is not None:
        timers = [process.elements[event] for event in around.boundary]
        timers += [process.elements[start] for _, start in process.listeners.get(around.parent, ())]
        if any(event.timer is not None and event.interrupting for event in timers):
            return True
        around = process.elements.get(around.parent) if around.parent else None
    return False
