"""Who works on what: the next task in fair order, or another with a reason; handing over and giving back."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from panjereh.cases import history, rows
from panjereh.cases.access import entities_in
from panjereh.cases.errors import ConflictOfInterest, NotNow, ReasonMissing, TaskIsTaken
from panjereh.cases.models import Assistance, Case, Decision, Task
from panjereh.catalogue import queries as catalogue
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.identity.operations import keep_circle
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.storage import Prepared
from panjereh.storage.prepared import Value

REVIEW = "review"
FAIR_ORDER = (Coalesce("due_at", "opened_at"), "opened_at", "pk")  # what has no term was due when it came
FIRST_LOOKED_AT = 4
LOOKED_AT = 50  # more than colleagues who press the button in the same moment


def open_tasks_for(actor: Actor) -> QuerySet[Task]:
    """Open tasks that the actor's roles and office let them do; never of a case of their own, nor what they decided."""
    tasks = _open_tasks(actor.agency or "", actor.roles, _numbers_of(actor))
    return _of_office(tasks, actor.office) if actor.office else tasks


def _open_tasks(agency: str, roles: Iterable[str], me: Collection[UUID]) -> QuerySet[Task]:
    tasks = Task.objects.filter(done_at=None, agency=agency, who__in=roles)
    tasks = tasks.exclude(case__applicant__in=me).exclude(case__helper__in=me).exclude(case__agent__in=me)
    tasks = tasks.exclude(not_by__in=me)
    related = Exists(identity.ties(me, OuterRef("case__applicant__entity")))
    tasks = tasks.exclude(related).exclude(Exists(identity.ties(me, OuterRef("case__agent__entity"))))
    helped = Assistance.objects.filter(case=OuterRef("case"), by__in=me)
    tasks = tasks.exclude(Exists(helped))
    decided = Decision.objects.filter(case=OuterRef("case"), by__in=me)
    return tasks.exclude(Q(does=REVIEW) & Exists(decided))


def _of_office(tasks: QuerySet[Task], office: str) -> QuerySet[Task]:
    return tasks.filter(Q(office="") | Q(office=office))


def _numbers_of(actor: Actor) -> frozenset[UUID]:
    return identity.numbers_of(actor.party) if actor.party else frozenset()


class OpenTasks:
    """`open_tasks_for`, narrowed by `refine`, as a prepared query. `prepare`: for objects or plain rows."""

    def __init__(self, refine: Callable[..., QuerySet[Any, Any]], prepare: Callable[..., Any] = Prepared) -> None:
        self._anywhere = prepare(lambda agency, roles, me, *more: refine(_open_tasks(agency, roles, me), *more))
        self._in_office = prepare(
            lambda agency, roles, me, office, *more: refine(_of_office(_open_tasks(agency, roles, me), office), *more)
        )

    def first(self, actor: Actor, *more: Value) -> Any:
        query, values = self._asked(actor)
        return query.first(*values, *more) if values else None

    def all(self, actor: Actor, *more: Value) -> list[Any]:
        query, values = self._asked(actor)
        return query.all(*values, *more) if values else []

    def _asked(self, actor: Actor) -> tuple[Any, list[Value]]:
        """No values: nothing is open to somebody without a role."""
        if not actor.roles or not actor.party:
            return self._anywhere, []
        values: list[Value] = [actor.agency or "", actor.roles, _numbers_of(actor)]
        return (self._in_office, [*values, actor.office]) if actor.office else (self._anywhere, values)


TAKEN_BY = OpenTasks(lambda tasks, who: tasks.filter(assignee=who).select_related("case").order_by(*FAIR_ORDER))
FREE = OpenTasks(lambda tasks: tasks.filter(assignee=None).order_by(*FAIR_ORDER)[:FIRST_LOOKED_AT])
FREE_LOCKED = OpenTasks(lambda tasks, pk: tasks.select_for_update(of=("self",)).filter(assignee=None, pk=pk))
OPEN_LOCKED = OpenTasks(lambda tasks, pk: tasks.select_for_update(of=("self",)).filter(pk=pk))
CASE_NOBODY_CHANGES = Prepared(lambda case: Case.objects.select_for_update(skip_locked=True).filter(pk=case))


def barred_from(task: Task, target: policy.Target | None = None) -> set[UUID | None]:
    """Who may not do it: whose matter it is, who helped them, and who has had a say in what it looks at again."""
    barred = {task.not_by_id, *rows.helpers(task.case_id), *(target or target_of(task.case)).parties}
    if task.does == REVIEW:
        barred |= {decision.by_id for decision in rows.DECISIONS.all(task.case_id)}
    return barred - {None}


@transaction.atomic
def take_next(*, actor: Actor) -> Task | None:
    """The task that is due first and nobody works on; one that the actor already has comes before any other."""
    policy.require(actor, "case.take", policy.Target(agency=actor.agency))
    keep_circle(actor, catalogue.country())
    mine: Task | None = TAKEN_BY.first(actor, actor.party) if actor.party else None
    if mine is not None:
        return mine
    task = _first_free(actor)
    if task is not None:
        _give(task, actor.party, actor=actor, kind="task_taken", in_turn=True)
    return task


def _first_free(actor: Actor) -> Task | None:
    """The first task that nobody has and whose case nobody changes right now, locked like every act does: case first.

    The order of locks keeps this and an act on the same case from waiting for each other.
    """
    for candidate in _free_tasks(actor):
        locked = CASE_NOBODY_CHANGES.first(candidate.case_id)
        if locked is not None and policy.may(actor, "case.take", target_of(locked)):
            task: Task | None = FREE_LOCKED.first(actor, candidate.pk)
            if task is not None:
                task.case = locked
                return task
    return None


