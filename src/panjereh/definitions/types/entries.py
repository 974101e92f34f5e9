"""A question for an entry of a register by the number under which people know it: a notice, a permit, a plate."""

from datetime import date
from typing import Any, ClassVar

from pydantic import Field

from panjereh.definitions.block import Block, Key
from panjereh.definitions.types.base import HERE, Asking, Channel, Form, QuestionType, Value, Way, on_paper_and_screens
from panjereh.definitions.types.parties import Party
from panjereh.definitions.types.text import Lengths, ShortText
from panjereh.localisation import digits

ISO_DATE = 10  # characters of 2026-11-23


class EntryOptions(Block):
    field: Key = Field(description="the field of the register that holds the number")
    max: int = Field(default=40, ge=1, le=200, description="characters at most")


class Entry(Party):
    """The number of an entry. With `source` the register is asked for it, and vouches for what it holds."""

    name = "entry"
    Options: ClassVar[type[Block]] = EntryOptions
    options: EntryOptions

    @property
    def parts(self) -> dict[str, QuestionType]:  # type: ignore[override]
        return {self.options.field: ShortText(Lengths(max=self.options.max))}

    def boxes(self, name: str) -> list[str]:
        return [name]

    def parse(self, form: Form, name: str, asking: Asking = HERE) -> dict[str, Value] | None:
        """Digits of any script are kept as ASCII, as registers hold them."""
        number = self.parts[self.options.field].parse(form, name, asking)
        return None if number is None else {self.options.field: digits.to_ascii(number), "source": None}

    def unparse(self, value: Value, name: str, asking: Asking = HERE) -> dict[str, list[str]]:
        return {name: [value[self.options.field]]}

    def asked(self) -> list[str]:
        return [self.options.field]

    def needed(self, given: dict[str, Value]) -> set[str]:
        return {self.options.field}

    def way(self, channel: Channel, asking: Asking = HERE) -> Way | None:
        """A number with letters in it can be written, but not typed on a keypad."""
        return {**on_paper_and_screens(), Channel.SMS: Way("text", self.options.max)}.get(channel)

    def show(self, value: Value, asking: Asking = HERE) -> list[str]:
        return [digits.for_language(value[self.options.field], asking.language)]

    def to_feel(self, value: Value) -> dict[str, object]:
        return {key: _dated(each) for key, each in value.items()}


def _dated(value: Any) -> Any:
    """A register's dates come as ISO 8601 text."""
    if isinstance(value, str) and len(value) == ISO_DATE and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value
