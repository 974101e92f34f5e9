"""What workers do for a case after the fact: carry out a service task, let a clock act. Both may come twice."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from panjereh.audit import operations as audit
from panjereh.cases import history, progress, rows, telling, terms
from panjereh.cases.access import service_of
from panjereh.cases.models import Case, Deadline, Decision, Task
from panjereh.cases.operations.drafts import sweep_drafts
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import DocumentOrder, RecordWrite, Service
from panjereh.documents import operations as documents
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.outbox import operations as outbox
from panjereh.outbox.handlers import EffectContext, GiveUp
from panjereh.registries import operations as registries
from panjereh.registries.types import Cause, Entry

OFFICIAL_STEPS = ("check", "decide", "confirm")
KEEP_DONE_WORK = timedelta(days=30)

Operation = Callable[[Case, Service, str, str], None]


def step(payload: Mapping[str, Any], _context: EffectContext) -> None:
    """A service task of the process. One that the process has left meanwhile does nothing."""
    case = progress.locked(UUID(payload["case"]))
    token = payload["token"]
    if token not in case.marking["tokens"]:
        return
    name, _, argument = payload["operation"].partition(":")
    operation = OPERATIONS.get(name)
    if operation is None:
        raise GiveUp(f"no operation {name!r}: the version was made for a newer installation")
    operation(case, service_of(case), argument, token)


def clock_struck(payload: Mapping[str, Any], _context: EffectContext) -> None:
    """A deadline or a timer of the process. One that was moved, met or taken back meanwhile does nothing."""
    case = progress.locked(UUID(payload["case"]))
    if case.state == Case.State.CLOSED:
        return
    if payload["clock"] == terms.SILENCE:
        _silence(case)
    else:
        _missed(case, token=payload["clock"])
        progress.fire(case, payload["clock"], actor=SYSTEM)


def produce(case: Case, service: Service, _argument: str, token: str) -> None:
    """Write the registers and issue the documents that approval calls for."""
    context = service.context(case.answers, case.facts)
    records = {write.key: _write(case, service, write) for write in service.records_for(context)}
    issued = [
        _issue(case, service, order) for order in service.documents_for(context, records, catalogue.country().places)
    ]
    case.results = {"records": records, "documents": issued}
    history.append(
        case,
        "produced",
        actor=SYSTEM,
        records=[f"{record['registry']}:{record['entity']}" for record in records.values()],
        documents=len(issued),
    )
    progress.finish_service(case, token, actor=SYSTEM)


def notify(case: Case, _service: Service, argument: str, token: str) -> None:
    """Tell what the step says; what is told of a decision also goes into the transparency log."""
    progress.finish_service(case, token, actor=SYSTEM)  # first: the notice names the term that begins with it
    telling.tell(case, argument, step=token)
    if argument in ("approved", "refused", "upheld"):
        public = {"case": case.number, "service": case.service, "version": str(case.version_id), "outcome": argument}
        audit.log_decision(key=f"case:{case.pk}:{token}", kind="decision", public=public, commitment=case.head)


OPERATIONS: dict[str, Operation] = {"produce": produce, "notify": notify}
HANDLERS = {"cases.step": step, "cases.clock": clock_struck}


def _write(case: Case, service: Service, write: RecordWrite) -> dict[str, Any]:
    registry = catalogue.country().registries[write.registry]
    cause = Cause(law=service.law, actor=SYSTEM, case=case.number, reason=service.id)
    key = f"case:{case.pk}:{write.key}"
    valid_from: date = write.valid_from or clock.today()
    entry: Entry
    if write.action == "create":
        entry = registries.create(registry, write.data, valid_from=valid_from, cause=cause, key=key)
    elif write.entity is None:
        raise GiveUp(f"{write.key}: the definition names no entry to {write.action}")
    elif write.action == "update":
        entity = UUID(write.entity)
        entry = registries.update(registry, entity, write.data, valid_from=valid_from, cause=cause, key=key)
    else:
        entry = registries.annul(registry, UUID(write.entity), cause=cause, key=key)
    return {
        "registry": write.registry,
        "entity": str(entry.entity),
        "key": entry.data.get(registry.key),
        "data": dict(entry.data),
    }


def _issue(case: Case, service: Service, order: DocumentOrder) -> str:
    certificate = documents.issue(
        key=f"case:{case.pk}:{order.key}",
        agency=case.agency,
        kind=f"{service.id}/{order.key.partition('.')[0]}",
        title=dict(order.title),
        template=order.template,
        data=order.data,
        public=order.public,
        labels=order.labels,
        subjects=[f"party:{case.applicant_id}", *(f"population:{subject}" for subject in order.subjects)],
        case=case.number,
        service=service.id,
        version=service.hash,
        languages=order.languages,
    )
    return str(certificate.pk)


def _missed(case: Case, *, token: str) -> None:
    Deadline.objects.filter(case=case, token=token, ended_at=None).update(missed=True, ended_at=clock.now())


def _silence(case: Case) -> None:
    """The agency did not decide in time: what follows is written in the law, so in the definition."""
    deadline = terms.running(case, Deadline.Kind.DECIDE)
    if deadline is None or deadline.rests_since is not None or deadline.due_at > clock.now():
        return
    service = service_of(case)
    term = service.deadlines["decide"]
    deadline.missed = True
    deadline.save(update_fields=["missed"])
    tasks = Task.objects.filter(case=case, done_at=None).exclude(who=progress.APPLICANT)
    tasks.update(late=True)
    history.append(case, "term_passed", actor=SYSTEM, follows=term.silence)
    case.save(update_fields=["next_seq", "head"])
    telling.tell(case, "silence")
    if term.silence != "escalate":
        _decide_by_law(case, term.silence)


def _decide_by_law(case: Case, outcome: str) -> None:
    """Go through the official steps that are open as the law says they are deemed to have been done."""
    case.decided_at = clock.now()
    terms.decided(case)
    Decision.objects.create(case=case, kind="decide", outcome=outcome, by=None)
    for _step in OFFICIAL_STEPS:
        task = Task.objects.filter(case=case, done_at=None, does__in=OFFICIAL_STEPS).first()
        if task is None:
            break
        task.case = case
        progress.finish_task(task, _deemed(task, outcome), actor=SYSTEM)
    telling.ask_for_fee(case)


def _deemed(task: Task, outcome: str) -> str:
    """How a step is deemed to have ended. Where an official has decided otherwise, a second one is deemed to object."""
    if task.does != "confirm":
        return "accept" if task.does == "check" else outcome
    decided = [one.outcome for one in rows.TASKS.all(task.case_id) if one.does == "decide" and one.done_at is not None]
    return "confirm" if decided[-1:] == [outcome] else "return"


def sweep() -> None:
    """Delete drafts whose time is over, with their files; finished work of the outbox after a while."""
    sweep_drafts()
    outbox.forget(clock.now() - KEEP_DONE_WORK)
