"""Cases that are under way go over to another version of their service: on purpose, all that fit, with a reason.

A case stays on the version that it was submitted under. Where the rules themselves call for more (a mistake in a
definition, a new law with transitional provisions), an operator looks at what would change in each case, then does it.
What would lose something is refused: an answer, a place in the process, a promise.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import OperationalError, transaction

from panjereh import process
from panjereh.audit import chain
from panjereh.audit import operations as audit
from panjereh.cases import history, rows, telling
from panjereh.cases.access import service_of
from panjereh.cases.errors import ReasonMissing
from panjereh.cases.models import Case, Correction, Task
from panjereh.cases.operations import duplicates
from panjereh.catalogue.queries import Published
from panjereh.definitions import Service
from panjereh.kernel.actor import SYSTEM
from panjereh.kernel.ids import new_id

TOGETHER = 50  # cases in one transaction: few, for people wait meanwhile to write
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Consequence:
    """What the other version means for a case, in a sentence. One that loses something keeps the case where it is."""

    says: str
    loses: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of one case."""

    number: str
    consequences: tuple[Consequence, ...]

    @property
    def fits(self) -> bool:
        return not any(each.loses for each in self.consequences)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of all: how many went over, and those that did not fit."""

    cases: int
    left: tuple[Plan, ...]


def plans(target: Published) -> Iterator[Plan]:
    """What would change in each open case that is on another version. Reads only."""
    for case in _others(target):
        yield plan(case, target)


def plan(case: Case, target: Published) -> Plan:
    old, new = service_of(case), target.service
    found = [
        *_answers(case, new),
        *_steps(case, old, new),
        *_fee(case, new),
        *_terms(case, old, new),
        *_conditions(case, new),
    ]
    return Plan(case.number, tuple(found))


def migrate(target: Published, *, by: str, reason: str, leave_others: bool = False) -> Moved:
    """Take the open cases of the service over. If one does not fit, none goes, unless the others are to be left.

    by, reason: who and why; they stay with every case, and the log of decisions holds the operation. Begun again after
    it was interrupted, it goes on with the cases that are left. Raises ReasonMissing.
    """
    if not by.strip() or not reason.strip():
        raise ReasonMissing("Say who does it, and why: it stays with every case.")
    misfits = tuple(each for each in plans(target) if not each.fits)
    if misfits and not leave_others:
        return Moved(0, misfits)
    operation, moved, left = str(new_id()), 0, []
    numbers = [case.pk for case in _others(target)]
    for start in range(0, len(numbers), TOGETHER):
        done, others = _try_to_move(numbers[start : start + TOGETHER], target, operation, by.strip(), reason.strip())
        moved += done
        left += others
    return Moved(moved, tuple(left))


def _others(target: Published) -> Iterator[Case]:
    open_cases = Case.objects.exclude(state=Case.State.CLOSED).filter(service=target.service.id)
    return open_cases.exclude(version=target.id).order_by("submitted_at", "pk").iterator(chunk_size=200)


def _try_to_move(
    numbers: list[UUID], target: Published, operation: str, by: str, reason: str
) -> tuple[int, list[Plan]]:
    """Workers lock cases in another order: where each waits for the other, the database lets one of them try again."""
    for _attempt in range(ATTEMPTS - 1):
        with suppress(OperationalError):
            return _move_some(numbers, target, operation, by, reason)
    return _move_some(numbers, target, operation, by, reason)


@transaction.atomic
def _move_some(numbers: list[UUID], target: Published, operation: str, by: str, reason: str) -> tuple[int, list[Plan]]:
    """Some cases and the log's entry about them, all or none."""
    heads, left = {}, []
    for number in numbers:
        case = rows.locked(number)
        if case.state == Case.State.CLOSED or case.version_id == target.id:
            continue
        planned = plan(case, target)
        if planned.fits:
            _move(case, target, operation, by, reason)
            heads[case.number] = case.head
        else:
            left.append(planned)
    if heads:
        public = {"operation": operation, "service": target.service.id, "to": str(target.id), "cases": sorted(heads)}
        audit.log_decision(
            key=f"migration:{operation}:{numbers[0]}",
            kind="migration",
            public=public,
            commitment=chain.link(chain.GENESIS, public, "".join(heads[name] for name in sorted(heads))),
        )
    return len(heads), left


