"""What officials do with a case: check it, ask for a correction, decide, confirm, review."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.cases import history, inquiries, progress, rests, silence, telling, terms
from panjereh.cases.access import service_of
from panjereh.cases.asking import asking_for
from panjereh.cases.errors import ReasonMissing, RefusalNeedsCondition
from panjereh.cases.models import Case, Correction, Decision, Note, Task
from panjereh.cases.operations.tasks import own_task, target_of
from panjereh.identity import policy
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid, NotFound


@transaction.atomic
def accept(task_id: UUID, *, actor: Actor) -> Case:
    """The file is complete: it goes on to whoever decides."""
    task = own_task(task_id, actor=actor, does="check")
    policy.require(actor, _action(task, "case.check"), target_of(task.case))
    silence.must_not_have_spoken(task.case)
    history.append(task.case, "checked", actor=actor, step=task.element, outcome="accept")
    progress.finish_task(task, "accept", actor=actor)
    return task.case


@transaction.atomic
def ask_correction(task_id: UUID, *, actor: Actor, screens: Sequence[str], message: str) -> Case:
    """Ask the applicant to mend the named answers. The agency's term rests until they have answered."""
    task = own_task(task_id, actor=actor)
    case = task.case
    policy.require(actor, _action(task, "case.check" if task.does == "check" else "case.decide"), target_of(case))
    silence.must_not_have_spoken(case)
    if "correct" not in service_of(case).process.elements[task.element].outcomes:
        raise Invalid(_("At this step nothing can be asked of the applicant."))
    known = {row.screen for row in service_of(case).rows(case.answers, case.facts, asking_for(case.language))}
    chosen = [path for path in screens if path in known]
    if not chosen or len(chosen) != len(set(screens)):
        raise Invalid(_("Choose which answers the applicant should look at again."))
    if not message.strip():
        raise ReasonMissing(_("Write to the applicant what is wrong and what to do."))
    history.append(
        case, "correction_asked", actor=actor, personal={"message": message}, step=task.element, screens=chosen
    )
    step = progress.finish_task(task, "correct", actor=actor)
    Correction.objects.create(
        case=case,
        screens=chosen,
        message=message.strip(),
        by_id=party_of(actor),
        answers=case.answers,
        token=next((opened.token for opened in step.tasks_opened if opened.does == "correct"), ""),
    )
    telling.tell(case, "correction", step=task.token, message=message.strip())
    return case


@transaction.atomic
def decide(task_id: UUID, *, actor: Actor, outcome: str, conditions: Sequence[str] = (), reason: str = "") -> Case:
    """Approve or refuse. A refusal must cite one of the published conditions, and say why in words."""
    task = own_task(task_id, actor=actor, does="decide")
    case = task.case
    policy.require(actor, _action(task, "case.decide"), target_of(case))
    silence.must_not_have_spoken(case)
    if outcome not in ("approve", "refuse"):
        raise Invalid(_("Choose whether to approve or to refuse."))
    cited = _cited(case, conditions, needed=outcome == "refuse")
    if outcome == "refuse" and not reason.strip():
        raise ReasonMissing(_("Write to the applicant why, in plain words."))
    _write_down(case, "decide", outcome, cited, reason, actor=actor)
    if not service_of(case).needs_four_eyes(service_of(case).context(case.answers, case.facts)):
        _speak(case)
    history.append(
        case, "decided", actor=actor, personal={"reason": reason}, step=task.element, outcome=outcome, conditions=cited
    )
    progress.finish_task(task, outcome, actor=actor)
    telling.ask_for_fee(case)
    return case


@transaction.atomic
def confirm(task_id: UUID, *, actor: Actor, agree: bool, reason: str = "") -> Case:
    """The second pair of eyes: agree, or send the case back to be decided again."""
    task = own_task(task_id, actor=actor, does="confirm")
    case = task.case
    policy.require(actor, "case.confirm", target_of(case))
    silence.must_not_have_spoken(case)
    if not agree and not reason.strip():
        raise ReasonMissing(_("Write to your colleague why you do not agree."))
    _write_down(case, "confirm", "confirm" if agree else "return", [], reason, actor=actor)
    if agree:
        _speak(case)
    history.append(
        case, "confirmed" if agree else "returned", actor=actor, personal={"reason": reason}, step=task.element
    )
    progress.finish_task(task, "confirm" if agree else "return", actor=actor)
    telling.ask_for_fee(case)
    return case


