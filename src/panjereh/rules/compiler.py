"""From the syntax tree to closures: each node becomes one small function of a frame, made once and run often."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from panjereh.rules import loops, operators, properties, scope, temporal, tree, types
from panjereh.rules.builtins import lists
from panjereh.rules.errors import SyntaxProblem
from panjereh.rules.functions import BUILTINS, UserFunction
from panjereh.rules.scope import Code, Scope
from panjereh.rules.values import Frame, Function, Range, is_function

FUNCTIONS: dict[str, Function] = {
    **BUILTINS,
    **{
        name: lists.Variadic(name, function)
        for name, function in (
            ("append", lists.append),
            ("concatenate", lists.concatenate),
            ("union", lists.union),
        )
    },
}


class Compiler:
    """Compiles one tree, and notes what it reads from the context.

    scope: names that are visible around the expression; kinds: types that a model defines
    reads: paths into the context, such as ("mother", "birth_date")
    of_items: names within filters that may belong to the filtered items instead
    """

    def __init__(self, text: str, scope: Scope | None = None, kinds: types.Kinds = MappingProxyType({})) -> None:
        self.text = text
        self.scope = scope or Scope(set(), None)
        self.kinds = kinds
        self.reads: set[tuple[str, ...]] = set()
        self.of_items: set[str] = set()
        self.asks_input = False
        self.uses_partial = False

    def compile(self, node: tree.Node) -> Code:
        return _COMPILERS[type(node)](self, node)

    def within(self, names: set[str], node: tree.Node, *, of_item: bool = False) -> Code:
        """Compile where these further names are visible."""
        self.scope = Scope(names, self.scope, of_item=of_item)
        code = self.compile(node)
        assert self.scope.outer is not None  # noqa: S101  # the one made above
        self.scope = self.scope.outer
        return code

    # Values and names

    def cell(self, node: tree.Test) -> Callable[[Frame, Any], Any]:
        """A test of a table's cell, which may also be a condition on “?” or on other names."""
        if node.sign:
            return self.test(node)
        self.asks_input = False
        operand = self.compile(node.operand)
        asks_input = self.asks_input

        def passes(frame: Frame, given: Any) -> Any:
            wanted = operand(frame)
            if asks_input or (type(wanted) is bool and type(given) is not bool):
                return wanted if type(wanted) is bool else None
            return operators.fits(frame.run, given, wanted)

        return passes

    def literal(self, node: tree.Literal) -> Code:
        value = node.value
        return lambda _frame: value

    def at_literal(self, node: tree.AtLiteral) -> Code:
        value = temporal.parse_at(node.text)

        def code(frame: Frame) -> Any:
            if value is None:
                frame.run.warn(f'@"{node.text}" is no date, time or duration.')
            return value

        return code

    def name(self, node: tree.Name, path: tuple[str, ...] = ()) -> Code:
        hops, items = self.scope.find(node.name)
        if node.name == "item" and hops is not None and self.scope.is_item(hops):
            items = [*items, hops]  # an entry of the item may be called “item”
        self.asks_input = self.asks_input or node.name == "?"
        self.uses_partial = self.uses_partial or node.name == "partial"
        if hops is not None:
            code = scope.local(node.name, hops)
        elif node.name in FUNCTIONS:
            code = self.function_or_context(node.name, path)
        else:
            code = self.context_name(node.name, path)
        if not items or node.name == "?":
            return code
        self.of_items.add(node.name)
        return scope.of_item_or(node.name, items, code)

    def context_name(self, name: str, path: tuple[str, ...]) -> Code:
        if name != "?":
            self.reads.add((name, *path))
        return scope.of_context(name)

    def function_or_context(self, name: str, path: tuple[str, ...]) -> Code:
        """A question may be called “date” or “count”: the context comes before the functions of the language."""
        function = FUNCTIONS[name]
        read = self.context_name(name, path)
        return lambda frame: read(frame) if name in frame.run.context else function

    def path(self, node: tree.Path, path: tuple[str, ...] = ()) -> Code:
        name = node.name
        inner = (name, *path)
        if isinstance(node.source, tree.Name):
            source = self.name(node.source, inner)
        elif isinstance(node.source, tree.Path):
            source = self.path(node.source, inner)
        else:
            source = self.compile(node.source)

        def code(frame: Frame) -> Any:
            value = source(frame)
            if type(value) is dict and name in value:
                return value[name]
            return properties.take(frame.run, value, name)

        return code

    def list_of(self, node: tree.ListOf) -> Code:
        items = [self.compile(item) for item in node.items]
        return lambda frame: [item(frame) for item in items]

    def context_of(self, node: tree.ContextOf) -> Code:
        """Each entry sees those before it; a function also sees itself."""
        names: set[str] = set()
        entries: list[tuple[str, Code]] = []
        for key, value in node.entries:
            seen = names | {key} if isinstance(value, tree.FunctionOf) else set(names)
            entries.append((key, self.within(seen, value)))
            names.add(key)

        def code(frame: Frame) -> Any:
            local: dict[str, Any] = {}
            inner = Frame(frame.run, local, frame)
            for key, value in entries:
                local[key] = value(inner)
            return local

        return code

    def range_of(self, node: tree.RangeOf) -> Code:
        start = self.compile(node.start) if node.start else None
        end = self.compile(node.end) if node.end else None

        def code(frame: Frame) -> Any:
            low = start(frame) if start else None
            high = end(frame) if end else None
            if (start and low is None) or (end and high is None):
                return None
            if start and end and operators.compare("<=", low, high) is None:
                frame.run.warn("The ends of a range must be of one kind that has an order.")
                return None
            return Range(low, high, node.start_included, node.end_included, node.sign)

        return code

    # Operators

    def negation(self, node: tree.Negation) -> Code:
        operand = self.compile(node.operand)
        return lambda frame: operators.negative(frame.run, operand(frame))

    def arithmetic(self, node: tree.Arithmetic) -> Code:
        left, right, sign = self.compile(node.left), self.compile(node.right), node.sign
        return lambda frame: operators.calculate(frame.run, sign, left(frame), right(frame))

    def comparison(self, node: tree.Comparison) -> Code:
        left, right, sign = self.compile(node.left), self.compile(node.right), node.sign
        if sign == "=" and isinstance(node.right, tree.Literal) and type(node.right.value) is str:
            return operators.same_text(left, node.right.value)
        if sign == "=":
            return lambda frame: operators.equal(frame.run, left(frame), right(frame))
        if sign == "!=":
            return lambda frame: _opposite(operators.equal(frame.run, left(frame), right(frame)))
        return lambda frame: operators.compare(sign, left(frame), right(frame))

    def conjunction(self, node: tree.Conjunction) -> Code:
        return self.joined(node.parts, decisive=False)

    def disjunction(self, node: tree.Disjunction) -> Code:
        return self.joined(node.parts, decisive=True)

    def joined(self, nodes: tuple[tree.Node, ...], *, decisive: bool) -> Code:
        """Three-valued: the first decisive part decides; else null if any part was no boolean."""
        parts = [self.compile(part) for part in nodes]

        def code(frame: Frame) -> bool | None:
            result: bool | None = not decisive
            for part in parts:
                value: bool | None = part(frame)
                if value is decisive:
                    return decisive
                if value is not True and value is not False:
                    result = None
            return result

        return code

    def between(self, node: tree.Between) -> Code:
        value, low, high = self.compile(node.value), self.compile(node.low), self.compile(node.high)

        def code(frame: Frame) -> bool | None:
            middle = value(frame)
            above = operators.compare(">=", middle, low(frame))
            return operators.conjunction(above, operators.compare("<=", middle, high(frame)))

        return code

    def is_in(self, node: tree.In) -> Code:
        value = self.compile(node.value)
        tests = [self.test(test) for test in node.tests]

        def code(frame: Frame) -> bool | None:
            given = value(frame)
            return _any_of(test(frame, given) for test in tests)

        return code

    def cells(self, node: tree.UnaryTests) -> Callable[[Frame, Any], bool | None]:
        """A cell of a table as a function of a frame, in which “?” is the tested value, and that value."""
        tests = [self.cell(test) for test in node.tests]
        if not tests:
            return lambda _frame, _value: True
        if node.negated:
            return lambda frame, value: _opposite(_any_of(test(frame, value) for test in tests))
        if len(tests) == 1:
            return tests[0]
        return lambda frame, value: _any_of(test(frame, value) for test in tests)

    def test(self, node: tree.Test) -> Callable[[Frame, Any], Any]:
        """A unary test as a function of the frame and the tested value."""
        operand, sign = self.compile(node.operand), node.sign
        if sign == "=":
            return lambda frame, given: operators.equal(frame.run, given, operand(frame))
        if sign == "!=":
            return lambda frame, given: _opposite(operators.equal(frame.run, given, operand(frame)))
        if sign:
            return lambda frame, given: operators.compare(sign, given, operand(frame))
        if isinstance(node.operand, tree.RangeOf):
            return lambda frame, given: (
                None if (wanted := operand(frame)) is None else operators.fits(frame.run, given, wanted)
            )
        return lambda frame, given: operators.fits(frame.run, given, operand(frame))

    def instance_of(self, node: tree.InstanceOf) -> Code:
        value = self.compile(node.value)
        self.must_be_known(node.type)
        wanted = types.instance_check(node.type, self.kinds)
        if node.type.name in ("null", "Null"):
            return lambda frame: value(frame) is None

        def code(frame: Frame) -> bool:
            given = value(frame)
            frame.run.weigh(given)
            return given is not None and wanted(given)

        return code

    def kind(self, wanted: tree.TypeOf) -> types.Kind:
        self.must_be_known(wanted)
        return types.kind_of(wanted, self.kinds)

    def must_be_known(self, kind: tree.TypeOf) -> None:
        if not types.known(kind.name, self.kinds):
            raise SyntaxProblem(f"there is no type called {kind.name}", text=self.text, position=kind.at)
        for inner in (*kind.inner, *(field for _, field in kind.fields)):
            self.must_be_known(inner)

    # Structure

    def condition(self, node: tree.If) -> Code:
        condition, then = self.compile(node.condition), self.compile(node.then)
        otherwise = self.compile(node.otherwise)
        return loops.chosen(condition, then, otherwise)

    def filter(self, node: tree.Filter) -> Code:
        source = self.compile(node.source)
        return loops.filtered(source, self.within({"item"}, node.condition, of_item=True))

    def loops(
        self, nodes: tuple[tree.Loop, ...], body: tree.Node, further: set[str]
    ) -> tuple[list[loops.Source], Code]:
        """The sources of all loops, each seeing the names of those before it, and what they repeat."""
        sources = []
        for loop in nodes:
            until = self.compile(loop.until) if loop.until else None
            sources.append(loops.Source(loop.name, self.compile(loop.source), until))
            self.scope = Scope({loop.name, *further}, self.scope)
        code = self.compile(body)
        for _ in nodes:
            assert self.scope.outer is not None  # noqa: S101  # the ones made above
            self.scope = self.scope.outer
        return sources, code

    def iteration(self, node: tree.For) -> Code:
        sources, body = self.loops(node.loops, node.body, {"partial"})
        return loops.repeated(sources, body, partial=self.uses_partial)

    def quantified(self, node: tree.Quantified) -> Code:
        sources, condition = self.loops(node.loops, node.condition, set())
        return loops.quantified(sources, condition, decisive=not node.every)

    def function_of(self, node: tree.FunctionOf) -> Code:
        parameters = [(name, self.kind(kind) if kind else None) for name, kind in node.parameters]
        body = self.within({name for name, _ in node.parameters}, node.body)
        return lambda frame: UserFunction(parameters, body, frame)

    def call(self, node: tree.Call) -> Code:
        function = self.called(node.function)
        if node.named:
            named = [(name, self.compile(argument)) for name, argument in node.named]

            def call_named(frame: Frame) -> Any:
                found = function(frame)
                given = {name: argument(frame) for name, argument in named}
                return found.invoke_named(frame.run, given) if is_function(found) else _no_function(frame)

            return call_named
        positional = [self.compile(argument) for argument in node.positional]

        def call(frame: Frame) -> Any:
            found = function(frame)
            given = [argument(frame) for argument in positional]
            return found.invoke(frame.run, given) if is_function(found) else _no_function(frame)

        return call

    def called(self, node: tree.Node) -> Code:
        """What is called: a function of the language even where the context has something of that name."""
        if isinstance(node, tree.Name) and node.name in FUNCTIONS and self.scope.find(node.name)[0] is None:
            function = FUNCTIONS[node.name]
            return lambda _frame: function
        return self.compile(node)


