"""What workers do for a case after the fact: carry out a service task, let a clock act. Both may come twice."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from panjereh.audit import operations as audit
from panjereh.cases import (
    history,
    inquiries,
    looks,
    progress,
    reminders,
    rests,
    retention,
    rounds,
    scanning,
    signals,
    silence,
    telling,
    terms,
)
from panjereh.cases.access import service_of
from panjereh.cases.models import Case, Deadline, Inquiry
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
    looks.by_rule(case)
    operation(case, service_of(case), argument, token)
    silence.carry_through(case)


def clock_struck(payload: Mapping[str, Any], _context: EffectContext) -> None:
    """A deadline or a timer of the process. One that was moved, met or taken back meanwhile does nothing."""
    case = progress.locked(UUID(payload["case"]))
    if case.state == Case.State.CLOSED:
        return
    looks.by_rule(case)
    if payload["clock"] == terms.SILENCE:
        silence.fell(case)
    else:
        _missed(case, token=payload["clock"])
        progress.fire(case, payload["clock"], actor=SYSTEM)
        silence.carry_through(case)


def remind(payload: Mapping[str, Any], _context: EffectContext) -> None:
    """A term will end soon."""
    case = progress.locked(UUID(payload["case"]))
    if case.state != Case.State.CLOSED:
        looks.by_rule(case)
        reminders.strike(case, payload["clock"], payload["planned"])


def remind_of_draft(payload: Mapping[str, Any], _context: EffectContext) -> None:
    """The time to apply will end soon, and the draft is unsent."""
    reminders.strike_for_draft(UUID(payload["draft"]), payload["until"])


def unanswered(payload: Mapping[str, Any], _context: EffectContext) -> None:
    """Another agency has had as long as the law gives it: the case goes on without its answer."""
    case = progress.locked(UUID(payload["case"]))
    inquiry = Inquiry.objects.get(pk=payload["inquiry"])
    if inquiry.ended_at is not None:
        return
    looks.by_rule(case)
    inquiries.lapsed(inquiry, case)
    progress.hear(case, inquiry)
    silence.carry_through(case)


def signal_thrown(payload: dict[str, str], context: EffectContext) -> None:
    """The process of a case has thrown a signal."""
    signals.tell(payload, context.key)


def signal_heard(payload: Mapping[str, Any], _context: EffectContext) -> None:
    """A signal has come to a case that listened. One that was closed or went on meanwhile does nothing."""
    case = progress.locked(UUID(payload["case"]))
    if case.state == Case.State.CLOSED:
        return
    looks.by_rule(case)
    history.append(case, "signal_heard", actor=SYSTEM, signal=payload["signal"])
    case.save(update_fields=["next_seq", "head"])
    progress.hear_signal(case, payload["signal"])
    silence.carry_through(case)


def rested_enough(payload: Mapping[str, Any], _context: EffectContext) -> None:
    """The same of a rest from before agencies answered at their own desk."""
    case = progress.locked(UUID(payload["case"]))
    rest = next((rest for rest in rests.now(case) if rest.pk == payload["rest"]), None)
    if rest is None:
        return
    looks.by_rule(case)
    rests.end(rest, case, service_of(case))
    history.append(case, "goes_on", actor=SYSTEM, answered=False)
    case.save(update_fields=["next_seq", "head"])
    telling.tell(case, "goes_on", step=str(payload["rest"]))


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


def consult(case: Case, service: Service, argument: str, token: str) -> None:
    """Ask another agency. A service task lasts until it has answered; what only sends goes on, and the answer comes as
    a message."""
    inquiries.ask(case, service, argument, token=token)
    if service.process.elements[case.marking["tokens"][token]].is_service:
        case.save(update_fields=["next_seq", "head"])
    else:
        progress.finish_service(case, token, actor=SYSTEM)


OPERATIONS: dict[str, Operation] = {"produce": produce, "notify": notify, "consult": consult}
HANDLERS = {
    "cases.step": step,
    "cases.clock": clock_struck,
    "cases.remind": remind,
    "cases.remind_draft": remind_of_draft,
    "cases.rested": rested_enough,
    inquiries.UNANSWERED: unanswered,
    signals.THROWN: signal_thrown,
    signals.HEARD: signal_heard,
    scanning.EFFECT: scanning.scan,
}


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
        wallet=order.wallet,
        valid_until=order.valid_until,
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


def sweep() -> None:
    """Delete drafts whose time is over, with their files, and finished work of the outbox; remind of other drafts."""
    rounds.sweep()
    sweep_drafts()
    retention.sweep()
    reminders.set_for_drafts()
    outbox.forget(clock.now() - KEEP_DONE_WORK)
