"""Our own layout of a process, for files that bring none: along the line of writing, or down the page if it is long."""

from dataclasses import dataclass, replace
from itertools import pairwise

from panjereh.process.drawing import graph as graphs
from panjereh.process.drawing.graph import Edge, Graph
from panjereh.process.drawing.routing import AHEAD, DOWN, STEP, TRACKS, UP, Axis, Router, Wanted
from panjereh.process.drawing.routing import Point as Place
from panjereh.process.drawing.shapes import (
    LINE_SMALL,
    RING,
    Box,
    Drawing,
    Label,
    Lane,
    Line,
    Point,
    Words,
    box_of,
    is_scope,
    label_of,
    label_size,
)
from panjereh.process.model import Element, Process

FITS = 760
"""Pixels: a process that is longer along the line of writing is drawn down the page."""
GAP, SIDE, EDGE = 17, 20, 6
"""Free room before and behind the tracks: between rows, between columns, and at the rim of the picture."""
HEAD = 34
"""Above the steps of a sub-process and of a lane, for the title."""


def lay_out(process: Process, language: str, words: Words) -> Drawing:
    """The picture from left to right (the caller mirrors it), or from top to bottom."""
    across = _scope(process, None, language, words, down=False)
    return across if across.width <= FITS else _scope(process, None, language, words, down=True)


def lay_out_along(process: Process, language: str, words: Words) -> Drawing:
    """Always from left to right, as drawing tools do."""
    return _scope(process, None, language, words, down=False)


def _scope(process: Process, scope: str | None, language: str, words: Words, *, down: bool) -> Drawing:
    lanes = list(dict.fromkeys(e.lane for e in process.elements.values() if e.lane and e.parent == scope))
    if any(e.lane is None and e.parent == scope and e.host is None for e in process.elements.values()):
        lanes = []
    graph = graphs.arrange(process, scope, lanes)
    boxes = {id_: _box(process, element, language, words, down=down) for id_, element in graph.nodes.items()}
    return _Layout(process, graph, boxes, language, words, lanes, down).drawing()


def _box(process: Process, element: Element, language: str, words: Words, *, down: bool) -> Box:
    box = box_of(element, language, words)
    if not is_scope(process, element):
        return box
    inside = _scope(process, element.id, language, words, down=down)
    wide = max(inside.width + 16, box.width)
    return replace(box, form="subprocess", width=wide, height=inside.height + HEAD + 8, inside=inside)


