"""The way through the questions: which screens there are for these answers, and how an answer changes them.

Conditions are compiled once. A walk evaluates only them, and only on answers of visible screens that came before.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from panjereh import rules
from panjereh.definitions.expressions import Context, Formula, with_lets
from panjereh.definitions.outside import Consultation
from panjereh.definitions.question import PageRepeat
from panjereh.definitions.questions import Question, found_question, more_question
from panjereh.definitions.screens import Answers, Facts, Screen
from panjereh.definitions.texts import Text

ISO_DATE = len("2026-01-01")
FOUND = found_question()


@dataclass(frozen=True, slots=True, eq=False)
class PlannedPage:
    """A page as compiled."""

    id: str
    title: Text | None
    hint: Text | None
    together: bool
    show_if: Formula | None
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Pages in a row that repeat together, once for each item."""

    id: str
    repeat: PageRepeat
    pages: tuple[PlannedPage, ...]
    more: Question

    @property
    def questions(self) -> list[Question]:
        return [question for page in self.pages for question in page.questions]


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """All screens of a service.

    plan: pages and groups of repeated pages, in order
    role: the question who applies, if there are several kinds of applicants
    roles: for people and for organisations apart: that question, and the sole or first role
    lets: the named values
    consults: what other agencies are asked
    sole_role: the role when there is only one kind of applicant
    """

    plan: tuple[PlannedPage | Group, ...]
    role: Question | None
    sole_role: str
    lets: tuple[tuple[str, rules.Expression], ...]
    roles: Mapping[str, tuple[Question | None, str]]
    consults: Mapping[str, Consultation] = field(default_factory=dict)
    more: Mapping[str, Question] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "wanted", frozenset(self._wanted()))
        object.__setattr__(self, "questions", {each.id: each for each in self._all_questions()})
        more = {each.id: more_question(each.short or each.label) for each in self._all_questions() if each.repeat}
        object.__setattr__(self, "more", more)

    wanted: frozenset[str] = field(init=False, default=frozenset())
    questions: Mapping[str, Question] = field(init=False, default_factory=dict)

    def _all_questions(self) -> Iterator[Question]:
        for part in self.plan:
            yield from part.questions

    def _wanted(self) -> Iterator[str]:
        """Names that conditions read: only their answers are made ready for expressions during a walk."""
        pages = [page for part in self.plan for page in (part.pages if isinstance(part, Group) else (part,))]
        conditions = [*(page.show_if for page in pages), *(each.show_if for each in self._all_questions())]
        for formula in conditions:
            if formula is not None:
                yield from (name for path in formula.reads for name in path)

    # -- the walk

    def screens(self, answers: Answers, facts: Facts) -> list[Screen]:
        """The visible screens, in order."""
        walk = _Walk(self, answers, facts)
        role, _only = self._roles_of(facts)
        if role is not None:
            walk.found.append(Screen("role", "applicant", "role", (role,), answers, facts, self.surroundings))
        for part in self.plan:
            if isinstance(part, Group):
                walk.group(part)
            else:
                walk.page(part, answers, walk.context, "")
        return walk.found

    def surroundings(self, screen: Screen, answers: Answers, facts: Facts) -> dict[str, Any]:
        """The context in which the rules of one screen are judged."""
        context = self.context(answers, facts)
        if screen.group is not None and screen.index is not None:
            items = context.get(screen.group) or []
            item = items[screen.index] if screen.index < len(items) else {}
            context = {**context, **item, "item": item, "index": screen.index + 1}
        return context

    # -- contexts

    def known(self, answers: Answers, facts: Facts, wanted: Container[str] | None = None) -> dict[str, Any]:
        """What expressions know before any question. wanted: of the facts only these, where others are not read"""
        told = facts if wanted is None else {name: value for name, value in facts.items() if name in wanted}
        context = {"by_silence": False, **{name: dated(value) for name, value in told.items()}}
        context["asked"] = {name: each["answer"] for name, each in facts.get("asked", {}).items()}
        if self.consults:
            told = facts.get("consulted", {})
            context["consulted"] = {name: each.typed(told.get(name)) for name, each in self.consults.items()}
        context["role"] = answers.get("role") or facts.get("role") or self._roles_of(facts)[1]
        return context

    def _roles_of(self, facts: Facts) -> tuple[Question | None, str]:
        """What is open to the one who applies: people and organisations are asked about different roles."""
        return self.roles.get(str(facts.get("applicant_kind", "person")), (self.role, self.sole_role))

    def context(self, answers: Answers, facts: Facts) -> dict[str, Any]:
        """All answers and facts as typed values, missing ones null, and the `let` values."""
        context = self.known(answers, facts)
        for part in self.plan:
            if isinstance(part, Group):
                context[part.id] = [
                    {each.id: each.to_feel((item or {}).get(each.id)) for each in part.questions}
                    for item in answers.get(part.id) or ()
                ]
            else:
                for question in part.questions:
                    context[question.id] = question.to_feel(answers.get(question.id))
        return with_lets(context, self.lets)


