"""What elements refer to is there and of the right kind, and what the file says twice agrees."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element as Xml

from panjereh.process.reading import BPMN, File, bare, local

ACTIVITIES = frozenset({
    "task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask", "businessRuleTask",
    "subProcess", "transaction", "adHocSubProcess", "callActivity",
})  # fmt: skip
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
GATEWAYS = frozenset({
    "exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway",
})  # fmt: skip
NODES = ACTIVITIES | EVENTS | GATEWAYS
# What an attribute, or a child element, with this name refers to.
TARGETS: dict[str, frozenset[str]] = {
    "messageRef": frozenset({"message"}),
    "inMessageRef": frozenset({"message"}),
    "outMessageRef": frozenset({"message"}),
    "signalRef": frozenset({"signal"}),
    "escalationRef": frozenset({"escalation"}),
    "operationRef": frozenset({"operation"}),
    "itemSubjectRef": frozenset({"itemDefinition"}),
    "itemRef": frozenset({"itemDefinition"}),
    "dataObjectRef": frozenset({"dataObject"}),
    "dataStoreRef": frozenset({"dataStore"}),
    "dataInputRefs": frozenset({"dataInput"}),
    "optionalInputRefs": frozenset({"dataInput"}),
    "dataOutputRefs": frozenset({"dataOutput"}),
    "optionalOutputRefs": frozenset({"dataOutput"}),
    "processRef": frozenset({"process"}),
    "flowNodeRef": NODES,
    "activityRef": ACTIVITIES,
}


def references(file: File) -> None:
    by_id = {xml.get("id", ""): xml for xml in file.root.iter() if xml.get("id")}
    for owner, name, reference in _references(file.root):
        target = by_id.get(reference)
        if reference and (target is None or local(target) not in TARGETS[name]) and not _noted(file, owner):
            reason = f"{name} points to {reference!r}, which is {_what(target)}."
            advice = "Point to something that is declared in this file."
            file.refuse(owner.get("id") or local(owner), "reference_unknown", reason, advice)


def _noted(file: File, owner: Xml) -> bool:
    """A more telling refusal was given already: of the event around a definition, or of the element itself."""
    codes = ("message_missing", "signal_missing", "escalation_missing", "error_missing", "reference_unknown")
    return any(error.element == owner.get("id") and error.code in codes for error in file.errors)


def _references(root: Xml) -> Iterator[tuple[Xml, str, str]]:
    """(element, name of the reference, id referred to)"""
    for xml in root.iter():
        if not local(xml):
            continue
        for name, value in xml.attrib.items():
            if name in TARGETS:
                yield xml, name, bare(value)
        for child in xml:
            if local(child) in TARGETS:
                yield xml, local(child), bare(child.text)


def _what(target: Xml | None) -> str:
    return "not there" if target is None else f"a {local(target)}"


def flows_listed(file: File) -> None:
    """`incoming` and `outgoing` inside a step say the same as the flows, where the file writes them at all."""
    others = {xml.get("id", "") for xml in file.root.iter() if local(xml) != "sequenceFlow"}
    for process in file.root.iter(f"{BPMN}process"):
        flows = list(process.iter(f"{BPMN}sequenceFlow"))
        nodes = [xml for xml in process.iter() if local(xml) in NODES]
        if not any(_listed(node, tag) for node in nodes for tag in ("incoming", "outgoing")):
            continue
        for tag, attribute in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            for node in nodes:
                id_ = node.get("id", "")
                listed = sorted(set(_listed(node, tag)) - others)
                real = sorted(flow.get("id", "") for flow in flows if bare(flow.get(attribute)) == id_)
                if listed != real and id_:
                    reason = f"It lists {listed} as {tag}, but the flows say {real}."
                    advice = "Save the drawing again from the tool, or take the lists away."
                    file.refuse(id_, "flows_disagree", reason, advice)


def _listed(node: Xml, tag: str) -> list[str]:
    return [bare(child.text) for child in node.findall(f"{BPMN}{tag}")]


def declarations(file: File) -> None:
    """What is said of a whole process or of a flow, and would have to be obeyed."""
    for process in file.root.iter(f"{BPMN}process"):
        if process.get("isExecutable") != "true":
            continue
        if process.get("processType") == "Public":
            reason = "A public process only shows what others see of it; it can't be executable."
            file.refuse(process.get("id", "process"), "public_process", reason, "Make it private, or not executable.")
        for flow in process.iter(f"{BPMN}sequenceFlow"):
            if flow.get("isImmediate") == "false":
                reason = "Something not drawn may happen on this flow (isImmediate is false)."
                file.refuse(flow.get("id", "sequenceFlow"), "not_immediate", reason, "Draw what happens as a step.")
    for imported in file.root.findall(f"{BPMN}import"):
        if imported.get("importType", "").rstrip("/") == BPMN.strip("{}"):
            reason = f"It needs another file, {imported.get('location')!r}."
            file.refuse("definitions", "import", reason, "Draw what is needed in this file.")
