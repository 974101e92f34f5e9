"""What applicants see: their drafts, their cases, one case with what comes next, and tracking without signing in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, Any
from uuid import UUID

from django.core.cache import caches
from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from panjereh import process
from panjereh.cases import looks, rows, scanning
from panjereh.cases.access import find_draft, find_own, own_cases, own_drafts, require_level, service_of
from panjereh.cases.asking import asking_for
from panjereh.cases.models import Case, Correction, Deadline, Decision, Draft, Upload
from panjereh.cases.progress import APPLICANT
from panjereh.cases.queries.promises import Promise, by_law, promise_of
from panjereh.cases.queries.signatories import Signed, everybody_of, of_number, signatories_of, without_names
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import queries as correspondence
from panjereh.correspondence.models import Message
from panjereh.definitions import Row, Service, Text
from panjereh.documents import queries as documents
from panjereh.documents.models import Certificate
from panjereh.identity import queries as identity
from panjereh.kernel import clock
from panjereh.kernel.actor import SOMEBODY, Actor
from panjereh.kernel.errors import NotFound
from panjereh.localisation import digits, letters
from panjereh.vault import files


@dataclass(frozen=True)
class DraftView:
    """A draft in the version in force, with the answers that the newer version no longer takes."""

    draft: Draft
    version: UUID
    service: Service
    answers: dict[str, Any]
    changed: Sequence[str]


@dataclass(frozen=True)
class CaseLine:
    """One case in a list."""

    number: str
    service: str
    title: Text
    state: str
    outcome: str
    submitted_at: datetime
    due: date | None
    next: str
    can_withdraw: bool


@dataclass(frozen=True)
class Stage:
    """One station of the way, and when it was passed."""

    id: str
    title: str
    state: str
    at: datetime | None


@dataclass(frozen=True)
class CaseView:
    """A case as its applicant sees it."""

    case: Case
    service: Service
    stages: list[Stage]
    due: date | None
    next: str
    correction: Correction | None
    decision: Decision | None
    documents: list[Certificate]
    messages: list[Message]
    rows: list[Row]
    can_withdraw: bool
    can_appeal: bool
    appeal_until: date | None
    promise: Promise | None
    by_law: bool
    offers: list[str]
    rated: bool
    agent: str
    is_signed: bool
    must_sign: bool


@dataclass(frozen=True)
class Tracking:
    """What the tracking code tells without a sign-in: no names, no answers, nothing that officials wrote."""

    number: str
    title: Text
    state: str
    outcome: str
    stages: list[Stage]
    due: date | None
    next: str
    promise: Promise | None
    signatories: Sequence[Signed] = ()


def most_used(limit: int = 6) -> list[str]:
    """Services by how often people asked for them in the last month, the most used first. Counted every ten minutes."""
    counted: list[str] | None = caches["process"].get("cases.most_used")
    if counted is None:
        month = Case.objects.filter(submitted_at__gte=clock.now() - timedelta(days=30))
        counted = [name for name, _n in month.order_by().values_list("service").annotate(n=Count("pk")).order_by("-n")]
        caches["process"].set("cases.most_used", counted, 600)
    return counted[:limit]


def draft(actor: Actor, draft_id: UUID) -> DraftView:
    """A draft to go on with. That a helper has somebody's answers before them is written down.

    Raises NotFound, SignInIsTooWeak.
    """
    found = find_draft(actor, draft_id)
    view = _view(found)
    require_level(actor, view.service)
    if actor.is_official:
        looks.at_draft(found, actor)
    return view


def drafts_of(actor: Actor) -> list[DraftView]:
    """Drafts that can be gone on with, the last touched first."""
    drafts = own_drafts(actor).filter(keep_until__gt=clock.now()).select_related("applicant").order_by("-saved_at")
    return [_view(draft) for draft in drafts[:50]]


def _view(draft: Draft) -> DraftView:
    current = catalogue.current(draft.service)
    if draft.version_id == current.id:
        return DraftView(draft, current.id, current.service, draft.answers, ())
    fit = current.service.fit(draft.answers)
    return DraftView(draft, current.id, current.service, fit.kept, fit.changed)


def cases_of(actor: Actor) -> list[CaseLine]:
    """The applicant's cases, the newest first."""
    return [line(case) for case in own_cases(actor).order_by("-submitted_at")[:100]]


