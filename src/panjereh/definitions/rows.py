"""Questions and answers in words: for the page that checks them, for officials, for receipts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from panjereh.definitions.questionnaire import Questionnaire
from panjereh.definitions.questions import Question
from panjereh.definitions.screens import Answers, Facts, Screen
from panjereh.definitions.texts import Text
from panjereh.definitions.types import Asking
from panjereh.definitions.vocabulary import Registry, RegistryField


@dataclass(frozen=True, slots=True)
class Row:
    """One question and its answer.

    path, screen: of the screen on which it can be changed
    shown: in words; empty when it was left empty
    """

    path: str
    screen: str
    page: str
    page_title: Text | None
    group: str | None
    index: int | None
    label: str
    shown: str | list[str]
    shown_as: str
    question: str
    value: Any
    proves: tuple[str, ...]
    source: Mapping[str, Any] | None


def rows(form: Questionnaire, answers: Answers, facts: Facts, asking: Asking) -> list[Row]:
    """A row for each visible question, answered or not."""
    return list(_rows(form, answers, facts, asking))


def _rows(form: Questionnaire, answers: Answers, facts: Facts, asking: Asking) -> Iterator[Row]:
    for screen in form.screens(answers, facts):
        if screen.kind not in ("found", "more"):
            yield from rows_of(screen, answers, asking)


def rows_of(screen: Screen, answers: Answers, asking: Asking) -> list[Row]:
    """The rows of one screen."""
    values = screen.values(answers)
    return [_row(screen, question, values[question.id], asking) for question in screen.questions]


def _row(screen: Screen, question: Question, value: Any, asking: Asking) -> Row:
    source = value.get("source") if isinstance(value, Mapping) else None
    return Row(
        path=screen.path,
        screen=screen.path,
        page=screen.page,
        page_title=screen.page_title,
        group=screen.group,
        index=screen.index,
        label=question.label.in_(asking.language),
        shown="" if value is None else question.kind.show(value, asking),
        shown_as=question.kind.shown_as,
        question=question.id,
        value=value,
        proves=question.proves,
        source=source,
    )


def found_rows(screen: Screen, answers: Answers, registries: Mapping[str, Registry], asking: Asking) -> list[Row]:
    """By what people recognise the entry that was found. What else it returned is not shown: it is another's."""
    question = screen.about
    value = _found_value(screen, answers)
    if question is None or question.source is None or not isinstance(value, Mapping):
        return []
    registry = registries[question.source.registry]
    fields, names = registry.fields, dict.fromkeys((*registry.caption, *question.source.match))
    return [
        _found_row(screen, question, fields[name], value[name], asking)
        for name in names
        if name in fields and value.get(name) is not None
    ]


def _found_value(screen: Screen, answers: Answers) -> Any:
    name, _, place = (screen.flag or "").removesuffix(".found").partition(".")
    stored = screen.holder(answers).get(name)
    return stored[int(place)] if place and isinstance(stored, list) and int(place) < len(stored) else stored


def _found_row(screen: Screen, question: Question, field: RegistryField, value: Any, asking: Asking) -> Row:
    return Row(
        path=screen.path,
        screen=screen.path,
        page=screen.page,
        page_title=screen.page_title,
        group=screen.group,
        index=screen.index,
        label=field.label.in_(asking.language),
        shown=field.kind.show(value, asking),
        shown_as=field.kind.shown_as,
        question=question.id,
        value=value,
        proves=(),
        source=None,
    )
