"""What a case hears from outside: the answers of agencies that it consults, and signals of other cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from panjereh.definitions.block import Block, Feel, Key, LawRef, Slug, Within, as_list
from panjereh.definitions.country_files import Concept
from panjereh.definitions.expressions import Formulas
from panjereh.definitions.question import Asked, Page
from panjereh.definitions.questions import compile_question
from panjereh.definitions.screens import Screen
from panjereh.definitions.texts import Text


class Consult(Block):
    """Another agency that a step of the process asks. It answers at its own desk and within its own time; FEEL then
    sees `consulted.name.question`, and `consulted.name.answered`, which is false while and if no answer has come.
    """

    agency: Slug = Field(description="id of the agency that is asked")
    title: Text = Field(description="what it is asked, as a short phrase")
    text: Text | None = Field(default=None, description="what it must know to answer")
    shows: Annotated[list[Key], BeforeValidator(as_list)] = Field(
        default=[], description="ids of the questions or lists whose answers it sees; nothing else of the case is shown"
    )
    law: LawRef = Field(description="law#article by which it is asked and told these data")
    within: Within = Field(description="how long it has; then the case goes on without its answer")
    calendar: Literal["days", "working-days"] = Field(default="days", description="which days count")
    rests: bool = Field(default=False, description="whether the term `decide` rests until it has answered")
    answer: list[Asked] = Field(
        min_length=1, description="what it fills in, on one page: questions without `show_if`, `repeat` and `source`"
    )


class Signal(Block):
    """A signal that cases throw to each other. It reaches all cases that wait for it and are about the same."""

    about: Feel = Field(description="FEEL for what a case is about, such as `square`; null: it hears nothing")


@dataclass(frozen=True, slots=True, eq=False)
class Consultation:
    """One entry of `consults`, ready to be asked. `screen`: its page of questions, none of them answered."""

    id: str
    block: Consult
    screen: Screen

    def typed(self, answers: Mapping[str, Any] | None) -> dict[str, Any]:
        """What expressions see of its answer; `answers` None: there is none (yet)."""
        values = {each.id: each.to_feel((answers or {}).get(each.id)) for each in self.screen.questions}
        return {**values, "answered": answers is not None}


def page_to_answer(
    name: str, title: Text, hint: Text | None, questions: Sequence[Asked], concepts: Mapping[str, Concept]
) -> Screen:
    """The page on which an agency answers: all questions at once. Raises as `compile_question`."""
    page = Page(page=name, title=title, together=True, questions=list(questions))
    asked = tuple(compile_question(each, page, concepts, {}, Formulas({})) for each in questions)
    return Screen(name, "together", name, asked, {}, {}, _nothing, page_title=title, page_hint=hint)


def _nothing(_screen: Screen, _answers: Mapping[str, Any], _facts: Mapping[str, Any]) -> dict[str, Any]:
    return {}


IN_WORDS = page_to_answer(
    "answer",
    Text({"fa": "پاسخ", "en": "Your answer"}),
    None,
    [
        Asked(id="reply", type="long_text", label=Text({"fa": "پاسخ دستگاه شما", "en": "Your agency’s answer"})),
        Asked(
            id="file",
            type="file",
            label=Text({"fa": "نامه یا مدرک", "en": "A letter or another document"}),
            required=False,
        ),
    ],
    {},
)
"""How an agency answers that an official asks in words, not the definition."""
