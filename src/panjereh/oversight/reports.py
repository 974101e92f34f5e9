"""The weekly report to the data protection officer: what was read without a case, in masses, at odd hours, in vain."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from panjereh.audit import disclosure
from panjereh.audit import queries as log
from panjereh.audit.models import AccessLog
from panjereh.cases import queries as cases
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.definitions import fields_used
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.identity.policy import Role
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Conflict, Invalid, NotFound
from panjereh.localisation import dates
from panjereh.oversight.models import Report
from panjereh.storage import insert

WEEK = timedelta(days=7)
FIRST_DAY = 5  # Saturday, as date.weekday() counts
EXAMPLES = 20
SUBJECT = gettext_noop("The weekly report on who read what")


class ReasonWanted(Invalid):
    """A report is acknowledged with a reason."""

    code = "reason_wanted"


class IsAcknowledged(Conflict):
    """Somebody has acknowledged the report before."""

    code = "is_acknowledged"


@dataclass
class Content:
    """What a report holds; officials by their number, times in ISO 8601.

    without_case: readings outside of any case that was open then: (official, purpose, readings, people, first ids)
    mass: (official, day, people): more people on one day than the setting allows
    odd_hours: (official, readings, first, last) outside of the office's working days, or at night
    unused: (service, purpose, register, field, readings): fetched, and no rule, page or result of the service uses it
    hidden: (class, law, readings) that the people do not see yet
    """

    readings: int = 0
    officials: int = 0
    people: int = 0
    without_case: list[dict[str, Any]] = field(default_factory=list)
    mass: list[dict[str, Any]] = field(default_factory=list)
    odd_hours: list[dict[str, Any]] = field(default_factory=list)
    unused: list[dict[str, Any]] = field(default_factory=list)
    hidden: list[dict[str, Any]] = field(default_factory=list)

    @property
    def has_findings(self) -> bool:
        return bool(self.without_case or self.mass or self.odd_hours or self.unused)


def last_week(today: date) -> date:
    """The first day of the last week that is over."""
    return today - timedelta(days=(today.weekday() - FIRST_DAY) % 7) - WEEK


def make_due() -> int:
    """Make the reports of the last week that are missing, and tell the data protection officers. How many."""
    week = last_week(clock.today())
    made = 0
    for agency in catalogue.country().agencies:
        if Report.objects.filter(agency=agency, week=week).exists():
            continue
        content = content_of(agency, week)
        if content.readings or content.hidden:
            made += _keep(agency, week, content)
    return made


@transaction.atomic
def _keep(agency: str, week: date, content: Content) -> int:
    insert([Report(agency=agency, week=week, content=asdict(content))], ignore_conflicts=True)
    for official in identity.officials(agency, role=Role.DATA_PROTECTION):
        language = official.party.language
        with translation.override(language):
            correspondence.tell(
                official.party_id,
                key=f"report:{agency}:{week}:{official.party_id}",
                subject=gettext(SUBJECT),
                text=gettext("The report on the week from %(day)s is on your desk, under “Who reads what”.")
                % {"day": dates.format_date(week, language)},
                agency=agency,
                language=language,
            )
    return 1


def content_of(agency: str, week: date) -> Content:
    """What the readings of a week say."""
    since, until = _midnight(week), _midnight(week + WEEK)
    rows = list(log.accesses_by(agency, since, until))
    by_people = [row for row in rows if row.actor is not None and row.role]
    return Content(
        readings=len(rows),
        officials=len({row.actor for row in by_people}),
        people=len({row.subject for row in rows}),
        without_case=_without_case(by_people),
        mass=_mass(by_people),
        odd_hours=_odd_hours(agency, by_people),
        unused=_unused(rows),
        hidden=[
            {"class": when, "law": law, "readings": number}
            for (when, law), number in sorted(disclosure.hidden_at(agency, since, until).items())
        ],
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.home_zone())


def _without_case(rows: Iterable[AccessLog]) -> list[dict[str, Any]]:
    found: dict[tuple[UUID | None, str], list[AccessLog]] = defaultdict(list)
    by_number: dict[str, list[AccessLog]] = defaultdict(list)
    for row in rows:
        if row.case:
            by_number[row.case].append(row)
        else:
            found[row.actor, row.purpose].append(row)
    lives = cases.lives_of(by_number)
    for number, read in by_number.items():
        began, ended = lives.get(number, (None, None))
        for row in read:
            if began is None or row.at < began or (ended is not None and row.at > ended):
                found[row.actor, row.purpose].append(row)
    return [
        {
            "official": str(actor),
            "purpose": purpose,
            "readings": len(read),
            "people": len({row.subject for row in read}),
            "lines": [str(row.pk) for row in read[:EXAMPLES]],
        }
        for (actor, purpose), read in sorted(found.items(), key=lambda each: -len(each[1]))
    ]


def _mass(rows: Iterable[AccessLog]) -> list[dict[str, Any]]:
    people: dict[tuple[UUID | None, date], set[str]] = defaultdict(set)
    for row in rows:
        people[row.actor, _local(row).date()].add(row.subject)
    many = {key: len(each) for key, each in people.items() if len(each) > settings.MOST_PEOPLE_READ_A_DAY}
    return [
        {"official": str(actor), "day": day.isoformat(), "people": number}
        for (actor, day), number in sorted(many.items(), key=lambda each: -each[1])
    ]


def _odd_hours(agency: str, rows: Iterable[AccessLog]) -> list[dict[str, Any]]:
    calendar = catalogue.country().calendar_of(agency)
    odd: dict[UUID | None, list[datetime]] = defaultdict(list)
    begins, ends = settings.USUAL_HOURS
    for row in rows:
        at = _local(row)
        if not calendar.is_working(at.date()) or not begins <= at.hour < ends:
            odd[row.actor].append(at)
    return [
        {
            "official": str(actor),
            "readings": len(moments),
            "first": min(moments).isoformat(timespec="minutes"),
            "last": max(moments).isoformat(timespec="minutes"),
        }
        for actor, moments in sorted(odd.items(), key=lambda each: -len(each[1]))
    ]


def _unused(rows: Sequence[AccessLog]) -> list[dict[str, Any]]:
    """Fields that were read for a purpose of a service whose definition, as it is in force, uses them nowhere."""
    services = {
        purpose.id: one.service for one in catalogue.all_current() for purpose in one.service.purposes if purpose.reads
    }
    registries = catalogue.country().registries
    found: Counter[tuple[str, str, str, str]] = Counter()
    for row in rows:
        service, registry = services.get(row.purpose), registries.get(row.source)
        if service is None or registry is None:
            continue
        used = fields_used(service.definition, registry)
        for name in row.fields:
            if name in registry.fields and name not in used:
                found[service.id, row.purpose, registry.id, name] += 1
    return [
        {"service": service, "purpose": purpose, "register": registry, "field": name, "readings": number}
        for (service, purpose, registry, name), number in sorted(found.items())
    ]


def _local(row: AccessLog) -> datetime:
    return row.at.astimezone(clock.home_zone())


def of_agency(actor: Actor) -> list[Report]:
    """The reports of the actor's agency, the newest first. Raises NotAllowed."""
    policy.require(actor, "access.oversee", policy.Target(agency=actor.agency))
    return list(Report.objects.filter(agency=actor.agency or "-").order_by("-week")[:104])


def get(actor: Actor, report_id: UUID) -> Report:
    policy.require(actor, "access.oversee", policy.Target(agency=actor.agency))
    found = Report.objects.filter(agency=actor.agency or "-", pk=report_id).first()
    if found is None:
        raise NotFound(_("There is no such report at your agency."))
    return found


def read(report: Report) -> Content:
    return Content(**report.content)


@transaction.atomic
def acknowledge(actor: Actor, report_id: UUID, *, reason: str) -> Report:
    """The officer has looked at it and says what follows. Raises ReasonWanted, IsAcknowledged, NotFound, NotAllowed."""
    get(actor, report_id)
    report = Report.objects.select_for_update().get(pk=report_id)
    if not reason.strip():
        raise ReasonWanted(_("Write what you found and what follows from it."))
    if report.acknowledged_at is not None:
        raise IsAcknowledged(_("This report was acknowledged before."))
    report.acknowledged_at, report.acknowledged_by = clock.now(), actor.party
    report.reason = reason.strip()[:1000]
    report.save(update_fields=["acknowledged_at", "acknowledged_by", "reason"])
    return report
