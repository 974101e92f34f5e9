"""What every type of question can do, and the circumstances in which it does it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar, Literal, ParamSpec, Protocol, TypeAlias, TypeVar

from panjereh.definitions.block import Block
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types.choice import Choice
from panjereh.definitions.types.tree import PlaceTree
from panjereh.localisation import letters

Value: TypeAlias = Any
"""A canonical answer: what JSON can hold."""

Kind = TypeVar("Kind")
Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")

MOST_CHARACTERS = 50_000
"""No box is read beyond this length, whatever its type."""


class Upload(Protocol):
    """A file as it arrives: Django's UploadedFile fits."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class Form:
    """What came with a form: texts and files by the name of their box, in the order of the page."""

    boxes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Sequence[Upload]] = field(default_factory=dict)

    def one(self, box: str) -> str:
        """The tidied text of a box that can be filled once; empty when it is not there."""
        filled = self.several(box, most=20)
        if len(filled) > 1:
            raise AnswerProblem("one_answer_only", box)
        return filled[0] if filled else ""

    def several(self, box: str, most: int) -> list[str]:
        """The texts of a box that can be filled several times, each once and none empty."""
        filled = self.boxes.get(box, ())
        if len(filled) > most:
            raise AnswerProblem("too_many", box, max=most, got=len(filled))
        found = dict.fromkeys(tidied(text, box) for text in filled)
        return [text for text in found if text]


def tidied(text: str, box: str) -> str:
    """The text in the spelling that we keep. Refuses what no question could ask for."""
    if len(text) > MOST_CHARACTERS:
        raise AnswerProblem("too_long", box, max=MOST_CHARACTERS, got=len(text))
    return letters.normalise(text)


class Channel(StrEnum):
    """A way to ask. Not every question can take every one."""

    WEB = "web"
    DESK = "desk"
    PAPER = "paper"
    SMS = "sms"
    USSD = "ussd"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Way:
    """How a channel carries a question.

    how: boxes to fill in, text to write, digits to type, keys to choose with, or a box to tick
    most: of characters, digits or choices; None where the channel sets no limit
    """

    how: Literal["boxes", "text", "digits", "keys", "tick"]
    most: int | None = None


def on_paper_and_screens(how: Literal["boxes", "tick"] = "boxes") -> dict[Channel, Way]:
    """The ways that can carry every question but a file on paper."""
    return {Channel.WEB: Way(how), Channel.DESK: Way(how), Channel.PAPER: Way(how)}


def by_keypad(most: int) -> dict[Channel, Way]:
    """All ways: what has only digits can be typed on any phone."""
    digits = Way("digits", most)
    return on_paper_and_screens() | dict.fromkeys((Channel.SMS, Channel.USSD, Channel.VOICE), digits)


Store = Callable[[bytes, str, str], str]
"""Keeps a file: `store(content, name, media type) -> id`."""


def keep_nothing(content: bytes, _name: str, _media_type: str) -> str:
    """The store of those who only want to check: the id is the content's hash."""
    return sha256(content).hexdigest()


def no_file(_file_id: str) -> Mapping[str, Value] | None:
    """Nothing was uploaded before."""
    return None


@dataclass(frozen=True)
class Asking:
    """The circumstances in which a question is asked.

    language: of the person who answers
    lists: the country's lists of choices by name (agencies, offices, …)
    places: the country's administrative tree
    store: where the content of uploaded files goes
    file: finds the value of a file that was uploaded earlier for the same answers
    proven: whether values come from our own store, so that they may carry the registry that vouches for them
    """

    language: str = "fa"
    lists: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    places: PlaceTree = field(default_factory=PlaceTree)
    store: Store = keep_nothing
    file: Callable[[str], Mapping[str, Value] | None] = no_file
    proven: bool = False


HERE = Asking()
"""Plain circumstances: Persian, no lists, no places, nothing kept."""

TYPES: dict[str, type["QuestionType"]] = {}
"""Every type that a definition can name."""


