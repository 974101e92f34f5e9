"""Where a case stands in the picture."""

from panjereh.process.drawing.shapes import is_gateway
from panjereh.process.model import Process
from panjereh.process.step import Marking


def standing_of(process: Process, marking: Marking) -> dict[str, str]:
    """Step → `now` or `done`; one that comes again after a correction is `now`. What lies ahead is left out."""
    present = {element for element in marking["tokens"].values() if element in process.elements}
    passed = {element for element in marking["done"] if element in process.elements}
    passed -= {element for element in passed if is_gateway(process.elements[element])}
    return {**dict.fromkeys(passed, "done"), **dict.fromkeys(present, "now")}
