"""Telling people: the definition's own words where it has some, plain ones of ours where it has none."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from panjereh.cases import fees, rows
from panjereh.cases.access import service_of
from panjereh.cases.asking import asking_for
from panjereh.cases.models import Case, Deadline, Draft
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.definitions import Service, Text
from panjereh.identity import operations as identity
from panjereh.identity import queries as identity_queries
from panjereh.identity.models import Party
from panjereh.kernel import clock
from panjereh.kernel.money import Money
from panjereh.localisation import dates, digits, money

APPLICANT = "applicant"

PLAIN = {
    "submitted": gettext_noop("We have your request. We will answer by %(promised)s. There is nothing you need to do."),
    "entered": gettext_noop("Your request was entered at our desk. We will answer by %(promised)s."),
    "correction": gettext_noop("We need something from you: %(message)s Please answer by %(correct_by)s."),
    "payment": gettext_noop(
        "Your request is approved. Please pay the fee of %(fee)s by card on this site or at the agency’s office. The "
        "number of the bill is %(bill)s. The result follows at once."
    ),
    "approved": gettext_noop("Your request is approved. What we issued is among your documents."),
    "refused": gettext_noop(
        "We refused your request. This was missing: %(conditions)s %(reason)s You can object by %(appeal_by)s."
    ),
    "silence": gettext_noop("We did not answer in time, by %(promised)s. %(follows)s"),
    "extended": gettext_noop("We need more time: %(message)s We will answer by %(promised)s."),
    "rests": gettext_noop(
        "We wait for an answer of %(other)s: %(message)s Until then our time to answer does not run; it goes on by "
        "%(rests_until)s at the latest. There is nothing you need to do."
    ),
    "goes_on": gettext_noop("We no longer wait for another agency. We will answer by %(promised)s."),
    "reminder": gettext_noop("A reminder: %(act)s Your time for it ends on %(until)s."),
    "withdrawn": gettext_noop("You have withdrawn your request. Nothing more will happen."),
    "appealed": gettext_noop("We have your objection. Another official will look at it."),
    "upheld": gettext_noop(
        "We looked at your objection. The refusal stands. This is still missing: %(conditions)s %(reason)s"
    ),
    "overturned": gettext_noop("Your objection was right. Your request is approved."),
    "migrated": gettext_noop(
        "The rules of this service have changed, and your request goes on by the new ones. The reason: %(message)s"
    ),
    "replaced": gettext_noop("An entry was corrected: %(message)s The certificate issued before is replaced."),
    "revoked": gettext_noop("An entry was annulled: %(message)s The certificate issued before is no longer valid."),
}


BY_SILENCE = {
    "approved": gettext_noop("Your request counts as approved because we did not answer in time%(by_law)s."),
    "refused": gettext_noop(
        "Your request counts as refused because we did not answer in time%(by_law)s. You can object by %(appeal_by)s."
    ),
}
"""How a decision of the law is told, which nobody gave reasons for."""

FOLLOWS = {
    "approve": gettext_noop("By law%(by_law)s your request counts as approved. There is nothing you need to do."),
    "refuse": gettext_noop("By law%(by_law)s your request counts as refused. You can object to that."),
    "escalate": gettext_noop("A supervisor sees to your case now. There is nothing you need to do."),
}
ACTS = {
    "correct": gettext_noop("we wait for your answer to what we asked."),
    "appeal": gettext_noop("you can still object to the refusal."),
}
"""What somebody is reminded of."""


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
            scope=case.pk,
            service=case.service,
            language=language,
            is_closed=kind in service.closed_notices,
        )


def remind_of_draft(draft: Draft, service: Service, ends: date) -> None:
    """Tell whoever keeps a draft that the time to send it ends. Once for each day on which it might."""
    language = draft.language or draft.applicant.language
    with translation.override(language):
        correspondence.tell(
            draft.applicant_id,
            key=f"draft:{draft.pk}:reminder:{ends}",
            subject=service.title.in_(language),
            text=_("You have begun a request and not sent it. By law it should be sent by %(until)s.")
            % {"until": dates.format_date(ends, language)},
            agency=service.agency,
            service=service.id,
            language=language,
        )


def ask_for_fee(case: Case) -> None:
    """Tell what is to be paid, if that is what the case waits for now."""
    if any(task.does == "pay" for task in rows.open_tasks(case)):
        bill = fees.bill_of(case)
        tell(case, "payment", bill=bill.number if bill else "")


def particulars(case: Case, service: Service, more: dict[str, Any]) -> dict[str, Any]:
    """What notices may mention beside the answers; days are dates, amounts whole rials."""
    decision = rows.last_decision(case)
    due = {deadline.kind: _day(deadline) for deadline in rows.DEADLINES.all(case.pk)}
    cited = decision.conditions if decision else []
    term = service.deadlines.get("decide")
    return {
        "code": case.number,
        "service": service.title,
        "promised": due.get(Deadline.Kind.DECIDE),
        "correct_by": due.get(Deadline.Kind.CORRECT),
        "appeal_by": due.get(Deadline.Kind.APPEAL),
        "fee": case.fee,
        "bill": "",
        "reason": decision.reason if decision else "",
        "cited": cited,
        "message": "",
        "other_agency": None,
        "remind_of": "",
        "until": None,
        "rests_until": next((rest.until_at for rest in reversed(rows.RESTS.all(case.pk)) if rest.until_at), None),
        "silence_law": term.law or "" if term else "",
        "follows": term.silence if term else "escalate",
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
    by_silence = context["by_silence"] and kind in BY_SILENCE
    written = (
        None if by_silence and kind == "refused" else service.notice(kind, context, language, asking_for(language))
    )
    with translation.override(language):
        readable = _readable(service, context, language)
        by_law = _(BY_SILENCE[kind]) % readable if by_silence else ""
        if written is not None:
            return written.subject, "\n\n".join(filter(None, [by_law, written.text]))
        return service.title.in_(language), by_law or _(PLAIN[kind]) % readable


def _readable(service: Service, context: dict[str, Any], language: str) -> dict[str, str]:
    """The particulars as words. Within `translation.override(language)`."""

    def day(value: Any) -> str:
        value = value.astimezone(clock.home_zone()).date() if isinstance(value, datetime) else value
        return dates.format_date(value, language) if value else "–"

    by_law = f" ({_law(context['silence_law'], language)})" if context["silence_law"] else ""
    act, consequence = ACTS.get(context["remind_of"]), FOLLOWS[context["follows"]]
    cited = [service.conditions[name].text.in_(language) for name in context["cited"] if name in service.conditions]
    return {
        "promised": day(context["promised"]),
        "correct_by": day(context["correct_by"]),
        "appeal_by": day(context["appeal_by"]),
        "fee": money.format_money(Money(context["fee"]), language),
        "bill": digits.for_language(context["bill"], language),
        "reason": _sentence(context["reason"]),
        "message": _sentence(_in(context["message"], language)),
        "other": context["other_agency"].in_(language) if context["other_agency"] else "",
        "until": day(context["until"]),
        "rests_until": day(context["rests_until"]),
        "act": _(act) if act else "",
        "by_law": by_law,
        "follows": _(consequence) % {"by_law": by_law},
        "conditions": " ".join(_sentence(words) for words in cited),
    }


def _in(words: Text | str, language: str) -> str:
    """What an official wrote, or words of the definition in the reader's language."""
    return words.in_(language) if isinstance(words, Text) else words


def _law(reference: str, language: str) -> str:
    """`civil-registration-act#12` in words. Within `translation.override(language)`."""
    name, _sharp, article = reference.partition("#")
    known = catalogue.country().laws.get(name)
    title = known.title.in_(language) if known else name
    if not article:
        return title
    return _("%(law)s, article %(article)s") % {"law": title, "article": digits.for_language(article, language)}


def _sentence(words: str) -> str:
    """With a full stop, if whoever wrote it left out any sign at the end."""
    return words if not words or words[-1] in ".!?؟…:" else f"{words}."
