"""The work queue of an official: what is open to them, in fair order, with what there is in all. It names nobody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from panjereh import process
from panjereh.cases.access import service_of
from panjereh.cases.models import Case, Deadline, Task
from panjereh.cases.operations.tasks import FAIR_ORDER, OpenTasks, open_tasks_for
from panjereh.definitions import Service, Text
from panjereh.identity import policy
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.localisation import digits
from panjereh.storage import PreparedValues

PAGE = 25
NOT_SHOWN = tuple(f"case__{name}" for name in ("answers", "facts", "results"))
RESTS = Exists(
    Deadline.objects.filter(
        case=OuterRef("case"), kind=Deadline.Kind.DECIDE, ended_at=None, rests_since__isnull=False
    ).order_by()
)
"""Whether the term of the task's case rests: then nothing falls due."""


def _in_order(tasks: QuerySet[Task]) -> QuerySet[Task]:
    rows = tasks.select_related("case", "assignee").defer(*NOT_SHOWN)
    return rows.annotate(rests=RESTS).order_by(*FAIR_ORDER)


FIRST_PAGE = OpenTasks(lambda tasks: _in_order(tasks)[:PAGE])
WAITING = OpenTasks(
    lambda tasks, end_of_day, now: (
        tasks.order_by()
        .values_list("case__service", "case__version")
        .annotate(
            open=Count("pk"),
            today=Count("pk", filter=Q(Q(due_at__lte=end_of_day, due_at__gte=now), ~RESTS)),
            late=Count("pk", filter=Q(Q(due_at__lt=now), ~RESTS)),
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


class _Waiting(NamedTuple):
    """How many tasks of one service wait."""

    service: str
    version: UUID
    open: int
    today: int
    late: int


@dataclass(frozen=True)
class TaskLine:
    """One task in the queue. Whose case it is, opening it tells; then the applicant can see who looked.

    rests: the term of its case does not run now, so nothing is due (`due_at` None)
    """

    id: UUID
    number: str
    service: str
    title: Text
    does: str
    step: Text | str
    channel: str
    due_at: datetime | None
    days_left: int | None
    rests: bool
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


def queue(
    actor: Actor, *, service: str = "", due: str = "", channel: str = "", mine: bool = False, page: int = 1
) -> Queue:
    """Open tasks for the actor in fair order. due: `today` or `late` narrows; so do service, channel and `mine`."""
    policy.require(actor, "case.take", policy.Target(agency=actor.agency))
    given = _narrowing(actor, service, due, channel, mine=mine)
    waiting = [_Waiting(*row) for row in WAITING.all(actor, _end_of_today(), clock.now())]
    number = sum(each.open for each in waiting)
    if given:
        number = _narrowed(actor, given).count()
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
        given |= {"due_at__lte": _end_of_today(), "due_at__gte": clock.now(), "rests": False}
    if due == "late":
        given |= {"due_at__lt": clock.now(), "rests": False}
    return given


def _narrowed(actor: Actor, given: Mapping[str, Any]) -> QuerySet[Task]:
    return open_tasks_for(actor).alias(rests=RESTS).filter(**given)


def _page_of(actor: Actor, given: Mapping[str, Any], page: int) -> list[Task]:
    if not given and page == 1:
        return FIRST_PAGE.all(actor)
    return list(_in_order(_narrowed(actor, given))[(page - 1) * PAGE : page * PAGE])


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
    rests = bool(getattr(task, "rests"))  # noqa: B009 - the query adds it
    due_at = None if rests else task.due_at
    return TaskLine(
        id=task.pk,
        number=case.number,
        service=case.service,
        title=service.title,
        does=task.does,
        step=_step(service, task),
        channel=case.channel,
        due_at=due_at,
        days_left=_days_until(due_at),
        rests=rests,
        late=due_at is not None and due_at < clock.now(),
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
