"""Events: which triggers may stand where, on what boundary events sit, and what follows an event-based gateway."""

from panjereh.process.checking.graph import Graph
from panjereh.process.model import ACTIVITIES, Element, Kind, On

WAITED_FOR = frozenset({On.MESSAGE, On.TIMER, On.SIGNAL, On.CONDITION})
BOUNDARY = WAITED_FOR | {On.ERROR, On.ESCALATION, On.CANCEL, On.COMPENSATION}
EVENT_SUBPROCESS = WAITED_FOR | {On.ERROR, On.ESCALATION, On.COMPENSATION}
CATCH = WAITED_FOR | {On.LINK}
THROW = frozenset({On.MESSAGE, On.SIGNAL, On.ESCALATION, On.COMPENSATION, On.LINK})
END = frozenset({On.MESSAGE, On.SIGNAL, On.ESCALATION, On.COMPENSATION, On.ERROR, On.CANCEL, On.TERMINATE})
NOT_TOGETHER = frozenset({On.LINK, On.COMPENSATION, On.CANCEL, On.ERROR, On.TERMINATE})
ALWAYS_INTERRUPTING = frozenset({On.ERROR, On.CANCEL, On.COMPENSATION})
ADVICE = {
    On.TIMER: "Draw an intermediate catching event, a boundary event or an event sub-process.",
    On.CONDITION: "Draw an intermediate catching event, a boundary event or an event sub-process.",
    On.ERROR: "Errors are thrown by end events and caught on boundaries or by event sub-processes.",
    On.ESCALATION: "Escalations are thrown by ends and intermediate events, and caught on boundaries or by event "
    "sub-processes.",
    On.CANCEL: "Cancel events end transactions and sit on their boundary.",
    On.TERMINATE: "Only an end event can terminate.",
    On.LINK: "Links are intermediate events.",
}


def triggers(graph: Graph) -> None:
    for element in graph.elements.values():
        if element.tag == "receiveTask" or not element.tag.endswith("Event"):
            continue
        allowed = _allowed(graph, element)
        for trigger in element.triggers:
            if trigger.on not in allowed:
                graph.refuse(
                    element.id,
                    "unsupported_event",
                    f"A {element.kind} with the trigger {trigger.on} has no meaning here.",
                    ADVICE.get(trigger.on, "Draw another event."),
                )
        if not element.triggers and element.kind in (Kind.CATCH, Kind.BOUNDARY) and not graph.was_refused(element.id):
            reason = f"A {element.kind} without a trigger waits for nothing."
            graph.refuse(element.id, "unsupported_event", reason, "Say what it waits for.")
        _together(graph, element)
        _interrupting(graph, element)


def _allowed(graph: Graph, element: Element) -> frozenset[On]:
    if element.kind is Kind.START:
        scope = graph.scope(element)
        return EVENT_SUBPROCESS if scope is not None and scope.kind is Kind.EVENT_SUBPROCESS else WAITED_FOR
    return {Kind.END: END, Kind.CATCH: CATCH, Kind.THROW: THROW, Kind.BOUNDARY: BOUNDARY}[element.kind]


def _together(graph: Graph, element: Element) -> None:
    alone = {trigger.on for trigger in element.triggers} & NOT_TOGETHER
    if len(element.triggers) > 1 and alone:
        reason = f"A {element.kind} with several triggers can't have {min(alone)} among them."
        graph.refuse(element.id, "several_triggers", reason, "Draw one event for each.")


def _interrupting(graph: Graph, element: Element) -> None:
    if element.interrupting or element.kind not in (Kind.BOUNDARY, Kind.START):
        return
    if element.kind is Kind.START:
        scope = graph.scope(element)
        if scope is None or scope.kind is not Kind.EVENT_SUBPROCESS:
            return  # nothing is there yet that it could interrupt
    for trigger in element.triggers:
        if trigger.on in ALWAYS_INTERRUPTING and trigger.on is not On.COMPENSATION:
            graph.refuse(
                element.id,
                f"{trigger.on}_not_interrupting",
                f"An event with the trigger {trigger.on} always ends its activity.",
                "Make the event interrupting.",
            )


def boundaries(graph: Graph) -> None:
    for element in graph.elements.values():
        if element.kind is not Kind.BOUNDARY:
            continue
        host = graph.elements.get(element.host or "")
        if host is None or host.kind not in ACTIVITIES:
            what = f"{element.host!r}, a {host.kind}" if host else f"{element.host!r}, which is not there"
            advice = "Attach it to a task, a sub-process or a call activity."
            graph.refuse(element.id, "boundary_host", f"The event sits on {what}.", advice)
        elif host.parent != element.parent:
            reason = "The event sits on a step of another scope."
            graph.refuse(element.id, "boundary_host", reason, "Draw it again.")


def links(graph: Graph) -> None:
    ends = [element for element in graph.elements.values() if element.on(On.LINK)]
    for end in ends:
        partners = [pair for pair in graph.links if end in pair]
        if end.kind is Kind.CATCH:
            same = [
                each
                for each in ends
                if each.kind is Kind.CATCH
                and each.parent == end.parent
                and each.triggers[0].name == end.triggers[0].name
            ]
            if len(same) > 1:
                reason = "Several links end under this name."
                graph.refuse(end.id, "link_wrong", reason, "Give each its own name.")
        if not partners and not graph.was_refused(end.id):
            word = "begins" if end.kind is Kind.CATCH else "ends"
            reason = f"No link of this name {word} in the same scope."
            graph.refuse(end.id, "link_wrong", reason, "Draw its other end, or connect the steps by a flow.")


def event_gateways(graph: Graph) -> None:
    for element in graph.elements.values():
        if element.kind is not Kind.EVENTS:
            continue
        goes = graph.outgoing.get(element.id, [])
        if len(goes) == 1:
            graph.refuse(
                element.id,
                "event_gateway_choice",
                "Behind an event-based gateway there is only one event.",
                "Draw at least two, or leave the gateway out.",
            )
        for flow in goes:
            if reason := _not_an_awaited_event(graph, graph.elements[flow.target]):
                advice = "Let each flow lead to a message, signal, timer or conditional event of its own."
                graph.refuse(flow.target, "event_gateway_target", reason, advice)
        messages = {graph.elements[flow.target].tag for flow in goes if graph.elements[flow.target].on(On.MESSAGE)}
        if messages == {"receiveTask", "intermediateCatchEvent"}:
            reason = "Behind an event-based gateway stand both receive tasks and message events."
            graph.refuse(element.id, "event_gateway_choice", reason, "Use one of the two kinds.")


def _not_an_awaited_event(graph: Graph, target: Element) -> str:
    hosts_events = any(event.host == target.id for event in graph.elements.values())
    is_event = target.kind is Kind.CATCH and {trigger.on for trigger in target.triggers} <= WAITED_FOR
    is_receive = target.kind is Kind.RECEIVE and target.loop is None and not target.undoes
    if not (is_event or is_receive) or hosts_events:
        return "Behind an event-based gateway stands something other than an event that is waited for."
    if len(graph.incoming.get(target.id, [])) > 1:
        return "An event behind an event-based gateway is also reached in another way."
    return ""
