"""Whether a case that is under way could go on in another version of its process, without losing its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from panjereh.process.model import Element, Process
from panjereh.process.step import Marking


@dataclass(frozen=True, slots=True)
class Misfit:
    """A place that the marking holds and the other version does not have. why: `gone` or `other`."""

    element: str
    why: str


def misfits(old: Process, new: Process, marking: Marking) -> list[Misfit]:
    """What keeps a marking of `old` from going on in `new`; nothing if it can.

    Where a token stands, the element and what can interrupt it must be the same: clocks run that the other version
    would not know, or would be missing that it relies on.
    """
    found = dict.fromkeys(_misfits(old, new, marking))
    return list(found)


def _misfits(old: Process, new: Process, marking: Marking) -> Iterator[Misfit]:
    for element in sorted({*marking["tokens"].values(), *_kept(marking)}):
        yield from _compared(old, new, element)
    for clock in marking["clocks"]:
        yield from _compared(old, new, clock.partition(":")[2].partition("#")[0])
    for join, flows in marking["joins"].items():
        element = join.rpartition("/")[2]
        known = new.elements.get(element)
        if known is None:
            yield Misfit(element, "gone")
        elif not {flow for flow, waiting in flows.items() if waiting} <= {flow.id for flow in known.incoming}:
            yield Misfit(element, "other")


def _kept(marking: Marking) -> Iterator[str]:
    """Activities that could still be undone, and those inside them."""
    left = [entry for entries in marking.get("kept", {}).values() for entry in entries]
    while left:
        activity, _times, inside = left.pop()
        yield activity
        left += inside


def _compared(old: Process, new: Process, name: str) -> Iterator[Misfit]:
    before, after = old.elements.get(name), new.elements.get(name)
    if after is None:
        yield Misfit(name, "gone")
    elif before is not None and _shape(old, before) != _shape(new, after):
        yield Misfit(name, "other")


def _shape(process: Process, element: Element) -> tuple[Any, ...]:
    """What must stay for a token that waits there: what it does, what it hears, what interrupts it."""
    around = [process.elements[name] for name in sorted(element.boundary)]
    listeners = process.listeners.get(element.id, ())
    return (
        *_own_shape(element),
        [(each.id, each.interrupting, _own_shape(each)) for each in around],
        sorted(listeners),
    )


def _own_shape(element: Element) -> tuple[Any, ...]:
    triggers = [
        (each.on, each.name, each.timer and (each.timer.kind, each.timer.text), repr(each.condition))
        for each in element.triggers
    ]
    return element.kind, element.parent, element.does, element.operation, repr(element.loop), triggers
