"""A drawing as SVG text: shapes and words with the classes of the stylesheet, no style of its own, short numbers."""

from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from panjereh.process.drawing.shapes import (
    ICON,
    LINE,
    LINE_SMALL,
    PAD,
    Box,
    Drawing,
    Label,
    Lane,
    Point,
    Words,
    has_icon,
    is_event,
)
from panjereh.process.drawing.text import SMALL, width
from panjereh.process.model import Element, Kind, On, Process

ROUND = 8
"""Radius of the corners of lines, in pixels."""
BIG = 700, 920
"""Pixels: what is wider may be shown a little smaller, so that it fits a page; what is wider still is scrolled."""
SIGNS = {
    On.TIMER: '<circle r="7"/><path d="M0-4V0l3 2"/>',
    On.MESSAGE: '<path d="M-7-5H7V5H-7zL0 1 7-5"/>',
    On.ERROR: '<path d="M-6 5-2-5 2 4 6-5"/>',
    On.SIGNAL: '<path d="M0-6 6 5H-6z"/>',
    On.ESCALATION: '<path d="M0-6 5 6 0 1-5 6z"/>',
    On.CONDITION: '<path d="M-5-6H5V6H-5zM-3-3H3M-3 0H3M-3 3H3"/>',
    On.COMPENSATION: '<path d="M0-5V5L-7 0zM7-5V5L0 0z"/>',
    On.CANCEL: '<path d="M-5-5 5 5M5-5-5 5"/>',
    On.LINK: '<path d="M-7-2H1V-6L7 0 1 6V2H-7z"/>',
    On.TERMINATE: '<circle r="5"/>',
    Kind.EXCLUSIVE: '<path d="M-5-6 5 6M5-6-5 6"/>',
    Kind.PARALLEL: '<path d="M0-8V8M-8 0H8"/>',
    Kind.INCLUSIVE: '<circle r="7"/>',
    Kind.EVENTS: '<circle r="9"/><path d="M0-6 6-1 4 5H-4L-6-1z"/>',
    Kind.SERVICE: '<circle r="3"/><path d="M0-7V-3M0 3V7M-7 0H-3M3 0H7M-5-5-2-2M2 2 5 5M-5 5-2 2M2-2 5-5"/>',
    Kind.RECEIVE: '<path d="M-7-5H7V5H-7zL0 1 7-5"/>',
    Kind.RULE: '<path d="M-7-5H7V5H-7zM-7-1H7M-2-1V5"/>',
    Kind.SCRIPT: '<path d="M-5-6H5V6H-5zM-2-3H3M-2 0H3M-2 3H3"/>',
}
LOOPS = {
    "standard": '<path d="M-2 6A6 6 0 1 1 3 5M-2 6V2M-2 6h-4"/>',
    "parallel": '<path d="M-4-5V5M0-5V5M4-5V5"/>',
    "sequential": '<path d="M-5-4H5M-5 0H5M-5 4H5"/>',
}
TICK = '<circle r="9"/><path d="M-4 0-1 3 4-4"/>'


def render(
    process: Process,
    drawing: Drawing,
    language: str,
    words: Words,
    *,
    title: str,
    description: str = "",
    standing: Mapping[str, str] | None = None,
) -> str:
    """The whole picture. `standing` says `done` or `now` of steps: shown by sign and line, not by colour alone."""
    wide, high = _short(drawing.width), _short(drawing.height)
    parts = [
        f'<svg class="flow{" big" if BIG[0] < drawing.width <= BIG[1] else ""}" viewBox="0 0 {wide} {high}" '
        f'width="{wide}" height="{high}" role="img" '
        f'aria-labelledby="flow-t flow-d" lang="{language}"><title id="flow-t">{escape(title)}</title>'
        f'<desc id="flow-d">{escape(description)}</desc><defs><marker id="flow-tip" viewBox="0 0 8 8" refX="7" '
        'refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>',
        *_inside(process, drawing, words, standing or {}),
        "</svg>",
    ]
    return "".join(parts)


