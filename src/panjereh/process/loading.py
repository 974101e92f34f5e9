"""Load the processes of a BPMN file, or refuse it with everything that is wrong with it."""

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element as Xml
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from panjereh.process import standards
from panjereh.process.checking import check, check_file
from panjereh.process.compiling import compile_process
from panjereh.process.errors import ModelError, ModelErrors
from panjereh.process.model import Process
from panjereh.process.reading import BPMN, Draft, File, Reader


def load(path_or_text: Path | str | bytes) -> dict[str, Process]:
    """The executable processes of a file by id. Raises `ModelErrors` that lists all that was found.

    Where a file marks some processes as executable, the others describe what somebody else does: they are not run.
    """
    source = _source(path_or_text)
    root = _parse(source)
    errors: list[ModelError] = []
    drafts = _drafts(root, errors)
    callable_ = {**_standard_drafts(), **drafts} if _calls_a_standard(drafts) else drafts
    for draft in drafts.values():
        check(draft, callable_, errors)
    if errors:
        at = lines(source)
        raise ModelErrors([replace(error, line=at.get(error.element, 0)) for error in dict.fromkeys(errors)])
    return {draft.id: compile_process(draft, callable_) for draft in drafts.values()}


def _source(path_or_text: Path | str | bytes) -> bytes:
    if isinstance(path_or_text, bytes):
        return path_or_text
    if isinstance(path_or_text, str) and "<" in path_or_text:
        return path_or_text.encode()
    return Path(path_or_text).read_bytes()


def _parse(source: bytes) -> Xml:
    try:
        root: Xml = fromstring(source, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        reason = f"The file is not well-formed XML: {error}."
        raise ModelErrors([ModelError("file", "not_xml", reason, "Save it again from the drawing tool.")]) from error
    if root.tag != f"{BPMN}definitions":
        reason = f"The file holds {root.tag!r}, not BPMN 2.0 definitions."
        raise ModelErrors([ModelError("file", "not_bpmn", reason, "Export it as BPMN 2.0 XML.")])
    return root


def _drafts(root: Xml, errors: list[ModelError]) -> dict[str, Draft]:
    _check_ids(root, errors)
    file = File(root, errors)
    processes = [xml for xml in root.iter(f"{BPMN}process") if len(xml)]
    executable = [xml for xml in processes if xml.get("isExecutable") == "true"]
    drafts = [Reader(file).read(xml) for xml in executable or processes]
    if not drafts:
        errors.append(ModelError("definitions", "no_process", "The file holds no process.", "Draw one and save it."))
    check_file(file)
    return {draft.id: draft for draft in drafts}


def _check_ids(root: Xml, errors: list[ModelError]) -> None:
    counts = Counter(id_ for xml in root.iter() if str(xml.tag).startswith(BPMN) and (id_ := xml.get("id")))
    for id_, count in counts.items():
        if count > 1:
            errors.append(
                ModelError(id_, "duplicate_id", "Two elements have this id.", "Give each element an id of its own.")
            )


def _calls_a_standard(drafts: dict[str, Draft]) -> bool:
    called = {element.called for draft in drafts.values() for element in draft.elements.values()}
    return any(name in called and name not in drafts for name in standards.NAMES)


@cache
def _standard_drafts() -> dict[str, Draft]:
    found: dict[str, Draft] = {}
    for name in standards.NAMES:
        found |= _drafts(_parse(standards.path_of(name).read_bytes()), [])
    return found


def lines(path_or_text: Path | str | bytes) -> dict[str, int]:
    """Id → the line of the file on which its element begins."""
    found: dict[str, int] = {}
    parser = expat.ParserCreate()

    def begin(_tag: str, attributes: dict[str, str]) -> None:
        if "id" in attributes:
            found.setdefault(attributes["id"], parser.CurrentLineNumber)

    parser.StartElementHandler = begin
    parser.Parse(_source(path_or_text), True)
    return found
