"""Load the processes of a BPMN file, or refuse it with everything that is wrong with it."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element as Xml
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from panjereh.process.checking import check
from panjereh.process.errors import ModelError, ModelErrors
from panjereh.process.model import Kind, Process
from panjereh.process.reading import BPMN, Draft, Reader


def load(path_or_text: Path | str | bytes) -> dict[str, Process]:
    """The executable processes of a file by id. Raises `ModelErrors` that lists all that was found."""
    root = _parse(path_or_text)
    errors: list[ModelError] = []
    _check_ids(root, errors)
    reader = Reader(
        {xml.get("id", ""): xml.get("name", "") or xml.get("id", "") for xml in root.iter(f"{BPMN}message")},
        {xml.get("id", ""): xml.get("errorCode", "") or xml.get("id", "") for xml in root.iter(f"{BPMN}error")},
        errors,
    )
    drafts = [reader.read(xml) for xml in root.iter(f"{BPMN}process") if len(xml)]
    if not drafts:
        errors.append(ModelError("definitions", "no_process", "The file holds no process.", "Draw one and save it."))
    for draft in drafts:
        check(draft, errors)
    if errors:
        raise ModelErrors(list(dict.fromkeys(errors)))
    return {draft.id: _compiled(draft) for draft in drafts}


def _parse(path_or_text: Path | str | bytes) -> Xml:
    try:
        source: str | bytes
        if isinstance(path_or_text, bytes) or (isinstance(path_or_text, str) and "<" in path_or_text):
            source = path_or_text
        else:
            source = Path(path_or_text).read_bytes()
        if isinstance(source, str):  # a declared encoding would contradict text that is decoded already
            source = source.encode()
        root: Xml = fromstring(source, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        reason = f"The file is not well-formed XML: {error}."
        raise ModelErrors([ModelError("file", "not_xml", reason, "Save it again from the drawing tool.")]) from error
    if root.tag != f"{BPMN}definitions":
        reason = f"The file holds {root.tag!r}, not BPMN 2.0 definitions."
        raise ModelErrors([ModelError("file", "not_bpmn", reason, "Export it as BPMN 2.0 XML.")])
    return root


def _check_ids(root: Xml, errors: list[ModelError]) -> None:
    counts = Counter(id_ for xml in root.iter() if str(xml.tag).startswith(BPMN) and (id_ := xml.get("id")))
    for id_, count in counts.items():
        if count > 1:
            errors.append(
                ModelError(id_, "duplicate_id", "Two elements have this id.", "Give each element an id of its own.")
            )


def _compiled(draft: Draft) -> Process:
    elements = {
        element.id: replace(
            element,
            incoming=tuple(flow for flow in draft.flows if flow.target == element.id),
            outgoing=tuple(flow for flow in draft.flows if flow.source == element.id),
            boundary=tuple(event.id for event in draft.elements.values() if event.host == element.id),
        )
        for element in draft.elements.values()
    }
    starts = {element.parent: element.id for element in elements.values() if element.kind is Kind.START}
    return Process(draft.id, draft.names, elements, starts)
