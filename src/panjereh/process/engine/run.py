"""One step in the making: a copy of the marking, the moves still to make, and the few things that every mover does.

A marking is plain data. Each arrival at a step that waits gets a token with a number that is never used again in the
case; inside a scope (sub-process, call, event sub-process, loop) the number follows that of the scope and a dot, so a
token tells where it is. The process itself is the scope "". A marking holds

    tokens   token → element            joins    "scope/element" → flow → how many tokens wait there
    clocks   keys of clocks that run    done     elements passed, each once
    last     the last number            outcome, ended

and, only while there is any: `data` (scope → variable → value), `loops` (token → how far the loop is), `heard`
(token and event → triggers that came already, where all must), `true` (conditions that held when last asked), `cycles`
(clock → times left), `kept` (scope → what could be undone), `undoing` (token → what is still to undo).
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeAlias

from panjereh.process.errors import CannotGoOn, NotWaiting
from panjereh.process.model import Element, Flow, Kind, Process
from panjereh.process.step import Marking, Step
from panjereh.process.values import pack, unpack

Data: TypeAlias = Mapping[str, Any]
Decide: TypeAlias = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
Move: TypeAlias = tuple[str, Flow | None, Element]

OPTIONAL = ("data", "loops", "heard", "true", "cycles", "kept", "undoing")
EMPTY: Marking = {"tokens": {}, "joins": {}, "clocks": [], "done": [], "last": 0, "outcome": None, "ended": False}


def number(token: str) -> int:
    return int(token.rpartition(".")[2] or 0)


def scope_of(token: str) -> str:
    return token.rpartition(".")[0]


def inside(token: str, scope: str) -> bool:
    return not scope or token.startswith(scope + ".")


def chain(scope: str) -> Iterator[str]:
    """The scope and those around it, from the inside."""
    while scope:
        yield scope
        scope = scope_of(scope)
    yield ""


class Run:
    def __init__(self, process: Process, marking: Marking, data: Data, decide: Decide | None = None) -> None:
        self.process = process
        self.elements = process.elements
        self.tokens: dict[str, str] = dict(marking["tokens"])
        self.joins: dict[str, dict[str, int]] = {key: dict(counts) for key, counts in marking["joins"].items()}
        self.clocks: list[str] = list(marking["clocks"])
        self.done: list[str] = list(marking["done"])
        self.last: int = marking["last"]
        self.outcome: str | None = marking["outcome"]
        self.own: dict[str, dict[str, Any]] = {scope: dict(own) for scope, own in marking.get("data", {}).items()}
        self.loops: dict[str, dict[str, Any]] = {token: dict(loop) for token, loop in marking.get("loops", {}).items()}
        self.heard: dict[str, list[int]] = {token: list(heard) for token, heard in marking.get("heard", {}).items()}
        self.true: list[str] = list(marking.get("true", []))
        self.cycles: dict[str, int | None] = dict(marking.get("cycles", {}))
        self.kept: dict[str, list[Any]] = {scope: list(kept) for scope, kept in marking.get("kept", {}).items()}
        self.undoing: dict[str, list[Any]] = {token: list(rest) for token, rest in marking.get("undoing", {}).items()}
        self.given = data
        self.contexts: dict[str, dict[str, Any]] = {}
        self.decide = decide
        self.step = Step(marking={})
        self.moves: deque[Move] = deque()
        self.signals: deque[str] = deque()

    def marking(self) -> Marking:
        ended = not self.tokens
        marking: Marking = {
            "tokens": self.tokens, "joins": self.joins, "clocks": self.clocks, "done": self.done,
            "last": self.last, "outcome": self.outcome, "ended": ended,
        }  # fmt: skip
        rest = (self.own, self.loops, self.heard, self.true, self.cycles, self.kept, self.undoing)
        if not ended:
            marking |= {name: value for name, value in zip(OPTIONAL, rest, strict=True) if value}
        return marking

    # what is known

    def context(self, scope: str) -> dict[str, Any]:
        """What an expression in a scope may ask about: what the caller gave, and what was found here and around."""
        known = self.contexts.get(scope)
        if known is None:
            outer = dict(self.given) if not scope else self.context(scope_of(scope))
            own = self.own.get(scope)
            called = self.elements[self.tokens[scope]] if scope in self.tokens else None
            renamed = called is not None and called.kind is Kind.CALL and "outcomes" in outer
            known = outer
            if own or renamed:
                known = {**outer, **{name: unpack(value) for name, value in (own or {}).items()}}
            if renamed and called is not None:
                known["outcomes"] = _own_outcomes(outer["outcomes"], f"{called.id}/")
            self.contexts[scope] = known
        return known

    def learn(self, scope: str, values: Mapping[str, Any]) -> None:
        """Keep what a step found: in the nearest scope that has such a variable of its own, else in the process."""
        for name, value in values.items():
            where = next((each for each in chain(scope) if self.is_own(each, name)), "")
            self.set_own(where, name, value)
            self.step.data[name] = value

    def is_own(self, scope: str, name: str) -> bool:
        if name in self.own.get(scope, ()):
            return True
        element = self.elements.get(self.tokens.get(scope, ""))
        return element is not None and name in element.data

    def set_own(self, scope: str, name: str, value: Any) -> None:
        self.own.setdefault(scope, {})[name] = pack(value)
        self.contexts = {each: known for each, known in self.contexts.items() if scope and not _around(scope, each)}

    # tokens

    def waiting(self, token: str, *kinds: Kind) -> Element:
        element = self.elements.get(self.tokens.get(token, ""))
        if element is None or element.kind not in kinds or token in self.loops:
            raise NotWaiting(f"No {kinds[0]} waits under {token!r}: it was done before or cancelled.", token=token)
        return element

    def place(self, scope: str, element: Element) -> str:
        """A new token at an element."""
        self.last += 1
        token = f"{scope}.{self.last}" if scope else str(self.last)
        self.tokens[token] = element.id
        return token

    def lift(self, token: str) -> None:
        """Take a token away, with its clocks and whatever was noted for it."""
        self.tokens.pop(token, None)
        for notes in (self.own, self.loops, self.kept, self.undoing):
            notes.pop(token, None)
        self.heard = {key: heard for key, heard in self.heard.items() if key.partition(":")[0] != token}
        self.contexts.pop(token, None)
        self.stop_clocks(token)
        self.true = [key for key in self.true if key.partition(":")[0] != token]

    def stop_clocks(self, token: str, of: Collection[str] | None = None) -> None:
        """The clocks of a token, or only those of some events, do not run any more."""
        own = [key for key in self.clocks if _is_of(key, token, of)]
        if own:
            self.clocks = [key for key in self.clocks if key not in own]
            new = {clock.key for clock in self.step.clocks_set}
            self.step.clocks_set = [clock for clock in self.step.clocks_set if clock.key not in own]
            self.step.clocks_cancelled += [key for key in own if key not in new]
            self.cycles = {key: left for key, left in self.cycles.items() if key not in own}

    def drop(self, token: str) -> None:
        """Take a token away together with what it had asked for and with all that goes on inside it."""
        element = self.elements[self.tokens[token]]
        is_loop = token in self.loops
        asks = element.asks and not is_loop
        self.clear(token)
        self.lift(token)
        step = self.step
        if not asks:
            return
        if element.kind is Kind.USER:
            if not _forget(step.tasks_opened, token):
                step.tasks_cancelled.append(token)
        elif not _forget(step.effects, token):
            step.effects_cancelled.append(token)

    def clear(self, scope: str, but: str = "") -> None:
        """Nothing in the scope goes on, except what happens in one token."""
        for token in sorted((each for each in self.tokens if each and scope_of(each) == scope), key=number):
            if token != but and token in self.tokens:
                self.drop(token)

        def stays(where: str) -> bool:
            return not _around(scope, where) or (bool(but) and _around(but, where))

        self.joins = {key: counts for key, counts in self.joins.items() if stays(key.partition("/")[0])}
        self.moves = deque(move for move in self.moves if stays(move[0]))

    # moving

    def move(self, scope: str, flow: Flow | None, element: Element) -> None:
        self.moves.append((scope, flow, element))

    def enter(self, scope: str, element: str | None) -> None:
        """Begin what is inside a scope."""
        self.move(scope, None, self.elements[self.process.starts[element]])

    def passed(self, element: Element) -> None:
        if element.id not in self.done:
            self.done.append(element.id)

    def follow(self, scope: str, element: Element) -> None:
        """Go on behind an element that has completed."""
        self.passed(element)
        for flow in self.ways(scope, element):
            self.move(scope, flow, self.elements[flow.target])

    def ended_at(self, scope: str, element: Element) -> None:
        """Note the outcome of the process, or of a called one for whoever calls it.

        An event sub-process stands for the scope around it: its ends are ends of that one.
        """
        while scope and self.elements[self.tokens[scope]].kind is Kind.EVENT_SUBPROCESS:
            scope = scope_of(scope)
        if not scope:
            if element.outcome or self.outcome is None:
                self.outcome = element.outcome or element.id
        elif self.elements[self.tokens[scope]].result is not None:
            self.set_own(scope, "outcome", element.outcome or element.id.rpartition("/")[2])

    def ways(self, scope: str, element: Element) -> list[Flow]:
        """The flows that are taken: of an exclusive gateway the first that holds, else all that hold.

        The default is taken where no conditional flow is (BPMN 2.0, 13.3.1); flows without a condition always are.
        """
        flows = element.outgoing
        if len(flows) == 1 and flows[0].condition is None:
            return [flows[0]] * element.gives
        default = next((flow for flow in flows if flow.id == element.default), None)
        others = [flow for flow in flows if flow is not default]
        if element.kind is Kind.EXCLUSIVE:
            taken = next(([flow] for flow in others if self.holds(scope, flow)), [])
            conditional = taken
        else:
            taken = [flow for flow in others if self.holds(scope, flow)]
            conditional = [flow for flow in taken if flow.condition is not None]
        if default is not None and not conditional:
            taken.append(default)
        if flows and not taken:
            raise CannotGoOn(element.id, "no condition holds, and there is no default flow.")
        return taken * element.gives

    def holds(self, scope: str, flow: Flow) -> bool:
        return flow.condition is None or flow.condition.evaluate(self.context(scope)) is True


def _around(outer: str, scope: str) -> bool:
    """Whether a scope is another one or inside it."""
    return scope == outer or inside(scope, outer)


def _is_of(key: str, token: str, events: Collection[str] | None) -> bool:
    whose, _, event = key.partition(":")
    return whose == token and (events is None or event.partition("#")[0] in events)


def _own_outcomes(outcomes: Any, prefix: str) -> Any:
    """Outcomes of steps as a called process knows its steps: without the call's name before theirs."""
    if not isinstance(outcomes, Mapping):
        return outcomes
    own = {name.removeprefix(prefix): value for name, value in outcomes.items() if name.startswith(prefix)}
    return {**outcomes, **own}


def _forget(specs: list[Any], token: str) -> bool:
    """Take back what was asked for within this same step. False: it was asked for earlier."""
    kept = [spec for spec in specs if spec.token != token]
    forgotten = len(kept) < len(specs)
    specs[:] = kept
    return forgotten
