"""The token game: (process, marking, event) to (new marking, tasks, effects, clocks). Nothing here is remembered.

A marking is plain data. Each arrival at a step that waits gets a token with a number that is never used again in the
case; inside a sub-process the number follows that of the sub-process and a dot, so a token tells its scope.
"""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, TypeAlias

from panjereh.process.errors import CannotGoOn, ErrorNotCaught, NotWaiting
from panjereh.process.model import ENDS, WAITING, Element, Flow, Kind, Process
from panjereh.process.step import ClockSpec, EffectSpec, Marking, Step, TaskSpec

Data: TypeAlias = Mapping[str, Any]
Decide: TypeAlias = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]

MOST_MOVES = 10_000  # in one step; only a loop without a waiting step gets there


def start(process: Process, data: Data, *, decide: Decide | None = None) -> Step:
    """Put the first token at the start event and let it move as far as it can."""
    empty: Marking = {
        "tokens": {}, "joins": {}, "clocks": [], "done": [], "last": 0, "outcome": None, "ended": False,
    }  # fmt: skip
    run = _Run(process, empty, data, decide)
    run.enter("")
    return run.settle()


def complete(process: Process, marking: Marking, token: str, data: Data, *, decide: Decide | None = None) -> Step:
    """Somebody finished a user task."""
    run = _Run(process, marking, data, decide)
    run.leave(token, run.waiting(token, Kind.USER))
    return run.settle()


def finish_service(process: Process, marking: Marking, token: str, data: Data, *, decide: Decide | None = None) -> Step:
    """The effect of a service task is done."""
    run = _Run(process, marking, data, decide)
    run.leave(token, run.waiting(token, Kind.SERVICE))
    return run.settle()


def fail_service(
    process: Process, marking: Marking, token: str, error_code: str, data: Data, *, decide: Decide | None = None
) -> Step:
    """The effect of a service task ended in an error that the model may draw a path for, else `ErrorNotCaught`."""
    run = _Run(process, marking, data, decide)
    element = run.waiting(token, Kind.SERVICE)
    if not run.catch(token, error_code):
        raise ErrorNotCaught(
            f"{element.id!r} failed with {error_code!r}, and no boundary error event catches that.",
            element=element.id,
            error=error_code,
        )
    return run.settle()


def deliver(process: Process, marking: Marking, message: str, data: Data, *, decide: Decide | None = None) -> Step:
    """A message came. The oldest token that waits for it takes it."""
    run = _Run(process, marking, data, decide)
    for token, catcher in _catchers(process, marking):
        if catcher.message == message:
            run.happen(token, catcher)
            return run.settle()
    raise NotWaiting(f"Nothing here waits for the message {message!r}.", message_name=message)


def fire(process: Process, marking: Marking, clock_key: str, data: Data, *, decide: Decide | None = None) -> Step:
    """A clock fell due."""
    if not clock_is_set(marking, clock_key):
        raise NotWaiting(f"The clock {clock_key!r} is not set: it fired before or was cancelled.", clock=clock_key)
    run = _Run(process, marking, data, decide)
    token, _, element = clock_key.partition(":")
    run.clocks.remove(clock_key)
    run.happen(token, process.elements[element])
    return run.settle()


def cancel(process: Process, marking: Marking, *, outcome: str = "cancelled") -> Step:
    """Stop everything: the applicant withdraws, or an authority closes the case."""
    if marking["ended"]:
        raise NotWaiting("The process has ended already.")
    run = _Run(process, marking, {}, None)
    run.clear("")
    run.outcome = outcome
    return run.settle()


def awaits(process: Process, marking: Marking) -> frozenset[str]:
    """The messages that would be taken now."""
    return frozenset(catcher.message for _, catcher in _catchers(process, marking) if catcher.message)


def clock_is_set(marking: Marking, clock_key: str) -> bool:
    return clock_key in marking["clocks"]


def _number(token: str) -> int:
    return int(token.rpartition(".")[2])


def _scope(token: str) -> str:
    return token.rpartition(".")[0]


def _inside(token: str, scope: str) -> bool:
    return not scope or token.startswith(scope + ".")


def _catchers(process: Process, marking: Marking) -> list[tuple[str, Element]]:
    """(token, element that catches a message), the oldest token first whatever order the store gave back."""
    found = []
    tokens: dict[str, str] = marking["tokens"]
    for token in sorted(tokens, key=_number):
        element = process.elements[tokens[token]]
        found += [(token, event) for event in _listening(process, element) if event.message is not None]
    return found


def _listening(process: Process, element: Element) -> list[Element]:
    """What can happen to a token that rests at an element, apart from the element's own completion by somebody."""
    events = [process.elements[event] for event in element.boundary]
    if element.kind is Kind.EVENTS:
        events += [process.elements[flow.target] for flow in element.outgoing]
    elif element.kind in (Kind.TIMER, Kind.MESSAGE, Kind.RECEIVE):
        events.append(element)
    return events


