"""What is read before it is checked: processes as drafts, and what they may refer to elsewhere in the file."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element as Xml

from panjereh.process.errors import ModelError
from panjereh.process.model import Element, Flow
from panjereh.process.reading.xml import BPMN, bare, local


@dataclass
class Draft:
    """A process as read. `associations` are pairs of ids; `data` are the data objects of each scope."""

    id: str
    names: dict[str, str]
    elements: dict[str, Element] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)
    associations: list[tuple[str, str]] = field(default_factory=list)
    data: dict[str | None, set[str]] = field(default_factory=dict)


@dataclass
class File:
    """What elements refer to by id: messages, signals, codes of errors and escalations, event definitions, data."""

    root: Xml
    errors: list[ModelError]
    messages: dict[str, str] = field(default_factory=dict)
    signals: dict[str, str] = field(default_factory=dict)
    error_codes: dict[str, str] = field(default_factory=dict)
    escalations: dict[str, str] = field(default_factory=dict)
    coded: set[str] = field(default_factory=set)
    definitions: dict[str, Xml] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    partners: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.messages = self._named("message", "name")
        self.signals = self._named("signal", "name")
        self.error_codes = self._named("error", "errorCode")
        self.escalations = self._named("escalation", "escalationCode")
        self.coded = {xml.get("id", "") for xml in self.root.iter(f"{BPMN}escalation") if xml.get("escalationCode")}
        for xml in self.root:
            if local(xml).endswith("EventDefinition"):
                self.definitions[xml.get("id", "")] = xml
        self._collect_data()
        self._collect_partners()

    def refuse(self, element: str, code: str, reason: str, advice: str) -> None:
        self.errors.append(ModelError(element, code, reason, advice))

    def _named(self, tag: str, attribute: str) -> dict[str, str]:
        """Id → the attribute, else the name, else the id itself."""
        return {xml.get("id", ""): xml.get(attribute) or called(xml) for xml in self.root.iter(f"{BPMN}{tag}")}

    def _collect_data(self) -> None:
        """Names of data objects and properties, also by the ids of references to them."""
        for tag in ("dataObject", "property", "dataInput", "dataOutput", "dataStore"):
            for xml in self.root.iter(f"{BPMN}{tag}"):
                self.data[xml.get("id", "")] = called(xml)
        for tag, attribute in (("dataObjectReference", "dataObjectRef"), ("dataStoreReference", "dataStoreRef")):
            for xml in self.root.iter(f"{BPMN}{tag}"):
                self.data[xml.get("id", "")] = self.data.get(bare(xml.get(attribute)), called(xml))

    def _collect_partners(self) -> None:
        """Element → (the pool at the other end of its message flow, the name of the message drawn there)."""
        pools = {xml.get("id", ""): called(xml) for xml in self.root.iter(f"{BPMN}participant")}
        owners = {bare(xml.get("processRef")): called(xml) for xml in self.root.iter(f"{BPMN}participant")}
        for process in self.root.iter(f"{BPMN}process"):
            for xml in process.iter():
                pools.setdefault(xml.get("id", ""), owners.get(process.get("id", ""), process.get("id", "")))
        for flow in self.root.iter(f"{BPMN}messageFlow"):
            source, target = bare(flow.get("sourceRef")), bare(flow.get("targetRef"))
            message = self.messages.get(bare(flow.get("messageRef")), "")
            self.partners[source] = (pools.get(target, ""), message)
            self.partners.setdefault(target, (pools.get(source, ""), message))


def called(xml: Xml) -> str:
    """Its name, else its id: under a data object's name expressions know it."""
    return xml.get("name", "").strip() or xml.get("id", "")
