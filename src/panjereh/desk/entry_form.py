"""The fields of an entry as boxes: what stands in the register, what was typed, what is different."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from panjereh.definitions import Registry, RegistryField
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import Asking, Form
from panjereh.ui import words
from panjereh.ui.jinja import show_text
from panjereh.ui.questions import Asked, Choice, id_of

NOT_TYPED = ("file", "person", "organisation")
"""Kinds of fields that come from services only: nobody types them at the desk."""


@dataclass(frozen=True)
class Changes:
    """What the posted form makes of an entry."""

    values: Mapping[str, Any]
    errors: Mapping[str, str]

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [(id_of(box), sentence) for box, sentence in self.errors.items()]


def fields_of(registry: Registry) -> list[RegistryField]:
    return [field for field in registry.fields.values() if not field.many and field.kind.name not in NOT_TYPED]


def box(field: RegistryField) -> str:
    return f"value.{field.id}"


def asked(
    registry: Registry,
    data: Mapping[str, Any],
    asking: Asking,
    *,
    posted: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[Asked]:
    """The fields with what was typed, or else what the register holds."""
    return [
        Asked(
            type=field.kind.name,
            name=box(field),
            label=show_text(field.label),
            optional=not field.required,
            boxes=posted if posted is not None else stored_boxes(field, data.get(field.id), asking),
            errors={name: text for name, text in (errors or {}).items() if _belongs(name, field)},
            choices=[Choice(c.id, show_text(c.text), show_text(c.hint)) for c in field.kind.choices(asking)],
            options=field.kind.options,
        )
        for field in fields_of(registry)
    ]


def _belongs(name: str, field: RegistryField) -> bool:
    return name == box(field) or name.startswith(f"{box(field)}.")


def stored_boxes(field: RegistryField, value: Any, asking: Asking) -> dict[str, list[str]]:
    return field.kind.unparse(value, box(field), asking) if value is not None else {}


def changes(registry: Registry, data: Mapping[str, Any], form: Form, asking: Asking) -> Changes:
    """What was typed and is not what the register holds already, in whichever spelling it holds it."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field in fields_of(registry):
        try:
            typed = field.kind.parse(form, box(field), asking)
            if typed is None and field.required:
                raise field.kind.missing(box(field))
        except AnswerProblem as problem:
            for each in problem.all:
                errors.setdefault(each.box or box(field), words.sentence(each.code, **each.params))
            continue
        if typed != _as_typed(field, data.get(field.id), asking):
            values[field.id] = typed
    return Changes(values, errors)


def _as_typed(field: RegistryField, value: Any, asking: Asking) -> Any:
    """The stored value as it would come from an untouched form."""
    try:
        return field.kind.parse(Form(stored_boxes(field, value, asking)), box(field), asking)
    except AnswerProblem:
        return value


def shown(field: RegistryField, value: Any, asking: Asking) -> str | list[str]:
    """A value in words; empty when there is none."""
    return "" if value is None else field.kind.show(value, asking)
