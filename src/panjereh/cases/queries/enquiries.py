"""Cases as other rooms ask for them: which are whose, which are closed, and what came of questions of one kind."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from panjereh.cases import rows
from panjereh.cases.models import Case
from panjereh.cases.queries.applicant import due_of
from panjereh.identity import queries as identity


@dataclass(frozen=True)
class Enquiry:
    """A case in which somebody asked about something, and the answer: `reason` as it was given, empty until then."""

    number: str
    state: str
    outcome: str
    asked_at: datetime
    due: object
    reason: str
    decided_at: datetime | None


def own_among(party_id: UUID, numbers: Collection[str]) -> set[str]:
    """Which of these cases are the party's own."""
    if not numbers:
        return set()
    own = Case.objects.filter(applicant__in=identity.numbers_of(party_id), number__in=numbers)
    return set(own.values_list("number", flat=True))


def closed_among(numbers: Collection[str]) -> list[str]:
    """Which of these cases are closed; a number that is no case here counts as closed."""
    open_ = set(
        Case.objects.filter(number__in=numbers).exclude(state=Case.State.CLOSED).values_list("number", flat=True)
    )
    return [number for number in numbers if number not in open_]


def lives_of(numbers: Collection[str]) -> dict[str, tuple[datetime, datetime | None]]:
    """When these cases were sent and closed, by number; a number that is no case here is missing."""
    found = Case.objects.filter(number__in=numbers).values_list("number", "submitted_at", "closed_at")
    return {number: (began, ended) for number, began, ended in found}


def enquiries_of(party_id: UUID, service: str, question: str) -> dict[str, Enquiry]:
    """What the party asked by this service, by the answer to one of its questions; of several the newest."""
    own = Case.objects.filter(applicant__in=identity.numbers_of(party_id), service=service).order_by("submitted_at")
    return {str(case.answers[question]): _enquiry(case) for case in own if case.answers.get(question)}


def _enquiry(case: Case) -> Enquiry:
    decision = rows.last_decision(case) if case.decided_at else None
    return Enquiry(
        number=case.number,
        state=case.state,
        outcome=case.outcome,
        asked_at=case.submitted_at,
        due=due_of(case, rows.DEADLINES.all(case.pk)),
        reason=decision.reason if decision else "",
        decided_at=case.decided_at,
    )
