"""Before a term ends, whoever must act is reminded: an official in the queue, people by a notice. Once, and in time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from panjereh.cases import history, looks, rows, telling, terms
from panjereh.cases.access import service_of
from panjereh.cases.models import Case, Deadline, Draft, Task
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Service
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.outbox import operations as outbox

APPLY = "apply"
LOOKED_BACK = timedelta(days=1)
"""Drafts that were not touched for longer have had their clock set."""
LEFT_ALONE = timedelta(hours=1)
"""Nobody is reminded of what they are busy with."""


def strike(case: Case, clock_key: str, planned: str) -> None:
    """The term that this clock drives will end soon. If it rests, was met, or has ended, nobody is bothered.

    planned: the day of this reminder, which tells it from others of the same term
    """
    token = "" if clock_key == terms.SILENCE else clock_key
    deadline = next(
        (one for one in reversed(rows.DEADLINES.all(case.pk)) if one.token == token and one.ended_at is None), None
    )
    if deadline is None or deadline.rests_since is not None or terms.has_passed(deadline):
        return
    if deadline.kind == Deadline.Kind.DECIDE:
        _remind_officials(case, deadline)
    else:
        day = deadline.due_at.astimezone(clock.home_zone()).date()
        telling.tell(case, "reminder", step=f"{deadline.pk}.{day}.{planned}", remind_of=deadline.kind, until=day)


def _remind_officials(case: Case, deadline: Deadline) -> None:
    waiting = Task.objects.filter(case=case, done_at=None, reminded_at=None).exclude(who=telling.APPLICANT)
    if waiting.update(reminded_at=clock.now()):
        history.append(case, "reminded", actor=SYSTEM, until=deadline.due_at.isoformat())
        case.save(update_fields=["next_seq", "head"])


def set_for_drafts() -> None:
    """Set the clocks of drafts that were put aside lately and whose time to apply is known. Comes round every hour."""
    now = clock.now()
    put_aside = Draft.objects.filter(
        case=None, saved_at__range=(now - LOOKED_BACK, now - LEFT_ALONE), keep_until__gt=now
    )
    limited = [one.service.id for one in catalogue.all_current() if one.service.apply_from is not None]
    orders = []
    for draft in put_aside.filter(service__in=limited).iterator():
        orders += _orders(draft)
    if orders:
        with transaction.atomic():
            outbox.queue_many(orders)


def _orders(draft: Draft) -> list[outbox.Order]:
    service = service_of(draft)
    ends = last_day(draft, service)
    if ends is None:
        return []
    calendar = catalogue.calendar_of(service.agency)
    found = []
    for length in service.definition.deadlines.reminders(APPLY):
        day = calendar.before(ends, length, service.deadlines[APPLY].calendar)
        moment = datetime.combine(day, terms.REMINDED_AT, tzinfo=clock.home_zone())
        payload = {"draft": str(draft.pk), "until": ends.isoformat()}
        if clock.now() < moment < terms.end_of(ends):
            found.append(
                outbox.Order("cases.remind_draft", payload, f"draft:{draft.pk}:{day}:", moment, lane=outbox.CROWD)
            )
    return found


def last_day(draft: Draft, service: Service) -> Any:
    """Until when this must be sent, as far as the answers tell."""
    term = service.deadlines.get(APPLY)
    context = service.context(draft.answers, draft.facts)
    begins = service.deadline_of_application(context) if term else None
    return terms.last_day_to_apply(term, begins, service.agency_for(context)) if term and begins else None


def strike_for_draft(draft_id: UUID, until: str) -> None:
    """Remind of a draft that is still unsent and must be sent by that day, unless somebody writes in it now."""
    draft = Draft.objects.filter(pk=draft_id, case=None).select_related("applicant").first()
    if draft is None:
        return
    service = service_of(draft)
    ends = last_day(draft, service)
    if ends is not None and ends.isoformat() == until and clock.today() <= ends:
        looks.at_draft(draft, SYSTEM, looks.BY_RULE)
        telling.remind_of_draft(draft, service, ends)
