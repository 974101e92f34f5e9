"""DMN XML of the versions 1.1 to 1.5, read into the model and written from it.

What the model has no place for is noted as a problem, not dropped. No DTD, no entity and no other file is read.
"""

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element as Xml

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from panjereh.rules.dmn import model, schema
from panjereh.rules.errors import ModelProblem, ModelRefused

NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
NEWEST = "https://www.omg.org/spec/DMN/20230324/MODEL/"
_DRAWINGS = {
    "http://www.omg.org/spec/DMN/20180521/DMNDI/",
    "https://www.omg.org/spec/DMN/20191111/DMNDI/",
    "https://www.omg.org/spec/DMN/20230324/DMNDI/",
}
_DRAWING = "https://www.omg.org/spec/DMN/20230324/DMNDI/"
_PREFIXES = {
    "": NEWEST,
    "dmndi": _DRAWING,
    "dc": "http://www.omg.org/spec/DMN/20180521/DC/",
    "di": "http://www.omg.org/spec/DMN/20180521/DI/",
}
LARGEST_FILE = 5_000_000
DEEPEST = 60


def read(source: bytes) -> tuple[model.Definitions, list[ModelProblem]]:
    """The model of a file and what of it has no place here. Raises ModelRefused if it is no DMN at all."""
    root = _parsed(source)
    space, _, name = root.tag.removeprefix("{").partition("}")
    if space not in NAMESPACES or name != "definitions":
        reason = f"The file holds {name or root.tag} of {space or 'no namespace'}, not DMN definitions."
        raise _refused("not_dmn", reason, "Export it as DMN 1.1 to 1.5.")
    reader = _Reader(space)
    found: model.Definitions = reader.element(root, model.Definitions, 0)
    return found, reader.problems


def _parsed(source: bytes) -> Xml:
    if len(source) > LARGEST_FILE:
        raise _refused("too_large", f"The file is larger than {LARGEST_FILE} bytes.", "Divide it into several files.")
    try:
        root: Xml = fromstring(source, forbid_dtd=True)
    except DefusedXmlException as error:
        reason = f"The file has a document type or entities: {error}."
        raise _refused("dtd", reason, "Save it without them.") from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        reason = f"The file is not well-formed XML: {error}."
        raise _refused("not_xml", reason, "Save it again from the modelling tool.") from error
    return root


def _refused(code: str, reason: str, advice: str) -> ModelRefused:
    return ModelRefused([ModelProblem("file", code, reason, advice)])


class _Reader:
    """Reads elements by the layout of their classes."""

    def __init__(self, space: str) -> None:
        self.space = f"{{{space}}}"
        self.problems: list[ModelProblem] = []

    def element(self, xml: Xml, kind: Callable[..., Any], depth: int) -> Any:
        if depth > DEEPEST:
            raise _refused(
                "too_deep", f"Elements lie more than {DEEPEST} deep.", "Give inner parts names of their own."
            )
        values: dict[str, Any] = {"foreign": {key: value for key, value in xml.attrib.items() if key[0] == "{"}}
        places: dict[str, tuple[str, schema.InXml]] = {}
        attributes: dict[str, Any] = {}
        for each, place in schema.layout(kind):
            if place.place == "attribute":
                attributes[place.tag] = each
                if place.tag in xml.attrib:
                    given = xml.attrib[place.tag]
                    values[each.name] = given.strip() in ("true", "1") if place.flag else given
            else:
                places |= dict.fromkeys(place.tags, (each.name, place))
        self.known_attributes(xml, attributes)
        for child in xml:
            self.child(xml, child, places, values, depth)
        return kind(**values)

    def known_attributes(self, xml: Xml, known: Mapping[str, Any]) -> None:
        for key in xml.attrib:
            if key[0] != "{" and key not in known:
                self.note(xml, "unknown_attribute", f"{self.local(xml)} has no attribute {key}.", "Take it away.")

    def child(
        self, xml: Xml, child: Xml, places: Mapping[str, tuple[str, schema.InXml]], values: dict[str, Any], depth: int
    ) -> None:
        name = self.local(child)
        if name not in places:
            what = name or str(child.tag)
            self.note(
                xml, "unknown_element", f"{self.local(xml)} can't hold {what}.", "Take it away, or spell it anew."
            )
            return
        field, place = places[name]
        if place.place == "text":
            values[field] = "".join(child.itertext())
        elif place.place == "raw":
            values[field] = (*values.get(field, ()), _raw(child))
        else:
            read = self.element(child, place.tags[name], depth + 1)  # type: ignore[arg-type]  # these places have classes
            if place.place == "many":
                values[field] = (*values.get(field, ()), read)
            elif field in values:
                self.note(xml, "one_too_many", f"{self.local(xml)} has {name} besides another one.", "Take one away.")
            else:
                values[field] = read

    def local(self, xml: Xml) -> str:
        """The name of an element of DMN or of its drawings; empty for others."""
        tag = str(xml.tag)
        space, _, name = tag.removeprefix("{").partition("}")
        return name if tag.startswith(self.space) or space in _DRAWINGS else ""

    def note(self, xml: Xml, code: str, reason: str, advice: str) -> None:
        where = xml.get("id") or xml.get("name") or self.local(xml)
        self.problems.append(ModelProblem(where, code, reason, advice))


