"""The file as XML: names of BPMN and of our own attributes, and the few things asked of every element."""

from xml.etree.ElementTree import Element as Xml

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
OURS = "{http://panjereh.example/bpmn}"


def local(xml: Xml) -> str:
    """The tag without its namespace, or "" for what is not BPMN."""
    tag = str(xml.tag)
    return tag.removeprefix(BPMN) if tag.startswith(BPMN) else ""


def bare(reference: str | None) -> str:
    """An id as referred to, without the prefix of its namespace."""
    return (reference or "").strip().rpartition(":")[2]


def texts(xml: Xml, tag: str) -> list[str]:
    """What children of this name say."""
    return [bare(child.text) for child in xml.findall(f"{BPMN}{tag}")]


def names_of(xml: Xml) -> dict[str, str]:
    """Language → name: the attributes pj:fa and pj:en, and `name` for a source language that has none."""
    names = prefixed_names(xml, "")
    if name := xml.get("name", "").strip():
        names.setdefault("fa", name)
    return names


def prefixed_names(xml: Xml, prefix: str) -> dict[str, str]:
    return {lang: value for lang in ("fa", "en") if (value := xml.get(f"{OURS}{prefix}{lang}", "").strip())}
