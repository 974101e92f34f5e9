"""Events: what they wait for and what they throw."""

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree.ElementTree import Element as Xml

from panjereh.process.model import Element, Kind, On, Timer, Trigger
from panjereh.process.reading.draft import File
from panjereh.process.reading.expressions import compiled, expression
from panjereh.process.reading.xml import BPMN, OURS, bare, local

_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")
_CYCLE = re.compile(rf"R\d*/(?:{_DATE.pattern}/)?{_DURATION.pattern}")
TIMERS = {"timeDate": ("date", _DATE), "timeDuration": ("duration", _DURATION), "timeCycle": ("cycle", _CYCLE)}
LOOKS_LIKE_A_TIME = re.compile(r"P(?=[\dT]|$)|R\d*/|\d|$")


def definitions_of(file: File, xml: Xml) -> list[Xml]:
    """The event definitions of an event, also those that stand elsewhere in the file."""
    found = []
    for child in xml:
        if local(child) == "eventDefinitionRef":
            definition = file.definitions.get(bare(child.text))
            if definition is None:
                file.refuse(
                    xml.get("id", ""),
                    "reference_unknown",
                    f"There is no event definition {bare(child.text)!r}.",
                    "Write the definition into the event.",
                )
            else:
                found.append(definition)
        elif local(child).endswith("EventDefinition"):
            found.append(child)
    return found


def event(file: File, xml: Xml, element: Element) -> Element:
    triggers = [trigger(file, xml, element, definition) for definition in definitions_of(file, xml)]
    interrupting = xml.get("cancelActivity" if element.kind is Kind.BOUNDARY else "isInterrupting", "true") != "false"
    found = tuple(each for each in triggers if each is not None)
    message = next((each.name for each in found if each.on is On.MESSAGE), None)
    return replace(
        element,
        triggers=found,
        all_triggers=xml.get("parallelMultiple") == "true" and len(found) > 1,
        interrupting=interrupting,
        host=bare(xml.get("attachedToRef")) if element.kind is Kind.BOUNDARY else None,
        outcome=xml.get(f"{OURS}outcome"),
        operation=xml.get(f"{OURS}operation"),
        message=message,
        partner=file.partners.get(element.id, ("", ""))[0] or None,
    )


def trigger(file: File, xml: Xml, element: Element, definition: Xml) -> Trigger | None:
    name = local(definition).removesuffix("EventDefinition")
    try:
        on = On(name)
    except ValueError:
        file.refuse(element.id, "unsupported_event", f"Events of the kind {name!r} can't be run here.", "Draw another.")
        return None
    reader = _READERS.get(on)
    return reader(file, xml, element, definition) if reader else Trigger(on)


def _throws(element: Element) -> bool:
    return element.kind in (Kind.THROW, Kind.END)


def _message(file: File, xml: Xml, element: Element, definition: Xml) -> Trigger:
    return Trigger(On.MESSAGE, message_name(file, definition, element, needed=not xml.get(f"{OURS}operation")))


def message_name(file: File, xml: Xml, element: Element, needed: bool) -> str | None:
    """The message that an element names, else the one drawn at its message flow."""
    reference = bare(xml.get("messageRef"))
    name = file.messages.get(reference) or (None if reference else file.partners.get(element.id, ("", ""))[1] or None)
    if name is None and (reference or needed):
        reason = f"There is no message {reference!r}." if reference else "It does not say which message."
        advice = "Declare a message with a name and point to it by messageRef."
        file.refuse(element.id, "message_missing", reason, advice)
    return name


def _signal(file: File, _xml: Xml, element: Element, definition: Xml) -> Trigger:
    reference = bare(definition.get("signalRef"))
    name = file.signals.get(reference)
    if name is None:
        reason = f"There is no signal {reference!r}." if reference else "It does not say which signal."
        advice = "Declare a signal with a name and point to it by signalRef."
        file.refuse(element.id, "signal_missing", reason, advice)
    return Trigger(On.SIGNAL, name)


