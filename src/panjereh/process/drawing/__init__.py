"""A process as a picture and in words, for everybody who wants to see the whole way.

`draw` makes SVG text from a compiled process, laid out as its file says or by us; `tell` says the same in sentences.
"""

from panjereh.process.drawing import layout as layouts
from panjereh.process.drawing.diagram import Diagram, read_diagram, with_diagram
from panjereh.process.drawing.shapes import Drawing, Words
from panjereh.process.drawing.standing import standing_of
from panjereh.process.drawing.svg import render
from panjereh.process.drawing.telling import Told, Way, tell
from panjereh.process.model import Process
from panjereh.process.step import Marking

RIGHT_TO_LEFT = frozenset({"fa", "ar", "ckb", "ku", "ur", "he", "azb", "glk", "mzn"})


def lay_out(process: Process, language: str, words: Words, *, diagram: Diagram | None = None) -> Drawing:
    """Where everything stands, mirrored for writing that runs from right to left.

    diagram: the layout of the file (BPMN DI); without one, or where a step is missing in it, we lay it out
    """
    drawing = diagram.drawing(process, language, words) if diagram is not None else None
    if drawing is None:
        drawing = layouts.lay_out(process, language, words)
    return drawing.mirrored() if language in RIGHT_TO_LEFT else drawing


def draw(
    process: Process, language: str, words: Words, *, diagram: Diagram | None = None, marking: Marking | None = None
) -> str:
    """SVG text of the process, laid out and rendered at once. `marking`: where a case stands, if it is about one."""
    drawing = lay_out(process, language, words, diagram=diagram)
    standing = standing_of(process, marking) if marking is not None else {}
    return render(process, drawing, language, words, title=process.title(language), standing=standing)


__all__ = [
    "Diagram",
    "Drawing",
    "Told",
    "Way",
    "Words",
    "draw",
    "lay_out",
    "read_diagram",
    "render",
    "standing_of",
    "tell",
    "with_diagram",
]
