"""Questions that are answered by choosing."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from panjereh.definitions.block import Block
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.texts import Text
from panjereh.definitions.types.base import (
    HERE,
    Asking,
    Channel,
    Form,
    OneBox,
    QuestionType,
    Value,
    Way,
    expect,
    on_paper_and_screens,
    tidied,
)
from panjereh.definitions.types.choice import Choice

MOST_BY_KEYS = {Channel.SMS: 4, Channel.USSD: 5, Channel.VOICE: 4}
"""Choices that one message, one USSD screen or one spoken sentence can offer."""


def by_keys(choices: int) -> dict[Channel, Way]:
    """All ways that can offer so many choices at once."""
    keys = {channel: Way("keys", most) for channel, most in MOST_BY_KEYS.items() if choices <= most}
    return on_paper_and_screens("tick") | keys


class YesNoOptions(Block):
    yes: Text = Field(default=Text({"fa": "بله", "en": "Yes"}), description="the words of yes")
    no: Text = Field(default=Text({"fa": "خیر", "en": "No"}), description="the words of no")


class YesNo(OneBox):
    """Yes or no."""

    name = "yes_no"
    Options: ClassVar[type[Block]] = YesNoOptions
    options: YesNoOptions
    missing_code = "missing_choice"
    ways = by_keys(2)

    def read(self, typed: str, box: str, asking: Asking) -> bool:
        if typed not in ("yes", "no"):
            raise AnswerProblem("unknown_choice", box)
        return typed == "yes"

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> bool:
        return expect(bool, value, name)

    def write(self, value: Value, asking: Asking) -> str:
        return "yes" if value else "no"

    def show(self, value: Value, asking: Asking = HERE) -> str:
        return (self.options.yes if value else self.options.no).in_(asking.language)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "boolean"}


class DeclarationOptions(Block):
    text: Text = Field(description="what the person confirms, in the first person")


class Declaration(OneBox):
    """A statement that must be ticked. Its only answer is yes."""

    name = "declaration"
    Options: ClassVar[type[Block]] = DeclarationOptions
    options: DeclarationOptions
    missing_code = "declaration_not_ticked"
    ways = by_keys(1)

    def read(self, typed: str, box: str, asking: Asking) -> bool:
        return self.accept(typed == "yes", box)

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> bool:
        if not expect(bool, value, name):
            raise self.missing(name)
        return True

    def write(self, value: Value, asking: Asking) -> str:
        return "yes"

    def show(self, value: Value, asking: Asking = HERE) -> str:
        return self.options.text.in_(asking.language)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"const": True}


class FromList(Block):
    """The choices are a list of the country."""

    from_: str = Field(alias="from", description="agencies, offices or another list of the country")


def _named(value: Any) -> Any:
    """Choices may be written as `{hospital: {fa: …, en: …}}`; with a hint, as `{hospital: {text: …, hint: …}}`."""
    if not isinstance(value, Mapping) or set(value) in ({"from"}, {"from_"}):
        return value
    return [
        {"id": key, **body} if isinstance(body, Mapping) and "text" in body else {"id": key, "text": body}
        for key, body in value.items()
    ]


class ChoosingOptions(Block):
    choices: Annotated[FromList | tuple[Choice, ...], BeforeValidator(_named)] = Field(
        description="what can be chosen: `{id: text}`, a list of choices, or `{from: list of the country}`"
    )

    @model_validator(mode="after")
    def each_once(self) -> Self:
        if isinstance(self.choices, tuple):
            ids = [choice.id for choice in self.choices]
            twice = sorted({each for each in ids if ids.count(each) > 1})
            if twice:
                raise ValueError(f"the choice {twice[0]} is there twice; give each its own id")
            if len(ids) < 2:
                raise ValueError("there is nothing to choose with fewer than two choices")
        return self


class OneOf(OneBox):
    """One of several choices."""

    name = "one_of"
    Options: ClassVar[type[Block]] = ChoosingOptions
    options: ChoosingOptions
    missing_code = "missing_choice"

    def choices(self, asking: Asking = HERE) -> Sequence[Choice]:
        choices = self.options.choices
        return asking.lists.get(choices.from_, ()) if isinstance(choices, FromList) else choices

    def read(self, typed: str, box: str, asking: Asking) -> str:
        if all(choice.id != typed for choice in self.choices(asking)):
            raise AnswerProblem("unknown_choice", box)
        return typed

    def show(self, value: Value, asking: Asking = HERE) -> str:
        """The text of the choice; its id when the country's list has it no more."""
        found = (choice.text.in_(asking.language) for choice in self.choices(asking) if choice.id == value)
        return next(found, str(value))

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        ids = [choice.id for choice in self.choices(asking)]
        return {"type": "string", "enum": ids} if ids else {"type": "string"}

    def way(self, channel: Channel, asking: Asking = HERE) -> Way | None:
        number = len(self.choices(asking))
        return by_keys(number).get(channel) if number else on_paper_and_screens("tick").get(channel)


class SeveralOptions(ChoosingOptions):
    min: int = Field(default=1, ge=1, description="choices at least")
    max: int | None = Field(default=None, ge=1, description="choices at most; all when left out")

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.max is not None and self.min > self.max:
            raise ValueError(f"min is {self.min} and max is {self.max}; min can't be larger")
        return self


class SeveralOf(QuestionType):
    """Several of the choices, in the order in which they are offered."""

    name = "several_of"
    Options: ClassVar[type[Block]] = SeveralOptions
    options: SeveralOptions
    missing_code = "missing_choice"
    shown_as = "lines"
    ways = on_paper_and_screens("tick")

    def choices(self, asking: Asking = HERE) -> Sequence[Choice]:
        return self._one_of.choices(asking)

    @property
    def _one_of(self) -> OneOf:
        return OneOf(ChoosingOptions(choices=self.options.choices))

    def boxes(self, name: str) -> list[str]:
        return [name]

    def parse(self, form: Form, name: str, asking: Asking = HERE) -> list[str] | None:
        chosen = form.several(name, most=1000)
        return self._checked(chosen, name, asking) if chosen else None

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> list[str]:
        chosen = [tidied(expect(str, each, name), name) for each in expect(list, value, name)]
        return self._checked(chosen, name, asking)

    def _checked(self, chosen: list[str], box: str, asking: Asking) -> list[str]:
        offered = [choice.id for choice in self.choices(asking)]
        wanted = set(chosen)
        if not wanted <= set(offered):
            raise AnswerProblem("unknown_choice", box)
        if len(wanted) < self.options.min:
            raise AnswerProblem("too_few", box, min=self.options.min, got=len(wanted))
        if self.options.max is not None and len(wanted) > self.options.max:
            raise AnswerProblem("too_many", box, max=self.options.max, got=len(wanted))
        return [each for each in offered if each in wanted]

    def unparse(self, value: Value, name: str, asking: Asking = HERE) -> dict[str, list[str]]:
        return {name: list(value)}

    def show(self, value: Value, asking: Asking = HERE) -> list[str]:
        return [self._one_of.show(each, asking) for each in value]

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        schema = {"type": "array", "items": self._one_of.json_schema(asking), "uniqueItems": True}
        schema["minItems"] = self.options.min
        return schema if self.options.max is None else schema | {"maxItems": self.options.max}