def _raw(xml: Xml) -> str:
    """The element as text, each namespace under a prefix of its own, without the blank space between elements."""
    for each in xml.iter():
        each.tail = None if not (each.tail or "").strip() else each.tail
        if len(each) and not (each.text or "").strip():
            each.text = None
    xml.tail = None
    return ElementTree.tostring(xml, encoding="unicode")


# -- writing


def write(definitions: model.Definitions) -> bytes:
    """The model as DMN 1.5."""
    root = Xml(f"{{{NEWEST}}}definitions")
    _fill(root, definitions)
    _lift(root)
    ElementTree.indent(root)
    prefixes = {uri: prefix for prefix, uri in _PREFIXES.items()}
    _name_spaces(root, prefixes)
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _fill(xml: Xml, element: Any) -> None:
    for each, place in schema.layout(element.__class__):
        value = getattr(element, each.name)
        if place.place == "attribute":
            if value is not None and value != each.default:
                xml.set(place.tag, "true" if value is True else str(value))
            elif each.default == "" and value == "":
                xml.set(place.tag, "")
        elif place.place == "text" and value is not None:
            _child(xml, place.tag).text = value
        elif place.place == "raw":
            xml.extend(fromstring(one, forbid_dtd=True) for one in value)
        elif place.place in ("one", "many"):
            for one in (value,) if place.place == "one" else value:
                if one is not None:
                    _fill(_child(xml, _tag_of(one, place)), one)
    for key, value in element.foreign.items():
        xml.set(key, value)


def _child(xml: Xml, name: str) -> Xml:
    return ElementTree.SubElement(xml, f"{{{NEWEST}}}{name}")


def _tag_of(element: Any, place: schema.InXml) -> str:
    return next(tag for tag, kind in place.tags.items() if kind is type(element))


def _lift(root: Xml) -> None:
    """Kept elements of older versions become those of this one."""
    for xml in root.iter():
        space, _, name = str(xml.tag).removeprefix("{").partition("}")
        if space in NAMESPACES:
            xml.tag = f"{{{NEWEST}}}{name}"
        elif space in _DRAWINGS:
            xml.tag = f"{{{_DRAWING}}}{name}"


def _name_spaces(root: Xml, prefixes: dict[str, str]) -> None:
    """Write names with prefixes, all declared at the root; elements of DMN itself need none."""
    for xml in root.iter():
        xml.tag = _named(str(xml.tag), prefixes, plain_allowed=True)
        given = dict(xml.attrib)
        xml.attrib.clear()
        for key, value in given.items():
            xml.set(_named(key, prefixes, plain_allowed=False), value)
    for uri, prefix in prefixes.items():
        root.set(f"xmlns:{prefix}" if prefix else "xmlns", uri)


def _named(name: str, prefixes: dict[str, str], *, plain_allowed: bool) -> str:
    space, _, local = name.removeprefix("{").partition("}")
    if name[0] != "{":
        return name
    prefix = prefixes.setdefault(space, f"ns{len(prefixes)}")
    if not prefix and not plain_allowed:
        prefix = prefixes[space] = "dmn"
    return f"{prefix}:{local}" if prefix else local