def _inside(process: Process, drawing: Drawing, words: Words, standing: Mapping[str, str]) -> Iterator[str]:
    yield from (_lane(lane, words) for lane in drawing.lanes)
    for box in drawing.boxes:
        if box.inside is not None:
            yield _box(process.elements[box.id], box, words, standing.get(box.id, ""))
            x, y = box.x + (box.width - box.inside.width) / 2, box.y + box.height - box.inside.height - 8
            yield f'<g transform="translate({_short(x)} {_short(y)})">'
            yield from _inside(process, box.inside, words, standing)
            yield "</g>"
    if drawing.lines:
        ways = "".join(_way(line.points) for line in drawing.lines)
        yield f'<g class="w">{ways}</g>'
    labels = "".join(_label(line.label) for line in drawing.lines if line.label is not None)
    yield f'<g class="l">{labels}</g>' if labels else ""
    for box in drawing.boxes:
        if box.inside is None:
            yield _box(process.elements[box.id], box, words, standing.get(box.id, ""))


def _lane(lane: Lane, words: Words) -> str:
    title = words.roles.get(lane.title, lane.title)
    high = lane.height > lane.width
    x, y = (lane.x + lane.width / 2, lane.y + 20) if high else (lane.x + lane.width / 2, lane.y + 18)
    return f'<g class="lane">{_rect(lane.x, lane.y, lane.width, lane.height, 0)}{_text((title,), x, y, LINE)}</g>'


def _box(element: Element, box: Box, words: Words, state: str) -> str:
    kind = "e" if is_event(element) else "g" if box.form in ("diamond", "question") else "t"
    classes = " ".join(filter(None, [kind, _border(element), state]))
    return f'<g class="{classes}">{_shape(element, box)}{_inner(element, box)}{_state(box, words, state)}</g>'


def _border(element: Element) -> str:
    """As BPMN draws it: events in the middle have a double line, ends a thick one, what does not interrupt a dashed."""
    if element.kind is Kind.END:
        return "end"
    if not is_event(element):
        return "who" if element.who == "applicant" else "soft" if element.kind is Kind.EVENT_SUBPROCESS else ""
    kind = "" if element.kind is Kind.START else "mid"
    return kind if element.interrupting else f"{kind} soft".strip()


def _shape(element: Element, box: Box) -> str:
    x, y, wide, high = box.x, box.y, box.width, box.height
    if box.form in ("diamond", "question"):
        return _hexagon(x, y, wide, high, wide / 2 if box.form == "diamond" else 18)
    if box.form == "ring":
        circle = f'<circle cx="{_short(x + wide / 2)}" cy="{_short(y + high / 2)}" r="{_short(wide / 2)}"/>'
        inner = circle.replace(f'r="{_short(wide / 2)}"', f'r="{_short(wide / 2 - 3)}"')
        return circle + inner if "mid" in _border(element) else circle
    radius = min(18.0, high / 2) if box.form == "pill" else 8.0
    shape = _rect(x, y, wide, high, radius)
    if box.form == "pill" and "mid" in _border(element):
        shape += _rect(x + 3, y + 3, wide - 6, high - 6, radius - 3)
    return shape


def _hexagon(x: float, y: float, wide: float, high: float, tip: float) -> str:
    """A rhombus, drawn out where words stand in it. `tip`: how far the points reach out."""
    half, flat = _short(high / 2), _short(wide - 2 * tip)
    start = f"M{_short(x)} {_short(y + high / 2)}l{_short(tip)}-{half}h{flat}"
    return f'<path d="{start}l{_short(tip)} {half}-{_short(tip)} {half}h-{flat}z"/>'


def _inner(element: Element, box: Box) -> str:
    """The sign and the words."""
    x, y = box.middle
    sign = _sign(element)
    if box.form in ("diamond", "ring"):
        label = _text(box.lines, x, box.y + box.height + 15, LINE_SMALL, " s") if box.below else ""
        return _at(sign, x, y) + label
    if box.form == "subprocess":
        return _text(box.lines, x, box.y + 22, LINE)
    rows = len(box.lines) * LINE + len(box.note) * LINE_SMALL
    top = y - rows / 2 + 15
    icon = ""
    if box.form == "pill" and has_icon(element) and sign:
        wide = max([width(line) for line in box.lines] + [width(line, SMALL) for line in box.note], default=0)
        x += ICON / 2
        icon = _at(sign, x - wide / 2 - ICON / 2 - 2, y)
    elif box.form == "task" and sign:
        icon = _at(sign, box.x + PAD, box.y + PAD)
    elif box.form == "question" and element.kind is not Kind.EXCLUSIVE:
        icon = _at(sign, box.x + 16, y)
    if element.loop is not None:
        icon += _at(LOOPS[element.loop.kind], box.x + box.width - PAD, box.y + box.height - PAD)
    return icon + _text(box.lines, x, top, LINE) + _text(box.note, x, top + len(box.lines) * LINE - 1, LINE_SMALL, " s")


