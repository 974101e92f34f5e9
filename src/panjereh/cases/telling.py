"""Telling people: the definition's own words where it has some, plain ones of ours where it has none."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from panjereh.cases import rows
from panjereh.cases.access import service_of
from panjereh.cases.asking import asking_for
from panjereh.cases.models import Case, Deadline
from panjereh.correspondence import operations as correspondence
from panjereh.definitions import Service
from panjereh.identity import operations as identity
from panjereh.identity import queries as identity_queries
from panjereh.identity.models import Party
from panjereh.kernel import clock
from panjereh.kernel.money import Money
from panjereh.localisation import dates, money

APPLICANT = "applicant"

PLAIN = {
    "submitted": gettext_noop("We have your request. We will answer by %(promised)s. There is nothing you need to do."),
    "entered": gettext_noop("Your request was entered at our desk. We will answer by %(promised)s."),
    "correction": gettext_noop("We need something from you: %(message)s Please answer by %(correct_by)s."),
    "payment": gettext_noop("Your request is approved. Please pay the fee of %(fee)s; the result follows then."),
    "approved": gettext_noop("Your request is approved. What we issued is among your documents."),
    "refused": gettext_noop(
        "We refused your request. This was missing: %(conditions)s %(reason)s You can object by %(appeal_by)s."
    ),
    "silence": gettext_noop("We did not answer in time. What follows by law is on the page of your case."),
    "extended": gettext_noop("We need more time: %(message)s We will answer by %(promised)s."),
    "withdrawn": gettext_noop("You have withdrawn your request. Nothing more will happen."),
    "appealed": gettext_noop("We have your objection. Another official will look at it."),
    "upheld": gettext_noop(
        "We looked at your objection. The refusal stands. This is still missing: %(conditions)s %(reason)s"
    ),
    "overturned": gettext_noop("Your objection was right. Your request is approved."),
    "replaced": gettext_noop("An entry was corrected: %(message)s The certificate issued before is replaced."),
    "revoked": gettext_noop("An entry was annulled: %(message)s The certificate issued before is no longer valid."),
}


def tell(case: Case, kind: str, *, step: str = "", **more: Any) -> None:
    """Tell everybody whom the definition names that `kind` happened. Within the caller's transaction; once per step."""
    service = service_of(case)
    context = {**service.context(case.answers, case.facts), **particulars(case, service, more)}
    for place, (party, language) in enumerate(_to_whom(case, service, kind)):
        subject, text = _words(service, kind, context, language)
        correspondence.tell(
            party,
            key=f"case:{case.pk}:{kind}:{step}:{place}",
            subject=subject,
            text=text,
            agency=case.agency,
            case=case.number,
            language=language,
        )


def ask_for_fee(case: Case) -> None:
    """Tell what is to be paid, if that is what the case waits for now."""
    if any(task.does == "pay" for task in rows.open_tasks(case)):
        tell(case, "payment")


def particulars(case: Case, service: Service, more: dict[str, Any]) -> dict[str, Any]:
    """What notices may mention beside the answers; days are dates, amounts whole rials."""
    decision = rows.last_decision(case)
    due = {deadline.kind: _day(deadline) for deadline in rows.DEADLINES.all(case.pk)}
    cited = decision.conditions if decision else []
    return {
        "code": case.number,
        "service": service.title,
        "promised": due.get(Deadline.Kind.DECIDE),
        "correct_by": due.get(Deadline.Kind.CORRECT),
        "appeal_by": due.get(Deadline.Kind.APPEAL),
        "fee": case.fee,
        "reason": decision.reason if decision else "",
        "cited": cited,
        "message": "",
        **more,
    }


def _day(deadline: Deadline) -> date:
    return deadline.due_at.astimezone(clock.home_zone()).date()


def _to_whom(case: Case, service: Service, kind: str) -> list[tuple[UUID, str]]:
    """Party and language of each, nobody twice."""
    notice = service.notices.get(kind)
    parties = {case.applicant_id: case.language or case.applicant.language}
    for name in notice.to if notice else []:
        for party in [] if name == APPLICANT else _people(case.answers, name):
            parties.setdefault(party.pk, party.language)
    return list(parties.items())


def _people(answers: dict[str, Any], question: str) -> list[Party]:
    """The people whom an answer names, if a register knows them: only they can be told."""
    given = answers.get(question)
    named = [person for person in (given if isinstance(given, list) else [given]) if isinstance(person, dict)]
    found = []
    for person in named:
        entity = (person.get("source") or {}).get("entity")
        if entity:
            known = identity_queries.party_of_entity(UUID(entity))
            found.append(
                known
                or identity.party_for_entity(
                    UUID(entity),
                    national_id=person.get("national_id"),
                    given_name=person.get("given_name") or "",
                    family_name=person.get("family_name") or "",
                )
            )
    return found


def _words(service: Service, kind: str, context: dict[str, Any], language: str) -> tuple[str, str]:
    written = service.notice(kind, context, language, asking_for(language))
    if written is not None:
        return written.subject, written.text
    with translation.override(language):
        return service.title.in_(language), _(PLAIN[kind]) % _readable(service, context, language)


def _readable(service: Service, context: dict[str, Any], language: str) -> dict[str, str]:
    def day(value: Any) -> str:
        return dates.format_date(value, language) if value else "–"

    cited = [service.conditions[name].text.in_(language) for name in context["cited"] if name in service.conditions]
    return {
        "promised": day(context["promised"]),
        "correct_by": day(context["correct_by"]),
        "appeal_by": day(context["appeal_by"]),
        "fee": money.format_money(Money(context["fee"]), language),
        "reason": _sentence(context["reason"]),
        "message": _sentence(context["message"]),
        "conditions": " ".join(_sentence(words) for words in cited),
    }


def _sentence(words: str) -> str:
    """With a full stop, if whoever wrote it left out any sign at the end."""
    return words if not words or words[-1] in ".!?؟…:" else f"{words}."
