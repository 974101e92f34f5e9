"""A question that is asked several times."""

import re
from typing import Any, ClassVar, Self

from pydantic import ConfigDict, Field, InstanceOf, model_validator

from panjereh.definitions.block import Block
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types.base import HERE, Asking, Channel, Form, QuestionType, Together, Value, Way, expect

MOST = 100
"""No question is repeated more often."""


class RepeatedOptions(Block):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    of: InstanceOf[QuestionType] = Field(description="the question that is repeated")
    min: int = Field(default=1, ge=0, le=MOST, description="answers at least")
    max: int = Field(default=MOST, ge=1, le=MOST, description="answers at most")

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min is {self.min} and max is {self.max}; min can't be larger")
        return self


class Repeated(QuestionType, registered=False):
    """A list of answers of one type. Empty ones are left out, so nobody has to fill the boxes in order."""

    name = "repeated"
    Options: ClassVar[type[Block]] = RepeatedOptions
    options: RepeatedOptions
    shown_as = "lines"

    def boxes(self, name: str) -> list[str]:
        return [box for index in range(self.options.max) for box in self.options.of.boxes(f"{name}.{index}")]

    def parse(self, form: Form, name: str, asking: Asking = HERE) -> list[Value] | None:
        here = sorted(self._indexes(form, name))
        if here and here[-1] >= self.options.max:
            raise AnswerProblem("too_many", name, max=self.options.max, got=here[-1] + 1)
        together = Together()
        each = [together.get(self.options.of.parse, form, f"{name}.{index}", asking) for index in here]
        together.check()
        answers = [answer for answer in each if answer is not None]
        return self._of_good_number(answers, name) if answers else None

    @staticmethod
    def _indexes(form: Form, name: str) -> set[int]:
        """The numbers of the answers for which anything came."""
        box_of_one = re.compile(rf"{re.escape(name)}\.(\d{{1,6}})(\.|$)", re.ASCII)
        filled = [box for box, texts in form.boxes.items() if any(text.strip() for text in texts)]
        return {int(found[1]) for box in (*filled, *form.files) if (found := box_of_one.match(box))}

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> list[Value]:
        given = expect(list, value, name)
        self._of_good_number(given, name)
        together = Together()
        of = self.options.of
        each = [together.get(of.accept, one, f"{name}.{index}", asking) for index, one in enumerate(given)]
        together.check()
        return each

    def _of_good_number(self, answers: list[Value], box: str) -> list[Value]:
        if len(answers) < self.options.min:
            raise AnswerProblem("too_few", box, min=self.options.min, got=len(answers))
        if len(answers) > self.options.max:
            raise AnswerProblem("too_many", box, max=self.options.max, got=len(answers))
        return answers

    def unparse(self, value: Value, name: str, asking: Asking = HERE) -> dict[str, list[str]]:
        filled: dict[str, list[str]] = {}
        for index, one in enumerate(value):
            filled |= self.options.of.unparse(one, f"{name}.{index}", asking)
        return filled

    def show(self, value: Value, asking: Asking = HERE) -> list[str]:
        """One line for each answer."""
        shown = [self.options.of.show(one, asking) for one in value]
        between = ", " if asking.language == "en" else "، "
        return [each if isinstance(each, str) else between.join(each) for each in shown]

    def to_feel(self, value: Value) -> list[object]:
        return [self.options.of.to_feel(one) for one in value]

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        item = self.options.of.json_schema(asking)
        return {"type": "array", "items": item, "minItems": self.options.min, "maxItems": self.options.max}

    def way(self, channel: Channel, asking: Asking = HERE) -> Way | None:
        """As the question itself, one after the other."""
        return self.options.of.way(channel, asking)