def _no_function(frame: Frame) -> None:
    frame.run.warn("What is called here is no function.")


def _opposite(value: bool | None) -> bool | None:
    return None if value is None else not value


def _any_of(results: Any) -> bool | None:
    found: bool | None = False
    for result in results:
        if result is True:
            return True
        if result is None:
            found = None
    return found


_COMPILERS: dict[type[tree.Node], Callable[[Compiler, Any], Code]] = {
    tree.Literal: Compiler.literal,
    tree.AtLiteral: Compiler.at_literal,
    tree.Name: Compiler.name,
    tree.Path: Compiler.path,
    tree.ListOf: Compiler.list_of,
    tree.ContextOf: Compiler.context_of,
    tree.RangeOf: Compiler.range_of,
    tree.Negation: Compiler.negation,
    tree.Arithmetic: Compiler.arithmetic,
    tree.Comparison: Compiler.comparison,
    tree.Conjunction: Compiler.conjunction,
    tree.Disjunction: Compiler.disjunction,
    tree.Between: Compiler.between,
    tree.In: Compiler.is_in,
    tree.InstanceOf: Compiler.instance_of,
    tree.If: Compiler.condition,
    tree.Filter: Compiler.filter,
    tree.For: Compiler.iteration,
    tree.Quantified: Compiler.quantified,
    tree.FunctionOf: Compiler.function_of,
    tree.Call: Compiler.call,
}
