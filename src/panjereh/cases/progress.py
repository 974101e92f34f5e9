"""Carrying out what the process says: the marking is stored, tasks open and close, effects are queued, clocks run."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from panjereh import process, rules
from panjereh.cases import escalation, fees, history, inquiries, rests, rows, signals, terms
from panjereh.cases.access import service_of
from panjereh.cases.errors import CaseIsClosed, NotNow
from panjereh.cases.models import Case, Deadline, Inquiry, Task
from panjereh.definitions import Service
from panjereh.identity import queries as identity
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.outbox import operations as outbox

APPLICANT = "applicant"


def key(case: Case, *parts: str) -> str:
    """Idempotency key of what the case calls for; the colon at its end keeps one from beginning another."""
    return ":".join(["case", str(case.pk), *parts, ""])


def locked(case_id: UUID) -> Case:
    """The case, for this transaction alone."""
    return rows.locked(case_id)


def must_be_open(case: Case) -> None:
    if case.state == Case.State.CLOSED:
        raise CaseIsClosed(_("Case %(number)s is closed. You can apply again.") % {"number": case.number})


def unpaid(case: Case) -> int:
    """Rials of the fee that nobody has recorded as paid yet."""
    return 0 if not case.fee or rows.PAYMENT.first(case.pk) else case.fee


def data_for(case: Case, service: Service) -> dict[str, Any]:
    """What conditions in the process may ask about: the answers, what was decided, what is unpaid."""
    context = service.context(case.answers, case.facts)
    return {
        **context,
        "outcomes": case.outcomes,
        "four_eyes": service.needs_four_eyes(context),
        "fee": unpaid(case),
        "duplicate": bool(case.duplicate_of),
    }


def begin(case: Case, *, actor: Actor) -> None:
    _move(case, process.start, actor=actor)


def _move(case: Case, act: Callable[..., process.Step], *what: Any, actor: Actor) -> process.Step:
    """Let something happen in the process, and carry out what it calls for; what rules decide on the way is kept."""
    service = service_of(case)
    taken: dict[str, rules.Decision] = {}

    def decide(name: str, context: Mapping[str, Any]) -> Mapping[str, Any]:
        taken[name] = service.decide(name, context)
        return taken[name].outputs

    step = act(service.process, *what, data_for(case, service), decide=decide)
    for name, decision in taken.items():
        matched = [{"row": row.id, "law": row.law} for row in decision.rows]
        history.append(case, "decided_by_rule", actor=SYSTEM, decision=name, rows=matched)
    carry_out(case, service, step, actor=actor)
    if service.consults and not step.ended:
        _hear_what_came_before(case, service)
    return step


def finish_task(task: Task, outcome: str, *, actor: Actor) -> process.Step:
    """Close the task and move on. The case is locked by the caller."""
    case = task.case
    task.done_at, task.outcome = clock.now(), outcome
    task.assignee_id = task.assignee_id or actor.party
    task.save(update_fields=["done_at", "outcome", "assignee"])
    case.outcomes = {**case.outcomes, task.element: outcome}
    return _move(case, process.complete, case.marking, task.token, actor=actor)


def finish_service(case: Case, token: str, *, actor: Actor) -> None:
    _move(case, process.finish_service, case.marking, token, actor=actor)


def deliver(case: Case, message: str, *, actor: Actor) -> None:
    if message not in process.awaits(service_of(case).process, case.marking):
        raise NotNow(_("Case %(number)s does not wait for this now.") % {"number": case.number})
    _move(case, process.deliver, case.marking, message, actor=actor)


def hear(case: Case, inquiry: Inquiry) -> None:
    """Another agency has answered, or its time is over: the step that asked is done, or its message is delivered.

    Where the process waits for neither now it hears of it as soon as it does.
    """
    service = service_of(case)
    step = service.process.elements.get(case.marking["tokens"].get(inquiry.token, ""))
    if step is not None and step.is_service:
        inquiry.heard = True
        inquiry.save(update_fields=["heard"])
        finish_service(case, inquiry.token, actor=SYSTEM)
    else:
        case.save()
        _hear_what_came_before(case, service)


def _hear_what_came_before(case: Case, service: Service) -> None:
    """Answers that came while the process did not wait for them yet are delivered, the oldest first."""
    for inquiry in inquiries.to_be_heard(case):
        if inquiry.name in process.awaits(service.process, case.marking):
            inquiry.heard = True
            inquiry.save(update_fields=["heard"])
            _move(case, process.deliver, case.marking, inquiry.name, actor=SYSTEM)
            return  # what else has come is heard within that


def hear_signal(case: Case, name: str) -> bool:
    """Another case has thrown a signal. False: the process does not wait for it any more."""
    if name not in process.awaits(service_of(case).process, case.marking, process.On.SIGNAL):
        return False
    _move(case, process.signal, case.marking, name, actor=SYSTEM)
    return True


def fire(case: Case, clock_key: str, *, actor: Actor) -> None:
    """A clock of the process has come due. One that was taken back meanwhile does nothing."""
    if process.clock_is_set(case.marking, clock_key):
        _move(case, process.fire, case.marking, clock_key, actor=actor)


def cancel(case: Case, *, actor: Actor) -> None:
    service = service_of(case)
    carry_out(case, service, process.cancel(service.process, case.marking), actor=actor)


def carry_out(case: Case, service: Service, step: process.Step, *, actor: Actor) -> None:
    """Store what the step says. The caller holds the lock; the case is saved here."""
    now = clock.now()
    case.marking = step.marking
    if step.tasks_cancelled:
        Task.objects.filter(case=case, token__in=step.tasks_cancelled, done_at=None).update(
            done_at=now, outcome="cancelled"
        )
    for spec in step.tasks_opened:
        _open_task(case, service, spec)
    for token in step.effects_cancelled:
        outbox.cancel(key(case, token))
    if step.effects_cancelled and service.consults:
        inquiries.drop(case, tokens=step.effects_cancelled)
    for effect in step.effects:
        payload = {"case": str(case.pk), "token": effect.token, "operation": effect.operation}
        outbox.queue("cases.step", payload, key=key(case, effect.token))
    for clock_key in step.clocks_cancelled:
        terms.take_back_clock(case, clock_key)
    for clock_spec in step.clocks_set:
        terms.set_clock(case, service, clock_spec)
    if service.signals:
        signals.throw(case, service, step.signals)
        signals.listen(case, service)
    _settle(case, service, step, actor=actor)


def _open_task(case: Case, service: Service, spec: process.TaskSpec) -> None:
    decide_by = rows.running(case, Deadline.Kind.DECIDE)
    is_applicants = spec.who == APPLICANT
    not_by = _who_decided(case) if spec.does in ("confirm", "review") else None
    had_it = None if is_applicants else _who_had_it(case, spec, not_by)
    task = Task(
        case=case,
        token=spec.token,
        element=spec.element,
        does=spec.does or "",
        who=spec.who or "",
        agency=case.agency,
        office=case.office,
        due_at=None if is_applicants or decide_by is None else decide_by.due_at,
        assignee_id=had_it,
        taken_at=clock.now() if had_it else None,
        not_by_id=not_by,
    )
    if not is_applicants and escalation.follows(case, service, task.does, decide_by):
        escalation.hand_over(task)
    task.save(force_insert=True)
    if task.does == "pay":
        fees.ask(case, task.token)


def _who_had_it(case: Case, spec: process.TaskSpec, not_by: UUID | None) -> UUID | None:
    """A corrected case goes back to the official who asked for the correction, if they may and can still do it."""
    done = [task for task in rows.TASKS.all(case.pk) if task.element == spec.element and task.done_at is not None]
    had_it = done[-1].assignee_id if done else None
    if had_it is None or had_it == not_by or had_it in rows.helpers(case.pk):
        return None
    in_office = identity.officials(case.agency, role=spec.who)
    return had_it if any(official.party_id == had_it for official in in_office) else None


def _who_decided(case: Case) -> UUID | None:
    decided = [decision for decision in rows.DECISIONS.all(case.pk) if decision.kind == "decide"]
    return decided[-1].by_id if decided else None


def _settle(case: Case, service: Service, step: process.Step, *, actor: Actor) -> None:
    """State and outcome follow from the marking and the open tasks."""
    if step.ended:
        _close(case, step.outcome or "", actor=actor)
    else:
        _wait_or_go_on(case, service)
    case.save()


def _wait_or_go_on(case: Case, service: Service) -> None:
    """While the applicant is asked for something, the agency's term rests; also when they let their own term pass,
    it goes on."""
    before = case.state
    waits = any(task.who == APPLICANT for task in rows.open_tasks(case))
    case.state = Case.State.WAITING if waits else Case.State.OPEN
    if case.state != before:
        if waits:
            rests.for_correction(case)
        else:
            rests.end_correction(case, service)


def _close(case: Case, outcome: str, *, actor: Actor) -> None:
    case.state = Case.State.CLOSED
    case.closed_at = clock.now()
    case.outcome = Case.Outcome.WITHDRAWN if outcome == "cancelled" else Case.Outcome(outcome)
    terms.end_all(case)
    waits = rests.now(case)
    if waits or service_of(case).consults:
        inquiries.drop(case)
    if waits:
        rests.end_all(case)
    if unpaid(case):
        fees.drop(case)
    outbox.cancel(key(case, "clock"))
    took = case.closed_at - case.submitted_at
    history.append(case, "closed", actor=actor, outcome=case.outcome, seconds=int(took / timedelta(seconds=1)))