def line(case: Case) -> CaseLine:
    service, deadlines = service_of(case), rows.DEADLINES.all(case.pk)
    return CaseLine(
        number=case.number,
        service=case.service,
        title=service.title,
        state=case.state,
        outcome=case.outcome,
        submitted_at=case.submitted_at,
        due=due_of(case, deadlines),
        next=next_of(case, deadlines),
        can_withdraw=_can_withdraw(case),
    )


def of_applicant(actor: Actor, number: str) -> CaseView:
    """One's own case, with everything that one may know of it. An official with the visitor beside them is recorded."""
    case = find_own(actor, number)
    service = service_of(case)
    if actor.is_official:
        looks.at_case(case, actor, looks.WITH_A_VISITOR)
    awaits = process.awaits(service.process, case.marking)
    deadlines = rows.DEADLINES.all(case.pk)
    appeal = rows.running_of(deadlines, Deadline.Kind.APPEAL)
    return CaseView(
        case=case,
        service=service,
        stages=stages_of(case, service, actor.language),
        due=due_of(case, deadlines),
        next=next_of(case, deadlines),
        correction=_asked_now(case) if case.state == Case.State.WAITING else None,
        decision=rows.last_decision(case) if case.decided_at else None,
        documents=documents.of_case(case.number),
        messages=_with_applicant(case),
        rows=service.rows(case.answers, case.facts, asking_for(actor.language)),
        can_withdraw=_can_withdraw(case),
        can_appeal="appeal" in awaits,
        appeal_until=_day(appeal.due_at) if appeal and "appeal" in awaits else None,
        promise=promise_of(case, service, deadlines),
        by_law=by_law(case),
        offers=list(service.then.offer) if case.outcome == Case.Outcome.APPROVED else [],
        rated=rows.RATED.first(case.pk) is not None,
        agent=identity.party(case.agent_id).name if case.agent_id else "",
        is_signed=service.definition.signature == "passkey" and case.helper_id is None,
        must_sign=service.definition.signature == "passkey" and not actor.is_official,
    )


def _with_applicant(case: Case) -> list[Message]:
    """What the applicant was told and wrote, under whichever of their numbers."""
    numbers = identity.all_numbers_of([case.applicant_id])
    return [message for message in correspondence.conversation(case.number) if message.party_id in numbers]


def _can_withdraw(case: Case) -> bool:
    return case.state != Case.State.CLOSED and case.decided_at is None


def cases_of_visitor(actor: Actor, party: UUID) -> list[CaseLine]:
    """What was entered at the agency's desk for somebody who stands there again; for officials who help visitors."""
    if not actor.is_official:
        return []
    found = list(own_cases(actor).filter(applicant__in=identity.numbers_of(party)).order_by("-submitted_at")[:20])
    looks.at_cases(found, actor, looks.WITH_A_VISITOR, ["state"])
    return [line(case) for case in found]


def track(code: str, second: str) -> Tracking | None:
    """The state of a case for who knows its code and a second fact; None alike for a wrong code and a wrong fact.

    second: the last four digits of the applicant's national number or phone, or their e-mail address
    """
    case = Case.objects.filter(number=_digits_of(code)).first()
    if case is None:
        return _track_round(_digits_of(code), second)
    if not _knows(case.applicant_id, second):
        return None
    looks.at_case(case, SOMEBODY, looks.TRACKING, ["state"])
    service, deadlines = service_of(case), rows.DEADLINES.all(case.pk)
    language, promise = get_language() or "fa", promise_of(case, service, deadlines)
    return Tracking(
        number=case.number,
        title=service.title,
        state=case.state,
        outcome=case.outcome,
        stages=stages_of(case, service, language),
        due=due_of(case, deadlines),
        next=next_of(case, deadlines),
        promise=promise.without_words() if promise else None,
        signatories=without_names(signatories_of(case, service, language)),
    )


