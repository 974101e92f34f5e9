"""What a step asks of its caller: tasks, effects, clocks, signals, to be stored and carried out with the marking."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Marking: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """A user task to put into somebody's queue. One of many instances has its `number` (from 1) and its `item`."""

    token: str
    element: str
    name: Mapping[str, str]
    lane: str | None = None
    form: str | None = None
    who: str | None = None
    does: str | None = None
    outcomes: tuple[str, ...] = ()
    number: int | None = None
    item: Any = None


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """Work for the outbox; its answer comes back by `finish_service` or `fail_service`.

    Where a message is to be sent, `message` is its name and `partner` the pool that it goes to, as far as drawn.
    """

    token: str
    element: str
    operation: str
    message: str | None = None
    partner: str | None = None
    number: int | None = None
    item: Any = None


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """A clock to set. `kind` says how to read `due`: a deadline's name, or an ISO 8601 duration or date.

    `element` is the event's id; an event with several timers adds `#` and the place of the timer among its triggers.
    """

    token: str
    element: str
    kind: str
    due: str

    @property
    def key(self) -> str:
        return f"{self.token}:{self.element}"


@dataclass(slots=True)
class Step:
    """What one event did. The caller stores the marking and carries out the rest in the same transaction.

    `signals` were thrown: processes of other cases may wait for them. `data` is what scripts and decisions found; the
    marking keeps it for the conditions of later steps.
    """

    marking: Marking
    tasks_opened: list[TaskSpec] = field(default_factory=list)
    tasks_cancelled: list[str] = field(default_factory=list)
    effects: list[EffectSpec] = field(default_factory=list)
    effects_cancelled: list[str] = field(default_factory=list)
    clocks_set: list[ClockSpec] = field(default_factory=list)
    clocks_cancelled: list[str] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    ended: bool = False
    outcome: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
