"""What agencies are asked by cases of others: the list of those that wait, and one with what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from panjereh.cases import inquiries, looks, scanning
from panjereh.cases.access import service_of
from panjereh.cases.asking import asking_for
from panjereh.cases.models import Case, Inquiry, Upload
from panjereh.cases.operations.files import files_in
from panjereh.cases.operations.receive import find
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Row, Screen, Service, Text, rows_of
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.vault import files

PAGE = 200  # more than an agency leaves open; the oldest come first


@dataclass(frozen=True)
class InquiryLine:
    """One question in the list: nothing of the person stands in it."""

    id: UUID
    title: Text | str
    service: Text
    agency: Text
    asked_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class InquiryView:
    """A question as an official of the asked agency sees it. `rows`: what it is shown; `reply`: what it answered."""

    inquiry: Inquiry
    line: InquiryLine
    law: str
    screen: Screen
    rows: list[Row]
    reply: list[Row]
    uploads: dict[str, Upload]


def waiting_for(actor: Actor) -> list[InquiryLine]:
    """The questions that wait for the actor's agency, those first whose time ends first."""
    policy.require(actor, "inquiry.answer", policy.Target(agency=actor.agency))
    me = identity.numbers_of(actor.party) if actor.party else frozenset()
    waiting = Inquiry.objects.filter(agency=actor.agency or "", ended_at=None).exclude(case__applicant__in=me)
    return [
        _line(one, one.case, service_of(one.case)) for one in waiting.select_related("case").order_by("until_at")[:PAGE]
    ]


def to_answer(actor: Actor, inquiry_id: UUID) -> InquiryView:
    """One question with what it shows of the case. That it was seen is written down."""
    case, inquiry = find(inquiry_id, actor=actor, lock=False)
    service = service_of(case)
    shown = inquiries.shown(service, case, inquiry) if inquiry.ended_at is None else {}
    law = _law(service, inquiry)
    looks.at_answers(case, shown, actor, law=law)
    answers = service.rows(case.answers, case.facts, asking_for(actor.language)) if shown else []
    wanted = {str(each) for each in files_in([shown, inquiry.answers])}
    return InquiryView(
        inquiry=inquiry,
        line=_line(inquiry, case, service),
        law=law,
        screen=inquiries.page(service, inquiry),
        rows=[row for row in answers if row.question in shown or row.group in shown],
        reply=reply(service, inquiry, actor.language),
        uploads={str(each.pk): each for each in Upload.objects.filter(case=case, pk__in=wanted)} if wanted else {},
    )


def file_of(actor: Actor, inquiry_id: UUID, upload_id: UUID) -> tuple[Upload, IO[bytes]]:
    """A file that the question shows, or that came with the answer."""
    upload = to_answer(actor, inquiry_id).uploads.get(str(upload_id))
    if upload is None:
        raise NotFound(_("There is no such file in this case."))
    scanning.must_be_clean(upload)
    return upload, files.open_(upload.stored_as, upload.scope)


def reply(service: Service, inquiry: Inquiry, language: str) -> list[Row]:
    """What the asked agency answered, in words; nothing while it has not."""
    answers: Mapping[str, Any] | None = inquiry.answers
    return rows_of(inquiries.page(service, inquiry), answers, asking_for(language)) if answers is not None else []


def title_of(service: Service, inquiry: Inquiry) -> Text | str:
    """What it asks: in the words of the definition, or of the official."""
    asked = service.consults.get(inquiry.name)
    return asked.block.title if asked else inquiry.text


def _line(inquiry: Inquiry, case: Case, service: Service) -> InquiryLine:
    agency = catalogue.country().agencies[case.agency].title
    title = title_of(service, inquiry)
    return InquiryLine(inquiry.pk, title, service.title, agency, inquiry.asked_at, inquiry.until_at)


def _law(service: Service, inquiry: Inquiry) -> str:
    asked = service.consults.get(inquiry.name)
    return asked.block.law if asked else service.law
