"""From the data of a file to a graph that can be evaluated. What is wrong is noted, all of it at once."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from panjereh.rules.dmn import model
from panjereh.rules.dmn.boxed import Boxes
from panjereh.rules.dmn.graph import Decided, Input, Knowledge, Node, Service, cycle
from panjereh.rules.dmn.types import Types
from panjereh.rules.errors import ModelProblem
from panjereh.rules.scope import Scope
from panjereh.rules.types import Kind


class File:
    """One file, compiled: its nodes by id and by name. `imported`: other files by the alias that it gives them."""

    def __init__(
        self, definitions: model.Definitions, imported: Mapping[str, "File"], problems: list[ModelProblem]
    ) -> None:
        self.definitions = definitions
        self.imported = imported
        self.problems = problems
        types = {alias: file.types for alias, file in imported.items()}
        self.types: Types = Types(definitions.types, types, self.note)
        self.by_id: dict[str, Node] = {}
        self.decisions: dict[str, Decided] = {}
        self.services: dict[str, Service] = {}
        self.inputs: dict[str, Input] = {}
        self.boxes = Boxes(self.types, sorted(set(_parts(definitions))), self.note)
        self._enter_all()
        self._connect_all()
        self._refuse_cycles()
        self._compile_all()

    def note(self, element: str, code: str, reason: str, advice: str) -> None:
        problem = ModelProblem(element, code, reason, advice)
        if problem not in self.problems:
            self.problems.append(problem)

    # -- the nodes

    def _enter_all(self) -> None:
        for one in self.definitions.inputs:
            self._enter(one, self.inputs, Input)
        for decision in self.definitions.decisions:
            self._enter(decision, self.decisions, Decided)
        for knowledge in self.definitions.knowledge:
            self._enter(knowledge, {}, Knowledge)
        for service in self.definitions.services:
            self._enter(service, self.services, Service)
        for item in self.definitions.types:
            self.types.of(item.name, item.id or item.name)

    def _enter(self, element: Any, by_name: dict[str, Any], kind: Callable[..., Any]) -> None:
        variable = element.variable
        name = (variable.name if variable else "") or element.name
        node = kind(element.id or element.name, name)
        node.type = self._type(element)
        if isinstance(node, Input) and name != element.name:
            node.paths = ((element.name,),)
        if element.name in by_name or node.id in self.by_id:
            self.note(node.id, "twice", f"{element.name} stands twice in the file.", "Give each its own name and id.")
        self.by_id[node.id] = by_name[element.name] = node

    def _type(self, element: Any) -> Kind | None:
        """The type of its variable; that of a function is the type of what it gives."""
        name = element.variable.type if element.variable else None
        if isinstance(element, model.Knowledge | model.Service):
            item = self.types.items_by_name.get(name or "")
            if item is not None and item.function is not None:
                name = item.function.result
        return self.types.of(name, element.id or element.name)

    # -- what they need

    def _connect_all(self) -> None:
        for element, node in self._elements():
            if isinstance(element, model.Service):
                self._connect_service(element, node)
                continue
            wanted = [need.decision or need.input for need in getattr(element, "needs", ())]
            wanted += [use.knowledge for use in element.uses]
            node.needs = [found for one in wanted if one and (found := self._found(one, node))]

    def _connect_service(self, element: model.Service, node: Any) -> None:
        given = [*element.input_data, *element.input_decisions]
        node.inputs = tuple(found[1] for one in given if (found := self._found(one, node)))
        node.outputs = tuple(found[1] for one in element.outputs if (found := self._found(one, node)))
        if not node.outputs:
            self.note(node.id, "no_output", f"The service {node.name} gives nothing.", "Name its output decisions.")

    def _elements(self) -> Iterator[tuple[Any, Any]]:
        file = self.definitions
        for element in (*file.decisions, *file.knowledge, *file.services):
            yield element, self.by_id[element.id or element.name]

    def _found(self, reference: model.Reference, node: Node) -> tuple[str, Node] | None:
        """The element that a reference names, with the alias of its file."""
        space, _, name = reference.href.rpartition("#")
        if space in ("", self.definitions.namespace) and name in self.by_id:
            return "", self.by_id[name]
        for alias, file in self.imported.items():
            if file.definitions.namespace == space and name in file.by_id:
                return alias, file.by_id[name]
        reason = f"{node.name} requires {reference.href}, which is nowhere."
        self.note(node.id, "missing", reason, "Draw the requirement anew, or import the file that holds it.")
        return None

    def _refuse_cycles(self) -> None:
        """Services count, too: a decision must not use a service that asks it."""
        for node in self.by_id.values():
            if isinstance(node, Service):
                node.needs = [("", one) for one in node.outputs]
        found = cycle(self.by_id.values())
        if found:
            names = " needs ".join(node.name for node in found)
            self.note(found[0].id, "cycle", f"Requirements go in a circle: {names}.", "Take one of them away.")
        for node in self.by_id.values():
            if isinstance(node, Service):
                node.needs = []

    # -- what they say

    def _compile_all(self) -> None:
        for element, node in self._elements():
            self.boxes.owner = node.name
            scope = self.scope_of(node)
            if isinstance(element, model.Decision):
                node.code = self.boxes.compile(element.expression, scope, node.id) if element.expression else None
            elif isinstance(element, model.Knowledge) and element.logic:
                self._compile_knowledge(element.logic, node, scope)

    def scope_of(self, node: Node) -> Scope:
        return Scope(node.visible(), Scope(set(), None))

    def _compile_knowledge(self, logic: model.FunctionOf, node: Any, scope: Scope) -> None:
        if logic.kind not in (None, "FEEL"):
            self.boxes.function(logic, scope, node.id)
            return
        node.parameters = self.boxes.parameters(logic.parameters, node.id)
        inner = Scope({one.name for one in logic.parameters}, scope)
        node.code = self.boxes.typed(self.boxes.compile(logic.expression, inner, node.id), logic.type, node.id)


def _parts(value: Any) -> Iterator[str]:
    """Names that may stand after a point: of components, entries, columns and outputs, and of elements."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, model.ItemDefinition | model.OutputClause | model.Variable):
            yield one.name
        if isinstance(one, model.Element):
            pending += [getattr(one, name) for name in one.__dataclass_fields__]
        elif isinstance(one, tuple):
            pending += one
