"""The model as plain mappings and lists, as its YAML form holds it, and back again without loss.

Each element is a mapping of its fields. What is said often has a short form: a text of FEEL stands for itself, elements
with names are a mapping of names, what a decision needs is a list of names, the cells of a row are two lists.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from panjereh.rules.dmn import model, schema
from panjereh.rules.dmn.naming import Names
from panjereh.rules.errors import ModelProblem, ModelRefused
from panjereh.rules.hits import Policy
from panjereh.rules.texts import written
from panjereh.rules.values import to_feel

VERSION = "1.5"
BOXES = {
    "feel": model.Literal,
    "table": model.Table,
    "context": model.Context,
    "list": model.ListOf,
    "relation": model.Relation,
    "function": model.FunctionOf,
    "call": model.Invocation,
    "if": model.Conditional,
    "for": model.For,
    "some": model.Some,
    "every": model.Every,
    "filter": model.Filter,
}
_KEYS = {kind: key for key, kind in BOXES.items()}
_OWNERS = (model.Decision, model.InputData, model.Knowledge, model.Service)
_POLICIES = {policy.value for policy in Policy}
_DEEPEST = 100


def plain(definitions: model.Definitions) -> dict[str, Any]:
    """The mapping of a model, as it is written to YAML."""
    return {"dmn": VERSION, **_Writer(Names(definitions)).fields(definitions)}


def definitions_of(data: Mapping[str, Any]) -> model.Definitions:
    """The model of a mapping. Raises ModelRefused with the place."""
    body = {key: value for key, value in data.items() if key != "dmn"}
    found: model.Definitions = _Reader().element(body, model.Definitions, "file", 0)
    return Names(found).resolved()


# -- writing


class _Writer:
    def __init__(self, names: Names) -> None:
        self.names = names

    def fields(self, element: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
        """All fields that say something."""
        found: dict[str, Any] = {}
        for each, place in schema.layout(element.__class__):
            value = getattr(element, each.name)
            if each.name not in without and value != each.default:
                found[each.name] = self.value(value, place)
        if element.foreign:
            found["foreign"] = dict(element.foreign)
        return found

    def value(self, value: Any, place: schema.InXml) -> Any:
        if place.place in ("attribute", "text"):
            return value
        if place.place == "raw":
            return list(value)
        boxed = place.tags is model.EXPRESSIONS
        if place.place == "one":
            found = self.box(value) if boxed else self.element(value)
            return {} if found is None else found
        if boxed:
            return [self.box(one) for one in value]
        return self.named(value) or [self.element(one) for one in value]

    def named(self, elements: tuple[Any, ...]) -> dict[str, Any] | None:
        """Elements by their names; None if they have none, or share one."""
        names = [getattr(one, "name", "") for one in elements]
        if not all(names) or len(set(names)) < len(names) or isinstance(elements[0], model.OutputClause):
            return None
        return {one.name: self.short(one, self.body(one, without=("name",))) for one in elements}

    def body(self, element: Any, without: tuple[str, ...] = ()) -> dict[str, Any]:
        if isinstance(element, _OWNERS):
            return self.owner(element, without)
        if isinstance(element, model.Rule) and (cells := _cells(element)):
            return cells
        return self.fields(element, without)

    def owner(self, element: Any, without: tuple[str, ...]) -> dict[str, Any]:
        """An element with a variable of its own name says only the type of that."""
        found = self.fields(element, (*without, "variable"))
        variable = element.variable
        if variable is None:
            return {"variable": None, **found}
        own = self.fields(variable, without=("name",))
        if variable.name != element.name:
            own = {"name": variable.name, **own}
        if not own:
            return found
        return {"type": own["type"], **found} if own.keys() == {"type"} else {"variable": own, **found}

    def element(self, element: Any) -> Any:
        if isinstance(element, model.InformationRequirement | model.AuthorityRequirement | model.KnowledgeRequirement):
            name = self.names.short(element)
            if name is not None:
                return name
        if isinstance(element, model.Reference) and (name := self.names.of(element)) is not None:
            return name
        return self.short(element, self.body(element))

    def short(self, element: Any, found: dict[str, Any]) -> Any:
        """The one thing that there is to say, where that is the main thing."""
        main = getattr(element, "SHORT", None)
        if main is None or isinstance(element, model.Reference):
            return found or None if isinstance(element, model.Variable) else found
        if found.keys() != {main}:
            return found
        return found[main] if _is_box(found[main]) or not isinstance(found[main], Mapping) else found

    def box(self, box: Any) -> Any:
        found = self.fields(box)
        if isinstance(box, model.Literal) and found.keys() == {"text"}:
            return box.text
        return {_KEYS[type(box)]: found}


def _cells(rule: model.Rule) -> dict[str, Any] | None:
    """A row as lists of texts; None if its cells say more than a text and an id."""
    parts: list[Any] = [*rule.tests, *rule.outputs, *rule.notes]
    if any(part != type(part)(id=part.id, text=part.text) or part.text is None for part in parts):
        return None
    ids = [rule.id, *(part.id for part in parts)]
    if None in ids and any(ids):
        return None
    found: dict[str, Any] = {"if": [one.text for one in rule.tests], "then": [one.text for one in rule.outputs]}
    if rule.notes:
        found["notes"] = [one.text for one in rule.notes]
    rest = {"label": rule.label, "description": rule.description, "extension": list(rule.extension)}
    found |= {key: value for key, value in rest.items() if value}
    if rule.foreign:
        found["foreign"] = dict(rule.foreign)
    return found | {"ids": ids} if rule.id else found


# -- reading


class _Reader:
    """Reads mappings by the layout of the classes, and says where something is wrong."""

    def element(self, data: Any, kind: Callable[..., Any], where: str, depth: int, name: str | None = None) -> Any:
        if depth > _DEEPEST:
            raise _wrong(where, f"lies more than {_DEEPEST} deep", "Give inner parts names of their own.")
        data = self.long(data, kind, where)
        if name is not None:
            data = {"name": name, **data}
        if kind in _OWNERS:
            data = _with_variable(data)
        if kind is model.Rule and ("if" in data or "then" in data):
            return self.row(data, where)
        values: dict[str, Any] = {}
        layout = {each.name: place for each, place in schema.layout(kind)}
        for key, value in data.items():
            inner = f"{where}.{key}" if where != "file" else str(key)
            if key == "foreign" and isinstance(value, Mapping):
                values["foreign"] = {str(one): str(text) for one, text in value.items()}
            elif key in layout:
                values[key] = self.value(value, layout[key], inner, depth + 1)
            else:
                raise _wrong(inner, "is no key here", f"There are {', '.join(layout)}.")
        return kind(**values)

    def long(self, data: Any, kind: Callable[..., Any], where: str) -> dict[str, Any]:
        """The long form of what may be written short."""
        if kind in (model.InformationRequirement, model.AuthorityRequirement) and isinstance(data, str):
            return {"decision": data}
        main = "type" if kind is model.Variable else getattr(kind, "SHORT", None)
        if data is None:
            return {}
        if isinstance(data, Mapping) and not (main == "expression" and _is_box(data)):
            return {str(key): value for key, value in data.items()}
        if main is None:
            raise _wrong(where, "is no mapping", "Write keys and values.")
        return {main: data}

    def value(self, data: Any, place: schema.InXml, where: str, depth: int) -> Any:
        if data is None:
            return () if place.place in ("many", "raw") else None
        if place.place in ("attribute", "text"):
            return bool(data) if place.flag else _text(data, where)
        if place.place == "raw":
            return tuple(_text(one, where) for one in _list(data, where))
        boxed = place.tags is model.EXPRESSIONS
        kind = next(iter(place.tags.values()))
        assert kind is not None  # noqa: S101  # only texts have none
        if place.place == "one":
            return self.box(data, where, depth) if boxed else self.element(data, kind, where, depth)
        if boxed:
            return tuple(self.box(one, where, depth) for one in _list(data, where))
        if isinstance(data, Mapping):
            return tuple(
                self.element(one, kind, f"{where}.{name}", depth, name=str(name)) for name, one in data.items()
            )
        return tuple(self.element(one, kind, f"{where}[{at}]", depth) for at, one in enumerate(_list(data, where), 1))

    def box(self, data: Any, where: str, depth: int) -> Any:
        if not isinstance(data, Mapping):
            return model.Literal(text=_text(data, where))
        if not _is_box(data):
            raise _wrong(where, "is no expression", f"Write a text of FEEL, or one of {', '.join(BOXES)}.")
        ((key, body),) = data.items()
        if key == "table" and isinstance(body, Mapping) and str(body.get("hit", "")) in _POLICIES:
            body = {**body, "hit": str(body["hit"]).upper()}
        return self.element(body, BOXES[key], f"{where}.{key}", depth + 1)

    def row(self, data: Mapping[str, Any], where: str) -> model.Rule:
        """A row whose cells are lists of texts."""
        tests, outputs = _cell_texts(data.get("if"), where), _cell_texts(data.get("then"), where)
        notes = _cell_texts(data.get("notes"), where)
        ids: Iterator[Any] = iter(_list(data.get("ids") or [], where))
        rest = {key: value for key, value in data.items() if key not in ("if", "then", "notes", "ids")}
        rule: model.Rule = self.element({"id": next(ids, None), **rest}, model.Rule, where, 0)
        return model.Rule(
            **{name: getattr(rule, name) for name in ("id", "label", "foreign", "description", "extension")},
            tests=tuple(model.Tests(id=next(ids, None), text=one) for one in tests),
            outputs=tuple(model.Literal(id=next(ids, None), text=one) for one in outputs),
            notes=tuple(model.Annotation(id=next(ids, None), text=one) for one in notes),
        )


def _is_box(data: Any) -> bool:
    """Whether this is an expression in boxes, such as {table: …}."""
    return isinstance(data, Mapping) and len(data) == 1 and next(iter(data)) in BOXES


def _with_variable(data: dict[str, Any]) -> dict[str, Any]:
    """The long form of an element whose variable has its name."""
    if "variable" not in data:
        own = {"type": data["type"]} if data.get("type") is not None else {}
    elif data["variable"] is None:
        return data
    else:
        own = dict(data["variable"]) if isinstance(data["variable"], Mapping) else {"type": data["variable"]}
    rest = {key: value for key, value in data.items() if key != "type"}
    return {**rest, "variable": {"name": data.get("name", ""), **own}}


def _cell_texts(data: Any, where: str) -> list[str]:
    cells = data if isinstance(data, list) else [] if data is None else [data]
    return ["-" if cell is None else _text(cell, where) for cell in cells]


def _list(data: Any, where: str) -> list[Any]:
    if not isinstance(data, list):
        raise _wrong(where, "is no list", "Write one item under another, each after a dash.")
    return data


def _text(data: Any, where: str) -> str:
    """A text; numbers, truth values and dates of YAML as FEEL writes them."""
    if isinstance(data, str):
        return data
    if isinstance(data, bool | int | float):
        return written(to_feel(data))
    if isinstance(data, date):
        return f'@"{written(to_feel(data))}"'
    raise _wrong(where, "is no text", "Write a text, in quotes if it holds signs of YAML.")


def _wrong(where: str, reason: str, advice: str) -> ModelRefused:
    return ModelRefused([ModelProblem(where, "yaml", f"{where} {reason}.", advice)])
