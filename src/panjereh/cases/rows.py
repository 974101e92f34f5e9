"""The few rows that belong to a case, by kind: pages and notices look at them again and again, so they are prepared."""

from collections.abc import Sequence
from uuid import UUID

from panjereh.cases.models import (
    Assistance,
    Case,
    Correction,
    Deadline,
    Decision,
    Event,
    Inquiry,
    Note,
    Payment,
    Rest,
    Task,
    Upload,
)
from panjereh.storage import Prepared, PreparedUpdate, PreparedValues

CASE = Prepared(lambda case: Case.objects.select_for_update().filter(pk=case))
TASK = Prepared(lambda task: Task.objects.filter(pk=task))
DEADLINES = Prepared(lambda case: Deadline.objects.filter(case=case).order_by("started_at", "pk"))
TASKS = Prepared(lambda case: Task.objects.filter(case=case).select_related("assignee").order_by("opened_at", "pk"))
DECISIONS = Prepared(lambda case: Decision.objects.filter(case=case).order_by("at", "pk"))
RESTS = Prepared(lambda case: Rest.objects.filter(case=case).order_by("since", "pk"))
INQUIRIES = Prepared(lambda case: Inquiry.objects.filter(case=case).order_by("asked_at", "pk"))
CORRECTIONS = Prepared(lambda case: Correction.objects.filter(case=case).order_by("asked_at", "pk"))
NOTES = Prepared(lambda case: Note.objects.filter(case=case).order_by("at", "pk"))
EVENTS = Prepared(lambda case: Event.objects.filter(case=case).order_by("seq"))
APPEALED = PreparedValues(lambda case: Event.objects.filter(case=case, kind="appealed").values_list("seq"))
RATED = Prepared(lambda case: Event.objects.filter(case=case, kind="rated").order_by("seq"))
UPLOADS = Prepared(lambda case: Upload.objects.filter(case=case).order_by("at", "pk"))
ASSISTANCE = Prepared(lambda case: Assistance.objects.filter(case=case).order_by("at", "pk"))
OFFICIALS_ARE_LATE = PreparedUpdate(
    lambda case: (Task.objects.filter(case=case, done_at=None).exclude(who="applicant"), {"late": True})
)
PAYMENT = Prepared(lambda case: Payment.objects.filter(case=case))


def locked(case_id: UUID) -> Case:
    """The case, for this transaction alone."""
    case = CASE.first(case_id)
    if case is None:
        raise Case.DoesNotExist
    return case


def running(case: Case, kind: str) -> Deadline | None:
    """The term of this kind that has not ended; of several the one that began last."""
    return running_of(DEADLINES.all(case.pk), kind)


def running_of(deadlines: Sequence[Deadline], kind: str) -> Deadline | None:
    """The same among the terms of a case."""
    return next((one for one in reversed(deadlines) if one.kind == kind and one.ended_at is None), None)


def last_decision(case: Case) -> Decision | None:
    """What was decided last, on the matter itself: a second pair of eyes only confirms."""
    return next((one for one in reversed(DECISIONS.all(case.pk)) if one.kind != "confirm"), None)


def helpers(case: UUID) -> set[UUID]:
    """The officials who did something in the case for its applicant."""
    return {one.by_id for one in ASSISTANCE.all(case)}


def open_tasks(case: Case) -> list[Task]:
    return [task for task in TASKS.all(case.pk) if task.done_at is None]
