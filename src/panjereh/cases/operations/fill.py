"""Answering a whole form at once with canonical values: how worked examples go, screen by screen like a person."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from panjereh.cases.access import find_draft, find_own, service_of
from panjereh.cases.models import Draft
from panjereh.cases.operations.applicant import open_correction
from panjereh.cases.operations.drafts import _looked_up, _storer, follow, keep
from panjereh.definitions import Screen
from panjereh.kernel.actor import Actor

MOST_SCREENS = 500  # more than any person would answer: stops a definition that asks in a circle
SAMPLE = b"%PDF-1.7\n% a sample for a worked example\n"


@transaction.atomic
def fill(draft_id: UUID, *, actor: Actor, answers: Mapping[str, Any]) -> list[str]:
    """Answer every screen that comes up; what is not given is left empty. Returns the paths in the order of asking.

    What a register finds is confirmed. A file is given by its name alone. Nothing is checked before it is sent.
    """
    draft = find_draft(actor, draft_id, lock=True)
    service = follow(draft)
    visited: list[str] = []
    while (screen := service.resume(draft.answers, draft.facts)) and len(visited) < MOST_SCREENS:
        if screen.path in visited[-1:]:
            break  # it takes no empty answer: sending will say so
        visited.append(screen.path)
        values = wanted(screen, answers, draft)
        if screen.lookup is not None:
            values = _looked_up(service, screen.lookup, values, actor=actor)
        draft.answers = service.with_answers(draft.answers, screen, values)
    keep(draft)
    return visited


@transaction.atomic
def fill_correction(number: str, *, actor: Actor, answers: Mapping[str, Any]) -> None:
    """Mend the answers that the agency asked about; what is not given stays."""
    case = find_own(actor, number, lock=True)
    correction = open_correction(case)
    service = service_of(case)
    for path in correction.screens:
        screen = service.screen(path, correction.answers, case.facts)
        if screen is None:
            continue
        holder = _holder(screen, answers)
        given = {question.id: holder[question.id] for question in screen.questions if question.id in holder}
        if given:
            correction.answers = service.with_answers(correction.answers, screen, given)
    correction.save(update_fields=["answers"])


def wanted(screen: Screen, answers: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """What the example says on this screen, by id of the question."""
    question = screen.questions[0]
    if screen.kind == "found":
        return {question.id: True}
    if screen.kind == "more":
        return {question.id: _has_more(screen, answers)}
    holder = _holder(screen, answers)
    if screen.item is not None:
        items = holder.get(question.id) or []
        return {question.id: items[screen.item] if screen.item < len(items) else None}
    return {each.id: _value(each.kind.name, holder.get(each.id), draft) for each in screen.questions}


def _holder(screen: Screen, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    return screen.holder(dict(answers))


def _has_more(screen: Screen, answers: Mapping[str, Any]) -> bool:
    """Whether the example has one more item than was told so far."""
    if screen.about is not None:
        told = screen.holder(screen.answers).get(screen.about.id) or []
        given = _holder(screen, answers).get(screen.about.id) or []
    else:
        told, given = screen.answers.get(screen.group or "") or [], answers.get(screen.group or "") or []
    return len(given) > len(told)


def _value(kind: str, value: Any, draft: Draft) -> Any:
    if kind != "file" or value is None:
        return value
    if isinstance(value, list):
        return [_value(kind, each, draft) for each in value]
    given = value if isinstance(value, dict) else {"name": str(value)}
    stored = _storer(draft)(SAMPLE, given["name"], "application/pdf")
    return {
        "id": stored,
        "name": given["name"],
        "type": "application/pdf",
        "size": len(SAMPLE),
        "sha256": sha256(SAMPLE).hexdigest(),
    }
