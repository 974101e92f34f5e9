"""A screen of a definition as a page shows it: each question with its words, boxes and what is wrong with them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from panjereh.definitions import Problem, Question, Row, Screen
from panjereh.definitions.types import Asking
from panjereh.localisation import digits
from panjereh.ui import words
from panjereh.ui.questions import Asked, Choice, Kept

Boxes = Mapping[str, Sequence[str]]


def asked(
    screen: Screen, asking: Asking, *, stored: Mapping[str, Any], posted: Boxes | None, problems: Sequence[Problem] = ()
) -> list[Asked]:
    """The questions of the screen with what was typed, or else what is stored."""
    alone = len(screen.questions) == 1 and screen.kind != "found"  # that page has a heading of its own
    return [
        _asked(screen, question, asking, stored.get(question.id), posted, problems, heading=alone)
        for question in screen.questions
    ]


def _asked(
    screen: Screen,
    question: Question,
    asking: Asking,
    value: Any,
    posted: Boxes | None,
    problems: Sequence[Problem],
    *,
    heading: bool,
) -> Asked:
    name = screen.name_of(question)
    if value is None and not posted and not problems and _chooses_from_its_own(question, asking):
        return _blank(name, question, asking.language, heading)
    boxes = posted if posted is not None else question.kind.unparse(value, name, asking) if value is not None else {}
    return Asked(
        **_words(name, question, asking, heading=heading),
        boxes=boxes,
        errors=errors(problems, question.id, asking.language),
        kept=_kept(value),
    )


def _chooses_from_its_own(question: Question, asking: Asking) -> bool:
    """Whether the country's lists have no part in the question."""
    return question.kind.choices() == question.kind.choices(asking)


@lru_cache(maxsize=1024)
def _blank(name: str, question: Question, language: str, heading: bool) -> Asked:
    """A question that nobody has answered yet: the same for everybody, so it is made, and drawn, once."""
    return Asked(**_words(name, question, Asking(language=language), heading=heading))


def _words(name: str, question: Question, asking: Asking, *, heading: bool) -> dict[str, Any]:
    """What is the same whatever was typed."""
    return {
        "type": question.kind.name,
        "name": name,
        "label": question.label.in_(asking.language),
        "hint": _in(question.hint, asking),
        "why": _in(question.why, asking),
        "heading": heading,
        "optional": not question.required,
        "own": question.about == "applicant",
        "choices": [
            Choice(each.id, each.text.in_(asking.language), _in(each.hint, asking))
            for each in question.kind.choices(asking)
        ],
        "options": question.kind.options,
    }


def _in(text: Any, asking: Asking) -> str:
    return text.in_(asking.language) if text else ""


def _kept(value: Any) -> list[Kept]:
    files = value if isinstance(value, list) else [value]
    return [Kept(file["id"], file["name"]) for file in files if isinstance(file, dict) and "sha256" in file]


def errors(problems: Sequence[Problem], question: str, language: str) -> dict[str, str]:
    """Full name of a box → the first sentence about it."""
    found: dict[str, str] = {}
    for problem in problems:
        if problem.question == question:
            found.setdefault(problem.box, sentence(problem, language))
    return found


def sentence(problem: Problem, language: str) -> str:
    """The definition's own words where it has some, the platform's otherwise."""
    return problem.text.in_(language) if problem.text else words.sentence(problem.code, **problem.params)


def grouped(rows: Sequence[Row], language: str) -> list[tuple[str, list[Row]]]:
    """Answers under the titles of their pages, in the order asked."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        title = row.page_title.in_(language) if row.page_title else ""
        number = "" if row.index is None else f" {digits.for_language(str(row.index + 1), language)}"
        groups.setdefault(title + number, []).append(row)
    return list(groups.items())
