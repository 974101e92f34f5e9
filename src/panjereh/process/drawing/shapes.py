"""What a picture consists of: boxes, lines and lanes with their places in CSS pixels, whoever has laid them out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from panjereh.process.drawing.text import SIZE, SMALL, width, wrap
from panjereh.process.model import EVENTS, GATEWAYS, SCOPES, Element, Process

WIDE = 146
"""Of a box with words."""
PAD = 12
LINE = 20
LINE_SMALL = 18
GATEWAY, RING = 40, 26
ICON = 20

Point = tuple[float, float]


@dataclass(frozen=True)
class Words:
    """What the picture says beside the names in the model, in the language of the page.

    roles: who does a step → word; terms: name of a deadline, or ISO 8601 text → words; otherwise: of the default way;
    meanwhile: of ways that are gone side by side; joined: where these meet and wait for each other
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    now: str = ""
    done: str = ""
    otherwise: str = ""
    meanwhile: str = ""
    joined: str = ""


@dataclass(frozen=True)
class Box:
    """One shape. `x`, `y` is its top left corner. `form`: task, subprocess, pill, ring, question, diamond."""

    id: str
    form: str
    width: float
    height: float
    lines: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    x: float = 0
    y: float = 0
    inside: "Drawing | None" = None
    below: bool = False

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def at(self, x: float, y: float) -> "Box":
        """The same with its middle here."""
        return replace(self, x=x - self.width / 2, y=y - self.height / 2)


@dataclass(frozen=True)
class Label:
    """Words beside a line; `x`, `y` is the middle of the first line's foot."""

    lines: tuple[str, ...]
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """A sequence flow from border to border."""

    id: str
    points: tuple[Point, ...]
    label: Label | None = None


@dataclass(frozen=True)
class Lane:
    """Who does what stands in it. The title stands at its start."""

    title: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Drawing:
    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    lanes: tuple[Lane, ...] = ()

    def mirrored(self) -> "Drawing":
        """From right to left."""
        return replace(
            self,
            boxes=tuple(
                replace(box, x=self.width - box.x - box.width, inside=box.inside.mirrored() if box.inside else None)
                for box in self.boxes
            ),
            lines=tuple(
                replace(
                    line,
                    points=tuple((self.width - x, y) for x, y in line.points),
                    label=replace(line.label, x=self.width - line.label.x) if line.label else None,
                )
                for line in self.lines
            ),
            lanes=tuple(replace(lane, x=self.width - lane.x - lane.width) for lane in self.lanes),
        )


def is_gateway(element: Element) -> bool:
    return element.kind in GATEWAYS


def is_event(element: Element) -> bool:
    return element.kind in EVENTS


def is_scope(process: Process, element: Element) -> bool:
    """Whether there are steps inside."""
    return element.kind in SCOPES and any(other.parent == element.id for other in process.elements.values())


def name_of(element: Element, language: str) -> str:
    """What stands on it; empty for one without a name, which is usual for gateways."""
    return element.title(language) if element.names else ""


def term_of(element: Element, words: Words) -> str:
    """When its clock falls due, in words; empty without a clock, or where it is computed."""
    return words.terms.get(element.timer.text, "") if element.timer else ""


def box_of(element: Element, language: str, words: Words) -> Box:
    """The shape of a step with words on it, as large as they need."""
    name, term = name_of(element, language), term_of(element, words)
    if is_gateway(element):
        if not name:
            return Box(element.id, "diamond", GATEWAY, GATEWAY)
        lines = wrap(name, WIDE - 44)
        return Box(element.id, "question", WIDE, max(44, len(lines) * LINE + 18), lines)
    if element.host is not None:
        return Box(element.id, "ring", RING, RING)
    if is_event(element):
        return _pill(element, name, term)
    lines = wrap(name or element.id, WIDE - 2 * PAD - (8 if element.who is None else 0))
    note = wrap(words.roles.get(element.who or "", ""), WIDE - 2 * PAD, SMALL, most=1)
    height = max(52, len(lines) * LINE + len(note) * LINE_SMALL + 20)
    return Box(element.id, "task", WIDE, height, lines, note)


def _pill(element: Element, name: str, term: str) -> Box:
    icon = ICON if has_icon(element) else 0
    lines = wrap(name, WIDE - 2 * PAD - icon)
    note = wrap(term, WIDE - 2 * PAD - icon, SMALL, most=1)
    widest = max([width(line) for line in lines] + [width(line, SMALL) for line in note], default=0)
    wide = RING if not name and not note else max(72.0, round(widest) + 2 * PAD + icon + 6)
    return Box(
        element.id, "pill", min(WIDE, wide), max(36, len(lines) * LINE + len(note) * LINE_SMALL + 16), lines, note
    )


def has_icon(element: Element) -> bool:
    """Whether a sign for what it waits for or does stands before the name."""
    return bool(element.triggers)


def label_of(flow_names: Mapping[str, str], event: Element | None, language: str, words: Words) -> tuple[str, ...]:
    """Words beside a line: the flow's own, else what the event on the border says from which it comes."""
    text = flow_names.get(language) or flow_names.get("fa") or ""
    if event is not None:
        parts = [text or name_of(event, language), term_of(event, words)]
        text = " · ".join(part for part in parts if part)
    return wrap(text, LABEL, SMALL, most=3)


LABEL = 104
"""The longest line of words beside a line, in pixels."""


def label_size(lines: tuple[str, ...]) -> tuple[float, float]:
    return max((width(line, SMALL) for line in lines), default=0), len(lines) * LINE_SMALL


__all__ = ["SIZE", "Box", "Drawing", "Label", "Lane", "Line", "Words"]