def _state(box: Box, words: Words, state: str) -> str:
    """A tick where it is done; a flag with a word where the case stands."""
    if state == "done":
        return f'<g class="sign" transform="translate({_short(box.x + box.width - 3)} {_short(box.y + 3)})">{TICK}</g>'
    if state != "now":
        return ""
    wide = width(words.now, SMALL) + 18
    x, y = box.x + box.width - wide / 2 - 4, box.y - 7
    flag = _rect(x - wide / 2, y - 10, wide, 20, 10)
    return f'<g class="flag">{flag}{_text((words.now,), x, y + 4.5, LINE_SMALL, " s")}</g>'


def _sign(element: Element) -> str:
    """What it waits for, throws or does. What is thrown is filled."""
    if not element.triggers:
        return SIGNS.get(element.kind, "")
    sign = SIGNS.get(element.triggers[0].on, "")
    return f'<g class="full">{sign}</g>' if element.kind in (Kind.THROW, Kind.END) else sign


def _at(sign: str, x: float, y: float) -> str:
    return f'<g class="sign" transform="translate({_short(x)} {_short(y)})">{sign}</g>' if sign else ""


def _label(label: Label) -> str:
    return _text(label.lines, label.x, label.y, LINE_SMALL)


def _text(lines: Sequence[str], x: float, y: float, step: float, kind: str = "") -> str:
    if not lines:
        return ""
    place = f'<text x="{_short(x)}" y="{_short(y)}"' + (f' class="{kind.strip()}"' if kind else "") + ">"
    if len(lines) == 1:
        return f"{place}{escape(lines[0])}</text>"
    rows = "".join(
        f'<tspan x="{_short(x)}"{f""" dy="{_short(step)}" """.rstrip() if row else ""}>{escape(line)}</tspan>'
        for row, line in enumerate(lines)
    )
    return f"{place}{rows}</text>"


def _way(points: Sequence[Point]) -> str:
    """A line with rounded corners. One from a drawing tool may also run aslant."""
    ways = [(round(x), round(y)) for x, y in points]
    path = f"M{ways[0][0]} {ways[0][1]}"
    for before, here, after in zip(ways, ways[1:], ways[2:], strict=False):
        room = min(ROUND, _distance(before, here) // 2, _distance(here, after) // 2)
        one, other = _towards(here, before, room), _towards(here, after, room)
        path += _to(before, one) + f"q{_change(one, here)} {_change(one, other)}"
    return f'<path d="{path}{_to(ways[-2], ways[-1])}"/>'


def _to(start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[1] == end[1]:
        return f"H{end[0]}"
    return f"V{end[1]}" if start[0] == end[0] else f"L{end[0]} {end[1]}"


def _change(start: tuple[int, int], end: tuple[int, int]) -> str:
    return f"{end[0] - start[0]} {end[1] - start[1]}"


def _distance(one: tuple[int, int], other: tuple[int, int]) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(here: tuple[int, int], there: tuple[int, int], step: int) -> tuple[int, int]:
    whole = _distance(here, there) or 1
    return (
        here[0] + round((there[0] - here[0]) / whole * step),
        here[1] + round((there[1] - here[1]) / whole * step),
    )


def _rect(x: float, y: float, wide: float, high: float, radius: float) -> str:
    corners = f' rx="{_short(radius)}"' if radius else ""
    return f'<rect x="{_short(x)}" y="{_short(y)}" width="{_short(wide)}" height="{_short(high)}"{corners}/>'


def _short(number: float) -> str:
    """Whole pixels: sharp, and short."""
    return str(round(number))
