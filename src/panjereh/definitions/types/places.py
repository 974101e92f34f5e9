"""Questions for a place of the country's administrative tree, and for an address."""

from collections.abc import Callable
from typing import Any, ClassVar, Literal

from pydantic import Field

from panjereh.definitions.block import Block
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types.base import (
    HERE,
    Asking,
    Channel,
    Form,
    OneBox,
    QuestionType,
    Together,
    Value,
    Way,
    expect,
    on_paper_and_screens,
    part_missing,
)
from panjereh.definitions.types.dates import json_object, with_keys
from panjereh.definitions.types.identifiers import PostalCode
from panjereh.definitions.types.text import Lengths, ShortText
from panjereh.localisation import digits


class PlaceOptions(Block):
    level: str | None = Field(default=None, description="the kind of place: province, county, city, …; any if left out")


class InPlace(OneBox):
    """A place of the country, given by its code or by its name: ری, or ری، تهران when several are called so."""

    name = "place"
    Options: ClassVar[type[Block]] = PlaceOptions
    options: PlaceOptions
    ways = on_paper_and_screens() | {Channel.SMS: Way("text", 60)}

    def read(self, typed: str, box: str, asking: Asking) -> str:
        found = asking.places.find(typed, self.options.level)
        if not found:
            raise AnswerProblem("unknown_place", box)
        if len(found) > 1:
            labels = [asking.places.label(place.code, asking.language) for place in found]
            raise AnswerProblem("place_ambiguous", box, places=labels)
        if self.options.level and found[0].level != self.options.level:
            raise AnswerProblem("place_level", box, level=self.options.level)
        return found[0].code

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> str:
        """Data names a place by its code."""
        code = expect(str, value, name)
        if asking.places.get(code) is None:
            raise AnswerProblem("unknown_place", name)
        return self.read(code, name, asking)

    def write(self, value: Value, asking: Asking) -> str:
        """The name that people know, the full one where several places bear it, or else the code."""
        place = asking.places.get(value)
        if place is None:
            return str(value)
        for name in (place.name.in_(asking.language), asking.places.label(value, asking.language)):
            if asking.places.find(name, self.options.level) == [place]:
                return name
        return place.code

    def show(self, value: Value, asking: Asking = HERE) -> str:
        return asking.places.label(value, asking.language) or str(value)


class AddressOptions(Block):
    level: str = Field(default="city", description="the kind of place that an address names")
    postal_code: Literal["required", "optional"] = Field(
        default="required", description="whether it can be left out: `required` or `optional`"
    )


class Address(QuestionType):
    """Where somebody lives or something stands: the town, the street with its number, the postal code.

    What the town lies in follows from the country's tree and is stored with it, each place under its level's name.
    """

    name = "address"
    Options: ClassVar[type[Block]] = AddressOptions
    options: AddressOptions
    shown_as = "lines"
    ways = on_paper_and_screens()

    _street: ClassVar[ShortText] = ShortText(Lengths(max=300))
    _postal_code: ClassVar[PostalCode] = PostalCode(Block())

    @property
    def _city(self) -> InPlace:
        return InPlace(PlaceOptions(level=self.options.level))

    def boxes(self, name: str) -> list[str]:
        return [f"{name}.{part}" for part in ("city", "street", "postal_code")]

    def parse(self, form: Form, name: str, asking: Asking = HERE) -> dict[str, str | None] | None:
        boxes = self.boxes(name)
        typed = dict(zip(("city", "street", "postal_code"), (form.one(box) for box in boxes), strict=True))
        around = [form.one(f"{name}.{larger}") for larger in ("county", "province")]
        if not any(typed.values()):
            return None
        if typed["city"] and not asking.places.get(typed["city"]):
            typed["city"] = ",".join([typed["city"], *(self._name(larger, asking) for larger in around if larger)])
        return self._checked(typed, name, asking, self._city.read)

    @staticmethod
    def _name(larger: str, asking: Asking) -> str:
        place = asking.places.get(larger)
        return place.name.in_(asking.language) if place else larger

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> dict[str, str | None]:
        """Only city, street and postal code count; the larger places are found again."""
        levels = {place.level for place in asking.places} | {"province", "county", "city"}
        given = with_keys(value, (*sorted(levels), "street", "postal_code"), name)
        parts = {part: given[part] for part in ("city", "street", "postal_code")}
        return self._checked(parts, name, asking, self._city.accept)

    def _checked(
        self, parts: dict[str, Any], name: str, asking: Asking, read_city: Callable[[Any, str, Asking], str]
    ) -> dict[str, str | None]:
        together = Together()
        for part in ("city", "street", "postal_code"):
            if not parts[part] and (part != "postal_code" or self.options.postal_code == "required"):
                together.add(part_missing(f"{name}.{part}"))
        city, street, postal_code = (
            together.get(read, parts[part], f"{name}.{part}", asking) if parts[part] else None
            for part, read in (
                ("city", read_city),
                ("street", self._street.accept),
                ("postal_code", self._postal_code.accept),
            )
        )
        together.check()
        above = {place.level: place.code for place in asking.places.path(city or "")[:-1]}
        return above | {"city": city, "street": street, "postal_code": postal_code}

    def unparse(self, value: Value, name: str, asking: Asking = HERE) -> dict[str, list[str]]:
        filled = {part: value[part] or "" for part in ("city", "street", "postal_code")}
        filled["city"] = self._city.write(filled["city"], asking)
        return {f"{name}.{part}": [text] for part, text in filled.items()}

    def show(self, value: Value, asking: Asking = HERE) -> list[str]:
        lines = [self._city.show(value["city"], asking), value["street"]]
        code = value["postal_code"]
        return [*lines, digits.for_language(code, asking.language)] if code else lines

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        code = self._postal_code.json_schema(asking)
        if self.options.postal_code == "optional":
            code = {"anyOf": [code, {"type": "null"}]}
        street = self._street.json_schema(asking)
        schema = json_object({"city": {"type": "string"}, "street": street, "postal_code": code})
        return schema | {"additionalProperties": {"type": "string"}}