class _Walk:
    """One walk through the plan. `context` grows with each visible screen."""

    def __init__(self, form: Questionnaire, answers: Answers, facts: Facts) -> None:
        self.form, self.answers, self.facts = form, answers, facts
        self.found: list[Screen] = []
        self.context = rules.values(form.known(answers, facts, form.wanted)) if form.wanted else rules.Values()

    def group(self, group: Group) -> None:
        before = len(self.found)
        stored: Sequence[Mapping[str, Any] | None] = self.answers.get(group.id) or ()
        items: list[dict[str, Any]] = []
        number = max(len(stored), group.repeat.min)
        for index in range(number):
            item = (stored[index] if index < len(stored) else None) or {}
            context = rules.Values(self.context, index=rules.to_feel(index + 1), item={})
            for page in group.pages:
                self.page(page, item, context, f"{group.id}.{index}.", group.id, index)
            items.append(context["item"])
        visible = len(self.found) > before or (number == 0 and self.shown(group.pages[0].show_if, self.context))
        if visible and number < group.repeat.max:
            self.add("more", f"{group.id}.more", group.pages[0], (group.more,), group=group.id)
        if group.id in self.form.wanted:
            self.context[group.id] = items

    @staticmethod
    def shown(condition: Formula | None, context: Context) -> bool:
        return condition is None or condition.holds(context)

    def page(
        self,
        page: PlannedPage,
        holder: Mapping[str, Any],
        context: dict[str, Any],
        prefix: str,
        group: str | None = None,
        index: int | None = None,
    ) -> None:
        if page.show_if is not None and not page.show_if.holds(context):
            return
        if page.together:
            asked = tuple(each for each in page.questions if self.shown(each.show_if, context))
            if asked:
                self.add("together", prefix + page.id, page, asked, group=group, index=index)
            for question in asked:
                if question.id in self.form.wanted:
                    self.remember(question, holder, context, prefix)
            return
        wanted = self.form.wanted
        for question in page.questions:
            if question.show_if is None or question.show_if.holds(context):
                self.question(question, page, holder, prefix, group, index)
                if question.id in wanted:
                    self.remember(question, holder, context, prefix)

    def question(
        self,
        question: Question,
        page: PlannedPage,
        holder: Mapping[str, Any],
        prefix: str,
        group: str | None,
        index: int | None,
    ) -> None:
        stored = holder.get(question.id)
        if question.repeat is None:
            self.add("question", prefix + question.id, page, (question,), group=group, index=index)
            if question.source is not None:
                self.confirm(question, stored, prefix + question.id, page, group, index)
            return
        values = stored or []
        number = max(len(values), question.repeat.min)
        for place in range(number):
            path = f"{prefix}{question.id}.{place}"
            self.add("question", path, page, (question,), group=group, index=index, item=place)
            self.confirm(question, values[place] if place < len(values) else None, path, page, group, index)
        if number < question.repeat.max:
            more = (self.form.more[question.id],)
            self.add("more", f"{prefix}{question.id}.more", page, more, group=group, index=index, about=question)

    def confirm(
        self, question: Question, value: Any, path: str, page: PlannedPage, group: str | None, index: int | None
    ) -> None:
        """What a register answered is shown to be confirmed."""
        if question.source is not None and isinstance(value, Mapping) and value.get("source"):
            self.add("found", f"{path}.found", page, (FOUND,), group=group, index=index, about=question)

    def add(
        self,
        kind: Any,
        path: str,
        page: PlannedPage,
        questions: tuple[Question, ...],
        *,
        group: str | None = None,
        index: int | None = None,
        item: int | None = None,
        about: Question | None = None,
    ) -> None:
        where = (group, index, item, about, page.title, page.hint)
        self.found.append(
            Screen(path, kind, page.id, questions, self.answers, self.facts, self.form.surroundings, *where)
        )

    @staticmethod
    def remember(question: Question, holder: Mapping[str, Any], context: dict[str, Any], prefix: str) -> None:
        """The answer for the conditions of what comes later, made ready for them."""
        context[question.id] = value = rules.to_feel(question.to_feel(holder.get(question.id)))
        if prefix:
            context["item"][question.id] = value


def dated(value: Any) -> Any:
    """Facts come as JSON: texts that are dates become dates."""
    if type(value) is str:
        return _day(value) if len(value) == ISO_DATE and value[4] == "-" == value[7] else value
    if type(value) is dict or isinstance(value, Mapping):
        return {key: dated(each) for key, each in value.items()}
    return value


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
