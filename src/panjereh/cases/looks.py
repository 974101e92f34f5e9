"""Writing down who looked at a case: for its applicant, and for everybody whose entry of a register it holds."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from panjereh.audit import operations as audit
from panjereh.cases.access import POPULATION, service_of, service_of_request, waits_for
from panjereh.cases.models import Case, Draft, Signatory
from panjereh.kernel.actor import SYSTEM, Actor

HANDLING = "handling"
WITH_A_VISITOR = "help-at-the-desk"
BY_RULE = "by-rule"
CONSULTED = "consulted"
TRACKING = "tracking"


def at_case(
    case: Case, actor: Actor, purpose: str, fields: Sequence[str] = (), *, without: Collection[str] = ()
) -> None:
    """The whole case was seen, or only what `fields` name: then it tells nothing about others than its applicant.

    without: answers that stood closed on the page
    """
    audit.record_accesses(_of_case(case, actor, purpose, fields, without))


def at_cases(cases: Iterable[Case], actor: Actor, purpose: str, fields: Sequence[str]) -> None:
    """Many at once, each by these fields only."""
    audit.record_accesses(look for case in cases for look in _of_case(case, actor, purpose, fields))


def by_rule(case: Case) -> None:
    """An effect opened the case: nobody saw it, and still the person can see that it was done."""
    at_case(case, SYSTEM, BY_RULE)


def at_place(actor: Actor, signatory_id: UUID) -> Signatory:
    """A place among the signatories of a document, as `waits_for` gives it. That an official helps to sign is written
    down for whoever signs and for the applicant. Raises NotFound."""
    one = waits_for(actor, signatory_id)
    if actor.is_official:
        concerned = {one.party_id, one.request.applicant_id}
        law = service_of_request(one).law
        audit.record_accesses(
            audit.Access(actor, f"party:{party}", "signing", ["name"], WITH_A_VISITOR, law)
            for party in sorted(concerned)
        )
    return one


def at_answers(case: Case, answers: Mapping[str, Any], actor: Actor, *, law: str) -> None:
    """An agency that was asked saw these answers of the case, and that there is one."""
    source, fields = f"case:{case.number}", sorted(answers) or ["inquiry"]
    audit.record_accesses(
        [
            audit.Access(actor, f"party:{case.applicant_id}", source, fields, CONSULTED, law, case.number),
            *(
                audit.Access(actor, subject, source, seen, CONSULTED, law, case.number)
                for subject, seen in _others_in(answers)
            ),
        ]
    )


def at_draft(draft: Draft, actor: Actor, purpose: str = WITH_A_VISITOR) -> None:
    """A helper (or an effect) has before them what was answered so far."""
    law = service_of(draft).law
    audit.record_accesses(
        [
            audit.Access(
                actor=actor,
                subject=f"party:{draft.applicant_id}",
                source="draft",
                fields=sorted(draft.answers),
                purpose=purpose,
                law=law,
            ),
            *(
                audit.Access(actor, subject, "draft", fields, purpose, law)
                for subject, fields in _others_in(draft.answers)
            ),
        ]
    )


def _of_case(
    case: Case, actor: Actor, purpose: str, fields: Sequence[str], without: Collection[str] = ()
) -> Iterator[audit.Access]:
    service = service_of(case)
    source = f"case:{case.number}"
    yield audit.Access(
        actor=actor,
        subject=f"party:{case.applicant_id}",
        source=source,
        fields=list(fields or (name for name in case.answers if name not in without)),
        purpose=purpose,
        law=service.law,
        case=case.number,
    )
    if fields:
        return
    for subject, seen in _others_in(case.answers):
        yield audit.Access(actor, subject, source, seen, purpose, service.law, case.number)


def _others_in(answers: Any) -> Iterator[tuple[str, list[str]]]:
    """Whose entries of the population register answers hold, wherever in them, and which fields; each person once."""
    found: dict[str, set[str]] = {}
    for value in _entries(answers):
        subject = f"{POPULATION}:{value['source']['entity']}"
        found.setdefault(subject, set()).update(name for name in value if name != "source")
    return ((subject, sorted(fields)) for subject, fields in found.items())


def _entries(answers: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(answers, list):
        for each in answers:
            yield from _entries(each)
    elif isinstance(answers, dict):
        source = answers.get("source")
        if isinstance(source, dict) and source.get("registry") == POPULATION:
            yield answers
        for each in answers.values():
            yield from _entries(each)
