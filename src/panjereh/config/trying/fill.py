"""Filling in forms as a person would: the canonical answers of an example become boxes, screen by screen."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from panjereh.definitions import DemonstrationPerson, Question, Screen
from panjereh.definitions.types import Asking, Form

SAMPLE = b"%PDF-1.7\n% a sample of a worked example\n"

Answers = Mapping[str, Any]
People = Mapping[str, DemonstrationPerson]


def form_of(screen: Screen, given: Answers, asking: Asking, people: People) -> Form:
    """The form that says what the example says on this screen. What it leaves out stays empty."""
    question = screen.questions[0]
    if screen.kind in ("found", "more"):
        yes = screen.kind == "found" or _has_more(screen, given)
        return Form(question.kind.unparse(yes, screen.name_of(question), asking))
    boxes: dict[str, list[str]] = {}
    files: dict[str, list[Any]] = {}
    holder = screen.holder(given)
    for each in screen.questions:
        value, name = _value(holder.get(each.id), screen.item), screen.name_of(each)
        if value is None:
            continue
        if each.kind.name == "file":
            names = value if isinstance(value, list) else [value]
            files[name] = [SimpleUploadedFile(file, SAMPLE) for file in names]
        else:
            boxes |= each.kind.unparse(_spelled_out(each, value, people), name, asking)
    return Form(boxes, files)


def _has_more(screen: Screen, given: Answers) -> bool:
    """Whether the example has one more child, witness … than was told so far."""
    if screen.about is not None:
        name, told, wanted = screen.about.id, screen.holder(screen.answers), screen.holder(given)
    else:
        name, told, wanted = screen.group or "", screen.answers, given
    return len(wanted.get(name) or ()) > len(told.get(name) or ())


def _value(value: Any, item: int | None) -> Any:
    if item is None:
        return value
    return value[item] if value and item < len(value) else None


def _spelled_out(question: Question, value: Any, people: People) -> Any:
    """An entry is known by its number alone, and a person of the demonstration by name."""
    if not isinstance(value, str):
        return value
    if question.kind.name == "entry":
        return {question.kind.options.field: value}
    if question.kind.name != "person" or value not in people:
        return value
    person = people[value]
    return {
        "national_id": person.national_id,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "given_name": person.given_name.in_("fa"),
        "family_name": person.family_name.in_("fa"),
    }
