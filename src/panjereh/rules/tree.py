"""What an expression says: the syntax tree, immutable and without meaning of its own."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """`at` is the position in the text."""

    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class AtLiteral(Node):
    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """An end that is None is open. `sign`: “=” or “!=” for a range written so."""

    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conjunction(Node):
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Disjunction(Node):
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """One positive unary test. `sign` is a comparison, or empty for “equals or is in”."""

    sign: str
    operand: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """A cell of a decision table. No tests at all stand for “-”, which fits everything."""

    tests: tuple[Test, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class TypeOf(Node):
    """A type: its name, and for lists, ranges, contexts and functions what they are made of."""

    name: str
    inner: tuple["TypeOf", ...] = ()
    fields: tuple[tuple[str, "TypeOf"], ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: TypeOf


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: Node
    positional: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    parameters: tuple[tuple[str, TypeOf | None], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Loop(Node):
    """One `name in source` of for, some or every; `until` is the second end of `1..n`."""

    name: str
    source: Node
    until: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    loops: tuple[Loop, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    every: bool
    loops: tuple[Loop, ...]
    condition: Node