def _move(case: Case, target: Published, operation: str, by: str, reason: str) -> None:
    new, before = target.service, case.version_id
    case.version_id = target.id
    _renew_tasks(case, new)
    changes = {}
    context = new.context(case.answers, case.facts)
    duplicates.renew(case, new, context)
    fee = new.fee_for(context)
    if case.fee != fee.money.amount:  # the plan has made sure that it may still change
        changes = {"fee_before": case.fee, "fee": fee.money.amount}
        case.fee, case.fee_rows = fee.money.amount, [row.as_dict() for row in fee.rows]
    history.append(
        case,
        "migrated",
        actor=SYSTEM,
        personal={"reason": reason, "by": by},
        operation=operation,
        from_version=str(before),
        **changes,
    )
    case.save()
    telling.tell(case, "migrated", step=operation, message=reason)


def _renew_tasks(case: Case, new: Service) -> None:
    """Who does an open step may be another role now; then nobody has taken it yet. What is late stays supervisors'."""
    for task in Task.objects.filter(case=case, done_at=None, escalated_at=None):
        who = new.process.elements[task.element].who or ""
        if task.who != who:
            task.who, task.assignee, task.taken_at = who, None, None
            task.save(update_fields=["who", "assignee", "taken_at"])


def _answers(case: Case, new: Service) -> Iterator[Consequence]:
    fit = new.fit(case.answers)
    if fit.changed:
        yield Consequence(f"answers that no longer fit: {', '.join(fit.changed)}", loses=True)
    missing = dict.fromkeys(problem.question or problem.path for problem in new.problems(fit.kept, case.facts))
    if missing and not fit.changed:
        yield Consequence(f"questions that nobody answered: {', '.join(missing)}; ask for a correction", loses=True)
    if Correction.objects.filter(case=case, answered_at=None).exists() and case.state == Case.State.WAITING:
        yield Consequence("a correction is asked for; wait until it is here", loses=True)
    context = new.context(fit.kept, case.facts)
    if not fit.changed and not missing and new.agency_for(context) != case.agency:
        yield Consequence(f"another agency would be responsible: {new.agency_for(context)}", loses=True)


def _steps(case: Case, old: Service, new: Service) -> Iterator[Consequence]:
    why = {"gone": "is not there any more", "other": "is another step now"}
    for misfit in process.misfits(old.process, new.process, case.marking):
        yield Consequence(f"the step {misfit.element} {why[misfit.why]}", loses=True)
    for task in rows.open_tasks(case):
        element = new.process.elements.get(task.element)
        if element is not None and task.escalated_at is None and (element.who or "") != task.who:
            yield Consequence(f"the step {task.element} is done by {element.who} instead of {task.who}")


def _fee(case: Case, new: Service) -> Iterator[Consequence]:
    if new.fit(case.answers).changed:
        return  # nobody can tell
    fee = new.fee_for(new.context(case.answers, case.facts)).money.amount
    if fee != case.fee:
        decided = case.decided_at is not None
        stays = "; the decision has fixed it" if decided else ""
        yield Consequence(f"the fee: {case.fee} → {fee} rials{stays}", loses=decided)


def _terms(case: Case, old: Service, new: Service) -> Iterator[Consequence]:
    """What was promised to somebody stays as it was: a date that runs is never moved by a new version."""
    for running in rows.DEADLINES.all(case.pk):
        if running.ended_at is not None:
            continue
        before, after = old.deadlines.get(running.kind), new.deadlines.get(running.kind)
        if after is None:
            yield Consequence(f"the deadline {running.kind} is not there any more", loses=True)
        elif before is not None and before.silence != after.silence:
            worse = before.silence == "approve"
            yield Consequence(f"silence: {before.silence} → {after.silence}", loses=worse)
        elif before is not None and (before.within, before.calendar) != (after.within, after.calendar):
            yield Consequence(
                f"the deadline {running.kind}: {before.within} → {after.within}; the promised day stays, "
                f"{running.due_at.date().isoformat()}"
            )


def _conditions(case: Case, new: Service) -> Iterator[Consequence]:
    cited = {name for decision in rows.DECISIONS.all(case.pk) for name in decision.conditions}
    if gone := sorted(cited - set(new.conditions)):
        yield Consequence(f"conditions that a decision cites are not there any more: {', '.join(gone)}", loses=True)
