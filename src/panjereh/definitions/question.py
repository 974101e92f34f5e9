"""The blocks that ask: pages and their questions, as written."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from panjereh.definitions.block import Block, Feel, Key, as_list
from panjereh.definitions.classification import Classification
from panjereh.definitions.texts import Text


class Check(Block):
    """Something that must be true of an answer beyond its type."""

    that: Feel = Field(description="FEEL over the answers so far; `value` is this answer")
    text: Text | None = Field(default=None, description="what the person is told when it is not true, and what to do")

    @model_validator(mode="before")
    @classmethod
    def may_be_an_expression_alone(cls, data: Any) -> Any:
        return {"that": data} if isinstance(data, str | bool) else data


class Repeat(Block):
    """How often something is asked."""

    min: int = Field(default=1, ge=0, le=50, description="at least so many")
    max: int = Field(default=10, ge=1, le=50, description="at most so many")

    @model_validator(mode="after")
    def min_is_not_above_max(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self


class PageRepeat(Repeat):
    """A page that is filled in once for each child, vehicle, partner …"""

    as_: Key = Field(alias="as", description="name of the list; pages in a row with the same name form one group")
    title: Text | None = Field(default=None, description="what one of them is called: Child")


class Source(Block):
    """Where the answer already is: a register answers, the person confirms."""

    lookup: str = Field(
        pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_]*$", description="registry.lookup, such as population.by_national_id"
    )
    given: dict[Key, Feel] = Field(
        default={},
        description="what is looked up without asking: field of the lookup → FEEL; the person is asked for the rest",
    )

    @model_validator(mode="before")
    @classmethod
    def may_be_a_name_alone(cls, data: Any) -> Any:
        return {"lookup": data} if isinstance(data, str) else data


class Typed(Block):
    """A block with a question type. Keys that are not listed here are options of the type (see Question types)."""

    options: dict[str, Any] = Field(default={}, description="options of the type; write them beside the other keys")

    @model_validator(mode="before")
    @classmethod
    def gathers_its_options(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "options" in data:
            return data
        options = {key: value for key, value in data.items() if key not in cls.model_fields}
        return {key: value for key, value in data.items() if key not in options} | {"options": options}


class Asked(Typed):
    """One thing that the service asks: a concept of the shared vocabulary, or a plain type."""

    id: Key = Field(description="name of the answer, unique in the service; FEEL uses it bare")
    concept: str | None = Field(default=None, description="id in concepts.yaml; type and texts come from there")
    type: str | None = Field(default=None, description="a question type, if there is no concept")
    label: Text | None = Field(default=None, description="the question as a short phrase")
    hint: Text | None = Field(default=None, description="help under the label: where to find it, in which form")
    short: Text | None = Field(
        default=None, description="the label in at most 40 characters, for lists and text messages"
    )
    say: Text | None = Field(default=None, description="the question as spoken on the phone")
    why: Text | None = Field(default=None, description="why this is asked, if no rule, record or proof uses it")
    about: str | None = Field(
        default=None,
        description="whose datum it is: applicant, new (not yet registered), nobody, or the id of a person question",
    )
    required: bool = Field(default=True, description="whether it must be answered")
    required_if: Feel | None = Field(default=None, description="FEEL: must be answered only when true")
    show_if: Feel | None = Field(
        default=None, description="FEEL: asked only when true; sees answers of earlier screens"
    )
    check: Annotated[list[Check], BeforeValidator(as_list)] = Field(
        default=[], description="what must be true of the answer"
    )
    repeat: Repeat | None = Field(default=None, description="asked several times, such as witnesses")
    source: Source | None = Field(default=None, description="registry.lookup that answers it; the person confirms")
    proves: Annotated[list[Key], BeforeValidator(as_list)] = Field(
        default=[], description="ids of the conditions it is evidence for"
    )

    classification: Classification | None = Field(
        default=None, description="how the answer must be protected, if more than its concept says"
    )

    @model_validator(mode="after")
    def says_what_it_is(self) -> Self:
        if (self.concept is None) == (self.type is None):
            raise ValueError(f"question {self.id}: name a concept or a type, not both and not neither")
        return self


class Page(Block):
    """Questions that belong together. Each is one screen of its own unless the page says `together`."""

    page: Key = Field(description="name of the page, unique in the service")
    title: Text | None = Field(default=None, description="heading")
    hint: Text | None = Field(default=None, description="what to know before answering")
    together: bool = Field(default=False, description="all questions of the page on one screen")
    repeat: PageRepeat | None = Field(default=None, description="the page is filled in several times")
    show_if: Feel | None = Field(
        default=None, description="FEEL: asked only when true; sees answers of earlier screens"
    )
    questions: list[Asked] = Field(min_length=1, description="what is asked, in this order")
