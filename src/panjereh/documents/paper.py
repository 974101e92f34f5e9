"""A service as a form for the pen: the same definition as on the screen, in the order of its pages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from panjereh.definitions import Service
from panjereh.definitions.questionnaire import Group, PlannedPage
from panjereh.definitions.questions import Question
from panjereh.definitions.types import Asking, OneOf, YesNo
from panjereh.documents import paper_answers, typesetting, wording
from panjereh.localisation import digits

COMPARISON = re.compile(r'(\w+)(?:\s*(=|!=)\s*(?:"([^"]*)"|(true|false)))?')
ROOMS_AT_MOST = 3
"""How often a repeated question is drawn; for more there is another sheet."""


def typeset(
    service: Service,
    asking: Asking,
    *,
    agency: Mapping[str, str],
    hand_in: Sequence[str] = (),
    address: str = "",
) -> bytes:
    described = describe(service, asking, agency=agency, hand_in=hand_in, address=address)
    return typesetting.typeset(typesetting.own_template("form.typ"), described)


def describe(
    service: Service,
    asking: Asking,
    *,
    agency: Mapping[str, str],
    hand_in: Sequence[str] = (),
    address: str = "",
) -> dict[str, Any]:
    """All that the template is given."""
    language = asking.language
    address = address or f"{settings.PUBLIC_ADDRESS}/services/{service.id}/"
    version = service.hash[:8]
    with translation.override(language):
        form = _Form(service, asking).described(hand_in)
    return {
        "languages": [language],
        "title": dict(service.title),
        "agency": dict(agency),
        "code": "",
        "address": address,
        "qr": typesetting.qr_svg(f"{address}?form={version}"),
        "demonstration": settings.DEMONSTRATION,
        "words": wording.in_languages(wording.FORM, [language]),
        "form": {"service": service.id, "version": version, **form},
    }


class _Form:
    """Gathers the form of one service in one language, counting its questions."""

    def __init__(self, service: Service, asking: Asking) -> None:
        self.service, self.asking, self.language = service, asking, asking.language
        self.asked = 0

    def described(self, hand_in: Sequence[str]) -> dict[str, Any]:
        return {
            "summary": self.service.summary.in_(self.language),
            "instructions": list(self._instructions(hand_in)),
            "conditions": [
                {"number": self._number(each.number), "text": each.text.in_(self.language)}
                for each in self.service.conditions.values()
            ],
            "sections": list(self._sections()),
            "date": paper_answers.date_room(),
        }

    def _instructions(self, hand_in: Sequence[str]) -> Iterator[str]:
        yield gettext("Write with a blue or black pen, one digit in each box.")
        yield gettext("Leave out what does not concern you.")
        if hand_in:
            between = "؛ " if self.language == "fa" else "; "
            yield gettext("Hand it in at: %(offices)s.") % {"offices": between.join(hand_in)}
            yield gettext("You get a receipt with a case number at once.")
        yield gettext("This form is free.")

    def _sections(self) -> Iterator[dict[str, Any]]:
        yield self._applicant()
        for part in self.service.form.plan:
            pages = part.pages if isinstance(part, Group) else (part,)
            for page in pages:
                yield self._section(self._words(page.title), self._page_notes(part, page), page.questions)

    def _applicant(self) -> dict[str, Any]:
        """On paper nobody is signed in, so the form asks who applies."""
        section = self._section(gettext("About you"), [], [role] if (role := self.service.form.role) else [])
        for label, answer, required in paper_answers.about_the_applicant():
            self.asked += 1
            section["questions"].append(
                {
                    "number": self._number(self.asked),
                    "label": label,
                    "required": required,
                    "notes": [],
                    "answer": answer,
                }
            )
        return section

    def _section(self, title: str, notes: list[str], questions: Sequence[Question]) -> dict[str, Any]:
        return {"title": title, "notes": notes, "questions": [self._question(each) for each in questions]}

    def _page_notes(self, part: PlannedPage | Group, page: PlannedPage) -> list[str]:
        notes = [self._words(page.hint), self._only_if(page.show_if.text if page.show_if else None)]
        if isinstance(part, Group):
            what = part.repeat.title.in_(self.language) if part.repeat.title else self._words(page.title)
            notes.append(
                gettext("Fill in one such part for each: %(what)s. Copy this page if you need more.") % {"what": what}
            )
        return [note for note in notes if note]

    def _question(self, question: Question) -> dict[str, Any]:
        self.asked += 1
        return {
            "number": self._number(self.asked),
            "label": question.label.in_(self.language),
            "required": question.required or question.required_if is not None,
            "notes": [note for note in self._notes(question) if note],
            "answer": self._room(question),
        }

    def _room(self, question: Question) -> dict[str, Any]:
        room = paper_answers.room_for(question.kind, self.asking)
        if question.repeat is None:
            return room
        times = min(question.repeat.max, ROOMS_AT_MOST)
        return paper_answers.rows(*((self._number(each), room) for each in range(1, times + 1)))

    def _notes(self, question: Question) -> Iterator[str]:
        yield self._only_if(question.show_if.text if question.show_if else None)
        if paper_answers.takes_hints(question.kind):
            yield self._words(question.hint)
        if question.proves:
            numbers = sorted(self.service.conditions[condition].number for condition in question.proves)
            between = "، " if self.language == "fa" else ", "
            yield gettext("Proof for condition %(number)s") % {"number": between.join(map(self._number, numbers))}
        if question.repeat is not None and question.repeat.max > ROOMS_AT_MOST:
            yield gettext("Up to %(number)s answers. Use another sheet if there is no room.") % {
                "number": self._number(question.repeat.max)
            }

    def _only_if(self, condition: str | None) -> str:
        """A condition in words where it compares answers; others are left to the reader's judgement."""
        if condition is None:
            return ""
        parts = [self._comparison(part.strip()) for part in condition.split(" and ")]
        if not all(parts):
            return gettext("Only if this concerns you")
        return gettext("Only if %(reasons)s") % {"reasons": gettext(" and ").join(parts)}

    def _comparison(self, part: str) -> str:
        """One comparison in words; empty if it is something else."""
        match = COMPARISON.fullmatch(part)
        question = self._question_of(match[1]) if match else None
        if match is None or question is None:
            return ""
        answer = self._answer(question, match[3], match[4] or ("" if match[2] else "true"))
        if not answer:
            return ""
        params = {"question": question.label.in_(self.language), "answer": answer}
        if match[2] == "!=":
            return gettext("the answer to “%(question)s” is not “%(answer)s”") % params
        return gettext("the answer to “%(question)s” is “%(answer)s”") % params

    def _question_of(self, name: str) -> Question | None:
        return self.service.form.role if name == "role" else self.service.questions.get(name)

    def _answer(self, question: Question, choice: str | None, truth: str) -> str:
        if isinstance(question.kind, YesNo) and truth:
            return str(question.kind.show(truth == "true", self.asking))
        if isinstance(question.kind, OneOf) and choice:
            return str(question.kind.show(choice, self.asking))
        return ""

    def _words(self, text: Any) -> str:
        return text.in_(self.language) if text else ""

    def _number(self, number: int) -> str:
        return digits.for_language(str(number), self.language)
