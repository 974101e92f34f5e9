"""One screen of a service: what it asks of this person now, and what becomes of what was posted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from panjereh.definitions.expressions import Context
from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.questions import Question
from panjereh.definitions.texts import Text
from panjereh.definitions.types import HERE, Asking, Form

Answers = Mapping[str, Any]
Facts = Mapping[str, Any]
ScreenKind = Literal["applicant", "question", "together", "found", "more"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with an answer. `text`: the definition's own words, if it has some; `path`: the screen."""

    code: str
    question: str
    box: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    text: Text | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a form said: a value per question (null where it was left empty), and what is wrong."""

    values: dict[str, Any]
    problems: list[Problem]

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True)
class LookUp:
    """How a register answers a question. `given`: fields that are known without asking, as canonical values."""

    registry: str
    name: str
    match: tuple[str, ...]
    returns: tuple[str, ...]
    given: Mapping[str, Any]

    @property
    def asks(self) -> tuple[str, ...]:
        """The fields that the person must tell."""
        return tuple(name for name in self.match if name not in self.given)


Surroundings = Callable[["Screen", Answers, Facts], dict[str, Any]]
"""Gives the FEEL context in which a screen's rules are judged."""


@dataclass(slots=True, eq=False)
class Screen:
    """One step of a form. (Not frozen: that would make each walk, which makes some ten of them, half as fast.)

    path: unique in the service, fit for an address: birth_date, children.0.given_name, children.more
    group, index: the repeated page that it belongs to, and which of its items (from 0)
    item: which of a repeated question's answers (from 0)
    """

    path: str
    kind: ScreenKind
    page: str
    questions: tuple[Question, ...]
    answers: Answers = field(repr=False)
    facts: Facts = field(repr=False)
    surroundings: Surroundings = field(repr=False)
    group: str | None = None
    index: int | None = None
    item: int | None = None
    about: Question | None = None
    page_title: Text | None = None
    page_hint: Text | None = None

    @property
    def title(self) -> Text:
        """The heading: the page's if it asks together, the question's otherwise."""
        if self.kind == "together" and self.page_title is not None:
            return self.page_title
        return self.questions[0].label

    @property
    def hint(self) -> Text | None:
        return self.page_hint if self.kind == "together" else self.questions[0].hint

    @property
    def asks(self) -> tuple[str, ...]:
        """The ids of what it asks."""
        return tuple(question.id for question in self.questions)

    @property
    def flag(self) -> str | None:
        """For `found` and `more`: the name under which the answer is kept beside the others."""
        if self.kind not in ("found", "more"):
            return None
        return self.path.removeprefix(f"{self.group}.{self.index}.") if self.index is not None else self.path

    @property
    def lookup(self) -> LookUp | None:
        """The look-up that answers its question, with what is known without asking."""
        if self.kind != "question" or self.questions[0].source is None:
            return None
        source = self.questions[0].source
        context = self.surroundings(self, self.answers, self.facts) if source.given else {}
        given = {name: plain(formula.value(context)) for name, formula in source.given.items()}
        return LookUp(source.registry, source.lookup, source.match, source.returns, given)

    def name_of(self, question: Question) -> str:
        """The name of the question's boxes in a form."""
        return question.id

    def holder(self, answers: Answers) -> Mapping[str, Any]:
        """The answers among which its own lie: all, or those of one item."""
        if self.group is None or self.index is None:
            return answers
        items = answers.get(self.group) or ()
        return items[self.index] or {} if self.index < len(items) else {}

    def values(self, answers: Answers) -> dict[str, Any]:
        """What is stored now, by id of the question."""
        holder = self.holder(answers)
        if self.flag is not None:
            return {self.questions[0].id: holder.get(self.flag)}
        if self.item is not None:
            stored = holder.get(self.questions[0].id) or ()
            return {self.questions[0].id: stored[self.item] if self.item < len(stored) else None}
        return {question.id: holder.get(question.id) for question in self.questions}

    def is_answered(self, answers: Answers) -> bool:
        """Whether it was answered, or left empty where that is allowed."""
        holder = self.holder(answers)
        if self.flag is not None:
            return holder.get(self.flag) is not None
        if self.item is not None:
            return self.values(answers)[self.questions[0].id] is not None
        return all(question.id in holder for question in self.questions)

    def parse(
        self, form: Form, asking: Asking = HERE, facts: Facts | None = None, answers: Answers | None = None
    ) -> Parsed:
        """Read this screen's boxes and nothing else. Checks see the other answers too."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for question in self.questions:
            try:
                values[question.id] = question.kind.parse(form, self.name_of(question), asking)
            except AnswerProblem as problem:
                problems += self.problems_of(question, problem)
        answers, facts = self.answers if answers is None else answers, self.facts if facts is None else facts
        return Parsed(values, [*problems, *self.judged(values, answers, facts)])

    def judged(self, values: dict[str, Any], answers: Answers, facts: Facts) -> list[Problem]:
        """What is wrong with values that were given on this screen, beside the other answers."""
        asked = [question for question in self.questions if question.id in values]
        context: dict[str, Any] = {}
        if any(question.is_judged for question in asked):
            context = self.surroundings(self, answers, facts)
            context |= {question.id: typed(question, values[question.id]) for question in asked}
        return [problem for question in asked for problem in self.judge(question, values[question.id], context)]

    def judge(self, question: Question, value: Any, context: Context) -> list[Problem]:
        """Whether an answer is there where it must be, and what its checks say. `context` holds the other answers."""
        if value is None:
            must = self.item is not None or question.is_required(context)
            return self.problems_of(question, question.kind.missing(self.name_of(question))) if must else []
        if not question.checks:
            return []
        around = {**context, "value": question.kind.to_feel(value)}
        broken = [check for check in question.checks if check.that.value(around) is False]
        box = question.kind.boxes(self.name_of(question))[0]
        return [Problem("check", question.id, box, {}, check.text, self.path) for check in broken]

    def problems_of(self, question: Question, problem: AnswerProblem) -> list[Problem]:
        return [Problem(each.code, question.id, each.box, dict(each.params), None, self.path) for each in problem.all]


def typed(question: Question, value: Any) -> Any:
    return None if value is None else question.kind.to_feel(value)


def plain(value: Any) -> Any:
    """A value of FEEL as canonical JSON: dates and decimals as text, whole decimals of any size likewise."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value if isinstance(value, str | int | bool | None) else str(value)
