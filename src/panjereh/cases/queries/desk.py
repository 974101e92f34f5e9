"""What officials see: their queue, one case with its evidence, search, figures. Every look at a case is recorded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, Any, NamedTuple
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from panjereh import process
from panjereh.audit import operations as audit
from panjereh.cases import rests, rows, terms
from panjereh.cases.access import service_of
from panjereh.cases.asking import asking_for
from panjereh.cases.models import Case, Correction, Deadline, Decision, Event, Note, Rest, Task, Upload
from panjereh.cases.operations.tasks import FAIR_ORDER, OpenTasks, barred_from, open_tasks_for, target_of
from panjereh.cases.progress import APPLICANT
from panjereh.cases.queries.applicant import CaseLine, line
from panjereh.cases.queries.promises import Promise, promise_of
from panjereh.correspondence import queries as correspondence
from panjereh.correspondence.models import Message
from panjereh.definitions import Condition, Row, Service, Text
from panjereh.documents import queries as documents
from panjereh.documents.models import Certificate
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.identity.models import Official, Party
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.localisation import digits, letters
from panjereh.storage import Prepared, PreparedValues

PAGE = 25
SEEN_FOR = "handling"


def _in_order(tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.select_related("case", "assignee").order_by(*FAIR_ORDER)


FIRST_PAGE = OpenTasks(lambda tasks: _in_order(tasks)[:PAGE])
WAITING = OpenTasks(
    lambda tasks, end_of_day, now: (
        tasks.order_by()
        .values_list("case__service", "case__version")
        .annotate(
            open=Count("pk"),
            today=Count("pk", filter=Q(due_at__lte=end_of_day, due_at__gte=now)),
            late=Count("pk", filter=Q(due_at__lt=now)),
        )
    ),
    PreparedValues,
)
CLOSED = PreparedValues(
    lambda agency, since: (
        Case.objects.filter(agency=agency, closed_at__gte=since)
        .order_by()
        .values_list("agency")
        .annotate(number=Count("pk"))
    )
)
MINE = OpenTasks(lambda tasks, case: tasks.filter(case=case).order_by("opened_at", "pk"))
SEEN = Prepared(lambda agency, number: Case.objects.select_related("applicant").filter(agency=agency, number=number))
BY_NUMBER = Prepared(lambda number: Case.objects.filter(number=number))


class _Waiting(NamedTuple):
    """How many tasks of one service wait."""

    service: str
    version: UUID
    open: int
    today: int
    late: int


@dataclass(frozen=True)
class TaskLine:
    """One task in the queue. Whose case it is, opening it tells; then the applicant can see who looked."""

    id: UUID
    number: str
    service: str
    title: Text
    does: str
    step: Text | str
    channel: str
    due_at: datetime | None
    days_left: int | None
    late: bool
    reminded: bool
    escalated: bool
    assignee: UUID | None
    assignee_name: str


@dataclass(frozen=True)
class Queue:
    """A page of the queue in fair order, with what there is in all."""

    lines: list[TaskLine]
    open: int
    today: int
    late: int
    closed_week: int
    page: int
    pages: int
    services: list[tuple[str, Text]]


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
    evidence: list[Evidence]
    uploads: dict[str, Upload]
    decisions: list[Decision]
    corrections: list[Correction]
    deadlines: list[Deadline]
    rests: list[Rest]
    promise: Promise | None
    events: list[Event]
    notes: list[Note]
    messages: list[Message]
    documents: list[Certificate]
    duplicate: Case | None
    may: dict[str, bool]
    colleagues: list[Official]
    names: dict[UUID, str]


@dataclass(frozen=True)
class Figures:
    """What happened today and how things stand in the actor's agency."""

    day: date
    received: int
    decided: int
    approved: int
    refused: int
    late: int
    open: int
    waiting: int
    by_service: list[tuple[Text, int, int]]
    by_channel: list[tuple[str, int]]
    median_days: float | None


