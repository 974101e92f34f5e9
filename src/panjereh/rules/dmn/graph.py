"""The graph of requirements: what a decision needs, in which order, and its values (DMN 1.5, chapter 6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from panjereh.rules.functions import UserFunction
from panjereh.rules.scope import Code
from panjereh.rules.types import Kind
from panjereh.rules.values import Frame, Run, to_feel


@dataclass(eq=False, slots=True)
class Node:
    """An element of the graph.

    name: under which others use its value; type: what that value must be
    needs: what it requires, with the alias of the file that it is imported from (empty: its own file)
    """

    id: str
    name: str
    type: Kind | None = None
    needs: list[tuple[str, "Node"]] = field(default_factory=list)

    def value(self, evaluation: "Evaluation") -> Any:
        raise NotImplementedError

    def visible(self) -> set[str]:
        """The names that its expression sees."""
        return {alias or need.name for alias, need in self.needs}


class Taken(NamedTuple):
    """A decision that was taken. begin, end: which of the tables in the trace were decided for it."""

    node: Node
    value: Any
    begin: int
    end: int


@dataclass(eq=False, slots=True)
class Input(Node):
    """Something that is given from outside. `paths`: where else it may be found among what is given."""

    paths: tuple[tuple[str, ...], ...] = ()

    def value(self, evaluation: "Evaluation") -> Any:
        return evaluation.taken(self, evaluation.given(self))


@dataclass(eq=False, slots=True)
class Decided(Node):
    """A decision."""

    code: Code | None = None

    def value(self, evaluation: "Evaluation") -> Any:
        if self.code is None:
            evaluation.run.warn(f"{self.name} has no expression.")
            return None
        begin = evaluation.tables
        value = evaluation.taken(self, self.code(evaluation.frame(self)))
        evaluation.steps.append(Taken(self, value, begin, evaluation.tables))
        return value


@dataclass(eq=False, slots=True)
class Knowledge(Node):
    """A function of the model."""

    parameters: list[tuple[str, Kind | None]] = field(default_factory=list)
    code: Code | None = None

    def value(self, evaluation: "Evaluation") -> Any:
        frame = evaluation.frame(self)
        if self.code is None:
            return None
        function = UserFunction(self.parameters, self.code, frame, self.type, self.name)
        frame.local[self.name] = function
        return function

    def visible(self) -> set[str]:
        return {self.name, *(alias or need.name for alias, need in self.needs)}


@dataclass(eq=False, slots=True)
class Service(Node):
    """Decisions that are asked together, as a function of what they take from outside."""

    inputs: tuple[Node, ...] = ()
    outputs: tuple[Node, ...] = ()

    def value(self, evaluation: "Evaluation") -> Any:
        parameters = [(one.name, one.type) for one in self.inputs]

        def body(frame: Frame) -> Any:
            return self.decide(frame.run, {one: frame.local[one.name] for one in self.inputs})

        return UserFunction(parameters, body, evaluation.run, self.type, self.name)

    def decide(self, run: Run, given: Mapping[Node, Any]) -> Any:
        """One output is the value itself, several make a context."""
        evaluation = Evaluation(run, {}, given)
        values = evaluation.values_of(self.outputs)
        return {one.name: values[one] for one in self.outputs} if len(self.outputs) > 1 else values[self.outputs[0]]


class Evaluation:
    """The values of nodes as far as they are known. `steps`: the decisions in the order in which they were taken."""

    def __init__(self, run: Run, inputs: Mapping[str, Any], known: Mapping[Node, Any] | None = None) -> None:
        self.run = run
        self.inputs = inputs
        self.values: dict[Node, Any] = dict(known or {})
        self.steps: list[Taken] = []

    @property
    def tables(self) -> int:
        """How many tables have been decided so far, if that is noted."""
        return len(self.run.trace or ())

    def values_of(self, wanted: Iterable[Node]) -> Mapping[Node, Any]:
        for node in in_order(wanted, self.values.keys()):
            self.run.spend()
            self.values[node] = node.value(self)
        return self.values

    def given(self, node: Input) -> Any:
        """What was given for an input, under its name or under that of the file that it is imported from."""
        for path in ((node.name,), *node.paths):
            found: Any = self.inputs
            for name in path:
                found = found.get(name, _MISSING) if isinstance(found, Mapping) else _MISSING
            if found is not _MISSING:
                return to_feel(found)
        self.run.warn(f"Nothing was given for {node.name}.")
        return None

    def taken(self, node: Node, value: Any) -> Any:
        """The value, made to fit the type of the node; null if it can't be."""
        if node.type is None:
            return value
        self.run.weigh(value)
        fine, taken = node.type.take(value)
        if not fine:
            self.run.warn(f"{node.name} is of another type than the model demands.")
        return taken

    def frame(self, node: Node) -> Frame:
        """The names that a node sees, with their values."""
        local: dict[str, Any] = {}
        for alias, need in node.needs:
            if alias:
                local.setdefault(alias, {})[need.name] = self.values[need]
            else:
                local[need.name] = self.values[need]
        return Frame(self.run, local, self.run)


_MISSING = object()


def in_order(wanted: Iterable[Node], known: Iterable[Node] = ()) -> list[Node]:
    """These nodes and all that they require, what is required first. Raises CycleError."""
    done = set(known)
    graph: dict[Node, list[Node]] = {}
    pending = [node for node in wanted if node not in done]
    while pending:
        node = pending.pop()
        if node not in graph:
            graph[node] = [need for _, need in node.needs if need not in done]
            pending.extend(graph[node])
    return list(TopologicalSorter(graph).static_order())


def cycle(nodes: Iterable[Node]) -> list[Node] | None:
    """Nodes that require each other in a circle, if there are any."""
    try:
        in_order(nodes)
    except CycleError as error:
        found: list[Node] = error.args[1]
        return found[::-1]
    return None
