"""Tasks and call activities: who or what does them."""

from dataclasses import replace
from xml.etree.ElementTree import Element as Xml

from panjereh.process.model import Element, On, Trigger
from panjereh.process.reading import events
from panjereh.process.reading.draft import File
from panjereh.process.reading.expressions import compiled
from panjereh.process.reading.xml import BPMN, OURS, bare


def user(_file: File, xml: Xml, element: Element) -> Element:
    return replace(
        element,
        who=xml.get(f"{OURS}who"),
        does=xml.get(f"{OURS}does"),
        outcomes=tuple(xml.get(f"{OURS}outcomes", "").split()),
        form=xml.get(f"{OURS}form"),
    )


def service(file: File, xml: Xml, element: Element) -> Element:
    message = events.message_name(file, xml, element, needed=False) if element.tag == "sendTask" else None
    return replace(element, operation=xml.get(f"{OURS}operation") or element.id, message=message)


def receive(file: File, xml: Xml, element: Element) -> Element:
    name = events.message_name(file, xml, element, needed=True)
    return replace(element, message=name, triggers=(Trigger(On.MESSAGE, name),))


def rule(file: File, xml: Xml, element: Element) -> Element:
    decision = xml.get(f"{OURS}decision")
    if not decision:
        file.refuse(
            element.id,
            "decision_missing",
            "The task does not say which decision it takes.",
            "Name a decision of the service in the attribute pj:decision.",
        )
    return replace(element, decision=decision, result=xml.get(f"{OURS}result"))


def script(file: File, xml: Xml, element: Element) -> Element:
    """The value goes into the variable of pj:result, else into the one data object that the task writes."""
    result = xml.get(f"{OURS}result") or _written(file, xml)
    if not result:
        file.refuse(
            element.id,
            "result_missing",
            "The script's value goes nowhere.",
            "Name the variable that receives it in the attribute pj:result, or draw the data object that it writes.",
        )
    text = xml.findtext(f"{BPMN}script") or ""
    return replace(element, result=result, script=compiled(file, element.id, text, xml.get("scriptFormat", "")))


def _written(file: File, xml: Xml) -> str | None:
    targets = [bare(each.findtext(f"{BPMN}targetRef")) for each in xml.findall(f"{BPMN}dataOutputAssociation")]
    names = {file.data[target] for target in targets if target in file.data}
    return names.pop() if len(names) == 1 else None


def call(_file: File, xml: Xml, element: Element) -> Element:
    """Whether there is such a process is asked when all of the file is read."""
    return replace(element, called=bare(xml.get("calledElement")) or None, result=xml.get(f"{OURS}result"))


def quantity(file: File, xml: Xml, element: Element, attribute: str) -> int:
    written = xml.get(attribute, "1").strip()
    if not written.isdigit() or int(written) < 1:
        advice = "Write a whole number from 1, or leave it out."
        file.refuse(element.id, "quantity_wrong", f"{attribute} is {written!r}.", advice)
        return 1
    return int(written)


def refuse_mappings(file: File, xml: Xml, element: Element) -> None:
    """Every step sees all that is known, so plain associations need nothing; computed ones would have to be obeyed."""
    for tag in ("dataInputAssociation", "dataOutputAssociation"):
        for association in xml.findall(f"{BPMN}{tag}"):
            if (
                association.find(f"{BPMN}assignment") is not None
                or association.find(f"{BPMN}transformation") is not None
            ):
                reason = "A data association computes values, which is not done here."
                advice = "Compute them in a script task before or behind."
                file.refuse(element.id, "data_mapping", reason, advice)
