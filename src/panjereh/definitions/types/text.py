"""Questions that are answered in words: a line, a text, a person's name."""

import unicodedata
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from panjereh.definitions.block import Block
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types.base import HERE, Asking, Channel, OneBox, Way, on_paper_and_screens
from panjereh.localisation import letters

ONE_MESSAGE = 67
"""Characters of Persian that fit into one part of a text message in several parts (3GPP TS 23.040)."""


class Lengths(Block):
    """How long a text may be, in characters."""

    min: int = Field(default=0, ge=0, description="characters at least")
    max: int = Field(default=100, ge=1, le=1000, description="characters at most")

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min is {self.min} and max is {self.max}; min can't be larger")
        return self


class ShortText(OneBox):
    """One line of text."""

    name = "text"
    Options: ClassVar[type[Block]] = Lengths
    options: Lengths

    def read(self, typed: str, box: str, asking: Asking) -> str:
        return self._of_good_length(letters.normalise(typed.replace("\n", " ")), box)

    def _of_good_length(self, text: str, box: str) -> str:
        if len(text) > self.options.max:
            raise AnswerProblem("too_long", box, max=self.options.max, got=len(text))
        if len(text) < self.options.min:
            raise AnswerProblem("too_short", box, min=self.options.min, got=len(text))
        return text

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "string", "minLength": max(1, self.options.min), "maxLength": self.options.max}

    def way(self, channel: Channel, asking: Asking = HERE) -> Way | None:
        """A line that one message can hold may be sent as a message; nobody types words on a keypad."""
        if channel is Channel.SMS and self.options.max <= 2 * ONE_MESSAGE:
            return Way("text", self.options.max)
        return on_paper_and_screens().get(channel)


class LongLengths(Lengths):
    max: int = Field(default=2000, ge=1, le=20_000, description="characters at most")


class LongText(ShortText):
    """A text of several lines."""

    name = "long_text"
    Options: ClassVar[type[Block]] = LongLengths

    def read(self, typed: str, box: str, asking: Asking) -> str:
        return self._of_good_length(typed, box)


class NameOptions(Lengths):
    max: int = Field(default=60, ge=1, le=200, description="characters at most")
    script: Literal["any", "persian", "latin"] = Field(default="any", description="the letters it must be written in")


NAME_SIGNS = frozenset(" -'’.·" + letters.HALF_SPACE)
"""What stands in names besides letters."""


class PersonName(ShortText):
    """A given or family name of a person."""

    name = "name"
    Options: ClassVar[type[Block]] = NameOptions
    options: NameOptions

    def read(self, typed: str, box: str, asking: Asking) -> str:
        text = super().read(typed, box, asking)
        for char in text:
            if char not in NAME_SIGNS and unicodedata.category(char)[0] not in "LM":
                raise AnswerProblem("name_character", box, character=char)
        if not any(char.isalpha() for char in text):
            raise AnswerProblem("name_character", box, character=text[0])
        if self.options.script != "any" and not all(self._in_script(char) for char in text if char.isalpha()):
            raise AnswerProblem(f"name_not_{self.options.script}", box)
        return text

    def _in_script(self, letter: str) -> bool:
        wanted = {"persian": "ARABIC", "latin": "LATIN"}[self.options.script]
        return unicodedata.name(letter, "").startswith(wanted)
