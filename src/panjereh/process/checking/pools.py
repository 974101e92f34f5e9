"""Message flows: between two pools, from what can send to what can receive."""

from xml.etree.ElementTree import Element as Xml

from panjereh.process.checking.references import ACTIVITIES, EVENTS
from panjereh.process.reading import BPMN, File, bare, local

SENDERS = ACTIVITIES | {"participant", "intermediateThrowEvent", "endEvent"}
RECEIVERS = ACTIVITIES | {"participant", "startEvent", "intermediateCatchEvent", "boundaryEvent"}
ADVICE = "Draw it from a pool, task or sending event of one pool to a pool, task or receiving event of another."


def message_flows(file: File) -> None:
    pools = _pools(file.root)
    by_id = {xml.get("id", ""): xml for xml in file.root.iter() if xml.get("id")}
    for flow in file.root.iter(f"{BPMN}messageFlow"):
        reason = _wrong(flow, by_id, pools)
        if reason:
            file.refuse(flow.get("id", "messageFlow"), "message_flow_wrong", reason, ADVICE)


def _wrong(flow: Xml, by_id: dict[str, Xml], pools: dict[str, str]) -> str:
    ends = [bare(flow.get("sourceRef")), bare(flow.get("targetRef"))]
    for id_, fitting, word in zip(ends, (SENDERS, RECEIVERS), ("begin", "end"), strict=True):
        xml = by_id.get(id_)
        if xml is None:
            return f"The message flow {word}s at {id_!r}, which is not there."
        if local(xml) not in fitting:
            return f"No message flow can {word} at a {local(xml)}."
        if local(xml) in EVENTS and not _is_about_messages(xml):
            return f"The message flow {word}s at {id_!r}, an event without a message."
    if pools.get(ends[0]) == pools.get(ends[1]) and ends[0] in pools:
        return "Both ends of the message flow stand in the same pool."
    return ""


def _is_about_messages(xml: Xml) -> bool:
    definitions = [local(child) for child in xml if local(child).endswith(("EventDefinition", "EventDefinitionRef"))]
    return "messageEventDefinition" in definitions or "eventDefinitionRef" in definitions


def _pools(root: Xml) -> dict[str, str]:
    """Element → its pool; a pool stands in itself."""
    owner = {bare(xml.get("processRef")): xml.get("id", "") for xml in root.iter(f"{BPMN}participant")}
    pools = {id_: id_ for id_ in owner.values()}
    pools |= {xml.get("id", ""): xml.get("id", "") for xml in root.iter(f"{BPMN}participant")}
    for process in root.iter(f"{BPMN}process"):
        pool = owner.get(process.get("id", ""), process.get("id", ""))
        pools |= {xml.get("id", ""): pool for xml in process.iter() if xml.get("id")}
    return pools
