"""The legal clocks of a case: deadlines as rows that run, rest, are extended once, and act when they pass."""

from collections.abc import Iterator
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
from panjereh.localisation.calendars import Term as Length
from panjereh.localisation.calendars import WorkingCalendar
from panjereh.outbox import operations as outbox
from panjereh.process import ClockSpec
from panjereh.storage import PreparedUpdate

SILENCE = "silence"
END_ALL = PreparedUpdate(lambda case, now: (Deadline.objects.filter(case=case, ended_at=None), {"ended_at": now}))
REMINDED_AT = time(8)
"""Nobody is reminded at midnight."""


def end_of(day: date) -> datetime:
    """The last moment of a civil day where the people are."""
    return datetime.combine(day, time.max, tzinfo=clock.home_zone())


def calendar_of(case: Case) -> WorkingCalendar:
    """The days on which the agency that has the case works."""
    return catalogue.calendar_of(case.agency, case.office)


def last_day_to_apply(term: Term, start: date, agency: str) -> date:
    """The last day of a term to apply that runs from `start`."""
    calendar = catalogue.calendar_of(agency)
    return calendar.first_working(_for_acting(term, start, calendar))


def _for_acting(term: Term, start: date, calendar: WorkingCalendar) -> date:
    """The last day by counting of a term within which people must act: where the law says so, its day is free."""
    return term.counts_to(start, calendar) + timedelta(days=0 if calendar.day_of_act_counts else 1)


def key(case: Case, clock_key: str) -> str:
    return f"case:{case.pk}:clock:{clock_key}:"


def start(case: Case, service: Service, kind: str, *, token: str = "") -> Deadline | None:
    """Let the term that the service names run from now; None where the service sets none."""
    term = service.deadlines.get(kind)
    if term is None:
        return None
    calendar = calendar_of(case)
    if kind == Deadline.Kind.DECIDE:
        counts_to = term.counts_to(_received_on(term, calendar), calendar)
    else:
        counts_to = _for_acting(term, clock.today(), calendar)
    due_at = end_of(calendar.first_working(counts_to))
    deadline = Deadline.objects.create(case=case, kind=kind, token=token, counts_to=counts_to, due_at=due_at)
    _schedule(case, token or SILENCE, due_at, reminders(service, deadline, calendar))
    return deadline


def _received_on(term: Term, calendar: WorkingCalendar) -> date:
    """The day of the event: where opening hours count, what comes after them has come on the next working day."""
    here = clock.now().astimezone(clock.home_zone())
    return calendar.received_on(here) if term.received == "opening-hours" else here.date()


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


def reminders(service: Service, deadline: Deadline, calendar: WorkingCalendar) -> list[datetime]:
    """When whoever must act is reminded; what would have to come before now is left out."""
    term, due = service.deadlines[deadline.kind], _day(deadline.due_at)
    days = [
        calendar.before(due, length, term.calendar) for length in service.definition.deadlines.reminders(deadline.kind)
    ]
    moments = [datetime.combine(day, REMINDED_AT, tzinfo=clock.home_zone()) for day in days]
    return [moment for moment in moments if clock.now() < moment < deadline.due_at]


def _schedule(case: Case, clock_key: str, run_at: datetime, reminded: list[datetime] | None = None) -> None:
    """Set a clock and its reminders. They come in crowds, so people's effects go first; taken back, all go together."""
    outbox.queue_many(_orders(case, clock_key, run_at, reminded or []))


def _orders(case: Case, clock_key: str, run_at: datetime, reminded: list[datetime]) -> Iterator[outbox.Order]:
    """Each setting has a key of its own: a term that rested and ends when it would have anyway is queued anew, too."""
    payload = {"case": str(case.pk), "clock": clock_key}
    setting = f"{key(case, clock_key)}{new_id().hex}:"
    yield outbox.Order("cases.clock", payload, setting, run_at, lane=outbox.CROWD)
    for number, moment in enumerate(reminded):
        planned = {**payload, "planned": _day(moment).isoformat()}
        yield outbox.Order("cases.remind", planned, f"{setting}remind:{number}:", moment, lane=outbox.CROWD)


