"""A process whose conditions can be made to hold or not: what may happen does not depend on data not known yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from panjereh.process.model import Element, Flow, Loop, On, Process, Trigger

MOST_GUESSES = 8  # conditions asked within one step; those beyond do not hold


@dataclass
class Oracle:
    """Answers conditions: first as it was told, then no. It remembers how often it was asked."""

    told: tuple[bool, ...] = ()
    holding: str = ""
    asked: int = 0

    def next(self) -> bool:
        self.asked += 1
        return self.told[self.asked - 1] if self.asked <= len(self.told) else False

    def tell(self, answers: tuple[bool, ...], holding: str = "") -> None:
        self.told, self.holding, self.asked = answers, holding, 0

    def others(self) -> Iterator[tuple[bool, ...]]:
        """The answers that were not tried by the run just made: each later question answered with yes instead."""
        for place in range(len(self.told), min(self.asked, MOST_GUESSES)):
            yield (*self.told, *([False] * (place - len(self.told))), True)


@dataclass(frozen=True)
class Guess:
    """Stands for a condition."""

    oracle: Oracle = field(compare=False)
    names: frozenset[str] = frozenset()

    def evaluate(self, _context: Mapping[str, Any]) -> bool:
        return self.oracle.next()


@dataclass(frozen=True)
class Event:
    """Stands for the condition of an event: holds only when it is its turn."""

    oracle: Oracle = field(compare=False)
    of: str = ""
    names: frozenset[str] = frozenset()

    def evaluate(self, _context: Mapping[str, Any]) -> bool:
        return self.oracle.holding == self.of


@dataclass(frozen=True)
class Fixed:
    """Stands for what is computed."""

    value: Any
    names: frozenset[str] = frozenset()

    def evaluate(self, _context: Mapping[str, Any]) -> Any:
        return self.value


TWO = Fixed(Decimal(2))


def with_guesses(process: Process, oracle: Oracle) -> Process:
    """The same process with guesses in the place of conditions, two instances in the place of many, and no data."""
    return replace(process, elements={id_: _element(e, oracle) for id_, e in process.elements.items()})


def _element(element: Element, oracle: Oracle) -> Element:
    return replace(
        element,
        script=Fixed(None) if element.script is not None else None,
        loop=_loop(element.loop, oracle) if element.loop is not None else None,
        triggers=tuple(_trigger(trigger, element, oracle) for trigger in element.triggers),
        incoming=tuple(_flow(flow, oracle) for flow in element.incoming),
        outgoing=tuple(_flow(flow, oracle) for flow in element.outgoing),
    )


def _flow(flow: Flow, oracle: Oracle) -> Flow:
    return replace(flow, condition=Guess(oracle)) if flow.condition is not None else flow


def _loop(loop: Loop, oracle: Oracle) -> Loop:
    if loop.kind == "standard":
        return replace(loop, condition=Guess(oracle), most=2 if loop.most is None else min(loop.most, 2))
    condition = Guess(oracle) if loop.condition is not None else None
    return replace(loop, condition=condition, count=TWO, items=None, gather=None)


def _trigger(trigger: Trigger, element: Element, oracle: Oracle) -> Trigger:
    if trigger.on is On.CONDITION:
        return replace(trigger, condition=Event(oracle, element.id))
    timer = trigger.timer
    if timer is not None and (timer.expression is not None or timer.kind == "cycle"):
        return replace(trigger, timer=replace(timer, kind="duration", text="P1D", expression=None))
    return trigger
