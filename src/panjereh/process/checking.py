"""Is the graph one that can run? Each rule notes what it finds; none stops the others."""

from collections.abc import Iterable
from dataclasses import dataclass

from panjereh.process.errors import ModelError
from panjereh.process.model import BOUNDARIES, CAN_HAVE_BOUNDARY, ENDS, Element, Flow, Kind
from panjereh.process.reading import Draft


def check(draft: Draft, errors: list[ModelError]) -> None:
    """Append to `errors` whatever keeps the draft from running."""
    _Check(draft, errors).run()


@dataclass
class _Check:
    draft: Draft
    errors: list[ModelError]

    def run(self) -> None:
        self.elements = self.draft.elements
        self.flows = [flow for flow in self.draft.flows if self.flow_is_sound(flow)]
        self.outgoing = _grouped((flow.source, flow) for flow in self.flows)
        self.incoming = _grouped((flow.target, flow) for flow in self.flows)
        if not self.draft.id:
            self.refuse("process", "missing_id", "The process has no id.", "Give it an id.")
        for scope in [None, *(e.id for e in self.elements.values() if e.kind is Kind.SUBPROCESS)]:
            self.scope(scope)
        for element in self.elements.values():
            self.ways_in_and_out(element)
            self.conditions(element)
            if element.kind in BOUNDARIES:
                self.boundary(element)
            if element.kind is Kind.EVENTS:
                self.event_gateway(element)
        self.reachable()

    def refuse(self, element: str, code: str, reason: str, advice: str) -> None:
        self.errors.append(ModelError(element, code, reason, advice))

    def flow_is_sound(self, flow: Flow) -> bool:
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

    def scope(self, scope: str | None) -> None:
        members = [element for element in self.elements.values() if element.parent == scope]
        starts = [element.id for element in members if element.kind is Kind.START]
        name = scope or self.draft.id or "process"
        if not starts:
            self.refuse(name, "no_start", "There is no start event.", "Draw one plain start event.")
        for extra in starts[1:]:
            self.refuse(extra, "several_starts", "There is more than one start event.", "Keep one.")
        if not any(element.kind in ENDS for element in members):
            self.refuse(name, "no_end", "There is no end event.", "Draw an end event for each way the process can end.")

    def ways_in_and_out(self, element: Element) -> None:
        comes, goes = self.incoming.get(element.id, []), self.outgoing.get(element.id, [])
        no_way_in = element.kind is Kind.START or element.kind in BOUNDARIES
        if no_way_in and comes:
            self.refuse(element.id, "flow_into_event", f"A flow leads into a {element.kind}.", "Let it end elsewhere.")
        if element.kind in ENDS:
            if goes:
                self.refuse(
                    element.id, "flow_out_of_end", "A flow leads out of an end event.", "Nothing follows an end."
                )
        elif not goes:
            self.refuse(
                element.id,
                "no_way_out",
                f"Nothing follows this {element.kind}.",
                "Draw the flow to the next step or to an end event.",
            )

    def conditions(self, element: Element) -> None:
        goes = self.outgoing.get(element.id, [])
        default = next((flow for flow in goes if flow.id == element.default), None)
        if element.default and default is None:
            self.refuse(
                element.id,
                "default_unknown",
                f"The default flow {element.default!r} does not leave here.",
                "Mark one of its own flows as default.",
            )
        if default is not None and default.condition is not None:
            self.refuse(default.id, "condition_on_default", "The default flow has a condition.", "Take it away.")
        if element.kind is Kind.EXCLUSIVE and len(goes) > 1:
            for flow in goes:
                if flow is not default and flow.condition is None and not self.known_broken(flow.id):
                    self.refuse(
                        flow.id,
                        "condition_missing",
                        "A flow that leaves an exclusive gateway has no condition.",
                        "Write its condition in FEEL, or mark it as the default.",
                    )
        if element.kind in (Kind.PARALLEL, Kind.EVENTS, Kind.START) or element.kind in BOUNDARIES:
            for flow in goes:
                if flow.condition is not None:
                    self.refuse(
                        flow.id,
                        "condition_not_here",
                        f"A condition behind a {element.kind} would not be asked.",
                        "Put an exclusive gateway between.",
                    )

    def known_broken(self, element: str) -> bool:
        return any(error.element == element for error in self.errors)

    def boundary(self, element: Element) -> None:
        host = self.elements.get(element.host or "")
        if host is None or host.kind not in CAN_HAVE_BOUNDARY:
            what = f"{element.host!r}, a {host.kind}" if host else f"{element.host!r}, which is not there"
            self.refuse(
                element.id,
                "boundary_host",
                f"The event sits on {what}.",
                "Attach it to a user, service or receive task or to a sub-process.",
            )
        elif host.parent != element.parent:
            self.refuse(element.id, "boundary_host", "The event sits on a step of another scope.", "Draw it again.")
        elif element.kind is Kind.BOUNDARY_ERROR and host.kind not in (Kind.SERVICE, Kind.SUBPROCESS):
            self.refuse(
                element.id,
                "boundary_host",
                f"No error can come out of a {host.kind}.",
                "Attach it to a service task or a sub-process.",
            )

    def event_gateway(self, element: Element) -> None:
        goes = self.outgoing.get(element.id, [])
        if len(goes) == 1:
            self.refuse(
                element.id,
                "event_gateway_choice",
                "Behind an event-based gateway there is only one event.",
                "Draw at least two, or leave the gateway out.",
            )
        for flow in goes:
            target = self.elements[flow.target]
            hosts_events = any(event.host == target.id for event in self.elements.values())
            if target.kind not in (Kind.TIMER, Kind.MESSAGE, Kind.RECEIVE) or hosts_events:
                reason = "Behind an event-based gateway stands something other than an event that is waited for."
            elif len(self.incoming.get(target.id, [])) > 1:
                reason = "An event behind an event-based gateway is also reached in another way."
            else:
                continue
            self.refuse(
                target.id, "event_gateway_target", reason, "Let each flow lead to a timer or message event of its own."
            )

    def reachable(self) -> None:
        """Every element can be reached from the start, and from every element an end can be reached."""
        ahead: dict[str, set[str]] = {id_: set() for id_ in self.elements}
        for flow in self.flows:
            ahead[flow.source].add(flow.target)
        for element in self.elements.values():
            if element.host in ahead:
                ahead[element.host].add(element.id)
            if element.kind is Kind.START and element.parent is not None:
                ahead[element.parent].add(element.id)
        reached = _walk(ahead, [e.id for e in self.elements.values() if e.kind is Kind.START and e.parent is None])
        behind: dict[str, set[str]] = {id_: set() for id_ in self.elements}
        for id_, targets in ahead.items():
            for target in targets:
                behind[target].add(id_)
        stops = [e.id for e in self.elements.values() if e.kind in ENDS or not self.outgoing.get(e.id)]
        ending = _walk(behind, stops)
        for id_ in self.elements:
            if id_ not in reached:
                self.refuse(id_, "unreachable", "No way leads here from the start.", "Connect it, or delete it.")
            elif id_ not in ending:
                self.refuse(id_, "endless", "From here no end can be reached.", "Draw a way that leads to an end.")


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
