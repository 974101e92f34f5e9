"""A compiled process: elements and the flows between them, unchanging once loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from panjereh.process.expressions import Expression


class Kind(StrEnum):
    """What an element is, in the terms of BPMN 2.0."""

    START = "start event"
    END = "end event"
    TERMINATE = "terminate end event"
    ERROR_END = "error end event"
    MILESTONE = "intermediate event without a trigger"
    TIMER = "timer event"
    MESSAGE = "message event"
    RECEIVE = "receive task"
    USER = "user task"
    SERVICE = "service task"
    RULE = "business rule task"
    SCRIPT = "script task"
    EXCLUSIVE = "exclusive gateway"
    PARALLEL = "parallel gateway"
    EVENTS = "event-based gateway"
    SUBPROCESS = "sub-process"
    BOUNDARY_TIMER = "boundary timer event"
    BOUNDARY_MESSAGE = "boundary message event"
    BOUNDARY_ERROR = "boundary error event"


WAITING = frozenset({Kind.USER, Kind.SERVICE, Kind.RECEIVE, Kind.TIMER, Kind.MESSAGE, Kind.EVENTS, Kind.SUBPROCESS})
ENDS = frozenset({Kind.END, Kind.TERMINATE, Kind.ERROR_END})
BOUNDARIES = frozenset({Kind.BOUNDARY_TIMER, Kind.BOUNDARY_MESSAGE, Kind.BOUNDARY_ERROR})
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.EVENTS})
CAN_HAVE_BOUNDARY = frozenset({Kind.USER, Kind.SERVICE, Kind.RECEIVE, Kind.SUBPROCESS})


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `main` marks the way that the tracking page shows as the way ahead."""

    id: str
    source: str
    target: str
    condition: Expression | None = None
    main: bool = False


@dataclass(frozen=True, slots=True)
class Timer:
    """When a clock falls due.

    kind: `deadline` (text names a deadline of the service), `duration`, `date` (ISO 8601 text), or `expression`
    """

    kind: str
    text: str
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One shape of the model. Lists of flows keep the order of the file, which is the order of trying conditions."""

    id: str
    kind: Kind
    names: Mapping[str, str]
    parent: str | None = None
    lane: str | None = None
    who: str | None = None
    does: str | None = None
    outcomes: tuple[str, ...] = ()
    form: str | None = None
    operation: str | None = None
    decision: str | None = None
    result: str | None = None
    script: Expression | None = None
    timer: Timer | None = None
    message: str | None = None
    error: str | None = None
    outcome: str | None = None
    host: str | None = None
    interrupting: bool = True
    stage: str | None = None
    stage_names: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    incoming: tuple[Flow, ...] = ()
    outgoing: tuple[Flow, ...] = ()
    boundary: tuple[str, ...] = ()

    def title(self, lang: str) -> str:
        """Its name in a language, else in the source language, else in any, else its id."""
        return best_name(self.names, lang) or self.id


def best_name(names: Mapping[str, str], lang: str) -> str:
    """In a language, else in Persian, else in any, else empty."""
    return names.get(lang) or names.get("fa") or next(iter(names.values()), "")


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process. `starts` tells where each scope begins (None: the process itself)."""

    id: str
    names: Mapping[str, str]
    elements: Mapping[str, Element]
    starts: Mapping[str | None, str]

    def title(self, lang: str) -> str:
        return best_name(self.names, lang) or self.id