def _error(file: File, _xml: Xml, element: Element, definition: Xml) -> Trigger:
    """Where it is caught, no reference means: whatever error comes. An end must say which."""
    reference = bare(definition.get("errorRef"))
    code = file.error_codes.get(reference)
    if code is None and (reference or _throws(element)):
        reason = f"There is no error {reference!r}." if reference else "It does not say which error it raises."
        advice = "Declare an error with an errorCode and point to it by errorRef."
        file.refuse(element.id, "error_missing", reason, advice)
    return Trigger(On.ERROR, code)


def _escalation(file: File, _xml: Xml, element: Element, definition: Xml) -> Trigger:
    reference = bare(definition.get("escalationRef"))
    code = file.escalations.get(reference)
    if code is None and (reference or _throws(element)):
        reason = f"There is no escalation {reference!r}." if reference else "It does not say what it escalates."
        file.refuse(element.id, "escalation_missing", reason, _ESCALATION_ADVICE)
    elif code is not None and _throws(element) and reference not in file.coded:
        reason = f"The escalation {reference!r} that is thrown has no code."
        file.refuse(element.id, "escalation_missing", reason, _ESCALATION_ADVICE)
    return Trigger(On.ESCALATION, code)


_ESCALATION_ADVICE = "Declare an escalation with an escalationCode and point to it by escalationRef."


def _condition(file: File, _xml: Xml, element: Element, definition: Xml) -> Trigger:
    written = definition.find(f"{BPMN}condition")
    if written is None:
        file.refuse(element.id, "expression_missing", "The event has no condition.", "Write its condition in FEEL.")
        return Trigger(On.CONDITION)
    return Trigger(On.CONDITION, condition=expression(file, element.id, written))


def _link(file: File, xml: Xml, element: Element, definition: Xml) -> Trigger:
    name = (definition.get("name") or xml.get("name") or "").strip()
    if not name:
        file.refuse(element.id, "link_wrong", "The link has no name.", "Give both ends of the link the same name.")
    return Trigger(On.LINK, name)


def _compensation(_file: File, _xml: Xml, _element: Element, definition: Xml) -> Trigger:
    waits = definition.get("waitForCompletion", "true") != "false"
    return Trigger(On.COMPENSATION, activity=bare(definition.get("activityRef")) or None, wait=waits)


def _timer(file: File, xml: Xml, element: Element, definition: Xml) -> Trigger:
    deadline = xml.get(f"{OURS}deadline")
    if deadline:
        return Trigger(On.TIMER, timer=Timer("deadline", deadline))
    written = [child for child in definition if local(child) in TIMERS]
    if len(written) == 1:
        return Trigger(On.TIMER, timer=_due(file, element, written[0]))
    file.refuse(
        element.id,
        "timer_wrong",
        "The timer must have exactly one due time.",
        "Write a timeDate, timeDuration or timeCycle, or name a deadline of the service in pj:deadline.",
    )
    return Trigger(On.TIMER)


def _due(file: File, element: Element, xml: Xml) -> Timer | None:
    kind, pattern = TIMERS[local(xml)]
    if kind == "cycle" and element.kind is Kind.CATCH:
        reason = "A repeating interval has no meaning here: the event happens once."
        file.refuse(element.id, "timer_cycle", reason, "Use a timeDate or a timeDuration.")
        return None
    text = (xml.text or "").strip()
    if pattern.fullmatch(text):
        return Timer(kind, text)
    if LOOKS_LIKE_A_TIME.match(text):
        reason = f"{text!r} is not an ISO 8601 {kind if kind != 'cycle' else 'repeating interval'}."
        file.refuse(element.id, "timer_wrong", reason, "Examples: 2027-03-21, P30D, PT12H, P1M, R3/P7D.")
        return None
    computed = compiled(file, element.id, text, xml.get("language", ""))
    return Timer("expression", text, computed, of=kind) if computed else None


_READERS: dict[On, Callable[[File, Xml, Element, Xml], Trigger]] = {
    On.TIMER: _timer,
    On.MESSAGE: _message,
    On.SIGNAL: _signal,
    On.ERROR: _error,
    On.ESCALATION: _escalation,
    On.CONDITION: _condition,
    On.LINK: _link,
    On.COMPENSATION: _compensation,
}
