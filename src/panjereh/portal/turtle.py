"""Nodes of JSON-LD written as Turtle (W3C, RDF 1.1): flat nodes with prefixed names, as `cpsv` makes them."""

from collections.abc import Iterable, Mapping
from typing import Any

_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_NOT_IN_ADDRESSES = {ord(char): f"%{ord(char):02X}" for char in '<>"{}|^`\\ '}


def write(nodes: Iterable[Mapping[str, Any]], prefixes: Mapping[str, str]) -> str:
    """The document: prefixes, then each node with what is said of it."""
    head = "".join(f"@prefix {name}: <{address}> .\n" for name, address in prefixes.items())
    return head + "".join(_node(node) for node in nodes)


def _node(node: Mapping[str, Any]) -> str:
    said = [f"a {', '.join(_listed(node['@type']))}"]
    for name, values in node.items():
        if not name.startswith("@"):
            said.append(f"{name} {', '.join(_value(each) for each in _listed(values))}")
    return "\n" + _address(node["@id"]) + " " + " ;\n    ".join(said) + " .\n"


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _value(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPED)}"'
    if "@id" in value:
        return _address(value["@id"])
    text = f'"{value["@value"].translate(_ESCAPED)}"'
    return f"{text}@{value['@language']}" if "@language" in value else f"{text}^^{value['@type']}"


def _address(address: str) -> str:
    return f"<{address.translate(_NOT_IN_ADDRESSES)}>"
