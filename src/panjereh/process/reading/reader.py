"""From BPMN 2.0 XML to elements and flows. Whatever can't be run rightly is noted, not guessed."""

from collections.abc import Callable
from dataclasses import replace
from xml.etree.ElementTree import Element as Xml

from panjereh.process.model import EVENTS, Element, Flow, Kind
from panjereh.process.reading import activities, events, loops
from panjereh.process.reading.draft import Draft, File, called
from panjereh.process.reading.expressions import expression
from panjereh.process.reading.foreign import refuse_foreign
from panjereh.process.reading.xml import BPMN, OURS, bare, local, names_of, prefixed_names

TASKS = {
    "userTask": Kind.USER,
    "manualTask": Kind.USER,
    "serviceTask": Kind.SERVICE,
    "sendTask": Kind.SERVICE,
    "receiveTask": Kind.RECEIVE,
    "businessRuleTask": Kind.RULE,
    "scriptTask": Kind.SCRIPT,
    "subProcess": Kind.SUBPROCESS,
    "transaction": Kind.TRANSACTION,
    "callActivity": Kind.CALL,
}
GATEWAYS = {
    "exclusiveGateway": Kind.EXCLUSIVE,
    "inclusiveGateway": Kind.INCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "eventBasedGateway": Kind.EVENTS,
}
EVENT_TAGS = {
    "startEvent": Kind.START,
    "endEvent": Kind.END,
    "intermediateCatchEvent": Kind.CATCH,
    "intermediateThrowEvent": Kind.THROW,
    "boundaryEvent": Kind.BOUNDARY,
}
KINDS = {**TASKS, **GATEWAYS, **EVENT_TAGS}
# Notes, drawings and data descriptions: they change nothing in what runs, or are read where they belong.
SILENT = {
    "documentation", "extensionElements", "incoming", "outgoing", "laneSet", "dataObject", "dataObjectReference",
    "dataStoreReference", "dataInputAssociation", "dataOutputAssociation", "ioSpecification", "ioBinding", "property",
    "textAnnotation", "association", "group", "script", "auditing", "monitoring", "supports", "rendering",
    "standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "potentialOwner", "humanPerformer", "performer",
    "resourceRole", "supportedInterfaceRef", "correlationSubscription",
}  # fmt: skip
ADVICE = {
    "task": "Say who or what does it: make it a user, service, business rule, script or receive task.",
    "complexGateway": "Use exclusive, inclusive or parallel gateways.",
    "adHocSubProcess": "Draw in which order its tasks may come, with gateways and flows.",
}
OTHERWISE = "Draw it with tasks, sub-processes, events and exclusive, inclusive, parallel or event-based gateways."


class Reader:
    """Reads one process element of a file."""

    def __init__(self, file: File) -> None:
        self.file = file

    def read(self, xml: Xml) -> Draft:
        self.draft = Draft(xml.get("id", ""), names_of(xml))
        self.lanes: dict[str, str] = {}
        for lane in xml.iter(f"{BPMN}lane"):
            for reference in lane.findall(f"{BPMN}flowNodeRef"):
                self.lanes[bare(reference.text)] = lane.get("name", "") or lane.get("id", "")
        self._children(xml, None)
        return self.draft

    def _children(self, xml: Xml, parent: str | None) -> None:
        for child in xml:
            tag = local(child)
            if tag in ("dataObject", "property"):
                self.draft.data.setdefault(parent, set()).add(called(child))
            elif tag == "association":
                self.draft.associations.append((bare(child.get("sourceRef")), bare(child.get("targetRef"))))
            elif tag == "sequenceFlow":
                self._flow(child)
            elif tag in KINDS:
                self._node(child, tag, parent)
            elif tag and tag not in SILENT and not tag.endswith(("EventDefinition", "EventDefinitionRef")):
                reason, advice = f"A {tag} can't be run here.", ADVICE.get(tag, OTHERWISE)
                self.file.refuse(child.get("id", tag), "unsupported_element", reason, advice)

    def _flow(self, xml: Xml) -> None:
        id_ = xml.get("id", "")
        written = xml.find(f"{BPMN}conditionExpression")
        condition = expression(self.file, id_, written) if written is not None else None
        main = xml.get(f"{OURS}main") == "true"
        ends = bare(xml.get("sourceRef")), bare(xml.get("targetRef"))
        self.draft.flows.append(Flow(id_, *ends, condition, main, names_of(xml)))

    def _node(self, xml: Xml, tag: str, parent: str | None) -> None:
        id_ = xml.get("id", "")
        if not id_:
            self.file.refuse(tag, "missing_id", f"A {tag} has no id.", "Give it an id.")
            return
        if id_ in self.draft.elements:
            self.file.refuse(id_, "duplicate_id", "Two elements have this id.", "Give each element an id of its own.")
            return
        element = Element(
            id=id_,
            kind=self._kind(xml, tag),
            tag=tag,
            names=names_of(xml),
            parent=parent,
            lane=self.lanes.get(id_),
            stage=xml.get(f"{OURS}stage"),
            stage_names=prefixed_names(xml, "stage_"),
            default=bare(xml.get("default")) or None,
            partner=self.file.partners.get(id_, ("", ""))[0] or None,
        )
        refuse_foreign(self.file, xml, id_)
        self.draft.elements[id_] = self._details(xml, element)
        if tag in ("subProcess", "transaction"):
            self._children(xml, id_)

    def _kind(self, xml: Xml, tag: str) -> Kind:
        if tag == "receiveTask" and xml.get("instantiate") == "true":
            return Kind.START  # it begins the process when its message comes, as a start event would
        if tag == "subProcess" and xml.get("triggeredByEvent") == "true":
            return Kind.EVENT_SUBPROCESS
        return KINDS[tag]

    def _details(self, xml: Xml, element: Element) -> Element:
        file = self.file
        if element.kind in EVENTS and element.tag != "receiveTask":
            return events.event(file, xml, element)
        if element.kind is Kind.EVENTS:
            return self._event_gateway(xml, element)
        if element.tag in TASKS:
            element = replace(
                element,
                loop=loops.loop_of(file, xml, element),
                undoes=xml.get("isForCompensation") == "true" and element.kind is not Kind.EVENT_SUBPROCESS,
                needs=activities.quantity(file, xml, element, "startQuantity"),
                gives=activities.quantity(file, xml, element, "completionQuantity"),
                data=frozenset(called(each) for tag in ("dataObject", "property") for each in xml.findall(BPMN + tag)),
            )
            activities.refuse_mappings(file, xml, element)
        details = _DETAILS.get(element.tag)
        return details(file, xml, element) if details else element

    def _event_gateway(self, xml: Xml, element: Element) -> Element:
        if xml.get("instantiate") == "true" or xml.get("eventGatewayType") == "Parallel":
            reason = (
                "An event-based gateway that begins a process, or that waits for all its events, can't be run here."
            )
            advice = "Begin with start events; wait for several events behind a parallel gateway."
            self.file.refuse(element.id, "unsupported_marker", reason, advice)
        return element


_DETAILS: dict[str, Callable[[File, Xml, Element], Element]] = {
    "userTask": activities.user,
    "manualTask": activities.user,
    "serviceTask": activities.service,
    "sendTask": activities.service,
    "receiveTask": activities.receive,
    "businessRuleTask": activities.rule,
    "scriptTask": activities.script,
    "callActivity": activities.call,
}