class _Run:
    """One step in the making: a copy of the marking, and the moves that are still to make."""

    def __init__(self, process: Process, marking: Marking, data: Data, decide: Decide | None) -> None:
        self.process = process
        self.tokens: dict[str, str] = dict(marking["tokens"])
        self.joins: dict[str, dict[str, int]] = {key: dict(counts) for key, counts in marking["joins"].items()}
        self.clocks: list[str] = list(marking["clocks"])
        self.done: list[str] = list(marking["done"])
        self.last: int = marking["last"]
        self.outcome: str | None = marking["outcome"]
        self.data = dict(data)
        self.decide = decide
        self.step = Step(marking={})
        self.moves: deque[tuple[str, Flow | None, Element]] = deque()

    # what the outside does

    def waiting(self, token: str, kind: Kind) -> Element:
        element = self.process.elements.get(self.tokens.get(token, ""))
        if element is None or element.kind is not kind:
            raise NotWaiting(f"No {kind} waits under {token!r}: it was done before or cancelled.", token=token)
        return element

    def happen(self, token: str, event: Element) -> None:
        """A message or clock reaches a token: at its own event, behind an event-based gateway, or on its boundary."""
        if event.host is not None:
            if event.interrupting:
                self.drop(token)
            self.passed(event)
            self.follow(_scope(token), event)
        else:
            self.leave(token, event)

    def leave(self, token: str, element: Element) -> None:
        """A token is done where it rests and goes on behind `element`."""
        self.lift(token)
        self.passed(element)
        self.follow(_scope(token), element)

    def settle(self) -> Step:
        """Move until everything waits, close what is empty, and write the marking down."""
        moves = 0
        while self.moves or self.close_a_scope():
            while self.moves:
                moves += 1
                scope, flow, element = self.moves.popleft()
                if moves > MOST_MOVES:
                    raise CannotGoOn(element.id, "it goes round in a loop in which nothing waits.")
                self.arrive(scope, flow, element)
        ended = not self.tokens
        if ended and self.joins:
            raise CannotGoOn(self.stuck_join(""), "it waits for a branch that can't come any more.")
        step = self.step
        step.ended, step.outcome = ended, self.outcome if ended else None
        step.marking = {
            "tokens": self.tokens, "joins": self.joins, "clocks": self.clocks, "done": self.done,
            "last": self.last, "outcome": self.outcome, "ended": ended,
        }  # fmt: skip
        return step

    # moving

    def enter(self, scope: str) -> None:
        element = self.tokens.get(scope)
        self.moves.append((scope, None, self.process.elements[self.process.starts[element]]))

    def follow(self, scope: str, element: Element) -> None:
        for flow in self.ways(element):
            self.moves.append((scope, flow, self.process.elements[flow.target]))

    def ways(self, element: Element) -> list[Flow]:
        """The flows that are taken: of an exclusive gateway the first that holds, else all that hold."""
        default = next((flow for flow in element.outgoing if flow.id == element.default), None)
        flows = [flow for flow in element.outgoing if flow is not default]
        if element.kind is Kind.EXCLUSIVE:
            taken = next(([flow] for flow in flows if self.holds(flow)), [])
            conditional = taken
        else:
            taken = [flow for flow in flows if self.holds(flow)]
            conditional = [flow for flow in taken if flow.condition is not None]
        if default is not None and not conditional:
            taken.append(default)
        if not taken:
            raise CannotGoOn(element.id, "no condition holds, and there is no default flow.")
        return taken

    def holds(self, flow: Flow) -> bool:
        return flow.condition is None or flow.condition.evaluate(self.data) is True

    def arrive(self, scope: str, flow: Flow | None, element: Element) -> None:
        if element.kind in WAITING:
            self.rest(scope, element)
        elif element.kind in ENDS:
            self.end(scope, element)
        elif element.kind is Kind.PARALLEL:
            self.join(scope, flow, element)
        else:
            if element.kind is Kind.RULE:
                self.rule(element)
            elif element.kind is Kind.SCRIPT and element.script is not None and element.result:
                self.learn({element.result: element.script.evaluate(self.data)})
            self.passed(element)
            self.follow(scope, element)

    def rest(self, scope: str, element: Element) -> None:
        self.last += 1
        token = f"{scope}.{self.last}" if scope else str(self.last)
        self.tokens[token] = element.id
        if element.kind is Kind.USER:
            self.step.tasks_opened.append(
                TaskSpec(
                    token, element.id, dict(element.names), element.lane, element.form,
                    element.who, element.does, element.outcomes,
                )
            )  # fmt: skip
        elif element.kind is Kind.SERVICE:
            self.step.effects.append(EffectSpec(token, element.id, element.operation or element.id))
        elif element.kind is Kind.SUBPROCESS:
            self.enter(token)
        for event in _listening(self.process, element):
            self.set_clock(token, event)

    def set_clock(self, token: str, event: Element) -> None:
        timer = event.timer
        if timer is None:
            return
        kind, due = timer.kind, timer.text
        if timer.expression is not None:
            kind, due = _due(event, timer.expression.evaluate(self.data))
        clock = ClockSpec(token, event.id, kind, due)
        self.clocks.append(clock.key)
        self.step.clocks_set.append(clock)

    def join(self, scope: str, flow: Flow | None, element: Element) -> None:
        """Wait for one token on each incoming flow, then go on along each outgoing one."""
        key = f"{scope}/{element.id}"
        counts = self.joins.setdefault(key, {})
        if flow is not None:
            counts[flow.id] = counts.get(flow.id, 0) + 1
        if len(counts) < len(element.incoming):
            return
        left = {id_: count - 1 for id_, count in counts.items() if count > 1}
        if left:
            self.joins[key] = left
        else:
            del self.joins[key]
        self.passed(element)
        self.follow(scope, element)

    def rule(self, element: Element) -> None:
        if self.decide is None:
            raise CannotGoOn(element.id, "it asks for a decision, and nobody was given who decides.")
        result = dict(self.decide(element.decision or element.id, self.data))
        self.learn({element.result: result} if element.result else result)

    def learn(self, values: dict[str, Any]) -> None:
        self.data.update(values)
        self.step.data.update(values)

    def passed(self, element: Element) -> None:
        if element.id not in self.done:
            self.done.append(element.id)

    # ending

    def end(self, scope: str, element: Element) -> None:
        self.passed(element)
        if element.kind is Kind.ERROR_END:
            if not self.catch_above(scope, element.error or ""):
                self.clear("")
                self.outcome = element.outcome or element.error or element.id
            return
        if element.kind is Kind.TERMINATE:
            self.clear(scope)
        if not scope and (element.outcome or self.outcome is None):
            self.outcome = element.outcome or element.id

    def close_a_scope(self) -> bool:
        """Let the oldest sub-process that has nothing left inside go on. False: there is none."""
        for token in sorted(self.tokens, key=_number):
            element = self.process.elements[self.tokens[token]]
            if element.kind is Kind.SUBPROCESS and not any(_inside(other, token) for other in self.tokens):
                if stuck := self.stuck_join(token):
                    raise CannotGoOn(stuck, "it waits for a branch that can't come any more.")
                self.leave(token, element)
                return True
        return False

    def stuck_join(self, scope: str) -> str:
        return next((key.partition("/")[2] for key in sorted(self.joins) if key.partition("/")[0] == scope), "")

    def catch(self, token: str, error: str) -> bool:
        """Take the boundary error event of the token's step or of the nearest scope around it. False: none there."""
        event = self.error_event(self.process.elements[self.tokens[token]], error)
        if event is None:
            return self.catch_above(_scope(token), error)
        self.drop(token)
        self.passed(event)
        self.follow(_scope(token), event)
        return True

    def catch_above(self, scope: str, error: str) -> bool:
        return bool(scope) and self.catch(scope, error)

    def error_event(self, element: Element, error: str) -> Element | None:
        """The event that names the error; else one that catches whatever comes."""
        events = [self.process.elements[event] for event in element.boundary]
        errors = [event for event in events if event.kind is Kind.BOUNDARY_ERROR]
        named = next((event for event in errors if event.error == error), None)
        return named or next((event for event in errors if event.error is None), None)

    def clear(self, scope: str) -> None:
        """Nothing in the scope goes on."""
        for token in sorted((token for token in self.tokens if _inside(token, scope)), key=_number):
            if token in self.tokens:
                self.drop(token)
        self.joins = {key: counts for key, counts in self.joins.items() if not _is_or_inside(key, scope)}
        self.moves = deque(move for move in self.moves if not _is_or_inside(f"{move[0]}/", scope))

    def drop(self, token: str) -> None:
        """Take a token away together with what it had asked for."""
        element = self.process.elements[self.tokens[token]]
        self.lift(token)
        step = self.step
        if element.kind is Kind.USER and not _forget(step.tasks_opened, token):
            step.tasks_cancelled.append(token)
        elif element.kind is Kind.SERVICE and not _forget(step.effects, token):
            step.effects_cancelled.append(token)
        elif element.kind is Kind.SUBPROCESS:
            self.clear(token)

    def lift(self, token: str) -> None:
        del self.tokens[token]
        own = [key for key in self.clocks if key.partition(":")[0] == token]
        if own:
            self.clocks = [key for key in self.clocks if key not in own]
            new = {clock.key for clock in self.step.clocks_set}
            self.step.clocks_set = [clock for clock in self.step.clocks_set if clock.token != token]
            self.step.clocks_cancelled += [key for key in own if key not in new]


def _is_or_inside(key: str, scope: str) -> bool:
    own = key.partition("/")[0]
    return own == scope or _inside(own, scope)


def _forget(specs: list[Any], token: str) -> bool:
    """Take back what was asked for within this same step. False: it was asked for earlier."""
    kept = [spec for spec in specs if spec.token != token]
    forgotten = len(kept) < len(specs)
    specs[:] = kept
    return forgotten


def _due(event: Element, value: Any) -> tuple[str, str]:
    if isinstance(value, date):  # a datetime is one too
        return "date", value.isoformat()
    if isinstance(value, timedelta):
        return "duration", f"PT{int(value.total_seconds())}S"
    if value is None:
        raise CannotGoOn(event.id, "its due time can't be computed from what is known.")
    text = str(value)
    return ("duration" if text.startswith("P") else "date"), text