def _track_round(code: str, second: str) -> Tracking | None:
    """A request that waits for signatures, or was not sent for want of them: who must sign, without names."""
    found = of_number(code)
    if found is None or not _knows(found[0].applicant_id, second):
        return None
    request, service = found
    is_open = request.ended_at is None
    return Tracking(
        number=code,
        title=service.title,
        state="waiting" if is_open else "closed",
        outcome="",
        stages=[],
        due=_day(request.due_at) if is_open else None,
        next="signatures" if is_open else "not_sent",
        promise=None,
        signatories=without_names(everybody_of(request, get_language() or "fa")),
    )


def _digits_of(code: str) -> str:
    return "".join(sign for sign in digits.to_ascii(code) if sign.isdigit())[:10]


def _knows(applicant: UUID, second: str) -> bool:
    party = identity.present(applicant)
    given = letters.normalise(digits.to_ascii(second)).strip().lower()
    proofs = {(party.national_id or "")[-4:], party.phone[-4:], party.email.lower()} - {""}
    return given in proofs


def upload(actor: Actor, upload_id: UUID) -> tuple[Upload, IO[bytes]]:
    """A file that the person handed in themselves, or that an official's case holds (the face asks `desk` first)."""
    mine = Q(draft__in=own_drafts(actor)) | Q(case__in=own_cases(actor))
    found = Upload.objects.select_related("case").filter(mine, pk=upload_id).first()
    if found is None:
        raise NotFound(_("There is no such file among yours."))
    if actor.is_official or found.scan == Upload.Scan.INFECTED:
        scanning.must_be_clean(found)
    if actor.is_official and found.case is not None:
        looks.at_case(found.case, actor, looks.WITH_A_VISITOR, ["file"])
    return found, files.open_(found.stored_as, found.scope)


def stages_of(case: Case, service: Service, language: str) -> list[Stage]:
    """The way of the case as stations; the first, receiving it, is passed with submission."""
    done = [(task.done_at, task.element) for task in rows.TASKS.all(case.pk) if task.done_at is not None]
    done_at: dict[str, datetime | None] = {element: moment for moment, element in sorted(done)}
    return [
        Stage(stage.id, stage.title, stage.state, _passed(case, stage, done_at))
        for stage in process.where(service.process, case.marking, language)
    ]


def _passed(case: Case, stage: process.Stage, done_at: dict[str, datetime | None]) -> datetime | None:
    if stage.state != "done":
        return None
    return done_at.get(stage.id) or (case.submitted_at if stage.id == "received" else case.closed_at)


def due_of(case: Case, deadlines: Sequence[Deadline]) -> date | None:
    """The day promised to the applicant, or until when they must act."""
    waits = case.state == Case.State.WAITING
    deadline = rows.running_of(deadlines, Deadline.Kind.CORRECT if waits else Deadline.Kind.DECIDE)
    return _day(deadline.due_at) if deadline else None


def next_of(case: Case, deadlines: Sequence[Deadline]) -> str:
    """Code of the sentence that says what the applicant has to do."""
    if case.state == Case.State.CLOSED:
        return "closed"
    if case.state == Case.State.WAITING:
        return "correct"
    term = rows.running_of(deadlines, Deadline.Kind.DECIDE)
    if term is not None and term.rests_since is not None:
        return "awaits_agency"
    open_tasks = {task.does for task in rows.open_tasks(case) if task.who != APPLICANT}
    if "pay" in open_tasks:
        return "pay"
    if not open_tasks and "appeal" in process.awaits(service_of(case).process, case.marking):
        return "appeal_possible"
    return "nothing_to_do"


def _asked_now(case: Case) -> Correction | None:
    """The newest request, for an earlier one may never have been answered."""
    return next((one for one in reversed(rows.CORRECTIONS.all(case.pk)) if one.answered_at is None), None)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.home_zone()).date()
