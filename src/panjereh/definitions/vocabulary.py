"""The shared vocabulary: concepts and the fields of registries, as types that can parse and show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from panjereh import rules
from panjereh.definitions import classification
from panjereh.definitions.classification import Classification
from panjereh.definitions.country_files import Concept
from panjereh.definitions.registry import (
    Answering,
    FieldBlock,
    Holding,
    Lookup,
    NewKey,
    Read,
    RegisterQuestion,
    RegistryFile,
)
from panjereh.definitions.texts import Text
from panjereh.definitions.types import TYPES, QuestionType, Repeated
from panjereh.kernel.errors import Invalid


class UnknownType(Invalid):
    """There is no question type of this name."""

    code = "unknown_type"


class UnknownConcept(Invalid):
    """concepts.yaml has no concept of this name."""

    code = "unknown_concept"


def kind_of(type_name: str, options: Mapping[str, Any]) -> QuestionType:
    """The type with its options. Raises UnknownType, or pydantic's ValidationError for the options."""
    if type_name not in TYPES:
        raise UnknownType(type_name)
    found = TYPES[type_name]
    return found(found.Options.model_validate(dict(options)))


def repeated(kind: QuestionType, least: int, most: int) -> QuestionType:
    return Repeated(Repeated.Options.model_validate({"of": kind, "min": least, "max": most}))


def options_with(concept: Concept, own: Mapping[str, Any]) -> dict[str, Any]:
    """A concept's options, with those that a question gives itself. A list of ids narrows the concept's choices."""
    options = {**concept.options, **own}
    offered, wanted = concept.options.get("choices"), own.get("choices")
    if offered and isinstance(wanted, list) and all(isinstance(each, str) for each in wanted):
        options["choices"] = narrowed(offered, wanted)
    return options


def narrowed(offered: Any, wanted: list[str]) -> Any:
    """Those of the choices that are wanted, in that order; an unknown one is kept for the type to refuse."""
    if isinstance(offered, Mapping):
        return {each: offered.get(each, {}) for each in wanted}
    known = {each["id"]: each for each in offered if isinstance(each, Mapping) and "id" in each}
    return [known.get(each, {"id": each}) for each in wanted]


def bound(
    concept_id: str | None, type_name: str | None, options: Mapping[str, Any], concepts: Mapping[str, Concept]
) -> tuple[QuestionType, Concept | None]:
    """The type of a question or field, and its concept if it has one."""
    if concept_id is None:
        return kind_of(type_name or "", options), None
    concept = concepts.get(concept_id)
    if concept is None:
        raise UnknownConcept(concept_id)
    return kind_of(concept.type, options_with(concept, options)), concept


@dataclass(frozen=True, slots=True)
class RegistryField:
    """A field of a register, ready to check and show values."""

    id: str
    label: Text
    kind: QuestionType
    required: bool
    many: bool
    concept: str | None
    classification: Classification = "internal"


@dataclass(frozen=True, slots=True)
class Answerable:
    """A question that a register answers with yes or no. fields: those that it looks at."""

    id: str
    text: Text
    given: tuple[str, ...]
    that: rules.Expression
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registry:
    """An authoritative register: its fields, keys, look-ups, and who may read what for which purpose."""

    id: str
    title: Text
    agency: str
    law: str | None
    entity: str
    key: str
    new_key: NewKey | None
    fields: Mapping[str, RegistryField]
    label: str
    caption: tuple[str, ...]
    indexed: tuple[str, ...]
    lookups: Mapping[str, Lookup]
    reads: tuple[Read, ...]
    questions: Mapping[str, Answerable] = field(default_factory=dict)
    answers: tuple[Answering, ...] = ()
    holding: Holding | None = None


def compile_registry(file: RegistryFile, concepts: Mapping[str, Concept]) -> Registry:
    """Bind the fields to their types. Raises as `kind_of` and UnknownConcept."""
    return Registry(
        id=file.registry,
        title=file.title,
        agency=file.agency,
        law=file.law,
        entity=file.entity,
        key=file.key,
        new_key=file.new_key,
        fields={name: _field(name, block, concepts) for name, block in file.fields.items()},
        label=file.label,
        caption=tuple(file.caption) or (file.key,),
        indexed=tuple(file.indexed),
        lookups=file.lookups,
        reads=tuple(file.reads),
        questions={name: _answerable(name, block, file) for name, block in file.questions.items()},
        answers=tuple(file.answers),
        holding=file.holding,
    )


def _answerable(name: str, block: RegisterQuestion, file: RegistryFile) -> Answerable:
    that = rules.compile(block.that)
    return Answerable(
        name, block.text, tuple(block.given), that, tuple(each for each in file.fields if each in that.names)
    )


def _field(name: str, block: FieldBlock, concepts: Mapping[str, Concept]) -> RegistryField:
    kind, concept = bound(block.concept, block.type, block.options, concepts)
    label = block.label or (concept.label if concept else Text({"en": name.replace("_", " ")}))
    most = repeated(kind, 0, 100) if block.many else kind
    closed = classification.of(block.classification, concept.classification if concept else None, kind.name)
    return RegistryField(name, label, most, block.required, block.many, block.concept, closed)
