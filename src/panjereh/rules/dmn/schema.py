"""How the fields of the model stand in XML: as attributes, texts of child elements, or child elements."""

from collections.abc import Callable, Mapping
from dataclasses import Field, field, fields
from functools import cache
from typing import Any, Literal, NamedTuple, cast

Place = Literal["attribute", "text", "one", "many", "raw"]


class InXml(NamedTuple):
    """Where a field stands.

    tags: names of the attribute or of the child elements, each with the class of what it holds; texts have none
    flag: the attribute is true or false
    """

    place: Place
    tags: Mapping[str, type[Any] | None]
    flag: bool = False

    @property
    def tag(self) -> str:
        return next(iter(self.tags))


def attribute(name: str, default: Any = None) -> Any:
    return field(default=default, metadata={"xml": InXml("attribute", {name: None}, flag=default is False)})


def text(name: str) -> Any:
    """A child element that holds nothing but a text."""
    return field(default=None, metadata={"xml": InXml("text", {name: None})})


def one(**tags: type[Any]) -> Any:
    """At most one child element, of one of these names."""
    return field(default=None, metadata={"xml": InXml("one", _plain(tags))})


def many(**tags: type[Any]) -> Any:
    return field(default=(), metadata={"xml": InXml("many", _plain(tags))})


def one_of(kinds: Mapping[str, type[Any]]) -> Any:
    """As `one`; the kinds may be entered later, since they may hold each other."""
    return field(default=None, metadata={"xml": InXml("one", kinds)})


def many_of(kinds: Mapping[str, type[Any]]) -> Any:
    return field(default=(), metadata={"xml": InXml("many", kinds)})


def raw(*names: str) -> Any:
    """Child elements that mean nothing to us and are kept as they are written."""
    return field(default=(), metadata={"xml": InXml("raw", dict.fromkeys(names))})


def _plain(tags: Mapping[str, type[Any]]) -> dict[str, type[Any] | None]:
    """Names that are words of Python carry a low line at their end."""
    return {tag.rstrip("_"): kind for tag, kind in tags.items()}


@cache
def layout(kind: Callable[..., Any]) -> tuple[tuple[Field[Any], InXml], ...]:
    """The fields of a class of the model in the order of the schema, each with its place."""
    return tuple((each, each.metadata["xml"]) for each in fields(cast("Any", kind)) if "xml" in each.metadata)