def _free_tasks(actor: Actor) -> Iterator[Task]:
    """In fair order; nearly always the first will do."""
    first = FREE.all(actor)
    yield from first
    if len(first) == FIRST_LOOKED_AT:
        yield from open_tasks_for(actor).filter(assignee=None).order_by(*FAIR_ORDER)[FIRST_LOOKED_AT:LOOKED_AT]


@transaction.atomic
def take(task_id: UUID, *, actor: Actor, reason: str) -> Task:
    """Take a task out of turn. Order is a promise to those who wait, so the reason is written down."""
    keep_circle(actor, catalogue.country())
    task = open_task(task_id, actor=actor)
    policy.require(actor, "case.take_out_of_turn", target_of(task.case))
    if task.assignee_id == actor.party:
        return task
    if task.assignee_id is not None:
        raise TaskIsTaken(_("A colleague works on this task. A supervisor can give it to you."))
    _give(task, actor.party, actor=actor, kind="task_taken", in_turn=False, reason=_given(reason))
    return task


@transaction.atomic
def put_back(task_id: UUID, *, actor: Actor, reason: str) -> None:
    """Give one's task back to the queue."""
    task = own_task(task_id, actor=actor)
    _give(task, None, actor=actor, kind="task_put_back", reason=_given(reason))


@transaction.atomic
def assign(task_id: UUID, *, actor: Actor, to: UUID, reason: str) -> None:
    """Hand one's own task to a colleague, or (a supervisor) anybody's."""
    task = _locked(task_id)
    if task is None or task.agency != actor.agency or not policy.may(actor, "case.see", target_of(task.case)):
        raise NotFound(_("There is no such open task in your agency."))
    own = task.assignee_id == actor.party
    policy.require(actor, "case.hand_over" if own else "case.reassign", target_of(task.case))
    colleague = next((o for o in identity.officials(task.agency, role=task.who) if o.party_id == to), None)
    if colleague is None:
        raise NotFound(_("This colleague does not do such tasks. Choose one from the list."))
    if identity.numbers_of(to) & barred_from(task):
        raise NotNow(_("This colleague is concerned or has decided before, so another must look at it."))
    _give(task, to, actor=actor, kind="task_handed_over", given_to=str(to), reason=_given(reason))


def _locked(task_id: UUID) -> Task | None:
    """The open task, whoever may do it, with its case, which alone is locked: every act on its tasks locks it first."""
    task = rows.TASK.first(task_id)
    if task is None:
        return None
    case = rows.locked(task.case_id)
    task = rows.TASK.first(task_id)  # as it stands now that nobody else changes it
    if task is None or task.done_at is not None:
        return None
    task.case = case
    return task


def open_task(task_id: UUID, *, actor: Actor) -> Task:
    """The open task, locked with its case; as good as absent for those who may not do it."""
    task = rows.TASK.first(task_id)
    if task is not None:
        case = rows.locked(task.case_id)
        locked: Task | None = OPEN_LOCKED.first(actor, task_id)
        if locked is not None:
            locked.case = case
            return locked
        _must_not_be_related(task, actor)
        task.refresh_from_db()  # while we waited for the case a colleague may have done it
        if task.done_at is not None and task.agency == actor.agency:
            raise NotNow(_("This task was done meanwhile. Take the next one."))
    raise NotFound(_("There is no such open task for you."))


def _must_not_be_related(task: Task, actor: Actor) -> None:
    """Say why somebody can't take the case of a relative or of a company of theirs. Their own they don't even find."""
    case = task.case
    involved = [party for party in (case.applicant_id, case.agent_id) if party is not None]
    if task.agency != actor.agency or actor.party is None or actor.party in identity.all_numbers_of(involved):
        return
    if identity.tied_to(involved, entities_in(case.answers)) & identity.numbers_of(actor.party):
        raise ConflictOfInterest(
            _("This is the case of a relative of yours, or of a company that you belong to. A colleague does it.")
        )


def own_task(task_id: UUID, *, actor: Actor, does: str = "") -> Task:
    """The actor's own open task of the kind that the act needs, locked with its case."""
    task = open_task(task_id, actor=actor)
    if task.assignee_id != actor.party:
        raise TaskIsTaken(_("Take the task first; then nobody else works on it at the same time."))
    if does and task.does != does:
        raise NotNow(_("Case %(number)s is at another step. Open it again.") % {"number": task.case.number})
    return task


def target_of(case: Case) -> policy.Target:
    """Its agency and everybody whose matter it is: the applicant, who acted for or helped them, whom it names; and the
    officials who are related to one of these, or represent or work for the company."""
    involved = (case.applicant_id, case.helper_id, case.agent_id)
    parties = identity.present_numbers_of(party for party in involved if party is not None)
    entities = frozenset(entities_in(case.answers))
    named = identity.parties_of_entities(entities)
    related = identity.tied_to(parties | named, entities)
    return policy.Target(agency=case.agency, office=case.office or None, parties=parties | named | related)


def _given(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing(_("Write the reason. It is kept with the case."))
    return reason.strip()


def _give(task: Task, to: UUID | None, *, actor: Actor, kind: str, reason: str = "", **public: Any) -> None:
    case = task.case  # locked by the caller
    task.assignee_id = to
    task.taken_at = clock.now() if to else None
    task.save(update_fields=["assignee", "taken_at"])
    personal = {"reason": reason} if reason else None  # what officials write may name people
    history.append(case, kind, actor=actor, personal=personal, step=task.element, **public)
    case.save(update_fields=["next_seq", "head"])