def take_back_clock(case: Case, clock_key: str) -> None:
    outbox.cancel(key(case, clock_key))
    Deadline.objects.filter(case=case, token=clock_key, ended_at=None).update(ended_at=clock.now())


def running(case: Case, kind: str) -> Deadline | None:
    return rows.running(case, kind)


def rest(case: Case) -> None:
    """The agency's term does not run for a while. One that has passed stays so."""
    deadline = running(case, Deadline.Kind.DECIDE)
    if deadline and deadline.rests_since is None and not has_passed(deadline):
        deadline.rests_since = clock.now()
        deadline.save(update_fields=["rests_since"])
        outbox.cancel(key(case, SILENCE))


def resume(case: Case, service: Service) -> None:
    """The term goes on: the days on which it rested are added, or the working days where those count.

    The day on which it began to rest was the agency's; the day on which it goes on does not count, as no day of an
    event does. So exactly what was left of it is left.
    """
    deadline = running(case, Deadline.Kind.DECIDE)
    if deadline is None or deadline.rests_since is None:
        return
    calendar, unit = calendar_of(case), service.deadlines["decide"].calendar
    since, today = _day(deadline.rests_since), clock.today()
    rested = calendar.working_days_between(since, today) if unit == "working-days" else (today - since).days
    counts_to = calendar.add(deadline.counts_to, Length(days=rested), unit)
    deadline.rested_days += rested
    _move(deadline, service, counts_to, rests_since=None)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.home_zone()).date()


def extend(case: Case, service: Service, reason: str) -> Deadline:
    """Once, by the same length again from its end on (as in the German Civil Code, section 190), with a reason."""
    deadline = running(case, Deadline.Kind.DECIDE)
    term = service.deadlines.get("decide")
    if deadline is None or term is None or term.extend != "once":
        raise NotNow(_("The law gives no extension of this term."))
    if deadline.extended_at is not None:
        raise NotNow(_("This term was extended before; the law allows it once."))
    if has_passed(deadline):
        raise NotNow(_("This term has passed; only one that still runs can be extended."))
    if deadline.rests_since is not None:
        raise NotNow(_("The term rests. Extend it when what it waits for is here."))
    deadline.extension_reason = reason
    _move(deadline, service, term.counts_to(_day(deadline.due_at), calendar_of(case)), extended_at=clock.now())
    return deadline


def _move(deadline: Deadline, service: Service, counts_to: date, **fields: datetime | None) -> None:
    calendar = calendar_of(deadline.case)
    deadline.counts_to = counts_to
    deadline.due_at = end_of(calendar.first_working(counts_to))
    for name, value in fields.items():
        setattr(deadline, name, value)
    deadline.save()
    case = deadline.case
    outbox.cancel(key(case, SILENCE))
    _schedule(case, SILENCE, deadline.due_at, reminders(service, deadline, calendar))
    official = Task.objects.filter(case=case, done_at=None).exclude(who="applicant")
    official.update(due_at=deadline.due_at, late=False, reminded_at=None)


def has_passed(deadline: Deadline) -> bool:
    """Whether its last day is over, though perhaps no worker has seen to what follows. A resting term does not pass."""
    return deadline.missed or (deadline.rests_since is None and deadline.due_at < clock.now())


def decided(case: Case) -> None:
    """The agency has spoken: its term has ended in time, or late."""
    now = clock.now()
    for deadline in rows.DEADLINES.all(case.pk):
        if deadline.kind != Deadline.Kind.DECIDE or deadline.ended_at is not None:
            continue
        deadline.ended_at = now
        deadline.missed = has_passed(deadline)
        deadline.save(update_fields=["ended_at", "missed"])
    outbox.cancel(key(case, SILENCE))


def end_all(case: Case) -> None:
    END_ALL.run(case.pk, clock.now())


def days_left(due_at: datetime) -> int:
    """Whole days until the civil day of `due_at`; negative when it has passed."""
    return (due_at.astimezone(clock.home_zone()).date() - clock.today()) // timedelta(days=1)
