"""Boxed expressions as closures: the same as those of FEEL, put together from the boxes of a model (DMN 1.5, 10.2)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from panjereh.rules import loops, parser
from panjereh.rules.compiler import Compiler
from panjereh.rules.dmn import model
from panjereh.rules.dmn.types import Note, Types
from panjereh.rules.errors import SyntaxProblem
from panjereh.rules.functions import UserFunction
from panjereh.rules.scope import Code, Scope
from panjereh.rules.types import Kind
from panjereh.rules.values import Frame, is_function

FEEL = {
    "https://www.omg.org/spec/DMN/20230324/FEEL/",
    "https://www.omg.org/spec/DMN/20211108/FEEL/",
    "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "http://www.omg.org/spec/DMN/20180521/FEEL/",
    "http://www.omg.org/spec/FEEL/20140401",
    "http://www.omg.org/spec/DMN/20151101/feel.xsd",
    "feel",
    "FEEL",
    "",
    None,
}


class Boxes:
    """Compiles the expressions of one file. Where one can't be read, that is noted and its value is null.

    parts: names of components, entries and outputs, which may stand after a point
    owner: the decision or knowledge that is compiled just now
    """

    def __init__(self, types: Types, parts: Iterable[str], note: Note) -> None:
        self.types = types
        self.parts = frozenset(parts)
        self.note = note
        self.owner = ""
        self.uses_partial = False

    def compile(self, box: Any, scope: Scope, where: str) -> Code:
        """The closure of a box. `where`: the element to name if something is wrong with it."""
        if box is None:
            return _nothing
        where = box.id or where
        if isinstance(box, model.Child):
            return self.typed(self.compile(box.expression, scope, where), box.type, where)
        code = COMPILERS[type(box)](self, box, scope, where)
        return code if isinstance(box, model.FunctionOf) else self.typed(code, box.type, where)

    def typed(self, code: Code, name: str | None, where: str) -> Code:
        kind = self.types.of(name, where)
        return checked(code, kind, name or "") if kind else code

    # -- texts

    def literal(self, box: model.Literal, scope: Scope, where: str) -> Code:
        if box.language not in FEEL or box.imported:
            advice = "Write the expression in FEEL, within the file."
            self.note(where, "language", f"Expressions in {box.language or 'another file'} are not run.", advice)
            return _nothing
        return self.text(box.text or "", scope, where)

    def text(self, text: str, scope: Scope, where: str) -> Code:
        names = self.names(scope)
        try:
            compiler = Compiler(text, scope, self.types)
            code = compiler.compile(parser.parse(text, names))
        except SyntaxProblem as problem:
            self.note(where, "syntax", str(problem), "The value is null until it can be read.")
            return _unread(where)
        self.uses_partial = self.uses_partial or compiler.uses_partial
        return code

    def tests(self, text: str, scope: Scope, where: str) -> Callable[[Frame, Any], Any]:
        """A cell as a function of a frame made by `scope` (with “?” in it) and the tested value."""
        try:
            return Compiler(text, scope, self.types).cells(parser.parse_unary_tests(text or "-", self.names(scope)))
        except SyntaxProblem as problem:
            self.note(where, "syntax", str(problem), "The cell fits nothing until it can be read.")
            return lambda _frame, _value: None

    def names(self, scope: Scope) -> list[str]:
        return [*{name for one in scope.chain() for name in one.names}, *self.parts]

    # -- contexts, lists, functions

    def context(self, box: model.Context, scope: Scope, where: str) -> Code:
        names: set[str] = set()
        entries: list[tuple[str, Code]] = []
        result: Code | None = None
        for entry in box.entries:
            name = entry.variable.name if entry.variable else ""
            seen = names | {name} if isinstance(entry.expression, model.FunctionOf) else set(names)
            code = self.compile(entry.expression, Scope(seen, scope), entry.id or where)
            if not entry.variable:
                result = code
                continue
            entries.append((name, self.typed(code, entry.variable.type, where)))
            names.add(name)

        def make(frame: Frame) -> Any:
            local: dict[str, Any] = {}
            inner = Frame(frame.run, local, frame)
            for name, code in entries:
                local[name] = code(inner)
            return result(inner) if result else local

        return make

    def list_of(self, box: model.ListOf, scope: Scope, where: str) -> Code:
        items = [self.compile(item, scope, where) for item in box.items]
        return lambda frame: [item(frame) for item in items]

    def relation(self, box: model.Relation, scope: Scope, where: str) -> Code:
        names = [column.name for column in box.columns]
        kinds = [column.type for column in box.columns]
        rows = []
        for row in box.rows:
            if len(row.items) != len(names):
                advice = "Give each row one cell for each column."
                self.note(row.id or where, "row_length", f"A row has {len(row.items)} of {len(names)} cells.", advice)
                return _nothing
            cells = [self.compile(cell, scope, row.id or where) for cell in row.items]
            rows.append([self.typed(cell, kind, where) for cell, kind in zip(cells, kinds, strict=True)])
        return lambda frame: [dict(zip(names, [cell(frame) for cell in row], strict=True)) for row in rows]

    def function(self, box: model.FunctionOf, scope: Scope, where: str) -> Code:
        if box.kind not in (None, "FEEL"):
            advice = "Write the function in FEEL."
            self.note(where, "external", f"Functions of {box.kind} are not run here.", advice)
            return _nothing
        body = self.compile(box.expression, Scope({one.name for one in box.parameters}, scope), where)
        parameters = self.parameters(box.parameters, where)
        result = self.types.of(box.type, where)
        return lambda frame: UserFunction(parameters, body, frame, result)

    def parameters(self, given: Sequence[model.Variable], where: str) -> list[tuple[str, Kind | None]]:
        return [(one.name, self.types.of(one.type, one.id or where)) for one in given]

    def invocation(self, box: model.Invocation, scope: Scope, where: str) -> Code:
        function = self.compile(box.function, scope, where)
        given = []
        for binding in box.bindings:
            name, kind = (binding.parameter.name, binding.parameter.type) if binding.parameter else ("", None)
            code = self.compile(binding.expression, scope, binding.id or where)
            given.append((name, self.typed(code, kind, where)))

        def invoke(frame: Frame) -> Any:
            found = function(frame)
            if not is_function(found):
                frame.run.warn(f"What is invoked in {where} is no function.")
                return None
            return found.invoke_named(frame.run, {name: code(frame) for name, code in given})

        return invoke

    # -- conditions and loops

    def conditional(self, box: model.Conditional, scope: Scope, where: str) -> Code:
        condition, then, otherwise = (
            self.compile(one, scope, where) for one in (box.condition, box.then, box.otherwise)
        )
        return loops.chosen(condition, then, otherwise)

    def iteration(self, box: model.For, scope: Scope, where: str) -> Code:
        source = loops.Source(box.variable, self.compile(box.source, scope, where), None)
        body = self.compile(box.result, Scope({box.variable, "partial"}, scope), where)
        return loops.repeated([source], body, partial=self.uses_partial)

    def some(self, box: model.Some, scope: Scope, where: str) -> Code:
        return self.quantified(box, scope, where, decisive=True)

    def every(self, box: model.Every, scope: Scope, where: str) -> Code:
        return self.quantified(box, scope, where, decisive=False)

    def quantified(self, box: model.Some | model.Every, scope: Scope, where: str, *, decisive: bool) -> Code:
        source = loops.Source(box.variable, self.compile(box.source, scope, where), None)
        condition = self.compile(box.condition, Scope({box.variable}, scope), where)
        return loops.quantified([source], condition, decisive=decisive)

    def filter(self, box: model.Filter, scope: Scope, where: str) -> Code:
        source = self.compile(box.source, scope, where)
        return loops.filtered(source, self.compile(box.condition, Scope({"item"}, scope, of_item=True), where))


def checked(code: Code, kind: Kind, name: str) -> Code:
    """The value if it is of the type or can be made so; else null with a warning."""

    def check(frame: Frame) -> Any:
        value = code(frame)
        fine, taken = kind.take(value)
        if not fine:
            frame.run.warn(f"A value is no {name}.")
        return taken

    return check


def _nothing(_frame: Frame) -> None:
    return None


def _unread(where: str) -> Code:
    return lambda frame: frame.run.warn(f"The expression of {where} can't be read.")


COMPILERS: dict[type[Any], Callable[[Boxes, Any, Scope, str], Code]] = {
    model.Literal: Boxes.literal,
    model.Context: Boxes.context,
    model.ListOf: Boxes.list_of,
    model.Relation: Boxes.relation,
    model.FunctionOf: Boxes.function,
    model.Invocation: Boxes.invocation,
    model.Conditional: Boxes.conditional,
    model.For: Boxes.iteration,
    model.Some: Boxes.some,
    model.Every: Boxes.every,
    model.Filter: Boxes.filter,
}
