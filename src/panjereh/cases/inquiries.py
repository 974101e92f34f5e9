"""Questions of a case to other agencies: asked by a step of its process or by an official in words, each with its own
time, and what becomes of them. The process learns of the answer by `progress.hear`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from panjereh.cases import history, rests, rows, telling, terms
from panjereh.cases.access import service_of
from panjereh.cases.models import Case, Inquiry
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import IN_WORDS, Consultation, Screen, Service
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.outbox import operations as outbox

UNANSWERED = "cases.unanswered"
CONSULTED = "consulted"
"""The fact under which answers are known to expressions, by the name of what was asked."""


def ask(case: Case, service: Service, name: str, *, token: str) -> Inquiry:
    """A step of the process asks what `consults` calls so. The applicant is told where the term rests meanwhile."""
    block = service.consults[name].block
    last_day = catalogue.calendar_of(block.agency).deadline(clock.today(), block.within, block.calendar)
    inquiry = _asked(case, block.agency, terms.end_of(last_day), name=name, token=token)
    history.append(case, "agency_asked", actor=SYSTEM, of=block.agency, question=name)
    deadline = terms.running(case, "decide") if block.rests else None
    if deadline is not None and not terms.has_passed(deadline):
        rests.for_agency(case, inquiry)
        _tell_of_rest(case, inquiry, block.title)
    return inquiry


def ask_in_words(case: Case, *, agency: str, text: str, by: UUID, until: datetime) -> Inquiry:
    """An official asks; the term rests until the answer is here."""
    inquiry = _asked(case, agency, until, text=text, by_id=by)
    rests.for_agency(case, inquiry)
    _tell_of_rest(case, inquiry, text)
    return inquiry


def _asked(case: Case, agency: str, until: datetime, **fields: Any) -> Inquiry:
    inquiry = Inquiry.objects.create(case=case, agency=agency, until_at=until, **fields)
    payload = {"case": str(case.pk), "inquiry": str(inquiry.pk)}
    outbox.queue(UNANSWERED, payload, key=_clock(case, inquiry), run_at=until, lane=outbox.CROWD)
    return inquiry


def _tell_of_rest(case: Case, inquiry: Inquiry, what: Any) -> None:
    title = catalogue.country().agencies[inquiry.agency].title
    telling.tell(case, "rests", step=str(inquiry.pk), message=what, other_agency=title)


def _clock(case: Case, inquiry: Inquiry) -> str:
    return f"{terms.key(case, rests.AWAITED)}{inquiry.pk}:"


def answered(inquiry: Inquiry, case: Case, answers: dict[str, Any], *, actor: Actor) -> None:
    """The asked agency has answered: expressions know it from now on. The caller holds the lock and saves the case."""
    inquiry.answers, inquiry.answered_by_id = answers, actor.party
    _end(inquiry, Inquiry.Outcome.ANSWERED)
    if inquiry.name:
        case.facts = {**case.facts, CONSULTED: {**case.facts.get(CONSULTED, {}), inquiry.name: answers}}
    history.append(
        case,
        "agency_answered",
        actor=actor,
        personal={"answers": answers},
        of=inquiry.agency,
        question=inquiry.name,
    )
    _go_on(inquiry, case)


def lapsed(inquiry: Inquiry, case: Case) -> None:
    """Its time is over. The caller holds the lock and saves the case."""
    _end(inquiry, Inquiry.Outcome.LAPSED)
    history.append(case, "agency_silent", actor=SYSTEM, of=inquiry.agency, question=inquiry.name)
    _go_on(inquiry, case)


def overtaken(inquiry: Inquiry, case: Case) -> None:
    """The case no longer needs the answer, or has it by another way. Its term is not touched here."""
    _end(inquiry, Inquiry.Outcome.OVERTAKEN)
    outbox.cancel(_clock(case, inquiry))


def _end(inquiry: Inquiry, outcome: Inquiry.Outcome) -> None:
    inquiry.outcome, inquiry.ended_at = outcome, clock.now()
    inquiry.save(update_fields=["outcome", "ended_at", "answers", "answered_by"])


def _go_on(inquiry: Inquiry, case: Case) -> None:
    """The term goes on, if it rested for this, and the applicant is told its new end."""
    outbox.cancel(_clock(case, inquiry))
    if rests.end_waiting(case, service_of(case), inquiry) and not rests.now(case):
        telling.tell(case, "goes_on", step=str(inquiry.pk))


def open_of(case: Case) -> list[Inquiry]:
    return [one for one in rows.INQUIRIES.all(case.pk) if one.ended_at is None]


def drop(case: Case, *, tokens: list[str] | None = None, only_in_words: bool = False) -> None:
    """What nobody needs any more: of steps that were left (`tokens`), what officials asked, or all."""
    for inquiry in open_of(case):
        if (tokens is None or inquiry.token in tokens) and not (only_in_words and inquiry.name):
            overtaken(inquiry, case)
            rests.end_waiting(case, service_of(case), inquiry)


def to_be_heard(case: Case) -> list[Inquiry]:
    """Ended questions of the process of which it has not heard yet, the oldest first."""
    ended = (Inquiry.Outcome.ANSWERED, Inquiry.Outcome.LAPSED)
    return [one for one in rows.INQUIRIES.all(case.pk) if one.name and not one.heard and one.outcome in ended]


def page(service: Service, inquiry: Inquiry) -> Screen:
    """What the asked agency fills in."""
    asked: Consultation | None = service.consults.get(inquiry.name)
    return asked.screen if asked else IN_WORDS


def shown(service: Service, case: Case, inquiry: Inquiry) -> dict[str, Any]:
    """The answers of the case that the asked agency may see."""
    asked = service.consults.get(inquiry.name)
    return {name: case.answers[name] for name in (asked.block.shows if asked else ()) if name in case.answers}
