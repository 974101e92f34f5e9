"""Activities that are done several times: `standardLoopCharacteristics` and `multiInstanceLoopCharacteristics`."""

from xml.etree.ElementTree import Element as Xml

from panjereh.process.expressions import Expression, compile_expression
from panjereh.process.model import Element, Loop
from panjereh.process.reading.draft import File, called
from panjereh.process.reading.expressions import compiled, expression
from panjereh.process.reading.xml import BPMN, OURS, bare, local


def loop_of(file: File, xml: Xml, element: Element) -> Loop | None:
    written = [child for child in xml if local(child).endswith("LoopCharacteristics")]
    if not written:
        return None
    if len(written) > 1:
        file.refuse(element.id, "loop_wrong", "The activity has two kinds of loops.", "Keep one.")
    if local(written[0]) == "standardLoopCharacteristics":
        return _standard(file, written[0], element)
    return _instances(file, written[0], element)


def _standard(file: File, xml: Xml, element: Element) -> Loop:
    condition = _child(file, xml, element, "loopCondition")
    most = xml.get("loopMaximum")
    if most is not None and not most.isdigit():
        file.refuse(
            element.id, "loop_wrong", f"{most!r} is no number of turns.", "Write a whole number as loopMaximum."
        )
        most = None
    elif most is None and xml.find(f"{BPMN}loopCondition") is None:
        file.refuse(
            element.id, "loop_wrong", "Nothing ends the loop.", "Write a loopCondition in FEEL, or a loopMaximum."
        )
    before = xml.get("testBefore") == "true"
    return Loop("standard", condition, before, int(most) if most is not None else None)


def _instances(file: File, xml: Xml, element: Element) -> Loop:
    count, items = _child(file, xml, element, "loopCardinality"), _items(file, xml, element)
    if items is None and xml.find(f"{BPMN}loopCardinality") is None:
        file.refuse(
            element.id,
            "instances_unknown",
            "It does not say how many instances there are.",
            "Write a loopCardinality in FEEL, or the list of items in pj:items or loopDataInputRef.",
        )
    elif items is not None and xml.find(f"{BPMN}loopCardinality") is not None:
        file.refuse(
            element.id, "instances_unknown", "It has both a number and a list of items.", "Keep one of the two."
        )
    if xml.get("behavior", "All") != "All":
        reason = "What instances throw when they complete can't be run here."
        advice = "Take `behavior` away; let the instances be sub-processes that throw signals or escalations."
        file.refuse(element.id, "unsupported_marker", reason, advice)
    written = xml.find(f"{BPMN}inputDataItem")
    gathered = xml.find(f"{BPMN}outputDataItem")
    return Loop(
        kind="sequential" if xml.get("isSequential") == "true" else "parallel",
        condition=_child(file, xml, element, "completionCondition"),
        count=count,
        items=items,
        item=xml.get(f"{OURS}item") or (called(written) if written is not None else None),
        gather=xml.get(f"{OURS}gather") or _named(file, xml, element, "loopDataOutputRef"),
        gathered=xml.get(f"{OURS}gathered") or (called(gathered) if gathered is not None else None),
    )


def _child(file: File, xml: Xml, element: Element, tag: str) -> Expression | None:
    written = xml.find(f"{BPMN}{tag}")
    return None if written is None else expression(file, element.id, written)


def _items(file: File, xml: Xml, element: Element) -> Expression | None:
    ours = xml.get(f"{OURS}items")
    if ours is not None:
        return compiled(file, element.id, ours)
    name = _named(file, xml, element, "loopDataInputRef")
    return compile_expression(name) if name else None


def _named(file: File, xml: Xml, element: Element, tag: str) -> str | None:
    """The variable of the data object that a reference leads to."""
    written = xml.find(f"{BPMN}{tag}")
    if written is None:
        return None
    reference = bare(written.text)
    if reference not in file.data:
        file.refuse(
            element.id, "reference_unknown", f"There is no data object {reference!r}.", "Name the list in pj:items."
        )
        return None
    return file.data[reference]
