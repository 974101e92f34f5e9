"""BPMN DI, the layout in a file: read from what a drawing tool saved, and written so that one can go on from ours."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element as Xml
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from panjereh.process.drawing.layout import beside, lay_out_along
from panjereh.process.drawing.shapes import (
    LINE_SMALL,
    Box,
    Drawing,
    Label,
    Lane,
    Line,
    Point,
    Words,
    box_of,
    is_event,
    is_gateway,
    is_scope,
    label_of,
    name_of,
    term_of,
)
from panjereh.process.drawing.text import SMALL, wrap
from panjereh.process.model import Element, Process

BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/DD/20100524/DI}"
MARGIN = 24
CALLED, LINKED = "/", "~"
"""In ids: of a step in a called process, drawn elsewhere, and of a jump from link to link, not drawn."""


@dataclass(frozen=True)
class Frame:
    """Where a shape stands, as the file says."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Diagram:
    """The layout of a file: shapes and flows by the id of what they show, and lanes by name."""

    frames: Mapping[str, Frame]
    ways: Mapping[str, tuple[Point, ...]]
    lanes: Mapping[str, Frame]

    def drawing(self, process: Process, language: str, words: Words) -> Drawing | None:
        """The picture; None when the file does not place every step and flow."""
        elements = [element for element in process.elements.values() if CALLED not in element.id]
        flows = [flow for element in elements for flow in element.outgoing if LINKED not in flow.id]
        if not {each.id for each in elements} <= set(self.frames) or not {flow.id for flow in flows} <= set(self.ways):
            return None
        boxes = [self._box(process, element, language, words) for element in elements]
        boxes.sort(key=lambda box: box.form != "subprocess")
        lines = [
            self._line(flow.id, label_of(flow.names, _event(element), language, words))
            for element in elements
            for flow in element.outgoing
            if flow in flows
        ]
        lanes = [Lane(name, f.x, f.y, f.width, f.height) for name, f in self.lanes.items()]
        return _framed(Drawing(0, 0, tuple(boxes), tuple(lines), tuple(lanes)))

    def _box(self, process: Process, element: Element, language: str, words: Words) -> Box:
        frame, box = self.frames[element.id], box_of(element, language, words)
        name = name_of(element, language)
        if is_scope(process, element):
            form, lines = "subprocess", wrap(name, frame.width - 16, most=1)
        elif is_event(element) or is_gateway(element):
            form = "ring" if is_event(element) else "diamond"
            said = [name, term_of(element, words)] if element.host is None else []
            lines = wrap(" · ".join(filter(None, said)), 120, SMALL, most=4)
        else:
            form, lines = "task", wrap(name or element.id, frame.width - 14, most=max(1, int(frame.height // 21)))
        note = box.note if form == "task" and (len(lines) + 1) * 20 < frame.height - 6 else ()
        return Box(
            element.id, form, frame.width, frame.height, lines, note, frame.x, frame.y,
            below=form in ("ring", "diamond"),
        )  # fmt: skip

    def _line(self, flow: str, lines: tuple[str, ...]) -> Line:
        points = self.ways[flow]
        return Line(flow, points, beside(lines, points[0], points[1]) if lines else None)


def _event(element: Element) -> Element | None:
    return element if element.host is not None else None


def _framed(drawing: Drawing) -> Drawing:
    """Moved to the corner of the picture, with a margin for words that stand outside."""
    xs = [x for line in drawing.lines for x, _ in line.points]
    ys = [y for line in drawing.lines for _, y in line.points]
    places: tuple[Box | Lane, ...] = (*drawing.boxes, *drawing.lanes)
    for place in places:
        xs += [place.x, place.x + place.width]
        ys += [place.y, place.y + place.height]
    for box in drawing.boxes:
        if box.below and box.lines:
            xs += [box.middle[0] - 60, box.middle[0] + 60]
            ys.append(box.y + box.height + len(box.lines) * LINE_SMALL)
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return replace(
        drawing,
        width=max(xs) + MARGIN - left,
        height=max(ys) + MARGIN - top,
        boxes=tuple(replace(box, x=box.x - left, y=box.y - top) for box in drawing.boxes),
        lines=tuple(_moved(line, left, top) for line in drawing.lines),
        lanes=tuple(replace(lane, x=lane.x - left, y=lane.y - top) for lane in drawing.lanes),
    )


def _moved(line: Line, left: float, top: float) -> Line:
    label = line.label
    return replace(
        line,
        points=tuple((x - left, y - top) for x, y in line.points),
        label=Label(label.lines, label.x - left, label.y - top) if label else None,
    )


def read_diagram(source: bytes) -> Diagram | None:
    """The layout in BPMN XML; None when there is none, or the text is no XML."""
    try:
        root: Xml = fromstring(source, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    names = {xml.get("id", ""): xml.get("name", "") for xml in root.iter() if str(xml.tag).endswith("}lane")}
    frames, lanes = {}, {}
    for shape in root.iter(f"{BPMNDI}BPMNShape"):
        bounds, id_ = shape.find(f"{DC}Bounds"), shape.get("bpmnElement", "")
        if bounds is None:
            continue
        frame = Frame(*(_number(bounds, key) for key in ("x", "y", "width", "height")))
        if id_ in names:
            lanes[names[id_] or id_] = frame
        else:
            frames[id_] = frame
    ways = {
        edge.get("bpmnElement", ""): tuple((_number(p, "x"), _number(p, "y")) for p in edge.iter(f"{DI}waypoint"))
        for edge in root.iter(f"{BPMNDI}BPMNEdge")
    }
    usable = {id_: points for id_, points in ways.items() if len(points) > 1}
    return Diagram(frames, usable, lanes) if frames else None


def _number(xml: Xml, key: str) -> float:
    try:
        return float(xml.get(key, "0"))
    except ValueError:
        return 0.0


def with_diagram(source: bytes, process: Process, language: str) -> bytes:
    """BPMN XML without a layout, with ours: so a drawing tool opens it. One that has a layout stays as it is."""
    if read_diagram(source) is not None:
        return source
    drawing = lay_out_along(process, language, Words())
    shapes = "".join(_shapes(process, drawing, 0, 0))
    diagram = (
        '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
        f'id="diagram">\n  <bpmndi:BPMNPlane id="plane" bpmnElement="{process.id}">\n{shapes}'
        "  </bpmndi:BPMNPlane>\n</bpmndi:BPMNDiagram>\n"
    )
    head, end, tail = source.decode().rpartition("</")
    return f"{head}{diagram}{end}{tail}".encode()


def _shapes(process: Process, drawing: Drawing, left: float, top: float) -> list[str]:
    found = []
    for box in drawing.boxes:
        square = is_event(process.elements[box.id]) or is_gateway(process.elements[box.id])
        wide, high = (36, 36) if is_event(process.elements[box.id]) else (50, 50) if square else (box.width, box.height)
        x, y = left + box.middle[0] - wide / 2, top + box.middle[1] - high / 2
        bounds = f'<dc:Bounds x="{x:.0f}" y="{y:.0f}" width="{wide:.0f}" height="{high:.0f}"/>'
        more = ' isExpanded="true"' if box.inside else ""
        found.append(
            f'    <bpmndi:BPMNShape id="shape_{box.id}" bpmnElement="{box.id}"{more}>{bounds}</bpmndi:BPMNShape>\n'
        )
        if box.inside is not None:
            inner = left + box.x + (box.width - box.inside.width) / 2, top + box.y + box.height - box.inside.height - 8
            found += _shapes(process, box.inside, *inner)
    for line in drawing.lines:
        points = "".join(f'<di:waypoint x="{left + x:.0f}" y="{top + y:.0f}"/>' for x, y in line.points)
        found.append(f'    <bpmndi:BPMNEdge id="edge_{line.id}" bpmnElement="{line.id}">{points}</bpmndi:BPMNEdge>\n')
    return found
