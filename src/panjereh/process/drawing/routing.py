"""Lines between boxes: along rows and columns only, never through a box, with few bends and crossings.

The grid has a line through the middle of every row and column and a few tracks between them. Where a line runs is
found by the A* search (Hart, Nilsson and Raphael, 1968); two lines share a stretch only on their way to the same step.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise

TRACKS = 3
"""Between two rows or columns."""
BEND, CROSSING, TOUCH, SHARED = 45, 30, 80, 900
"""What these cost, in pixels of way."""
STEP = 12
"""Between two tracks, in pixels."""

Point = tuple[int, int]
"""(place on the axis along the way, place on the axis across it)"""
AHEAD, BACK, UP, DOWN = (1, 0), (-1, 0), (0, -1), (0, 1)
TURNS = {AHEAD: (AHEAD, UP, DOWN), BACK: (BACK, UP, DOWN), UP: (UP, AHEAD, BACK), DOWN: (DOWN, AHEAD, BACK)}


@dataclass(frozen=True, slots=True)
class Axis:
    """The grid lines of one direction: tracks, the lines of the first cell, tracks, the lines of the second, …

    cells: how many lines run through each cell (one, more where several events sit on one step)
    sizes: of the cells in pixels, about
    """

    cells: tuple[int, ...]
    sizes: tuple[float, ...]

    def place(self, cell: int, line: int = 0) -> int:
        return TRACKS * (cell + 1) + sum(self.cells[:cell]) + line

    def track(self, gap: int, track: int) -> int:
        """Gap 0 lies before the first cell."""
        return TRACKS * gap + sum(self.cells[:gap]) + track

    @property
    def length(self) -> int:
        return TRACKS * (len(self.cells) + 1) + sum(self.cells)

    def rough(self) -> list[float]:
        """Where the lines will be, about, before it is known which tracks are used."""
        places, here = [], 0.0
        for cell in range(len(self.cells) + 1):
            for _ in range(TRACKS):
                here += STEP
                places.append(here)
            if cell < len(self.cells):
                for line in range(self.cells[cell]):
                    share = (line + 1) / (self.cells[cell] + 1)
                    places.append(here + self.sizes[cell] * share + STEP)
                here += self.sizes[cell] + STEP
        return places


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line to draw: from a point inside a box in one of some directions, into the middle of another box."""

    id: str
    source: Point
    target: Point
    leaves: tuple[tuple[int, int], ...]
    goal: str


@dataclass
class Router:
    """Draws lines one after the other, the later around the earlier.

    boxes: grid point → box that stands there
    """

    along: Axis
    across: Axis
    boxes: dict[Point, str]
    stretches: dict[tuple[Point, Point], set[str]] = field(default_factory=dict)
    through: dict[Point, set[tuple[str, bool]]] = field(default_factory=dict)
    corners: dict[Point, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.x, self.y = self.along.rough(), self.across.rough()

    def draw(self, wanted: Wanted) -> list[Point]:
        """The points of the line, every grid point that it passes."""
        heap: list[tuple[float, float, Point, tuple[int, int]]] = []
        best: dict[tuple[Point, tuple[int, int]], float] = {}
        came: dict[tuple[Point, tuple[int, int]], tuple[Point, tuple[int, int]]] = {}
        for direction in wanted.leaves:
            best[wanted.source, direction] = 0 if direction == AHEAD else BEND / 3
            heappush(heap, (0, best[wanted.source, direction], wanted.source, direction))
        while heap:
            _, cost, point, direction = heappop(heap)
            if cost > best[point, direction]:
                continue
            if point == wanted.target:
                return self._keep(wanted, _way(came, (point, direction)))
            for ahead, turn in self._moves(wanted, point, direction):
                dearer = cost + self._cost(wanted, point, direction, ahead, turn)
                if dearer < best.get((ahead, turn), float("inf")):
                    best[ahead, turn] = dearer
                    came[ahead, turn] = (point, direction)
                    rest = abs(self.x[ahead[0]] - self.x[wanted.target[0]])
                    rest += abs(self.y[ahead[1]] - self.y[wanted.target[1]])
                    heappush(heap, (dearer + rest, dearer, ahead, turn))
        raise AssertionError("the margins of the grid are free, so there is always a way")

    def _moves(
        self, wanted: Wanted, point: Point, direction: tuple[int, int]
    ) -> Iterator[tuple[Point, tuple[int, int]]]:
        """Where a line can go on: nowhere through a box, in its own only straight out, into the last not from ahead."""
        inside = self.boxes.get(point)
        for turn in (direction,) if inside is not None else TURNS[direction]:
            ahead = (point[0] + turn[0], point[1] + turn[1])
            if not (0 <= ahead[0] < self.along.length and 0 <= ahead[1] < self.across.length):
                continue
            box = self.boxes.get(ahead)
            own = box is not None and box == self.boxes[wanted.source] and inside == box
            last = box is not None and box == self.boxes[wanted.target] and turn != BACK
            if box is None or own or last:
                yield ahead, turn

    def _cost(
        self, wanted: Wanted, point: Point, direction: tuple[int, int], ahead: Point, turn: tuple[int, int]
    ) -> float:
        cost = abs(self.x[ahead[0]] - self.x[point[0]]) + abs(self.y[ahead[1]] - self.y[point[1]])
        others = self.stretches.get(_stretch(point, ahead))
        if others is not None:
            cost = cost / 2 if others == {wanted.goal} else cost + SHARED
        if turn != direction:
            cost += BEND + TOUCH * bool(self._strangers(wanted, point))
        cost += CROSSING * sum(
            goal != wanted.goal for goal, level in self.through.get(point, ()) if level != bool(turn[0])
        )
        cost += TOUCH * bool(self.corners.get(ahead, set()) - {wanted.goal})
        return cost

    def _strangers(self, wanted: Wanted, point: Point) -> set[str]:
        return {goal for goal, _ in self.through.get(point, ()) if goal != wanted.goal}

    def _keep(self, wanted: Wanted, points: list[Point]) -> list[Point]:
        for here, there in pairwise(points):
            self.stretches.setdefault(_stretch(here, there), set()).add(wanted.goal)
        for before, here, after in zip(points, points[1:], points[2:], strict=False):
            if (before[0] == here[0]) == (here[0] == after[0]):
                self.through.setdefault(here, set()).add((wanted.goal, before[1] == here[1]))
            else:
                self.corners.setdefault(here, set()).add(wanted.goal)
        return points


def _stretch(one: Point, other: Point) -> tuple[Point, Point]:
    return (one, other) if one < other else (other, one)


def _way(
    came: dict[tuple[Point, tuple[int, int]], tuple[Point, tuple[int, int]]], last: tuple[Point, tuple[int, int]]
) -> list[Point]:
    points = [last[0]]
    while last in came:
        last = came[last]
        points.append(last[0])
    return points[::-1]
