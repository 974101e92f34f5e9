"""Extensions of other makers: most are notes to their own engines, some would change what happens.

Assignees, forms, retries and colours are ignored: who does a task, and how, is said in our own attributes. Refused is
what runs code, skips steps or changes data on the way: the model would be accepted and then run otherwise than drawn.
"""

from xml.etree.ElementTree import Element as Xml

from panjereh.process.reading.draft import File
from panjereh.process.reading.xml import BPMN, OURS

ATTRIBUTES = {"skipExpression", "variableMappingClass", "variableMappingDelegateExpression"}
ELEMENTS = {
    "inputOutput", "ioMapping", "in", "out", "executionListener", "executionListeners", "taskListener",
    "taskListeners", "skipExpression", "connector", "variableAggregation", "adHoc",
}  # fmt: skip


def refuse_foreign(file: File, xml: Xml, element: str) -> None:
    found = {name for key in xml.keys() if _is_foreign(key) and (name := _name(key)) in ATTRIBUTES}  # noqa: SIM118
    extensions = xml.find(f"{BPMN}extensionElements")
    for child in extensions.iter() if extensions is not None else ():
        if _is_foreign(str(child.tag)) and _name(str(child.tag)) in ELEMENTS:
            found.add(_name(str(child.tag)))
    for name in sorted(found):
        file.refuse(
            element,
            "foreign_extension",
            f"The extension {name!r} of another maker would change what happens.",
            "Take it away, and draw what it does as a task of its own.",
        )


def _is_foreign(key: str) -> bool:
    return key.startswith("{") and not key.startswith((BPMN, OURS, "{http://www.w3.org/"))


def _name(key: str) -> str:
    return key.rpartition("}")[2]
