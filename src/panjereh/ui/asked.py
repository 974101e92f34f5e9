"""What registers were asked instead of being read, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from panjereh.cases import asks
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Service
from panjereh.ui.jinja import language, show_digits, show_text


@dataclass(frozen=True)
class AnswerOfRegister:
    """whom: the question that names them, or the applicant; what: what was asked; answer: None where nobody knows"""

    whom: str
    what: str
    answer: bool | None
    register: str
    on: date


def answers_of_registers(service: Service, facts: Mapping[str, Any]) -> list[AnswerOfRegister]:
    """A row for each question that a register was asked in this case."""
    return [
        AnswerOfRegister(
            whom=_("Applicant") if ask.of == asks.APPLICANT else show_text(service.questions[ask.of].label),
            what=what_was_asked(known["registry"], known["question"], known["given"]),
            answer=known["answer"],
            register=_title(known["registry"]),
            on=date.fromisoformat(known["on"]),
        )
        for ask, known in asks.told(service, facts)
    ]


def what_was_asked(registry: str, question: str, given: Mapping[str, Any]) -> str:
    """The end of “asked whether …”; the name of the question if the register knows it no more."""
    known = catalogue.country().registries.get(registry)
    asked = known.questions.get(question) if known else None
    if asked is None:
        return question
    return asked.text.fill_with(lambda name, language: _given(name, given.get(name), language), language())


def _given(name: str, value: Any, language: str) -> str:
    """What the question was given, in words: a number, or the name of a place."""
    if value is None:
        return "…"
    named = catalogue.country().places.label(str(value), language) if name == "place" else None
    return named or show_digits(str(value))


def _title(registry: str) -> str:
    known = catalogue.country().registries.get(registry)
    return show_text(known.title) if known else registry
