"""The legal clocks of a case: deadlines as rows that run, rest, are extended once, and act when they pass."""

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from panjereh import rules
from panjereh.cases import rows
from panjereh.cases.errors import NotNow
from panjereh.cases.models import Case, Deadline, Task
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Deadline as Term
from panjereh.definitions import Service
from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.outbox import operations as outbox
from panjereh.process import ClockSpec
from panjereh.storage import PreparedUpdate

SILENCE = "silence"
END_ALL = PreparedUpdate(lambda case, now: (Deadline.objects.filter(case=case, ended_at=None), {"ended_at": now}))


def end_of(day: date) -> datetime:
    """The last moment of a civil day where the people are."""
    return datetime.combine(day, time.max.replace(microsecond=0), tzinfo=clock.home_zone())


def due_day(term: Term, start: date) -> date:
    """The last day of a term by the country's calendar. A term of hours ends on the day of its last hour."""
    return term.ends_on(start, catalogue.country().working_calendar)


def key(case: Case, clock_key: str) -> str:
    return f"case:{case.pk}:clock:{clock_key}:"


def start(case: Case, service: Service, kind: str, *, token: str = "") -> Deadline | None:
    """Let the term that the service names run from now; None where the service sets none."""
    term = service.deadlines.get(kind)
    if term is None:
        return None
    deadline = Deadline.objects.create(case=case, kind=kind, token=token, due_at=end_of(due_day(term, clock.today())))
    _schedule(case, token or SILENCE, deadline.due_at)
    return deadline


def set_clock(case: Case, service: Service, spec: ClockSpec) -> None:
    """A timer of the process: a named legal term, or a time that the drawn process itself gives."""
    if spec.kind == "deadline":
        start(case, service, spec.due, token=spec.key)
        return
    _schedule(case, spec.key, _moment(spec))


def _moment(spec: ClockSpec) -> datetime:
    """When a timer that the drawn process itself sets comes due: an ISO 8601 date, or a duration from now."""
    if spec.kind == "date":
        return end_of(date.fromisoformat(spec.due[:10])) if len(spec.due) == 10 else datetime.fromisoformat(spec.due)
    length = rules.evaluate(f'duration("{spec.due}")', {})
    if not isinstance(length, timedelta):  # years and months: by the calendar, to the end of the day
        return end_of(catalogue.country().working_calendar.add(clock.today(), spec.due))
    return clock.now() + length


def _schedule(case: Case, clock_key: str, run_at: datetime) -> None:
    """Each setting has a key of its own: a term that rested and ends when it would have anyway is queued anew, too."""
    payload = {"case": str(case.pk), "clock": clock_key}
    outbox.queue("cases.clock", payload, key=f"{key(case, clock_key)}{new_id().hex}:", run_at=run_at, lane=outbox.CROWD)


def take_back_clock(case: Case, clock_key: str) -> None:
    outbox.cancel(key(case, clock_key))
    Deadline.objects.filter(case=case, token=clock_key, ended_at=None).update(ended_at=clock.now())


def running(case: Case, kind: str) -> Deadline | None:
    return rows.running(case, kind)


def rest(case: Case) -> None:
    """While the applicant is asked for something, the agency's term does not run. One that has passed stays so."""
    deadline = running(case, Deadline.Kind.DECIDE)
    if deadline and deadline.rests_since is None and not deadline.missed:
        deadline.rests_since = clock.now()
        deadline.save(update_fields=["rests_since"])
        outbox.cancel(key(case, SILENCE))


def resume(case: Case, service: Service) -> None:
    """The term goes on with as many days (working days, where those count) as were left when it began to rest."""
    deadline = running(case, Deadline.Kind.DECIDE)
    if deadline is None or deadline.rests_since is None:
        return
    calendar, unit = catalogue.country().working_calendar, service.deadlines["decide"].calendar
    asked, last = _day(deadline.rests_since), _day(deadline.due_at)
    left = calendar.working_days_between(asked, last) if unit == "working-days" else max(0, (last - asked).days)
    _move(deadline, end_of(calendar.deadline(clock.today(), f"P{left}D", unit)), rests_since=None)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.home_zone()).date()


def extend(case: Case, service: Service, reason: str) -> Deadline:
    """Once, by the same length again, with a reason that the applicant is told."""
    deadline = running(case, Deadline.Kind.DECIDE)
    term = service.deadlines.get("decide")
    if deadline is None or term is None or term.extend != "once":
        raise NotNow(_("The law gives no extension of this term."))
    if deadline.extended_at is not None:
        raise NotNow(_("This term was extended before; the law allows it once."))
    if deadline.due_at < clock.now():
        raise NotNow(_("This term has passed; only one that still runs can be extended."))
    if deadline.rests_since is not None:
        raise NotNow(_("The term rests while the applicant is asked. Extend it when the answer is here."))
    deadline.extension_reason = reason
    _move(deadline, end_of(due_day(term, _day(deadline.due_at))), extended_at=clock.now())
    return deadline


def _move(deadline: Deadline, due_at: datetime, **fields: datetime | None) -> None:
    deadline.due_at = due_at
    for name, value in fields.items():
        setattr(deadline, name, value)
    deadline.save()
    case = deadline.case
    outbox.cancel(key(case, SILENCE))
    _schedule(case, SILENCE, due_at)
    Task.objects.filter(case=case, done_at=None).exclude(who="applicant").update(due_at=due_at, late=False)


def decided(case: Case) -> None:
    """The agency has spoken: its term has ended in time, or late."""
    now = clock.now()
    for deadline in rows.DEADLINES.all(case.pk):
        if deadline.kind != Deadline.Kind.DECIDE or deadline.ended_at is not None:
            continue
        deadline.ended_at = now
        deadline.missed = now > deadline.due_at
        deadline.save(update_fields=["ended_at", "missed"])
    outbox.cancel(key(case, SILENCE))


def end_all(case: Case) -> None:
    END_ALL.run(case.pk, clock.now())


def days_left(due_at: datetime) -> int:
    """Whole days until the civil day of `due_at`; negative when it has passed."""
    return (due_at.astimezone(clock.home_zone()).date() - clock.today()) // timedelta(days=1)
