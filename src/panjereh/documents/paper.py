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

COMPARISON = re.compile(r'(\w+)\s*(=|!=)\s*(?:"([^"]*)"|(true|false))')


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
        form = _Form(service, asking).described(address, hand_in)
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

    def described(self, address: str, hand_in: Sequence[str]) -> dict[str, Any]:
        return {
            "summary": self.service.summary.in_(self.language),
            "instructions": list(self._instructions(address, hand_in)),
            "conditions": [
                {"number": self._number(each.number), "text": each.text.in_(self.language)}
                for each in self.service.conditions.values()
            ],
            "sections": list(self._sections()),
            "date": paper_answers.date_room(),
        }

    def _instructions(self, address: str, hand_in: Sequence[str]) -> Iterator[str]:
        yield gettext("Write with a blue or black pen, one digit in each box.")
        yield gettext("Leave out what does not concern you.")
        if hand_in:
            between = "؛ " if self.language == "fa" else "; "
            yield gettext("Hand it in at: %(offices)s.") % {"offices": between.join(hand_in)}
            yield gettext("You get a receipt with a case number at once.")
        yield gettext("This form is free. You can also send it at %(address)s.") % {"address": f"\u2066{address}\u2069"}

    def _sections(self) -> Iterator[dict[str, Any]]:
        if self.service.form.role is not None:
            yield self._section("", [], [self.service.form.role])
        for part in self.service.form.plan:
            pages = part.pages if isinstance(part, Group) else (part,)
            for page in pages:
                yield self._section(self._words(page.title), self._page_notes(part, page), page.questions)

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
            "answer": paper_answers.room_for(question.kind, self.asking),
        }

    def _notes(self, question: Question) -> Iterator[str]:
        yield self._only_if(question.show_if.text if question.show_if else None)
        yield self._words(question.hint)
        for condition in question.proves:
            yield gettext("Proof for condition %(number)s") % {
                "number": self._number(self.service.conditions[condition].number)
            }
        if question.repeat is not None:
            yield gettext("Up to %(number)s answers. Use another sheet if there is no room.") % {
                "number": self._number(question.repeat.max)
            }

    def _only_if(self, condition: str | None) -> str:
        """A condition in words where it compares one answer; others are left to the reader's judgement."""
        if condition is None:
            return ""
        match = COMPARISON.fullmatch(condition.strip())
        question = self.service.questions.get(match[1]) if match else None
        answer = self._answer(question, match[3], match[4]) if match and question else ""
        if match is None or question is None or not answer:
            return gettext("Only if this concerns you")
        params = {"question": question.label.in_(self.language), "answer": answer}
        if match[2] == "=":
            return gettext("Only if the answer to “%(question)s” is: %(answer)s") % params
        return gettext("Only if the answer to “%(question)s” is not: %(answer)s") % params

    def _answer(self, question: Question, choice: str | None, truth: str | None) -> str:
        if isinstance(question.kind, YesNo) and truth:
            return str(question.kind.show(truth == "true", self.asking))
        if isinstance(question.kind, OneOf) and choice:
            return str(question.kind.show(choice, self.asking))
        return ""

    def _words(self, text: Any) -> str:
        return text.in_(self.language) if text else ""

    def _number(self, number: int) -> str:
        return digits.for_language(str(number), self.language)
