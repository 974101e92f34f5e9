"""Another agency is asked by an official in words: the term rests, for as long as the law lets it, until the answer."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.cases import history, inquiries, rests, telling, terms
from panjereh.cases.access import service_of
from panjereh.cases.errors import NotNow, ReasonMissing
from panjereh.cases.models import Case, Deadline, Rest
from panjereh.cases.operations.decide import of_agency, party_of
from panjereh.catalogue import queries as catalogue
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid


@transaction.atomic
def await_agency(number: str, *, actor: Actor, agency: str, reason: str) -> Case:
    """Ask another agency, which answers at its own desk; meanwhile the term rests. The applicant is told of it."""
    case = of_agency(number, actor=actor, action="case.await")
    service = service_of(case)
    term, deadline = service.deadlines.get("decide"), terms.running(case, Deadline.Kind.DECIDE)
    if deadline is None or term is None or term.await_agency is None:
        raise NotNow(_("The law does not let this term rest for another agency."))
    if terms.has_passed(deadline):
        raise NotNow(_("This term has passed; only one that still runs can rest."))
    if any(in_words(rest) for rest in rests.now(case)):
        raise NotNow(_("The term rests for another agency already."))
    known = catalogue.country().agencies
    if agency not in known or agency == case.agency:
        raise Invalid(_("Choose the agency that you wait for."))
    if not reason.strip():
        raise ReasonMissing(_("Write to the applicant what the other agency must answer first."))
    until = terms.end_of(terms.calendar_of(case).deadline(clock.today(), term.await_agency))
    inquiries.ask_in_words(case, agency=agency, text=reason.strip(), by=party_of(actor), until=until)
    history.append(case, "rests", actor=actor, personal={"reason": reason}, waits_for=agency)
    case.save(update_fields=["next_seq", "head"])
    return case


@transaction.atomic
def agency_answered(number: str, *, actor: Actor, note: str = "") -> Case:
    """What an official waited for came by another way, on paper: the term goes on, and the applicant is told."""
    case = of_agency(number, actor=actor, action="case.await")
    waiting = next((rest for rest in rests.now(case) if in_words(rest)), None)
    if waiting is None:
        raise NotNow(_("The case does not wait for another agency."))
    if waiting.inquiry is not None:
        inquiries.overtaken(waiting.inquiry, case)
    rests.end(waiting, case, service_of(case))
    personal = {"reason": note.strip()} if note.strip() else None
    history.append(case, "goes_on", actor=actor, personal=personal, answered=True)
    case.save(update_fields=["next_seq", "head"])
    telling.tell(case, "goes_on", step=str(waiting.pk))
    return case


def in_words(rest: Rest) -> bool:
    """Whether an official asked the other agency, not a step of the process."""
    return rest.waits_for == Rest.For.AGENCY and rest.by_id is not None
