"""registries/*.yaml: authoritative registers. Their keys, fields, and who may read what for which purpose."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from panjereh.definitions.block import Block, Feel, Key, LawRef, Slug, Within, as_list
from panjereh.definitions.classification import Classification
from panjereh.definitions.disclosing import Disclose
from panjereh.definitions.question import Typed
from panjereh.definitions.texts import Text


class FieldBlock(Typed):
    """A field of a register: a concept, or a plain type with its options."""

    concept: str | None = Field(default=None, description="id in concepts.yaml")
    type: str | None = Field(default=None, description="a question type, if there is no concept")
    label: Text | None = Field(default=None, description="what the field is called; otherwise the concept's label")
    required: bool = Field(default=False, description="no entry without it")
    many: bool = Field(default=False, description="a list of such values")
    classification: Classification | None = Field(
        default=None, description="how it must be protected, if more than its concept says"
    )

    @model_validator(mode="after")
    def says_what_it_is(self) -> Self:
        if (self.concept is None) == (self.type is None):
            raise ValueError("name a concept or a type, not both and not neither")
        return self


class NewKey(Block):
    """How a new entry gets its key."""

    kind: Literal["national-id", "serial"] = Field(
        description="national-id: ten random digits with a check digit, never used twice; serial: the next number"
    )
    prefix: str = Field(default="", pattern=r"^[A-Z0-9-]{0,12}$", description="what a serial begins with")


class Lookup(Block):
    """A way to find an entry. All fields of `match` must fit exactly."""

    match: list[Key] = Field(min_length=1, description="fields that must be known")
    returns: list[Key] = Field(default=[], description="fields that come back; empty = all that the purpose allows")
    many: bool = Field(default=False, description="true if several entries can fit; all of them come back")


class Read(Block):
    """Who may read what for which purpose."""

    purpose: Key = Field(description="name of the purpose, as in `purposes` of services")
    text: Text | None = Field(
        default=None, description="the purpose in words, for the person who sees who looked at their data"
    )
    law: LawRef = Field(description="law#article that allows it")
    by: Annotated[list[Slug], BeforeValidator(as_list)] = Field(min_length=1, description="agencies that may")
    fields: list[Key] = Field(min_length=1, description="fields that they may read")
    disclose: Disclose | None = Field(
        default=None, description="what puts off showing the person such a reading; without it, they see it at once"
    )


class RegisterQuestion(Block):
    """A question that the register answers with yes or no, so that nobody has to read the entry for it."""

    text: Text = Field(
        description="what is true when the answer is yes, as the end of “asked whether …”; {name} is one of `given`"
    )
    given: list[Key] = Field(
        default=[],
        description="what whoever asks must say, such as a number of years; `place` is a code of places.yaml",
    )
    that: Feel = Field(
        description="FEEL over the fields of the entry and what is given: true, false, or null (unknown)"
    )


class Answering(Block):
    """Who may ask what for which purpose. What the rule sets stands here: who could choose it would soon know more."""

    question: Key = Field(description="name of a question of this register")
    given: dict[Key, int | str] = Field(
        default={}, description="what the rule sets, such as `years: 18`; the rest may be anything"
    )
    purpose: Key = Field(description="name of the purpose, as in `purposes` of services")
    law: LawRef = Field(description="law#article of the rule")
    by: Annotated[list[Slug], BeforeValidator(as_list)] = Field(min_length=1, description="agencies that may")
    disclose: Disclose | None = Field(
        default=None, description="what puts off showing the person that it was asked; without it, they see it at once"
    )


class Holding(Block):
    """Whose an entry is and until when it holds. People see what they hold, and what can follow it, on one page."""

    holder: Key = Field(
        description="the indexed field with the number of whom it belongs to: a national number or a company identifier"
    )
    until: Key | None = Field(default=None, description="the indexed field with the last day on which it holds")
    suspended: Key | None = Field(
        default=None, description="the field with the last day on which it is suspended; empty: it is not"
    )
    lookup: Key = Field(description="the look-up by number and holder, by which people name an entry of theirs")
    remind: Annotated[list[Within], BeforeValidator(as_list)] = Field(
        default=[], description="how long before its last day the holder is reminded, and offered to renew it: P60D"
    )
    law: LawRef = Field(description="law#article by which the holder is reminded")


class RegistryFile(Block):
    """An authoritative register: versioned entries about one kind of entity."""

    registry: Slug = Field(description="id; the file has the same name")
    title: Text = Field(description="what it is called")
    agency: Slug = Field(description="who keeps it")
    law: LawRef | None = Field(default=None, description="law#article that orders it")
    entity: Key = Field(description="what an entry is about: person, vehicle, address …")
    key: Key = Field(description="the field by which people know an entry")
    new_key: NewKey | None = Field(
        default=None, description="how the key of a new entry is made; without it, it is given"
    )
    fields: dict[Key, FieldBlock] = Field(min_length=1, description="what an entry holds")
    label: Classification = Field(default="confidential", description="how its entries must be protected")
    caption: list[Key] = Field(default=[], description="fields by which officials recognise an entry in a list")
    indexed: list[Key] = Field(
        default=[],
        description="fields that name others (parents, representatives), by which the platform finds entries for a "
        "purpose in `reads`; no form can ask so",
    )
    lookups: dict[Key, Lookup] = Field(default={}, description="ways to find an entry")
    reads: list[Read] = Field(default=[], description="who may read what for which purpose")
    questions: dict[Key, RegisterQuestion] = Field(
        default={}, description="questions that it answers with yes or no, instead of handing out the entry"
    )
    answers: list[Answering] = Field(default=[], description="who may ask them for which purpose")
    holding: Holding | None = Field(
        default=None, description="for registers of what somebody holds (a licence, a vehicle): whose, and until when"
    )

    @model_validator(mode="after")
    def names_its_own_fields(self) -> Self:
        named = {self.key, *self.caption, *self.indexed}
        for lookup in self.lookups.values():
            named |= {*lookup.match, *lookup.returns}
        for read in self.reads:
            named |= set(read.fields)
        if self.holding is not None:
            held = (self.holding.holder, self.holding.until, self.holding.suspended)
            named |= {name for name in held if name is not None}
        if strange := sorted(named - set(self.fields)):
            raise ValueError(f"{', '.join(strange)}: no field of this registry has this name")
        return self

    @model_validator(mode="after")
    def answers_what_it_knows(self) -> Self:
        for each in self.answers:
            question = self.questions.get(each.question)
            if question is None:
                raise ValueError(f"{each.question}: no question of this registry has this name")
            if strange := sorted(set(each.given) - set(question.given)):
                raise ValueError(f"{', '.join(strange)}: {each.question} is given no such thing")
        return self

    @model_validator(mode="after")
    def can_find_what_is_held(self) -> Self:
        held = self.holding
        if held is None:
            return self
        if missing := sorted({held.holder, *([held.until] if held.until else [])} - set(self.indexed)):
            raise ValueError(f"{', '.join(missing)}: what `holding` names must also stand in `indexed`")
        lookup = self.lookups.get(held.lookup)
        if lookup is None or set(lookup.match) != {self.key, held.holder}:
            raise ValueError(f"holding: the look-up {held.lookup!r} must match {self.key} and {held.holder}")
        if held.remind and not held.until:
            raise ValueError("holding: whoever is reminded needs a day before which; name `until`")
        return self