@transaction.atomic
def review(task_id: UUID, *, actor: Actor, outcome: str, conditions: Sequence[str] = (), reason: str = "") -> Case:
    """Answer an objection: another official than the one who decided upholds or overturns the refusal."""
    task = own_task(task_id, actor=actor, does="review")
    case = task.case
    policy.require(actor, "case.review", target_of(case))
    if outcome not in ("uphold", "overturn"):
        raise Invalid(_("Choose whether the refusal stands or falls."))
    if not reason.strip():
        raise ReasonMissing(_("Write to the applicant why, in plain words."))
    cited = _cited(case, conditions, needed=outcome == "uphold")
    _write_down(case, "review", outcome, cited, reason, actor=actor)
    history.append(
        case, "reviewed", actor=actor, personal={"reason": reason}, step=task.element, outcome=outcome, conditions=cited
    )
    if outcome == "overturn":
        silence.overturned(case)
    progress.finish_task(task, outcome, actor=actor)
    if outcome == "overturn":
        telling.tell(case, "overturned", step=task.token)
    telling.ask_for_fee(case)
    return case


@transaction.atomic
def extend(number: str, *, actor: Actor, reason: str) -> Case:
    """Double the agency's term, once and with a reason that the applicant is told."""
    case = of_agency(number, actor=actor, action="case.extend")
    if not reason.strip():
        raise ReasonMissing(_("Write to the applicant why it takes longer."))
    deadline = terms.extend(case, service_of(case), reason.strip())
    history.append(case, "extended", actor=actor, until=deadline.due_at.isoformat(), personal={"reason": reason})
    case.save(update_fields=["next_seq", "head"])
    telling.tell(case, "extended", message=reason.strip())
    return case


@transaction.atomic
def add_note(number: str, *, actor: Actor, text: str) -> Note:
    """Write something for colleagues on the case. Sent twice in a row (a double click) it is one note."""
    case = of_agency(number, actor=actor, action="case.note")
    if not text.strip():
        raise Invalid(_("Write the note first."))
    last = Note.objects.filter(case=case).order_by("-at", "-pk").first()
    if last is not None and (last.by_id, last.text) == (actor.party, text.strip()):
        return last
    return Note.objects.create(case=case, by_id=party_of(actor), text=text.strip())


def _action(task: Task, usual: str) -> str:
    """What the official must be allowed to do: of a step whose term has passed, a supervisor's right to do it."""
    return "case.escalated" if task.escalated_at is not None else usual


def _speak(case: Case) -> None:
    """From now on the decision stands: the agency has kept its term, or not."""
    case.decided_at = clock.now()
    terms.decided(case)
    if rests.now(case):
        inquiries.drop(case, only_in_words=True)
        rests.end_all(case)


def of_agency(number: str, *, actor: Actor, action: str) -> Case:
    """An open case of the actor's agency, locked, to which they may do this."""
    case = Case.objects.select_for_update().filter(number=number, agency=actor.agency or "").first()
    if case is None or not policy.may(actor, "case.see", target_of(case)):
        raise NotFound(_("There is no such case in your agency."))
    policy.require(actor, action, target_of(case))
    progress.must_be_open(case)
    return case


def party_of(actor: Actor) -> UUID:
    if actor.party is None:
        raise Invalid(_("Only a person can do this."))
    return actor.party


def _cited(case: Case, conditions: Sequence[str], *, needed: bool) -> list[str]:
    """The cited conditions in their published order."""
    published = service_of(case).conditions
    unknown = set(conditions) - set(published)
    if unknown or (needed and not conditions):
        raise RefusalNeedsCondition(_("A refusal must cite at least one of the conditions published for this service."))
    return [name for name in published if name in conditions]


def _write_down(case: Case, kind: str, outcome: str, cited: list[str], reason: str, *, actor: Actor) -> None:
    Decision.objects.create(
        case=case, kind=kind, outcome=outcome, conditions=cited, reason=reason.strip(), by_id=actor.party
    )
