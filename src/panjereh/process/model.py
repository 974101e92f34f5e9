"""A compiled process: elements and the flows between them, unchanging once loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from panjereh.process.expressions import Expression


class Kind(StrEnum):
    """What an element is, in the terms of BPMN 2.0. What an event waits for or throws stand in its triggers."""

    START = "start event"
    END = "end event"
    CATCH = "intermediate catching event"
    THROW = "intermediate throwing event"
    BOUNDARY = "boundary event"
    USER = "user task"
    SERVICE = "service task"
    RECEIVE = "receive task"
    RULE = "business rule task"
    SCRIPT = "script task"
    EXCLUSIVE = "exclusive gateway"
    INCLUSIVE = "inclusive gateway"
    PARALLEL = "parallel gateway"
    EVENTS = "event-based gateway"
    SUBPROCESS = "sub-process"
    TRANSACTION = "transaction"
    EVENT_SUBPROCESS = "event sub-process"
    CALL = "call activity"


class On(StrEnum):
    """What an event is about: its event definition."""

    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    CONDITION = "conditional"
    LINK = "link"
    COMPENSATION = "compensate"
    CANCEL = "cancel"
    TERMINATE = "terminate"


EVENTS = frozenset({Kind.START, Kind.END, Kind.CATCH, Kind.THROW, Kind.BOUNDARY})
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.INCLUSIVE, Kind.PARALLEL, Kind.EVENTS})
SCOPES = frozenset({Kind.SUBPROCESS, Kind.TRANSACTION, Kind.EVENT_SUBPROCESS, Kind.CALL})
TASKS = frozenset({Kind.USER, Kind.SERVICE, Kind.RECEIVE, Kind.RULE, Kind.SCRIPT})
ACTIVITIES = TASKS | (SCOPES - {Kind.EVENT_SUBPROCESS})


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `main` marks the way that the tracking page shows as the way ahead."""

    id: str
    source: str
    target: str
    condition: Expression | None = None
    main: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timer:
    """When a clock falls due.

    kind: `deadline` (text names a deadline of the service), `duration`, `date`, `cycle` (ISO 8601 text), or
    `expression`, of which `of` says what it gives.
    """

    kind: str
    text: str
    expression: Expression | None = None
    of: str = ""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event definition. `name`: of the message, signal or link; the code of the error or escalation (None: any).

    `activity` and `wait` are of compensation: what is to be undone (None: all of the scope), and whether to wait.
    """

    on: On
    name: str | None = None
    timer: Timer | None = None
    condition: Expression | None = None
    activity: str | None = None
    wait: bool = True


@dataclass(frozen=True, slots=True)
class Loop:
    """How often an activity is done: again while a condition holds, or once for each item.

    kind: `standard`, `parallel` or `sequential`. For many instances either `count` or `items` says how many they are;
    `item` names the variable with the item of each, `gather` the list that collects the variable `gathered` of each.
    """

    kind: str
    condition: Expression | None = None
    before: bool = False
    most: int | None = None
    count: Expression | None = None
    items: Expression | None = None
    item: str | None = None
    gather: str | None = None
    gathered: str | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One shape of the model. Lists of flows keep the order of the file, which is the order of trying conditions.

    `tag` is the element's name in the file. `handler` undoes an activity that has completed; `data` are the data
    objects and properties that belong to a sub-process and vanish with it.
    """

    id: str
    kind: Kind
    names: Mapping[str, str]
    tag: str = ""
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
    message: str | None = None
    partner: str | None = None
    triggers: tuple[Trigger, ...] = ()
    all_triggers: bool = False
    outcome: str | None = None
    host: str | None = None
    interrupting: bool = True
    loop: Loop | None = None
    called: str | None = None
    undoes: bool = False
    handler: str | None = None
    needs: int = 1
    gives: int = 1
    data: frozenset[str] = frozenset()
    stage: str | None = None
    stage_names: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    incoming: tuple[Flow, ...] = ()
    outgoing: tuple[Flow, ...] = ()
    boundary: tuple[str, ...] = ()

    def title(self, lang: str) -> str:
        """Its name in a language, else in the source language, else in any, else its id."""
        return best_name(self.names, lang) or self.id

    def on(self, what: On) -> Trigger | None:
        """Its trigger of this kind."""
        return next((trigger for trigger in self.triggers if trigger.on is what), None)

    @property
    def timer(self) -> Timer | None:
        trigger = self.on(On.TIMER)
        return trigger.timer if trigger else None

    @property
    def sends(self) -> bool:
        """Whether it asks for work outside: a service or send task, or an event that throws a message."""
        throws = self.kind in (Kind.THROW, Kind.END) and self.on(On.MESSAGE) is not None
        return throws or self.kind is Kind.SERVICE

    @property
    def is_service(self) -> bool:
        """Whether it lasts until the work that it asked for is done, and not only until somebody was told to do it."""
        return self.tag == "serviceTask"

    @property
    def asks(self) -> bool:
        """Whether somebody or something outside must do it."""
        return self.kind is Kind.USER or self.sends


def best_name(names: Mapping[str, str], lang: str) -> str:
    """In a language, else in Persian, else in any, else empty."""
    return names.get(lang) or names.get("fa") or next(iter(names.values()), "")


@dataclass(frozen=True, slots=True)
class Process:
    """One executable process.

    `starts`: where each scope begins (None: the process itself), if it begins without a trigger. `entries`: the other
    start events of the process. `listeners`: the event sub-processes of each scope, with their start events.
    `upstream`: for each inclusive gateway and incoming flow, from which elements that flow can still be reached.
    """

    id: str
    names: Mapping[str, str]
    elements: Mapping[str, Element]
    starts: Mapping[str | None, str]
    entries: tuple[str, ...] = ()
    listeners: Mapping[str | None, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    upstream: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    has_conditions: bool = False

    def title(self, lang: str) -> str:
        return best_name(self.names, lang) or self.id
