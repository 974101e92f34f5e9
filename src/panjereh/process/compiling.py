"""From checked drafts to processes that run: flows at their elements, links joined, called processes put in place."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from panjereh.process.model import Element, Flow, Kind, On, Process
from panjereh.process.reading import Draft


def compile_process(draft: Draft, drafts: Mapping[str, Draft]) -> Process:
    """`drafts`: all that can be called, by id. Recursion was refused before."""
    elements: dict[str, Element] = {}
    flows: list[Flow] = []
    for prefix, call, each in _with_called(draft, drafts, "", None):
        elements |= {prefix + id_: _placed(element, each, prefix, call) for id_, element in each.elements.items()}
        flows += [
            replace(flow, id=prefix + flow.id, source=prefix + flow.source, target=prefix + flow.target)
            for flow in [*each.flows, *_links(each)]
        ]
    connected = _connected(elements, flows)
    plain = [element for element in connected.values() if element.kind is Kind.START and not element.triggers]
    return Process(
        id=draft.id,
        names=draft.names,
        elements=connected,
        starts={element.parent: element.id for element in plain},
        entries=tuple(
            element.id
            for element in connected.values()
            if element.kind is Kind.START and element.triggers and element.parent is None
        ),
        listeners=_listeners(connected),
        upstream={id_: upstream(connected, id_) for id_, e in connected.items() if e.kind is Kind.INCLUSIVE},
        has_conditions=any(element.on(On.CONDITION) for element in connected.values()),
    )


def _with_called(
    draft: Draft, drafts: Mapping[str, Draft], prefix: str, call: str | None
) -> Iterator[tuple[str, str | None, Draft]]:
    yield prefix, call, draft
    for element in draft.elements.values():
        if element.kind is Kind.CALL and element.called:
            inner = f"{prefix}{element.id}"
            yield from _with_called(drafts[element.called], drafts, f"{inner}/", inner)


def _placed(element: Element, draft: Draft, prefix: str, call: str | None) -> Element:
    """An element of a called process stands in its call, under a name that begins with that of the call."""
    handler = handler_of(element, draft)
    triggers = tuple(
        replace(each, activity=prefix + each.activity) if each.activity else each for each in element.triggers
    )
    return replace(
        element,
        id=prefix + element.id,
        parent=prefix + element.parent if element.parent else call,
        host=prefix + element.host if element.host else None,
        default=prefix + element.default if element.default else None,
        handler=prefix + handler if handler else None,
        triggers=triggers,
        data=frozenset(draft.data.get(element.id, ())) | element.data,
    )


def handler_of(element: Element, draft: Draft) -> str | None:
    """The activity that undoes this one: an association leads to it from a compensation event on the boundary."""
    for event in draft.elements.values():
        if event.host == element.id and event.on(On.COMPENSATION):
            return next((target for source, target in draft.associations if source == event.id), None)
    return None


def links(draft: Draft) -> list[tuple[Element, Element]]:
    """Pairs of a throwing and the catching link of the same name and scope."""
    ends = [element for element in draft.elements.values() if element.on(On.LINK)]
    return [
        (source, target)
        for source in ends
        for target in ends
        if source.kind is Kind.THROW and target.kind is Kind.CATCH and source.parent == target.parent
        if source.triggers[0].name == target.triggers[0].name
    ]


def _links(draft: Draft) -> list[Flow]:
    return [Flow(f"{source.id}~{target.id}", source.id, target.id) for source, target in links(draft)]


def _connected(elements: dict[str, Element], flows: list[Flow]) -> dict[str, Element]:
    incoming: dict[str, list[Flow]] = {}
    outgoing: dict[str, list[Flow]] = {}
    boundary: dict[str, list[str]] = {}
    for flow in flows:
        incoming.setdefault(flow.target, []).append(flow)
        outgoing.setdefault(flow.source, []).append(flow)
    for element in elements.values():
        if element.host:
            boundary.setdefault(element.host, []).append(element.id)
    return {
        id_: replace(
            element,
            incoming=tuple(incoming.get(id_, ())),
            outgoing=tuple(outgoing.get(id_, ())),
            boundary=tuple(boundary.get(id_, ())),
        )
        for id_, element in elements.items()
    }


def _listeners(elements: Mapping[str, Element]) -> dict[str | None, tuple[tuple[str, str], ...]]:
    found: dict[str | None, list[tuple[str, str]]] = {}
    for element in elements.values():
        parent = elements.get(element.parent or "")
        if element.kind is Kind.START and parent is not None and parent.kind is Kind.EVENT_SUBPROCESS:
            found.setdefault(parent.parent, []).append((parent.id, element.id))
    return {scope: tuple(pairs) for scope, pairs in found.items()}


def upstream(elements: Mapping[str, Element], gateway: str) -> dict[str, frozenset[str]]:
    """For each flow into a gateway the elements from which it can be reached without passing the gateway itself."""
    return {flow.id: frozenset(_behind(elements, flow.source, gateway)) for flow in elements[gateway].incoming}


def _behind(elements: Mapping[str, Element], start: str, gateway: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        id_ = waiting.pop()
        if id_ in seen or id_ == gateway:
            continue
        seen.add(id_)
        element = elements[id_]
        waiting += [flow.source for flow in element.incoming]
        if element.host:
            waiting.append(element.host)
    return seen
