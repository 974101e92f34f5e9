"""Which step stands in which row and column: rows follow the way of the case, columns keep branches apart.

The layers of Sugiyama, Tagawa and Toda (1981), made for administrative processes: the usual way is one straight line,
every branch is a line of its own beside it, and what goes back is drawn going back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from panjereh.process.model import Element, Flow, Kind, Process

LONGEST_DETOUR = 1
"""A branch that comes back to the usual way stretches it by so many rows; a longer one is drawn coming back."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A sequence flow. One that leaves an event on the border of a step has the step as its source."""

    flow: Flow
    source: str
    target: str
    event: str = ""

    @property
    def id(self) -> str:
        return self.flow.id


@dataclass
class Graph:
    """The steps of one scope (the process, or a sub-process) with their places: row and column, counted from 0."""

    nodes: Mapping[str, Element]
    edges: list[Edge]
    main: list[str]
    row: dict[str, int] = field(default_factory=dict)
    column: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return max(self.row.values(), default=-1) + 1

    @property
    def columns(self) -> int:
        return max(self.column.values(), default=-1) + 1


def arrange(process: Process, scope: str | None, lanes: list[str]) -> Graph:
    """The graph of one scope. With `lanes` each column belongs to one of them, in their order."""
    elements = [element for element in process.elements.values() if element.parent == scope]
    nodes = {element.id: element for element in elements if element.host is None}
    edges = [
        Edge(flow, element.host or element.id, flow.target, element.id if element.host else "")
        for element in elements
        for flow in sorted(element.outgoing, key=lambda flow: not _is_usual(element, flow))
        if flow.target in nodes
    ]
    graph = Graph(nodes, edges, _main_way(nodes))
    graph.row = _rows(graph)
    graph.column = _columns_of_lanes(graph, lanes) if lanes else _columns(graph)
    return graph


def _is_usual(element: Element, flow: Flow) -> bool:
    if any(other.main for other in element.outgoing):
        return flow.main
    return flow.id == element.default


def usual(element: Element) -> list[Flow]:
    """The ways out of a step, the usual one first."""
    return sorted(element.outgoing, key=lambda flow: not _is_usual(element, flow))


def _main_way(nodes: Mapping[str, Element]) -> list[str]:
    way: list[str] = []
    starts = sorted(nodes.values(), key=lambda node: (node.kind is not Kind.START, bool(node.triggers)))
    here = starts[0].id if starts else None
    while here is not None:
        way.append(here)
        ahead = [flow.target for flow in usual(nodes[here]) if flow.target in nodes]
        here = next((target for target in ahead if target not in way), None)
    return way


def _rows(graph: Graph) -> dict[str, int]:
    """Each step below those that lead to it. Loops and long detours don't count: they are drawn going back."""
    main = set(graph.main)
    forward = [edge for edge in graph.edges if edge.id not in _going_back(graph)]
    late = [
        edge
        for edge in forward
        if edge.target in main
        and edge.source not in main
        and graph.nodes[edge.target].kind not in (Kind.PARALLEL, Kind.INCLUSIVE)
    ]
    rows = _longest(graph, [edge for edge in forward if edge not in late])
    far = [edge for edge in late if rows[edge.source] - rows[edge.target] > LONGEST_DETOUR]
    return _longest(graph, [edge for edge in forward if edge not in far])


def _going_back(graph: Graph) -> set[str]:
    """Edges that close a loop, found by walking the usual way first."""
    out = _grouped(graph.edges)
    state: dict[str, str] = {}
    back: set[str] = set()
    for root in [*graph.main[:1], *graph.nodes]:
        if root in state:
            continue
        state[root] = "open"
        walk: list[tuple[str, Iterator[Edge]]] = [(root, iter(out.get(root, [])))]
        while walk:
            node, edges = walk[-1]
            edge = next(edges, None)
            if edge is None:
                state[node] = "closed"
                walk.pop()
            elif edge.target not in state:
                state[edge.target] = "open"
                walk.append((edge.target, iter(out.get(edge.target, []))))
            elif state[edge.target] == "open":
                back.add(edge.id)
    return back


def _longest(graph: Graph, edges: list[Edge]) -> dict[str, int]:
    """The length of the longest way to each node."""
    comes: dict[str, int] = dict.fromkeys(graph.nodes, 0)
    for edge in edges:
        comes[edge.target] += 1
    out = _grouped(edges)
    rows = dict.fromkeys(graph.nodes, 0)
    ready = [node for node, count in comes.items() if count == 0]
    while ready:
        node = ready.pop()
        for edge in out.get(node, []):
            rows[edge.target] = max(rows[edge.target], rows[node] + 1)
            comes[edge.target] -= 1
            if comes[edge.target] == 0:
                ready.append(edge.target)
    return rows


def _columns(graph: Graph) -> dict[str, int]:
    """The usual way in column 0; each branch in the first column that is free along all of it, short branches first."""
    column = dict.fromkeys(graph.main, 0)
    taken = {(graph.row[node], 0) for node in graph.main}
    waiting = _branches(graph, graph.main, set(column))
    while waiting:
        branch, rows = waiting.pop(0)
        if branch[0] in column:
            continue
        branch = [node for node in branch if node not in column]
        free = next(place for place in range(len(graph.nodes) + 1) if not any((row, place) in taken for row in rows))
        column.update(dict.fromkeys(branch, free))
        taken |= {(row, free) for row in rows}
        waiting += _branches(graph, branch, set(column))
    for node in graph.nodes:  # what no way leads to: event sub-processes
        if node not in column:
            free = next(place for place in range(len(graph.nodes) + 1) if (graph.row[node], place) not in taken)
            column[node] = free
            taken.add((graph.row[node], free))
    return column


def _branches(graph: Graph, way: list[str], placed: set[str]) -> list[tuple[list[str], range]]:
    """The branches that leave a way, each with the rows that it needs, the shortest first."""
    out = _grouped(graph.edges)
    found = []
    for node in way:
        for edge in out.get(node, []):
            if edge.target in placed:
                continue
            branch, here = [edge.target], edge.target
            while True:
                onward = out.get(here, [])
                here = next((e.target for e in onward if e.target not in placed and e.target not in branch), "")
                if not here or graph.row[here] <= graph.row[branch[-1]]:
                    break
                branch.append(here)
            first, last = min(graph.row[node], graph.row[branch[0]]), graph.row[branch[-1]]
            joins = [graph.row[e.target] for e in out.get(branch[-1], []) if e.target in placed]
            found.append((branch, range(first, max([last, *(row for row in joins)]) + 1)))
    return sorted(found, key=lambda each: len(each[1]))


def _columns_of_lanes(graph: Graph, lanes: list[str]) -> dict[str, int]:
    """Each step in a column of its lane; a lane is as many columns wide as steps stand beside each other in it."""
    places: dict[tuple[str, int], list[str]] = {}
    for node, element in graph.nodes.items():
        places.setdefault((element.lane or lanes[0], graph.row[node]), []).append(node)
    wide = {lane: max((len(nodes) for (own, _), nodes in places.items() if own == lane), default=1) for lane in lanes}
    first = {lane: sum(wide[other] for other in lanes[:place]) for place, lane in enumerate(lanes)}
    return {node: first[lane] + place for (lane, _), nodes in places.items() for place, node in enumerate(nodes)}


def _grouped(edges: list[Edge]) -> dict[str, list[Edge]]:
    groups: dict[str, list[Edge]] = {}
    for edge in edges:
        groups.setdefault(edge.source, []).append(edge)
    return groups
