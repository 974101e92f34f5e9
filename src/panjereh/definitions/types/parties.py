"""Questions for a person or an organisation: by the number under which a registry knows them, or by name."""

from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field

from panjereh.definitions.block import Block
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types.base import (
    HERE,
    Asking,
    Channel,
    Form,
    QuestionType,
    Together,
    Value,
    Way,
    by_keypad,
    expect,
    on_paper_and_screens,
    part_missing,
)
from panjereh.definitions.types.dates import Date, json_object
from panjereh.definitions.types.identifiers import CompanyId, NationalId
from panjereh.definitions.types.text import Lengths, NameOptions, PersonName, ShortText
from panjereh.localisation import digits, letters

SOURCE_KEYS = {"registry", "entity", "at"}


class Party(QuestionType):
    """Somebody with a number, who may have been found in a registry, and then carries it as `source`."""

    parts: ClassVar[dict[str, QuestionType]]
    """The parts of the answer that a person can give, each with its type."""
    number: ClassVar[str]
    """The part that a registry knows them by."""
    shown_as = "lines"

    def needed(self, given: dict[str, Value]) -> set[str]:
        """The parts that can't be empty, seeing which are not."""
        raise NotImplementedError

    def asked(self) -> list[str]:
        """The parts that the form asks for."""
        raise NotImplementedError

    def boxes(self, name: str) -> list[str]:
        return [box for part in self.asked() for box in self.parts[part].boxes(f"{name}.{part}")]

    def parse(self, form: Form, name: str, asking: Asking = HERE) -> dict[str, Value] | None:
        together = Together()
        given = {part: together.get(self.parts[part].parse, form, f"{name}.{part}", asking) for part in self.asked()}
        together.check()
        return self._checked(given, name) if any(given.values()) else None

    def _checked(self, given: dict[str, Value], name: str) -> dict[str, Value]:
        together = Together()
        for part in self.parts:
            if part in self.needed(given) and given.get(part) is None:
                together.add(part_missing(self.parts[part].boxes(f"{name}.{part}")[0]))
        together.check()
        return {part: given.get(part) for part in self.parts} | {"source": None}

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> dict[str, Value]:
        """Only from our own store may a value say which registry vouches for it, and carry what it holds besides."""
        given = expect(dict, value, name)
        together = Together()
        known = {
            part: together.get(self.parts[part].accept, given[part], f"{name}.{part}", asking)
            for part in self.parts
            if given.get(part) is not None
        }
        together.check()
        source = given.get("source")
        if source is None:
            if not set(given) <= {*self.parts, "source"}:
                raise AnswerProblem("wrong_shape", name, expected="object")
            return self._checked(known, name)
        if not asking.proven:
            raise AnswerProblem("source_not_allowed", name)
        found = {part: known.get(part) for part in self.parts}
        further = {key: each for key, each in given.items() if key not in (*self.parts, "source")}
        return {**_as_held(further, name), **found, "source": _source(source, name)}

    def unparse(self, value: Value, name: str, asking: Asking = HERE) -> dict[str, list[str]]:
        filled: dict[str, list[str]] = {}
        for part in self.asked():
            if value.get(part) is not None:
                filled |= self.parts[part].unparse(value[part], f"{name}.{part}", asking)
        return filled

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        nothing = {"type": "null"}
        properties: dict[str, Any] = {
            part: {"anyOf": [kind.json_schema(asking), nothing]} for part, kind in self.parts.items()
        }
        source = json_object({key: {"type": "string"} for key in sorted(SOURCE_KEYS)})
        schema = json_object(properties | {"source": {"anyOf": [source, nothing]}})
        return schema | {"additionalProperties": True}


def _as_held(value: Value, box: str, depth: int = 6) -> Value:
    """What a registry holds besides, as JSON can hold it: plain values, lists and objects in no great depth."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return letters.normalise(value)
        case list() if depth:
            return [_as_held(each, box, depth - 1) for each in value]
        case dict() if depth:
            return {letters.normalise(str(key)): _as_held(each, box, depth - 1) for key, each in value.items()}
        case _:
            raise AnswerProblem("wrong_shape", box, expected="object")


def _source(source: object, box: str) -> dict[str, str]:
    given = expect(dict, source, box)
    if set(given) != SOURCE_KEYS:
        raise AnswerProblem("wrong_shape", box, expected="object")
    return {key: letters.normalise(expect(str, given[key], box)) for key in ("registry", "entity", "at")}


class PersonOptions(Block):
    by: Literal["national_id", "names", "either"] = Field(
        default="national_id",
        description="what is asked: national number and birth date, or names, or whichever the person has",
    )


class Person(Party):
    """A natural person. With national number and birth date a registry can find them; names prove nothing."""

    name = "person"
    Options: ClassVar[type[Block]] = PersonOptions
    options: PersonOptions
    number = "national_id"
    parts: ClassVar[dict[str, QuestionType]] = {
        "national_id": NationalId(Block()),
        "given_name": PersonName(NameOptions()),
        "family_name": PersonName(NameOptions()),
        "birth_date": Date(Block()),
    }

    def asked(self) -> list[str]:
        return ["national_id", "birth_date"] if self.options.by == "national_id" else list(self.parts)

    def needed(self, given: dict[str, Value]) -> set[str]:
        by_number = self.options.by == "national_id" or (self.options.by == "either" and given.get("national_id"))
        return {"national_id", "birth_date"} if by_number else {"given_name", "family_name"}

    def way(self, channel: Channel, asking: Asking = HERE) -> Way | None:
        """A number and a date can be typed on a keypad, names can't."""
        return (by_keypad(18) if self.options.by == "national_id" else on_paper_and_screens()).get(channel)

    def show(self, value: Value, asking: Asking = HERE) -> list[str]:
        names = " ".join(value[part] for part in ("given_name", "family_name") if value.get(part))
        number = digits.for_language(value["national_id"] or "", asking.language)
        day = value["birth_date"]
        return [line for line in (names, number, Date(Block()).show(day, asking) if day else "") if line]

    def to_feel(self, value: Value) -> dict[str, object]:
        day = value.get("birth_date")
        return {**value, "birth_date": date.fromisoformat(day) if day else None}


class OrganisationOptions(Block):
    by: Literal["company_id", "names", "either"] = Field(
        default="company_id",
        description="what is asked: national identifier, or the name, or whichever the person has",
    )


class Organisation(Party):
    """A company, foundation or other body. By its national identifier a registry can find it."""

    name = "organisation"
    Options: ClassVar[type[Block]] = OrganisationOptions
    options: OrganisationOptions
    number = "company_id"
    parts: ClassVar[dict[str, QuestionType]] = {
        "company_id": CompanyId(Block()),
        "name": ShortText(Lengths(max=200)),
    }

    def asked(self) -> list[str]:
        return ["company_id"] if self.options.by == "company_id" else list(self.parts)

    def needed(self, given: dict[str, Value]) -> set[str]:
        by_number = self.options.by == "company_id" or (self.options.by == "either" and given.get("company_id"))
        return {"company_id"} if by_number else {"name"}

    def way(self, channel: Channel, asking: Asking = HERE) -> Way | None:
        """A number can be typed on a keypad, a name can't."""
        return (by_keypad(11) if self.options.by == "company_id" else on_paper_and_screens()).get(channel)

    def show(self, value: Value, asking: Asking = HERE) -> list[str]:
        number = digits.for_language(value["company_id"] or "", asking.language)
        return [line for line in (value.get("name"), number) if line]
