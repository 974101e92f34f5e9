"""Questions that are answered with a number or an amount of money."""

import re
from decimal import Decimal
from math import isfinite
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from panjereh.definitions.block import Block
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.texts import Text
from panjereh.definitions.types.base import HERE, Asking, Channel, OneBox, Value, Way, by_keypad, on_paper_and_screens
from panjereh.kernel.money import Money as Amount
from panjereh.localisation import money, numbers
from panjereh.localisation.errors import NumberProblem

LARGEST = 10**18
"""No question asks for more, whatever its unit."""


class NumberOptions(Block):
    unit: Text | None = Field(default=None, description="what is counted, set after the number: m², days")
    min: Decimal = Field(default=Decimal(0), ge=-LARGEST, le=LARGEST, description="the smallest number that is right")
    max: Decimal = Field(
        default=Decimal(LARGEST), ge=-LARGEST, le=LARGEST, description="the largest number that is right"
    )
    decimals: int = Field(default=0, ge=0, le=9, description="digits after the point at most")

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min is {self.min} and max is {self.max}; min can't be larger")
        return self


class Number(OneBox):
    """An exact number, with its unit. It is stored as text, so that no digit is lost."""

    name = "number"
    Options: ClassVar[type[Block]] = NumberOptions
    options: NumberOptions

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> str:
        """Numbers of JSON are taken as they are written."""
        if isinstance(value, float) and isfinite(value):
            value = f"{Decimal(repr(value)):f}"
        elif isinstance(value, int) and not isinstance(value, bool):
            value = str(max(-LARGEST - 1, min(value, LARGEST + 1)))
        accepted: str = super().accept(value, name, asking)
        return accepted

    def read(self, typed: str, box: str, asking: Asking) -> str:
        try:
            number = numbers.parse_number(typed)
        except NumberProblem as problem:
            raise AnswerProblem("not_a_number", box) from problem
        text = plain(number)
        decimals = len(text.partition(".")[2])
        if decimals > self.options.decimals:
            if self.options.decimals == 0:
                raise AnswerProblem("not_whole", box)
            raise AnswerProblem("too_many_decimals", box, decimals=self.options.decimals)
        if number < self.options.min:
            raise AnswerProblem("too_small", box, min=plain(self.options.min))
        if number > self.options.max:
            raise AnswerProblem("too_large", box, max=plain(self.options.max))
        return text

    def show(self, value: Value, asking: Asking = HERE) -> str:
        number = numbers.format_number(Decimal(value), asking.language)
        return f"{number}\u00a0{self.options.unit.in_(asking.language)}" if self.options.unit else number

    def to_feel(self, value: Value) -> Decimal:
        return Decimal(value)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        fraction = rf"(\.\d{{1,{self.options.decimals}}})?" if self.options.decimals else ""
        return {"type": "string", "pattern": rf"^-?\d{{1,19}}{fraction}$"}

    def way(self, channel: Channel, asking: Asking = HERE) -> Way | None:
        """Whole numbers that aren't negative need only digits."""
        if self.options.decimals or self.options.min < 0:
            return (on_paper_and_screens() | {Channel.SMS: Way("text", 30)}).get(channel)
        return by_keypad(len(plain(self.options.max))).get(channel)


def plain(number: Decimal) -> str:
    """The number without exponent, without zeros at its end, without a plus, and with one zero."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    negative, digits = text.startswith("-"), text.lstrip("+-").lstrip("0")
    digits = "0" + digits if not digits or digits.startswith(".") else digits
    return f"-{digits}" if negative and digits != "0" else digits


class MoneyOptions(Block):
    min: int = Field(default=0, ge=0, le=LARGEST, description="rials at least")
    max: int = Field(default=LARGEST, ge=0, le=LARGEST, description="rials at most")

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min is {self.min} and max is {self.max}; min can't be larger")
        return self


_RIALS = re.compile(r"\s*(ریال|rials?|irr)$", re.IGNORECASE)
_TOMAN = re.compile(r"\s*(تومان|تومن|tomans?)$", re.IGNORECASE)


class Money(OneBox):
    """An amount of money: asked for in toman, stored in rials. Whoever writes "rial" after it means rials."""

    name = "money"
    Options: ClassVar[type[Block]] = MoneyOptions
    options: MoneyOptions
    ways = by_keypad(18)

    def read(self, typed: str, box: str, asking: Asking) -> int:
        bare = _RIALS.sub("", typed)
        try:
            if bare != typed:
                rials = numbers.parse_whole_number(bare)
            else:
                rials = money.parse_toman(_TOMAN.sub("", typed)).amount
        except NumberProblem as problem:
            code = "amount_not_whole" if problem.code == "not_whole" else "not_an_amount"
            raise AnswerProblem(code, box) from problem
        return self._within_limits(rials, box)

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> int:
        return self._within_limits(whole_number(value, name), name)

    def _within_limits(self, rials: int, box: str) -> int:
        if rials < self.options.min:
            raise AnswerProblem("amount_too_small", box, min=self.options.min)
        if rials > self.options.max:
            raise AnswerProblem("amount_too_large", box, max=self.options.max)
        return rials

    def write(self, value: Value, asking: Asking) -> str:
        return plain(Decimal(value).scaleb(-1))

    def show(self, value: Value, asking: Asking = HERE) -> str:
        return money.format_money(Amount(value), asking.language)

    def to_feel(self, value: Value) -> Decimal:
        return Decimal(value)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.options.min, "maximum": self.options.max}


def whole_number(value: object, box: str) -> int:
    """The value, if it is a whole number of JSON."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise AnswerProblem("wrong_shape", box, expected="whole number")
    return value
