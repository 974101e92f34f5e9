"""From BPMN 2.0 XML to elements and flows. Whatever can't be run rightly is noted, not guessed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree.ElementTree import Element as Xml

from panjereh.kernel.errors import PanjerehError
from panjereh.process.errors import ModelError
from panjereh.process.expressions import Expression, compile_expression
from panjereh.process.model import Element, Flow, Kind, Timer

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
OURS = "{http://panjereh.example/bpmn}"

TASKS = {
    "userTask": Kind.USER,
    "manualTask": Kind.USER,
    "serviceTask": Kind.SERVICE,
    "sendTask": Kind.SERVICE,
    "businessRuleTask": Kind.RULE,
    "scriptTask": Kind.SCRIPT,
    "receiveTask": Kind.RECEIVE,
    "subProcess": Kind.SUBPROCESS,
}
GATEWAYS = {
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "eventBasedGateway": Kind.EVENTS,
}
EVENTS: dict[tuple[str, str], Kind] = {
    ("startEvent", ""): Kind.START,
    ("endEvent", ""): Kind.END,
    ("endEvent", "terminate"): Kind.TERMINATE,
    ("endEvent", "error"): Kind.ERROR_END,
    ("intermediateThrowEvent", ""): Kind.MILESTONE,
    ("intermediateCatchEvent", "timer"): Kind.TIMER,
    ("intermediateCatchEvent", "message"): Kind.MESSAGE,
    ("boundaryEvent", "timer"): Kind.BOUNDARY_TIMER,
    ("boundaryEvent", "message"): Kind.BOUNDARY_MESSAGE,
    ("boundaryEvent", "error"): Kind.BOUNDARY_ERROR,
}
EVENT_TAGS = {tag for tag, _ in EVENTS}
# Notes, drawings and data descriptions: they change nothing in what runs.
SILENT = {
    "documentation", "extensionElements", "incoming", "outgoing", "laneSet", "dataObject", "dataObjectReference",
    "dataStoreReference", "dataInputAssociation", "dataOutputAssociation", "ioSpecification", "property",
    "textAnnotation", "association", "group", "script", "auditing", "monitoring",
}  # fmt: skip

_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")


def local(xml: Xml) -> str:
    """The tag without its namespace, or "" for what is not BPMN."""
    tag = str(xml.tag)
    return tag.removeprefix(BPMN) if tag.startswith(BPMN) else ""


@dataclass
class Draft:
    """A process as read, before it was checked."""

    id: str
    names: dict[str, str]
    elements: dict[str, Element] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)


class Reader:
    """Reads one process element. `errors` collects what is wrong; `messages` and `errors_by_id` come from the file."""

    def __init__(self, messages: dict[str, str], error_codes: dict[str, str], errors: list[ModelError]) -> None:
        self.messages = messages
        self.error_codes = error_codes
        self.errors = errors

    def read(self, xml: Xml) -> Draft:
        self.draft = Draft(xml.get("id", ""), names_of(xml))
        self.lanes: dict[str, str] = {}
        for lane in xml.iter(f"{BPMN}lane"):
            for reference in lane.findall(f"{BPMN}flowNodeRef"):
                self.lanes[(reference.text or "").strip()] = lane.get("name", "") or lane.get("id", "")
        self._children(xml, None)
        return self.draft

    def refuse(self, element: str, code: str, reason: str, advice: str) -> None:
        self.errors.append(ModelError(element, code, reason, advice))

    def _children(self, xml: Xml, parent: str | None) -> None:
        for child in xml:
            tag = local(child)
            if not tag or tag in SILENT:
                continue
            if tag == "sequenceFlow":
                self._flow(child)
            elif tag in TASKS or tag in GATEWAYS or tag in EVENT_TAGS:
                self._node(child, tag, parent)
            else:
                self.refuse(
                    child.get("id", tag), "unsupported_element", f"A {tag} can't be run here.", _advice_for(tag)
                )

    def _flow(self, xml: Xml) -> None:
        id_ = xml.get("id", "")
        written = xml.find(f"{BPMN}conditionExpression")
        condition = None
        if written is not None:
            condition = self._expression(id_, written.text or "", written.get("language", ""))
        main = xml.get(f"{OURS}main") == "true"
        self.draft.flows.append(Flow(id_, xml.get("sourceRef", ""), xml.get("targetRef", ""), condition, main))

    def _expression(self, element: str, text: str, language: str = "") -> Expression | None:
        if language and "feel" not in language.lower():
            self.refuse(element, "expression_language", f"Expressions in {language} can't be run.", "Write it in FEEL.")
            return None
        if not text.strip().removeprefix("=").strip():
            self.refuse(element, "expression_missing", "The expression is empty.", "Write it, or take it away.")
            return None
        try:
            return compile_expression(text)
        except PanjerehError as error:
            self.refuse(
                element, "expression_wrong", f"{text.strip()!r} is not valid FEEL: {error}", "Correct the expression."
            )
            return None

    def _node(self, xml: Xml, tag: str, parent: str | None) -> None:
        id_ = xml.get("id", "")
        kind = self._kind(xml, id_, tag)
        if kind is None:
            return
        if id_ in self.draft.elements:
            self.refuse(id_, "duplicate_id", "Two elements have this id.", "Give each element an id of its own.")
            return
        element = Element(
            id=id_,
            kind=kind,
            names=names_of(xml),
            parent=parent,
            lane=self.lanes.get(id_),
            stage=xml.get(f"{OURS}stage"),
            stage_names=_names(xml, "stage_"),
            default=xml.get("default"),
        )
        details = _DETAILS.get(kind)
        self.draft.elements[id_] = element if details is None else details(self, xml, element)
        if kind is Kind.SUBPROCESS:
            self._children(xml, id_)

    def _kind(self, xml: Xml, id_: str, tag: str) -> Kind | None:
        if not id_:
            self.refuse(tag, "missing_id", f"A {tag} has no id.", "Give it an id.")
            return None
        if not self._plain(xml, id_):
            return None
        if tag in EVENT_TAGS:
            return self._event_kind(xml, id_, tag)
        return TASKS.get(tag) or GATEWAYS[tag]

    def _plain(self, xml: Xml, id_: str) -> bool:
        """No markers that would have to be obeyed: loops, many instances, compensation, event sub-processes."""
        loops = [tag for child in xml if (tag := local(child)).endswith("LoopCharacteristics")]
        marker = next(iter(loops), "")
        if xml.get("triggeredByEvent") == "true":
            marker = "event sub-process"
        elif xml.get("isForCompensation") == "true":
            marker = "compensation handler"
        elif xml.get("instantiate") == "true":
            marker = "instantiating step"
        if marker:
            self.refuse(
                id_, "unsupported_marker", f"A {marker} can't be run here.", "Draw it with tasks, gateways and flows."
            )
        return not marker

    def _event_kind(self, xml: Xml, id_: str, tag: str) -> Kind | None:
        triggers = [name for child in xml if (name := local(child)).endswith(("EventDefinition", "EventDefinitionRef"))]
        if len(triggers) > 1:
            self.refuse(id_, "several_triggers", "The event has several triggers.", "Draw one event for each trigger.")
            return None
        trigger = triggers[0].removesuffix("EventDefinition") if triggers else ""
        kind = EVENTS.get((tag, trigger))
        if kind is None:
            self.refuse(
                id_,
                "unsupported_event",
                f"A {tag} {f'with the trigger {trigger}' if trigger else 'without a trigger'} can't be run here.",
                "Known are: plain start; plain, terminate and error end; timer and message caught, also on the "
                "boundary of a task; errors on a boundary.",
            )
        return kind

    # particulars of each kind

    def user(self, xml: Xml, element: Element) -> Element:
        return replace(
            element,
            who=xml.get(f"{OURS}who"),
            does=xml.get(f"{OURS}does"),
            outcomes=tuple(xml.get(f"{OURS}outcomes", "").split()),
            form=xml.get(f"{OURS}form"),
        )

    def service(self, xml: Xml, element: Element) -> Element:
        return replace(element, operation=xml.get(f"{OURS}operation") or element.id)

    def rule(self, xml: Xml, element: Element) -> Element:
        decision = xml.get(f"{OURS}decision")
        if not decision:
            self.refuse(
                element.id,
                "decision_missing",
                "The task does not say which decision it takes.",
                "Name a decision of the service in the attribute pj:decision.",
            )
        return replace(element, decision=decision, result=xml.get(f"{OURS}result"))

    def script(self, xml: Xml, element: Element) -> Element:
        result = xml.get(f"{OURS}result")
        if not result:
            self.refuse(
                element.id,
                "result_missing",
                "The script's value goes nowhere.",
                "Name the variable that receives it in the attribute pj:result.",
            )
        text = xml.findtext(f"{BPMN}script") or ""
        return replace(element, result=result, script=self._expression(element.id, text, xml.get("scriptFormat", "")))

    def receive(self, xml: Xml, element: Element) -> Element:
        return replace(element, message=self._message(xml, element.id))

    def message(self, xml: Xml, element: Element) -> Element:
        trigger = xml.find(f"{BPMN}messageEventDefinition")
        return replace(element, message=self._message(trigger if trigger is not None else xml, element.id))

    def _message(self, xml: Xml, id_: str) -> str | None:
        reference = xml.get("messageRef", "")
        name = self.messages.get(reference.rpartition(":")[2])
        if not name:
            reason = (
                f"There is no message {reference!r}." if reference else "It does not say for which message it waits."
            )
            self.refuse(id_, "message_missing", reason, "Declare a message with a name and point to it by messageRef.")
        return name

    def timer(self, xml: Xml, element: Element) -> Element:
        definition = xml.find(f"{BPMN}timerEventDefinition")
        deadline = xml.get(f"{OURS}deadline")
        if definition is None or deadline:
            return replace(element, timer=Timer("deadline", deadline or ""))
        written = [(local(child), (child.text or "").strip()) for child in definition if local(child) in _TIMERS]
        if len(written) != 1:
            self.refuse(
                element.id,
                "timer_wrong",
                "The timer must have exactly one due time.",
                "Write a timeDate or a timeDuration, or name a deadline of the service in pj:deadline.",
            )
            return element
        return replace(element, timer=self._timer(element.id, *written[0]))

    def _timer(self, id_: str, tag: str, text: str) -> Timer | None:
        if tag == "timeCycle":
            self.refuse(id_, "timer_cycle", "Repeating timers can't be run here.", "Use a timeDate or a timeDuration.")
            return None
        kind, pattern = _TIMERS[tag]
        if pattern.fullmatch(text):
            return Timer(kind, text)
        if text.startswith("P") or text[:1].isdigit() or not text:
            self.refuse(
                id_, "timer_wrong", f"{text!r} is not an ISO 8601 {kind}.", "Examples: 2027-03-21, P30D, PT12H, P1M."
            )
            return None
        expression = self._expression(id_, text)
        return Timer("expression", text, expression) if expression else None

    def boundary(self, xml: Xml, element: Element) -> Element:
        element = replace(
            element, host=xml.get("attachedToRef", ""), interrupting=xml.get("cancelActivity", "true") != "false"
        )
        if element.kind is Kind.BOUNDARY_TIMER:
            return self.timer(xml, element)
        if element.kind is Kind.BOUNDARY_MESSAGE:
            return self.message(xml, element)
        if not element.interrupting:
            self.refuse(
                element.id, "error_not_interrupting", "An error always ends its task.", "Make the event interrupting."
            )
        return self.error(xml, element)

    def error(self, xml: Xml, element: Element) -> Element:
        """On a boundary no reference means: whatever error comes. An end must say which."""
        definition = xml.find(f"{BPMN}errorEventDefinition")
        reference = definition.get("errorRef", "") if definition is not None else ""
        code = self.error_codes.get(reference.rpartition(":")[2])
        if (reference or element.kind is Kind.ERROR_END) and not code:
            self.refuse(
                element.id,
                "error_missing",
                f"There is no error {reference!r}." if reference else "It does not say which error it raises.",
                "Declare an error with an errorCode and point to it by errorRef.",
            )
        return replace(element, error=code, outcome=xml.get(f"{OURS}outcome"))

    def end(self, xml: Xml, element: Element) -> Element:
        return replace(element, outcome=xml.get(f"{OURS}outcome"))


_TIMERS = {"timeDate": ("date", _DATE), "timeDuration": ("duration", _DURATION), "timeCycle": ("cycle", _DURATION)}
_DETAILS: dict[Kind, Callable[[Reader, Any, Element], Element]] = {
    Kind.USER: Reader.user,
    Kind.SERVICE: Reader.service,
    Kind.RULE: Reader.rule,
    Kind.SCRIPT: Reader.script,
    Kind.RECEIVE: Reader.receive,
    Kind.MESSAGE: Reader.message,
    Kind.TIMER: Reader.timer,
    Kind.BOUNDARY_TIMER: Reader.boundary,
    Kind.BOUNDARY_MESSAGE: Reader.boundary,
    Kind.BOUNDARY_ERROR: Reader.boundary,
    Kind.END: Reader.end,
    Kind.TERMINATE: Reader.end,
    Kind.ERROR_END: Reader.error,
}


def names_of(xml: Xml) -> dict[str, str]:
    """Language → name: the attributes pj:fa and pj:en, and `name` for a source language that has none."""
    names = _names(xml, "")
    if name := xml.get("name", "").strip():
        names.setdefault("fa", name)
    return names


def _names(xml: Xml, prefix: str) -> dict[str, str]:
    return {lang: value for lang in ("fa", "en") if (value := xml.get(f"{OURS}{prefix}{lang}", "").strip())}


def _advice_for(tag: str) -> str:
    if tag == "task":
        return "Say who or what does it: make it a user, service, business rule, script or receive task."
    if tag in ("inclusiveGateway", "complexGateway"):
        return "Use exclusive or parallel gateways."
    return "Draw it with user, service, business rule and script tasks, events, and exclusive or parallel gateways."
