"""The drawing as a graph: flows with two ends, ways in and out, and whether all can be reached."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from panjereh.process.compiling import handler_of, links
from panjereh.process.errors import ModelError
from panjereh.process.model import Element, Flow, Kind, On
from panjereh.process.reading import Draft


@dataclass
class Graph:
    """A draft with its sound flows by either end. Each rule notes what it finds; none stops the others."""

    draft: Draft
    errors: list[ModelError]
    flows: list[Flow] = field(default_factory=list)
    outgoing: dict[str, list[Flow]] = field(default_factory=dict)
    incoming: dict[str, list[Flow]] = field(default_factory=dict)
    links: list[tuple[Element, Element]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.elements = self.draft.elements
        self.flows = [flow for flow in self.draft.flows if self.is_sound(flow)]
        self.outgoing = _grouped((flow.source, flow) for flow in self.flows)
        self.incoming = _grouped((flow.target, flow) for flow in self.flows)
        self.links = links(self.draft)
        self.handlers = {handler for element in self.elements.values() if (handler := handler_of(element, self.draft))}

    def refuse(self, element: str, code: str, reason: str, advice: str) -> None:
        self.errors.append(ModelError(element, code, reason, advice))

    def was_refused(self, element: str) -> bool:
        return any(error.element == element for error in self.errors)

    def members(self, scope: str | None) -> list[Element]:
        return [element for element in self.elements.values() if element.parent == scope]

    def scope(self, element: Element) -> Element | None:
        """The sub-process in which an element stands; None for the process itself."""
        return self.elements.get(element.parent) if element.parent else None

    def is_sound(self, flow: Flow) -> bool:
        name = flow.id or f"{flow.source or '?'}→{flow.target or '?'}"
        if not flow.id:
            self.refuse(name, "missing_id", "A sequence flow has no id.", "Give it an id.")
        ends = [self.elements.get(flow.source), self.elements.get(flow.target)]
        for end, id_, word in zip(ends, (flow.source, flow.target), ("begins", "ends"), strict=True):
            if end is None and not any(error.element == id_ for error in self.errors):
                self.refuse(
                    name,
                    "dangling_flow",
                    f"The flow {word} at {id_!r}, which is no step of this process." if id_ else f"It {word} nowhere.",
                    "Connect both ends, or delete the flow.",
                )
        if ends[0] is None or ends[1] is None:
            return False
        if ends[0].parent != ends[1].parent:
            self.refuse(
                name,
                "flow_crosses_scope",
                "The flow crosses the border of a sub-process.",
                "Connect the sub-process itself; inside, use its own start and end.",
            )
            return False
        return True


def ways_in_and_out(graph: Graph) -> None:
    for element in graph.elements.values():
        comes, goes = graph.incoming.get(element.id, []), graph.outgoing.get(element.id, [])
        name = str(element.kind)
        if comes and _begins(element):
            reason = f"A flow leads into a {name}."
            graph.refuse(element.id, "flow_into_event", reason, "Let it end elsewhere.")
        if element.kind is Kind.END and goes:
            graph.refuse(element.id, "flow_out_of_end", "A flow leads out of an end event.", "Nothing follows an end.")
        if _stands_alone(element) and (comes or goes):
            reason = f"A flow touches {'what undoes another step' if element.undoes else f'an {name}'}."
            graph.refuse(element.id, "flow_at_handler", reason, "It is begun by its event alone: delete the flow.")
        if not goes and not _may_stop(element):
            graph.refuse(
                element.id,
                "no_way_out",
                f"Nothing follows this {name}.",
                "Draw the flow to the next step or to an end event.",
            )
        if goes and element.kind is Kind.THROW and element.on(On.LINK):
            graph.refuse(element.id, "link_wrong", "A flow leads out of a link.", "Go on behind the link's other end.")
        if goes and element.kind is Kind.BOUNDARY and element.on(On.COMPENSATION):
            reason = "A flow leads out of a compensation event."
            graph.refuse(element.id, "compensation_wrong", reason, "Draw an association to the step that undoes.")


def _begins(element: Element) -> bool:
    starts = element.kind in (Kind.START, Kind.BOUNDARY)
    return starts or (element.kind is Kind.CATCH and element.on(On.LINK) is not None)


def _stands_alone(element: Element) -> bool:
    return element.undoes or element.kind is Kind.EVENT_SUBPROCESS


def _may_stop(element: Element) -> bool:
    if element.kind is Kind.END or _stands_alone(element):
        return True
    if element.kind is Kind.BOUNDARY:
        return element.on(On.COMPENSATION) is not None
    return element.kind is Kind.THROW and element.on(On.LINK) is not None


def conditions(graph: Graph) -> None:
    for element in graph.elements.values():
        goes = graph.outgoing.get(element.id, [])
        default = next((flow for flow in goes if flow.id == element.default), None)
        if element.default and default is None:
            graph.refuse(
                element.id,
                "default_unknown",
                f"The default flow {element.default!r} does not leave here.",
                "Mark one of its own flows as default.",
            )
        if default is not None and default.condition is not None:
            graph.refuse(default.id, "condition_on_default", "The default flow has a condition.", "Take it away.")
        if element.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE) and len(goes) > 1:
            for flow in goes:
                if flow is not default and flow.condition is None and not graph.was_refused(flow.id):
                    graph.refuse(
                        flow.id,
                        "condition_missing",
                        f"A flow that leaves an {element.kind} has no condition.",
                        "Write its condition in FEEL, or mark it as the default.",
                    )
        if element.kind in (Kind.PARALLEL, Kind.EVENTS, Kind.START, Kind.CATCH, Kind.THROW, Kind.BOUNDARY):
            for flow in goes:
                if flow.condition is not None:
                    graph.refuse(
                        flow.id,
                        "condition_not_here",
                        f"A condition behind a {element.kind} would not be asked.",
                        "Put an exclusive gateway between.",
                    )
            if element.default:
                reason = f"A {element.kind} takes all its flows: none can be the default."
                graph.refuse(element.id, "default_not_here", reason, "Put an exclusive gateway between.")


def reachable(graph: Graph) -> None:
    """Every element can be reached from the start, and from every element an end can be reached."""
    ahead: dict[str, set[str]] = {id_: set() for id_ in graph.elements}
    for source, target in _edges(graph):
        ahead[source].add(target)
    beginnings = [e.id for e in graph.elements.values() if e.kind is Kind.START and e.parent is None]
    listening = [e.id for e in graph.members(None) if e.kind is Kind.EVENT_SUBPROCESS]
    reached = _walk(ahead, [*beginnings, *listening])
    behind: dict[str, set[str]] = {id_: set() for id_ in graph.elements}
    for id_, targets in ahead.items():
        for target in targets:
            behind[target].add(id_)
    ending = _walk(behind, [e.id for e in graph.elements.values() if e.kind is Kind.END or not ahead[e.id]])
    for id_ in graph.elements:
        if id_ not in reached:
            graph.refuse(id_, "unreachable", "No way leads here from the start.", "Connect it, or delete it.")
        elif id_ not in ending:
            graph.refuse(id_, "endless", "From here no end can be reached.", "Draw a way that leads to an end.")


def _edges(graph: Graph) -> Iterator[tuple[str, str]]:
    """From where to where something can go on, by flows and otherwise."""
    for flow in graph.flows:
        yield flow.source, flow.target
    for source, target in graph.links:
        yield source.id, target.id
    for element in graph.elements.values():
        if element.host in graph.elements:
            yield element.host, element.id
            handler = handler_of(graph.elements[element.host], graph.draft)
            if element.on(On.COMPENSATION) and handler in graph.elements:
                yield element.id, handler
        if element.parent in graph.elements and element.kind in (Kind.START, Kind.EVENT_SUBPROCESS):
            yield element.parent, element.id


def _grouped(pairs: Iterable[tuple[str, Flow]]) -> dict[str, list[Flow]]:
    groups: dict[str, list[Flow]] = {}
    for key, flow in pairs:
        groups.setdefault(key, []).append(flow)
    return groups


def _walk(ways: dict[str, set[str]], starts: list[str]) -> set[str]:
    seen = set(starts)
    waiting = list(starts)
    while waiting:
        for target in ways[waiting.pop()]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen
