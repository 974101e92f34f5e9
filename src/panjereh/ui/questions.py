"""One question as a page shows it: words, boxes with what was typed, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PARTED = {
    "date": "day",
    "period": "from.day",
    "address": "city",
    "person": "national_id",
    "organisation": "company_id",
}
"""Types that are asked in several boxes → the first of them, where the summary of errors leads."""

MANY = 12
"""More choices than this stand in a list to pick from, not one below the other."""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was sent earlier and is still part of the answer."""

    value: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What the template of a question's type needs. All words are in the language of the page. Equal is only itself:
    what was drawn of one is not looked for by all its words.

    type: name of the question type, which is the name of its template
    name: name of its boxes; parts are added with a dot (`birth_date.day`)
    boxes: full name of a box → what stands in it
    errors: full name of a box (or of the question) → the sentence that says what to do
    heading: the label is the h1 of the page (one question on a page)
    own: the answer is about the person at the keyboard, so their browser may fill it in
    """

    type: str
    name: str
    label: str
    hint: str = ""
    why: str = ""
    heading: bool = False
    optional: bool = False
    own: bool = False
    boxes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    choices: Sequence[Choice] = ()
    kept: Sequence[Kept] = ()
    items: Sequence["Asked"] = ()
    options: Any = None

    @property
    def template(self) -> str:
        return f"ui/questions/{self.type}.html"

    @property
    def is_blank(self) -> bool:
        """Nobody has typed anything yet: it looks the same for everybody."""
        return not (self.boxes or self.errors or self.kept or self.items)

    @property
    def in_a_list(self) -> bool:
        return len(self.choices) > MANY

    def box(self, part: str = "") -> str:
        return f"{self.name}.{part}" if part else self.name

    def id(self, part: str = "") -> str:
        return id_of(self.box(part))

    def value(self, part: str = "") -> str:
        found = self.boxes.get(self.box(part), ())
        return found[0] if found else ""

    def values(self, part: str = "") -> Sequence[str]:
        return self.boxes.get(self.box(part), ())

    def error(self, part: str = "") -> str:
        return self.errors.get(self.box(part), "")

    def any_error(self, part: str = "") -> str:
        """The first sentence about the question, or about one of its boxes below `part`."""
        below = self.box(part)
        return next((text for box, text in self.errors.items() if box == below or box.startswith(f"{below}.")), "")

    def bad(self, part: str = "") -> list[str]:
        """Which of the boxes of a date are wrong: all of them when the sentence names none."""
        below = self.box(part)
        wrong = [box[len(below) + 1 :] for box in self.errors if box.startswith(f"{below}.")]
        return wrong or (["day", "month", "year"] if below in self.errors else [])

    def option(self, name: str, default: Any = None) -> Any:
        """A setting of the question's type, if the type has it."""
        found = getattr(self.options, name, default)
        return default if found is None else found

    def token(self, own: str) -> str:
        """The `autocomplete` token: the person's own data may be filled in, other people's never."""
        return own if self.own else "off"

    def summary(self) -> list[tuple[str, str]]:
        """(id of the box, sentence) for each error, as components.errors wants them."""
        return [(self.anchor(box), text) for box, text in self.errors.items()]

    def anchor(self, box: str) -> str:
        for item in self.items:
            if box == item.name or box.startswith(f"{item.name}."):
                return item.anchor(box)
        return id_of(f"{box}.{PARTED[self.type]}" if box == self.name and self.type in PARTED else box)


def id_of(box: str) -> str:
    """The id of a box in the page: its name, with dashes for dots."""
    return box.replace(".", "-")
