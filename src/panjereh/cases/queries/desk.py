"""What officials see of one case with its evidence, and what they find. Every look at a case is recorded."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from panjereh.cases import looks, rests, rows, scanning, terms
from panjereh.cases.access import must_not_be_erased, service_of
from panjereh.cases.asking import asking_for
from panjereh.cases.models import Case, Correction, Deadline, Decision, Event, Inquiry, Note, Rest, Task, Upload
from panjereh.cases.operations.tasks import OpenTasks, barred_from, open_tasks_for, target_of
from panjereh.cases.operations.waiting import in_words
from panjereh.cases.progress import APPLICANT
from panjereh.cases.queries.applicant import CaseLine, line
from panjereh.cases.queries.inquiries import reply, title_of
from panjereh.cases.queries.promises import Promise, promise_of
from panjereh.cases.queries.signatories import Signed, signatories_of
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import queries as correspondence
from panjereh.correspondence.models import Message
from panjereh.definitions import Condition, Row, Service, Text
from panjereh.documents import queries as documents
from panjereh.documents.models import Certificate
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.identity.models import Official, Party
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.localisation import digits, letters
from panjereh.storage import Prepared
from panjereh.vault import files

MINE = OpenTasks(lambda tasks, case: tasks.filter(case=case).order_by("opened_at", "pk"))
SEEN = Prepared(lambda agency, number: Case.objects.select_related("applicant").filter(agency=agency, number=number))
BY_NUMBER = Prepared(lambda number: Case.objects.filter(number=number).defer("answers", "facts", "results"))


@dataclass(frozen=True)
class Evidence:
    """A numbered condition with the answers that are to prove it."""

    condition: Condition
    rows: list[Row]


@dataclass(frozen=True)
class DeskView:
    """A case as an official of its agency sees it."""

    case: Case
    service: Service
    applicant: Party
    task: Task | None
    tasks: list[Task]
    rows: list[Row]
    hidden: frozenset[str]
    evidence: list[Evidence]
    uploads: dict[str, Upload]
    decisions: list[Decision]
    corrections: list[Correction]
    deadlines: list[Deadline]
    rests: list[Rest]
    asked: list[tuple[Inquiry, Text | str, list[Row]]]
    promise: Promise | None
    events: list[Event]
    notes: list[Note]
    messages: list[Message]
    documents: list[Certificate]
    signatories: list[Signed]
    duplicate: Case | None
    may: dict[str, bool]
    colleagues: list[Official]
    names: dict[UUID, str]


def task(actor: Actor, task_id: UUID) -> DeskView:
    """The case of a task that is open to the actor."""
    found = open_tasks_for(actor).filter(pk=task_id).first()
    if found is None:
        raise NotFound(_("There is no such open task for you."))
    return for_official(actor, found.case.number, task=found.pk)


def for_official(
    actor: Actor, number: str, *, task: UUID | None = None, shown: Collection[str] | None = ()
) -> DeskView:
    """A case of the actor's agency, for handling it. That it was seen is written down and shown to the applicant.

    shown: the questions whose confidential answers are opened; None: all of them
    """
    case, target = _seen(actor, number, shown=shown)
    service = service_of(case)
    answers = service.rows(case.answers, case.facts, asking_for(actor.language))
    tasks = rows.open_tasks(case)
    mine = _task_in_hand(MINE.all(actor, case.pk), actor, task)
    deadlines = rows.DEADLINES.all(case.pk)
    decisions, notes = rows.DECISIONS.all(case.pk), rows.NOTES.all(case.pk)
    corrections, events = rows.CORRECTIONS.all(case.pk), rows.EVENTS.all(case.pk)
    return DeskView(
        case=case,
        service=service,
        applicant=case.applicant if case.applicant.same_as_id is None else identity.present(case.applicant_id),
        task=mine,
        tasks=tasks,
        rows=answers,
        hidden=hidden_in(service, shown),
        evidence=_evidence(service, answers),
        uploads={str(upload.pk): upload for upload in rows.UPLOADS.all(case.pk)},
        decisions=decisions,
        corrections=corrections,
        deadlines=deadlines,
        rests=(waiting := rows.RESTS.all(case.pk)),
        asked=_asked(case, service, actor.language) if service.consults or waiting else [],
        promise=promise_of(case, service, deadlines),
        events=events,
        notes=notes,
        messages=correspondence.conversation(case.number),
        documents=documents.of_case(case.number),
        signatories=signatories_of(case, service, actor.language),
        duplicate=BY_NUMBER.first(case.duplicate_of) if case.duplicate_of else None,
        may=_may(actor, case, mine, target, deadlines),
        colleagues=_colleagues(
            actor, case, mine or next((task for task in tasks if task.who != APPLICANT), None), target
        ),
        names=identity.names_of(_people(events, decisions, notes, corrections)),
    )


def _task_in_hand(open_to_them: Sequence[Task], actor: Actor, wanted: UUID | None) -> Task | None:
    """Of several open steps the one that is asked for, else the one that the actor works on, else the first."""
    chosen = [each for each in open_to_them if each.pk == wanted]
    own = [each for each in open_to_them if each.assignee_id == actor.party]
    return next(iter([*chosen, *own, *open_to_them]), None)


def hidden_in(service: Service, shown: Collection[str] | None) -> frozenset[str]:
    """The questions whose answers stand closed on the page: confidential ones that nobody opened. Files open by a click
    of their own, which is written down, too."""
    if shown is None:
        return frozenset()
    closed = (name for name in service.closed if service.questions[name].kind.name != "file")
    return frozenset(closed) - set(shown)


def _seen(actor: Actor, number: str, *fields: str, shown: Collection[str] | None = None) -> tuple[Case, policy.Target]:
    """The case and whose it is, written down as seen."""
    case = SEEN.first(actor.agency or "", number)
    target = target_of(case) if case else policy.Target()
    if case is None or not policy.may(actor, "case.see", target):
        raise NotFound(_("There is no such case in your agency."))
    must_not_be_erased(case)
    looks.at_case(case, actor, looks.HANDLING, fields, without=hidden_in(service_of(case), shown))
    return case, target


def _asked(case: Case, service: Service, language: str) -> list[tuple[Inquiry, Text | str, list[Row]]]:
    """What other agencies were asked: each with what it was asked and what it answered."""
    return [(one, title_of(service, one), reply(service, one, language)) for one in rows.INQUIRIES.all(case.pk)]


def _evidence(service: Service, rows: Sequence[Row]) -> list[Evidence]:
    return [
        Evidence(condition, [row for row in rows if condition.id in row.proves])
        for condition in service.conditions.values()
    ]


def _may(
    actor: Actor, case: Case, mine: Task | None, target: policy.Target, deadlines: Sequence[Deadline]
) -> dict[str, bool]:
    """What the page offers: what the policy allows and the state of the case makes sense of."""
    is_open = case.state != Case.State.CLOSED
    has_it = mine is not None and mine.assignee_id == actor.party
    term = rows.running_of(deadlines, Deadline.Kind.DECIDE)
    runs = term is not None and term.rests_since is None and not terms.has_passed(term)
    decide_term = service_of(case).deadlines.get("decide")
    resting = rests.now(case) if term is not None and term.rests_since is not None else []
    waits = any(in_words(rest) for rest in resting)
    may_wait = is_open and policy.may(actor, "case.await", target)
    return {
        "take": mine is not None and mine.assignee_id is None and policy.may(actor, "case.take_out_of_turn", target),
        "work": has_it,
        "correct": has_it and mine is not None and _can_correct(case, mine),
        "put_back": has_it,
        "hand_over": has_it and policy.may(actor, "case.hand_over", target),
        "reassign": is_open and policy.may(actor, "case.reassign", target),
        "note": is_open and policy.may(actor, "case.note", target),
        "message": policy.may(actor, "case.message", target),
        "print": policy.may(actor, "case.print", target),
        "await_agency": may_wait and runs and decide_term is not None and decide_term.await_agency is not None,
        "answered": may_wait and waits,
        "extend": is_open
        and runs
        and term is not None
        and term.extended_at is None
        and decide_term is not None
        and decide_term.extend == "once"
        and policy.may(actor, "case.extend", target),
    }


def _can_correct(case: Case, task: Task) -> bool:
    return "correct" in service_of(case).process.elements[task.element].outcomes


def _colleagues(actor: Actor, case: Case, task: Task | None, target: policy.Target) -> list[Official]:
    """Who could do the task instead of who has it: the case must not be theirs, nor they have decided it before."""
    if task is None:
        return []
    task.case = case
    without = barred_from(task, target) | {actor.party, task.assignee_id}
    return [o for o in identity.officials(task.agency, role=task.who) if o.party_id not in without]


def _people(
    events: Sequence[Event], decisions: Sequence[Decision], notes: Sequence[Note], corrections: Sequence[Correction]
) -> set[UUID]:
    actors = {UUID(event.public["actor"]) for event in events if event.public.get("actor")}
    return (
        actors
        | {decision.by_id for decision in decisions if decision.by_id}
        | {note.by_id for note in notes}
        | {correction.by_id for correction in corrections}
    )


def upload(actor: Actor, number: str, upload_id: UUID) -> tuple[Upload, IO[bytes]]:
    """A file of a case that the official may see; looking at it is recorded as seeing the case is."""
    case, _target = _seen(actor, number, "file")
    found = Upload.objects.filter(case=case, pk=upload_id).first()
    if found is None:
        raise NotFound(_("There is no such file in this case."))
    scanning.must_be_clean(found)
    return found, files.open_(found.stored_as, found.scope)


def search(actor: Actor, text: str) -> list[CaseLine]:
    """Cases of the agency by tracking code, or by the applicant's national number, phone, e-mail or name."""
    policy.require(actor, "case.search", policy.Target(agency=actor.agency))
    cases = Case.objects.filter(agency=actor.agency or "")
    plain = letters.normalise(digits.to_ascii(text)).strip()
    number = "".join(sign for sign in plain if sign.isdigit())
    if len(number) == 10:
        found = cases.filter(
            Q(number=number) | Q(applicant__national_id=number) | Q(applicant__same_as__national_id=number)
        )
    else:
        parties = [party.pk for party in identity.find_parties(actor, plain)] if plain else []
        found = cases.filter(Q(applicant__in=parties) | Q(applicant__same_as__in=parties))
    cases_found = list(found.order_by("-submitted_at")[:50])
    looks.at_cases(cases_found, actor, looks.HANDLING, ["state"])
    return [line(case) for case in cases_found]


def laws_of(numbers: Iterable[str]) -> dict[str, str]:
    """By which law the cases of these numbers are dealt with: what other rooms' records of access name."""
    versions = Case.objects.filter(number__in=list(numbers)).values_list("number", "version")
    return {number: catalogue.version(version).service.law for number, version in versions}