@dataclass(frozen=True)
class QuestionType(ABC):
    """A kind of question, bound to its options.

    A subclass with a `name` is a type of the language. Problems of answers are raised as AnswerProblem, never anything
    else, whatever comes in.
    """

    name: ClassVar[str]
    Options: ClassVar[type[Block]] = Block
    missing_code: ClassVar[str] = "missing"
    shown_as: ClassVar[Literal["text", "code", "lines"]] = "text"
    """How `show` is to be set: as text, as a code that keeps its direction, or as several lines."""
    ways: ClassVar[Mapping[Channel, Way]] = on_paper_and_screens()

    options: Any

    def __init_subclass__(cls, registered: bool = True, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if registered and "name" in cls.__dict__:
            TYPES[cls.name] = cls

    @abstractmethod
    def boxes(self, name: str) -> list[str]:
        """The names of the form's boxes for the question `name`, the first to fill in first."""

    @abstractmethod
    def parse(self, form: Form, name: str, asking: Asking = HERE) -> Value | None:
        """The canonical answer in the form, None when all of it is empty."""

    @abstractmethod
    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> Value:
        """The canonical form of a value that came as data. What is canonical stays as it is."""

    @abstractmethod
    def unparse(self, value: Value, name: str, asking: Asking = HERE) -> dict[str, list[str]]:
        """What to put into the boxes so that the form says `value`: parsing it gives the same value."""

    @abstractmethod
    def show(self, value: Value, asking: Asking = HERE) -> str | list[str]:
        """The answer for a reader of the language."""

    @abstractmethod
    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        """What canonical values look like (JSON Schema 2020-12)."""

    def to_feel(self, value: Value) -> object:
        """The answer as expressions see it: exact decimals, real dates."""
        return value

    def choices(self, asking: Asking = HERE) -> Sequence[Choice]:
        """What can be chosen here and now; nothing where the answer is not a choice from a list."""
        return ()

    def way(self, channel: Channel, asking: Asking = HERE) -> Way | None:
        """How the channel carries this question; None when it can't."""
        return self.ways.get(channel)

    def missing(self, name: str) -> AnswerProblem:
        """The problem of an empty answer where one is needed."""
        return AnswerProblem(self.missing_code, self.boxes(name)[0])


class OneBox(QuestionType):
    """A question that is answered in one box."""

    def boxes(self, name: str) -> list[str]:
        return [name]

    def parse(self, form: Form, name: str, asking: Asking = HERE) -> Value | None:
        typed = form.one(name)
        return self.read(typed, name, asking) if typed else None

    def accept(self, value: object, name: str = "", asking: Asking = HERE) -> Value:
        typed = tidied(expect(str, value, name), name)
        if not typed:
            raise self.missing(name)
        return self.read(typed, name, asking)

    def unparse(self, value: Value, name: str, asking: Asking = HERE) -> dict[str, list[str]]:
        return {name: [self.write(value, asking)]}

    def show(self, value: Value, asking: Asking = HERE) -> str | list[str]:
        return self.write(value, asking)

    def json_schema(self, asking: Asking = HERE) -> dict[str, Any]:
        return {"type": "string"}

    @abstractmethod
    def read(self, typed: str, box: str, asking: Asking) -> Value:
        """The value of a tidied text that isn't empty."""

    def write(self, value: Value, asking: Asking) -> str:
        """The text to put into the box for a value."""
        return str(value)


SHAPES: dict[type, str] = {str: "text", int: "whole number", bool: "true or false", list: "list", dict: "object"}


def expect(kind: type[Kind], value: object, box: str) -> Kind:
    """The value, if it has the JSON type that is wanted. True is not a number."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise AnswerProblem("wrong_shape", box, expected=SHAPES[kind])
    return value


class Together:
    """Collects the problems of several boxes, so that a person sees all of them at once."""

    def __init__(self) -> None:
        self._problems: list[AnswerProblem] = []

    def get(
        self, read: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result | None:
        """What `read` gives, None when it has a problem."""
        try:
            return read(*args, **kwargs)
        except AnswerProblem as problem:
            self._problems.append(problem)
            return None

    def add(self, problem: AnswerProblem) -> None:
        self._problems.append(problem)

    def check(self) -> None:
        """Raise the problems, if there are any."""
        if self._problems:
            raise AnswerProblem.of(self._problems)


def part_missing(box: str) -> AnswerProblem:
    """A part of an answer is empty that can't be."""
    return AnswerProblem("part_missing", box, part=box.rpartition(".")[2])
