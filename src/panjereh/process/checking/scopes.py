"""Scopes: each begins in one way and ends; event sub-processes begin by one event, transactions can be cancelled."""

from panjereh.process.checking.graph import Graph
from panjereh.process.model import Element, Kind, On


def scopes(graph: Graph) -> None:
    _scope(graph, None, graph.draft.id or "process")
    for element in graph.elements.values():
        if element.kind in (Kind.SUBPROCESS, Kind.TRANSACTION):
            _scope(graph, element.id, element.id)
        elif element.kind is Kind.EVENT_SUBPROCESS:
            _event_subprocess(graph, element)


def _scope(graph: Graph, scope: str | None, name: str) -> None:
    members = graph.members(scope)
    starts = [element for element in members if element.kind is Kind.START]
    plain = [element for element in starts if not element.triggers]
    if not starts or (scope is not None and not plain):
        graph.refuse(name, "no_start", "There is no start event.", "Draw one plain start event.")
    for extra in plain[1:]:
        graph.refuse(extra.id, "several_starts", "There is more than one start event.", "Keep one.")
    if scope is not None:
        for start in starts:
            if start.triggers:
                reason = "A sub-process begins when a token comes, not by an event of its own."
                graph.refuse(start.id, "wrong_start", reason, "Draw a plain start event, or an event sub-process.")
    _ends(graph, members, name)


def _ends(graph: Graph, members: list[Element], name: str) -> None:
    if not any(element.kind is Kind.END for element in members):
        graph.refuse(name, "no_end", "There is no end event.", "Draw an end event for each way the process can end.")


def _event_subprocess(graph: Graph, element: Element) -> None:
    members = graph.members(element.id)
    starts = [each for each in members if each.kind is Kind.START]
    if not starts:
        graph.refuse(element.id, "no_start", "There is no start event.", "Draw one start event with a trigger.")
    for extra in starts[1:]:
        graph.refuse(extra.id, "several_starts", "There is more than one start event.", "Keep one.")
    for start in starts:
        if not start.triggers and not graph.was_refused(start.id):
            reason = "Nothing says when the event sub-process begins."
            graph.refuse(start.id, "wrong_start", reason, "Give its start event a trigger.")
    if element.loop is not None:
        reason = "An event sub-process can't be repeated: it begins whenever its event comes."
        graph.refuse(element.id, "loop_wrong", reason, "Take the marker away.")
    if any(graph.outgoing.get(each.id) or graph.incoming.get(each.id) for each in [element]):
        return  # noted with the flows
    _ends(graph, members, element.id)


def transactions(graph: Graph) -> None:
    """A cancel event ends a transaction, and is caught on its boundary."""
    for element in graph.elements.values():
        if element.on(On.CANCEL) is None:
            continue
        if element.kind is Kind.END:
            scope = graph.scope(element)
            if scope is None or scope.kind is not Kind.TRANSACTION:
                reason = "A cancel end event stands outside of a transaction."
                graph.refuse(element.id, "cancel_wrong", reason, "Draw it directly inside a transaction.")
            elif not any(each.host == scope.id and each.on(On.CANCEL) for each in graph.elements.values()):
                reason = f"Nothing says what follows when {scope.id!r} is cancelled."
                graph.refuse(element.id, "cancel_wrong", reason, "Draw a cancel event on the transaction's boundary.")
        elif element.kind is Kind.BOUNDARY:
            host = graph.elements.get(element.host or "")
            if host is not None and host.kind is not Kind.TRANSACTION:
                reason = f"A cancel event sits on a {host.kind}."
                graph.refuse(element.id, "cancel_wrong", reason, "Only transactions can be cancelled.")


def compensation(graph: Graph) -> None:
    """What undoes is joined to a compensation event by an association; what is to be undone is there."""
    for element in graph.elements.values():
        if element.kind is Kind.BOUNDARY and element.on(On.COMPENSATION):
            _handler(graph, element)
        if element.undoes and element.id not in graph.handlers:
            reason = "The step undoes nothing."
            advice = "Draw an association to it from a compensation event on another step's boundary."
            graph.refuse(element.id, "compensation_wrong", reason, advice)
        if element.undoes and any(each.host == element.id for each in graph.elements.values()):
            reason = "Events on the boundary of a step that undoes another one are not followed."
            graph.refuse(element.id, "compensation_wrong", reason, "Take them away.")
        trigger = element.on(On.COMPENSATION)
        if trigger is not None and trigger.activity and element.kind in (Kind.THROW, Kind.END):
            _named(graph, element, trigger.activity)


def _handler(graph: Graph, event: Element) -> None:
    targets = [graph.elements.get(target) for source, target in graph.draft.associations if source == event.id]
    host = graph.elements.get(event.host or "")
    good = len(targets) == 1 and targets[0] is not None and targets[0].undoes and targets[0].parent == event.parent
    if not good:
        reason = "It is not said which step undoes this one."
        advice = "Draw one association to a step beside it that is marked as compensation (isForCompensation)."
        graph.refuse(event.id, "compensation_wrong", reason, advice)
    if host is not None and host.loop is not None:
        reason = "The step is done several times; what undoes it could not know which of them it is for."
        graph.refuse(event.id, "compensation_wrong", reason, "Undo it inside a sub-process, or take the event away.")


def _named(graph: Graph, element: Element, activity: str) -> None:
    target = graph.elements.get(activity)
    scope = graph.scope(element)
    while scope is not None and scope.kind is Kind.EVENT_SUBPROCESS:
        scope = graph.scope(scope)
    if target is None or target.parent != (scope.id if scope else None):
        reason = f"{activity!r} is no step beside this event."
        graph.refuse(element.id, "compensation_wrong", reason, "Name a step of the same sub-process.")
