"""Inputs and outputs of tasks and events: as many, and of the same type, as the messages that they carry.

BPMN 2.0, tables 10.10 to 10.12 and 10.82, for service, send and receive tasks and for events.
"""

from xml.etree.ElementTree import Element as Xml

from panjereh.process.reading import BPMN, File, bare, local

CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent")
THROWING = ("intermediateThrowEvent", "endEvent")


class Types:
    """Item definitions, and what carries them."""

    def __init__(self, root: Xml) -> None:
        self.items = {xml.get("id", ""): xml.get("structureRef") for xml in root.iter(f"{BPMN}itemDefinition")}
        self.carried = {
            xml.get("id", ""): bare(xml.get("itemRef") or xml.get("structureRef"))
            for tag in ("message", "signal", "error", "escalation")
            for xml in root.iter(f"{BPMN}{tag}")
        }
        self.operations = {
            xml.get("id", ""): (_text(xml, "inMessageRef"), _text(xml, "outMessageRef"))
            for xml in root.iter(f"{BPMN}operation")
        }

    def agree(self, carrier: str, item: str) -> bool:
        """Whether a message (or signal, error, escalation) carries what an input or output takes."""
        own = self.carried.get(carrier, "")
        return own in ("", item) or bool(self.items.get(own) and self.items.get(own) == self.items.get(item))


def data(file: File) -> None:
    types = Types(file.root)
    for xml in file.root.iter():
        kind = local(xml)
        if kind == "serviceTask" and bare(xml.get("operationRef")) in types.operations:
            message_in, message_out = types.operations[bare(xml.get("operationRef"))]
            _task(file, xml, types, "Input", message_in)
            if message_out:
                _task(file, xml, types, "Output", message_out)
        elif kind in ("sendTask", "receiveTask") and xml.find(f"{BPMN}ioSpecification") is not None:
            _task(file, xml, types, "Input" if kind == "sendTask" else "Output", bare(xml.get("messageRef")))
        elif kind in CATCHING or kind in THROWING:
            _event(file, xml, types, "dataOutput" if kind in CATCHING else "dataInput")


def _task(file: File, xml: Xml, types: Types, way: str, message: str) -> None:
    found = xml.findall(f"{BPMN}ioSpecification/{BPMN}data{way}")
    sets = xml.findall(f"{BPMN}ioSpecification/{BPMN}{way.lower()}Set")
    if len(sets) != 1 or (local(xml) != "serviceTask" and len(found) > 1):
        reason = f"It has {len(found)} {way.lower()}s in {len(sets)} sets, where its message is one."
    elif message and len(found) == 1 and not types.agree(message, bare(found[0].get("itemSubjectRef"))):
        reason = f"Its {way.lower()} is of another type than its message."
    else:
        return
    _refuse(file, xml, reason)


def _event(file: File, xml: Xml, types: Types, tag: str) -> None:
    """The inputs or outputs of an event belong to its definitions in their order."""
    found = xml.findall(f"{BPMN}{tag}")
    definitions = [child for child in xml if local(child).endswith("EventDefinition") and _carrier(child)]
    if not found:
        return
    if len(found) != len(definitions):
        _refuse(file, xml, f"It has {len(found)} data items for {len(definitions)} triggers that carry data.")
    for item, definition in zip(found, definitions, strict=False):
        if not types.agree(_carrier(definition), bare(item.get("itemSubjectRef"))):
            _refuse(file, xml, f"What it carries is of another type than its {local(definition)}.")


def _carrier(definition: Xml) -> str:
    names = ("messageRef", "signalRef", "errorRef", "escalationRef")
    return next((bare(definition.get(name)) for name in names if definition.get(name)), "")


def _refuse(file: File, xml: Xml, reason: str) -> None:
    advice = "Let inputs and outputs agree with the message, or leave them out: every step sees what is known."
    file.refuse(xml.get("id") or local(xml), "data_wrong", reason, advice)


def _text(xml: Xml, tag: str) -> str:
    return bare(xml.findtext(f"{BPMN}{tag}"))