def queue(
    actor: Actor, *, service: str = "", due: str = "", channel: str = "", mine: bool = False, page: int = 1
) -> Queue:
    """Open tasks for the actor in fair order. due: `today` or `late` narrows; so do service, channel and `mine`."""
    policy.require(actor, "case.take", policy.Target(agency=actor.agency))
    given = _narrowing(actor, service, due, channel, mine=mine)
    waiting = [_Waiting(*row) for row in WAITING.all(actor, _end_of_today(), clock.now())]
    number = sum(each.open for each in waiting)
    if given:
        number = open_tasks_for(actor).filter(**given).count()
    pages = max(1, -(-number // PAGE))
    page = min(max(1, page), pages)
    closed = CLOSED.all(actor.agency or "", clock.now() - timedelta(days=7))
    return Queue(
        lines=[_task_line(task) for task in _page_of(actor, given, page)],
        open=sum(each.open for each in waiting),
        today=sum(each.today for each in waiting),
        late=sum(each.late for each in waiting),
        closed_week=sum(number for _agency, number in closed),
        page=page,
        pages=pages,
        services=_services(waiting),
    )


def _narrowing(actor: Actor, service: str, due: str, channel: str, *, mine: bool) -> dict[str, Any]:
    """What the filters of the page mean."""
    given: dict[str, Any] = {}
    if service:
        given["case__service"] = service
    if channel:
        given["case__channel"] = channel
    if mine:
        given["assignee"] = actor.party
    if due == "today":
        given |= {"due_at__lte": _end_of_today(), "due_at__gte": clock.now()}
    if due == "late":
        given["due_at__lt"] = clock.now()
    return given


def _page_of(actor: Actor, given: Mapping[str, Any], page: int) -> list[Task]:
    if not given and page == 1:
        return FIRST_PAGE.all(actor)
    return list(_in_order(open_tasks_for(actor).filter(**given))[(page - 1) * PAGE : page * PAGE])


def _services(waiting: Iterable[_Waiting]) -> list[tuple[str, Text]]:
    versions = {each.service: each.version for each in waiting}
    cases = [Case(service=service, version_id=version) for service, version in sorted(versions.items())]
    return [(case.service, service_of(case).title) for case in cases]


def _end_of_today() -> datetime:
    local = clock.now().astimezone(clock.home_zone())
    return local.replace(hour=23, minute=59, second=59, microsecond=0)


def _task_line(task: Task) -> TaskLine:
    case = task.case
    service = service_of(case)
    late = task.due_at is not None and task.due_at < clock.now()
    return TaskLine(
        id=task.pk,
        number=case.number,
        service=case.service,
        title=service.title,
        does=task.does,
        step=_step(service, task),
        channel=case.channel,
        due_at=task.due_at,
        days_left=_days_until(task.due_at),
        late=late,
        reminded=task.reminded_at is not None,
        escalated=task.escalated_at is not None,
        assignee=task.assignee_id,
        assignee_name=task.assignee.name if task.assignee else "",
    )


def _step(service: Service, task: Task) -> Text:
    """What the step is called; one of several says the how-manieth it is, not for whom: the queue names nobody."""
    names = service.process.elements[task.element].names or {"en": task.element}
    number, _item = process.instance(service.process, task.case.marking, task.token)
    if number is None:
        return Text(names)
    return Text(
        {language: f"{name} ({digits.for_language(str(number), language)})" for language, name in names.items()}
    )


def _days_until(moment: datetime | None) -> int | None:
    return None if moment is None else (moment.astimezone(clock.home_zone()).date() - clock.today()).days


def task(actor: Actor, task_id: UUID) -> DeskView:
    """The case of a task that is open to the actor."""
    found = open_tasks_for(actor).filter(pk=task_id).first()
    if found is None:
        raise NotFound(_("There is no such open task for you."))
    return for_official(actor, found.case.number, task=found.pk)


def for_official(actor: Actor, number: str, *, task: UUID | None = None) -> DeskView:
    """A case of the actor's agency, for handling it. That it was seen is written down and shown to the applicant."""
    case, target = _seen(actor, number)
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
        evidence=_evidence(service, answers),
        uploads={str(upload.pk): upload for upload in rows.UPLOADS.all(case.pk)},
        decisions=decisions,
        corrections=corrections,
        deadlines=deadlines,
        rests=rows.RESTS.all(case.pk),
        promise=promise_of(case, service, deadlines),
        events=events,
        notes=notes,
        messages=correspondence.conversation(case.number),
        documents=documents.of_case(case.number),
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


def _seen(actor: Actor, number: str, *fields: str) -> tuple[Case, policy.Target]:
    """The case and whose it is, written down as seen."""
    case = SEEN.first(actor.agency or "", number)
    target = target_of(case) if case else policy.Target()
    if case is None or not policy.may(actor, "case.see", target):
        raise NotFound(_("There is no such case in your agency."))
    service = service_of(case)
    audit.record_access(
        actor=actor,
        subject=f"party:{case.applicant_id}",
        source=f"case:{case.number}",
        fields=sorted(fields or case.answers),
        purpose=SEEN_FOR,
        law=service.law,
        case=case.number,
    )
    return case, target


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
    waits = any(rest.waits_for == Rest.For.AGENCY for rest in resting)
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
    return found, default_storage.open(found.stored_as)


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
    audit.record_accesses(
        audit.Access(
            actor=actor,
            subject=f"party:{case.applicant_id}",
            source=f"case:{case.number}",
            fields=["state"],
            purpose=SEEN_FOR,
            law=service_of(case).law,
            case=case.number,
        )
        for case in cases_found
    )
    return [line(case) for case in cases_found]


def figures(actor: Actor) -> Figures:
    """Counts of the actor's agency for today, from rows as they stand now."""
    policy.require(actor, "figures.see", policy.Target(agency=actor.agency))
    start = clock.now().astimezone(clock.home_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    cases = Case.objects.filter(agency=actor.agency or "")
    counts = cases.aggregate(
        received=Count("pk", filter=Q(submitted_at__gte=start)),
        decided=Count("pk", filter=Q(decided_at__gte=start)),
        approved=Count("pk", filter=Q(decided_at__gte=start, outcome="approved")),
        refused=Count("pk", filter=Q(decided_at__gte=start, outcome="refused")),
        open=Count("pk", filter=Q(state="open")),
        waiting=Count("pk", filter=Q(state="waiting")),
    )
    late = Deadline.objects.filter(
        case__agency=actor.agency or "", kind="decide", ended_at=None, rests_since=None, due_at__lt=clock.now()
    )
    return Figures(
        day=clock.today(),
        late=late.count(),
        by_service=_by_service(cases, start),
        by_channel=list(cases.filter(submitted_at__gte=start).values_list("channel").annotate(Count("pk")).order_by()),
        median_days=_median_days(cases),
        **counts,
    )


def _by_service(cases: QuerySet[Case], start: datetime) -> list[tuple[Text, int, int]]:
    rows = (
        cases.order_by()
        .values_list("service", "version")
        .annotate(open=Count("pk", filter=~Q(state="closed")), received=Count("pk", filter=Q(submitted_at__gte=start)))
    )
    together: dict[str, tuple[Text, int, int]] = {}
    for service, version, open_, received in rows:
        title, before, more = together.get(service, (Text({"en": service}), 0, 0))
        title = service_of(Case(service=service, version_id=version)).title
        together[service] = (title, before + open_, more + received)
    return list(together.values())


def _median_days(cases: QuerySet[Case]) -> float | None:
    """Median of the days from submission to decision over the last month."""
    month = cases.filter(decided_at__gte=clock.now() - timedelta(days=30))
    took = sorted((d - s).total_seconds() for s, d in month.values_list("submitted_at", "decided_at")[:5000] if d)
    return round(took[len(took) // 2] / 86400, 1) if took else None