@dataclass
class _Layout:
    """One scope in the making. Rows lie along the way, columns across it; `down` says which of them is x."""

    process: Process
    graph: Graph
    boxes: dict[str, Box]
    language: str
    words: Words
    lanes: list[str]
    down: bool

    def drawing(self) -> Drawing:
        graph = self.graph
        if not graph.nodes:
            return Drawing(0, 0, (), ())
        self.events = {id_: [*element.boundary] for id_, element in graph.nodes.items()}
        self.labels = {edge.id: self._label(edge) for edge in graph.edges}
        self.along = Axis(
            tuple(self._lines_of_row(row) for row in range(graph.rows)),
            tuple(self._size(row, 0) for row in range(graph.rows)),
        )
        self.across = Axis((1,) * graph.columns, tuple(self._size(column, 1) for column in range(graph.columns)))
        ways = self._routed()
        self.x = self._places(self.along, [point[0] for way in ways.values() for point in _corners(way)], 0)
        self.y = self._places(self.across, [point[1] for way in ways.values() for point in _corners(way)], 1)
        boxes = [self._placed(id_) for id_ in graph.nodes]
        rings = [ring for box in boxes for ring in self._rings(box)]
        shapes = {box.id: box for box in [*boxes, *rings]}
        lines = [self._line(edge, ways[edge.id], shapes) for edge in graph.edges]
        length = (self.x[-1] + EDGE, self.y[-1] + EDGE)
        wide, high = reversed(length) if self.down else length
        words = [line.label.x + label_size(line.label.lines)[0] / 2 + EDGE for line in lines if line.label]
        return Drawing(max(wide, *words, 0), high, (*boxes, *rings), tuple(lines), self._lanes(wide, high))

    def _label(self, edge: Edge) -> tuple[str, ...]:
        event = self.process.elements[edge.event] if edge.event else None
        return label_of(edge.flow.names, event, self.language, self.words)

    def _lines_of_row(self, row: int) -> int:
        most = max(len(self.events[id_]) for id_, own in self.graph.row.items() if own == row)
        return 1 if most < 2 else most | 1

    def _size(self, cell: int, axis: int) -> float:
        """Of a row (axis 0) or column (axis 1), as its largest box demands."""
        places = self.graph.column if axis else self.graph.row
        is_height = (axis == 0) is self.down
        sizes = [box.height if is_height else box.width for id_, box in self.boxes.items() if places[id_] == cell]
        return max(sizes, default=0)

    def _place(self, id_: str, event: int | None = None) -> Place:
        row, column = self.graph.row[id_], self.graph.column[id_]
        return self.along.place(row, self._line_of(id_, event)), self.across.place(column)

    def _line_of(self, id_: str, event: int | None = None) -> int:
        """Which line of its row: the middle one; several events on one border are spread."""
        lines = self.along.cells[self.graph.row[id_]]
        count = len(self.events[id_])
        if event is None or count == 1:
            return lines // 2
        return event if count % 2 or event < count // 2 else event + 1

    # lines

    def _routed(self) -> dict[str, list[Place]]:
        boxes = {}
        for id_ in self.graph.nodes:
            row, column = self.graph.row[id_], self.graph.column[id_]
            for line in range(self.along.cells[row]):
                boxes[self.along.place(row, line), self.across.place(column)] = id_
        router = Router(self.along, self.across, boxes)
        main = self.graph.main
        usual = set(pairwise(main))
        order = sorted(
            self.graph.edges,
            key=lambda e: (
                (e.source, e.target) not in usual,
                abs(self.graph.column[e.target] - self.graph.column[e.source]),
                abs(self.graph.row[e.target] - self.graph.row[e.source]),
            ),
        )
        return {edge.id: router.draw(self._wanted(edge)) for edge in order}

    def _wanted(self, edge: Edge) -> Wanted:
        if edge.event:
            start = self._place(edge.source, self.events[edge.source].index(edge.event))
            return Wanted(edge.id, start, self._place(edge.target), (DOWN,), edge.target)
        leaves = (AHEAD, UP, DOWN) if not self.events[edge.source] else (AHEAD, UP)
        return Wanted(edge.id, self._place(edge.source), self._place(edge.target), leaves, edge.target)

    def _line(self, edge: Edge, way: list[Place], shapes: dict[str, Box]) -> Line:
        corners = [self._point(place) for place in _corners(way)]
        source, target = shapes[edge.event or edge.source], shapes[edge.target]
        if edge.event:
            corners[0] = source.middle
        corners[0] = _border(source, corners[0], corners[1])
        corners[-1] = _border(target, corners[-1], corners[-2])
        lines = self.labels[edge.id]
        return Line(edge.id, tuple(corners), beside(lines, corners[0], corners[1]) if lines else None)

    def _point(self, place: Place) -> Point:
        x, y = self.x[place[0]], self.y[place[1]]
        return (y, x) if self.down else (x, y)

    # places

    def _places(self, axis: Axis, used: list[int], which: int) -> list[float]:
        """Where each grid line runs: tracks that no line uses take no room."""
        wanted, last = set(used), len(axis.cells)
        places: list[float] = []
        here = float(EDGE)
        for gap in range(last + 1):
            tracks = [axis.track(gap, track) in wanted for track in range(TRACKS)]
            before, after = self._room(gap, which, sum(tracks))
            inner = here + before
            for is_used in tracks:
                places.append(inner)
                inner += STEP * is_used
            here += before + max(0, sum(tracks) - 1) * STEP + after
            if gap < last:
                size, lines = axis.sizes[gap], axis.cells[gap]
                middle = here + size / 2
                spread = min(32.0, size / max(1, lines - 1)) if lines > 1 else 0
                places += [middle + (line - lines // 2) * spread for line in range(lines)]
                here += size
        return [*places, here]

    def _room(self, gap: int, which: int, tracks: int) -> tuple[float, float]:
        """Free pixels before and behind the tracks of a gap: at the rims as little as can be, else room for words."""
        free = float(SIDE if which else GAP)
        if gap == 0:
            return 0.0, free if tracks else 0.0
        asked = self._asked(gap, which)
        if gap == len((self.across if which else self.along).cells):
            return (max(free, asked) if tracks else asked), 0.0
        return max(free, asked if which or tracks else asked - free), free

    def _asked(self, gap: int, which: int) -> float:
        """How much room words beside lines and events on borders need in a gap, behind its row or column."""
        asked = 0.0
        place = self.graph.column if which else self.graph.row
        for edge in self.graph.edges:
            if place[edge.source] != gap - 1:
                continue
            wide, high = label_size(self.labels[edge.id])
            size = wide if which == self.down else high
            sideways = bool(edge.event) or self.graph.column[edge.target] != self.graph.column[edge.source]
            if which and edge.event:
                asked = max(asked, size + RING / 2 + 14)
            elif bool(which) is sideways and size and not (which and self.down):
                asked = max(asked, size + 18)
        return asked

    def _placed(self, id_: str) -> Box:
        return self.boxes[id_].at(*self._point(self._place(id_)))

    def _rings(self, box: Box) -> list[Box]:
        """The events on the far border of a step."""
        found = []
        for number, id_ in enumerate(self.events[box.id]):
            x, y = self._point(self._place(box.id, number))
            x, y = (box.x + box.width, y) if self.down else (x, box.y + box.height)
            found.append(box_of(self.process.elements[id_], self.language, self.words).at(x, y))
        return found

    def _lanes(self, wide: float, high: float) -> tuple[Lane, ...]:
        if not self.lanes:
            return ()
        own = {lane: [id_ for id_, each in self.graph.nodes.items() if each.lane == lane] for lane in self.lanes}
        ends = [self._rim(max(self.graph.column[id_] for id_ in own[lane])) for lane in self.lanes]
        ends[-1] = wide if self.down else high
        starts = [0.0, *ends[:-1]]
        return tuple(
            Lane(lane, start, 0, end - start, high) if self.down else Lane(lane, 0, start, wide, end - start)
            for lane, start, end in zip(self.lanes, starts, ends, strict=True)
        )

    def _rim(self, column: int) -> float:
        """The middle of the gap behind a column."""
        here, size = self.y[self.across.place(column)], self.across.sizes[column]
        if column + 1 == self.graph.columns:
            return self.y[-1]
        there = self.y[self.across.place(column + 1)] - self.across.sizes[column + 1] / 2
        return (here + size / 2 + there) / 2


def _corners(way: list[Place]) -> list[Place]:
    """The ends, and the points where the line turns."""
    inner = [
        here
        for before, here, after in zip(way, way[1:], way[2:], strict=False)
        if (before[0] == here[0]) != (here[0] == after[0])
    ]
    return [way[0], *inner, way[-1]]


def _border(box: Box, middle: Point, towards: Point) -> Point:
    """Where a line from the middle of a box leaves it."""
    x, y = middle
    if towards[0] != x:
        return (box.x + box.width if towards[0] > x else box.x), y
    return x, (box.y + box.height if towards[1] > y else box.y)


def beside(lines: tuple[str, ...], start: Point, towards: Point) -> Label:
    """Words beside the beginning of a line: above it where it runs level, else behind it."""
    wide, high = label_size(lines)
    if start[1] == towards[1]:
        sign = 1 if towards[0] >= start[0] else -1
        return Label(lines, start[0] + sign * (wide / 2 + 6), start[1] - high + LINE_SMALL - 7)
    sign = 1 if towards[1] >= start[1] else -1
    middle = start[1] + sign * (high / 2 + 6)
    return Label(lines, start[0] + wide / 2 + 7, middle - high / 2 + LINE_SMALL - 5)
