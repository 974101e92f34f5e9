"""What the access log says about one person: who read what and why, what was asked about it, and what is hidden."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from panjereh.audit import disclosure
from panjereh.audit import operations as audit
from panjereh.audit import queries as log
from panjereh.audit.disclosure import Hidden
from panjereh.audit.models import AccessLog
from panjereh.cases import queries as cases
from panjereh.cases.queries import Enquiry
from panjereh.catalogue import queries as catalogue
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound

PAGE = 100
MOST_TAKEN_AWAY = 50_000
LOG = "access-log"
NO_CASE = ""


@dataclass
class Line:
    """One reading as it is told: `times` it was done alike that day, last at `row.at`.

    own_case: whether the case in which it happened is the person's, so that they may see its number
    """

    row: AccessLog
    own_case: bool
    times: int = 1
    enquiry: Enquiry | None = None


@dataclass
class CaseLines:
    """What was read in one case on one day, or outside of any (`number` empty)."""

    number: str
    lines: list[Line] = field(default_factory=list)


@dataclass
class Day:
    day: date
    cases: list[CaseLines] = field(default_factory=list)


@dataclass(frozen=True)
class Readings:
    """A page of them, the newest first."""

    days: list[Day]
    page: int
    pages: int
    total: int
    agencies: list[str]
    hidden: list[Hidden]

    @property
    def hidden_count(self) -> int:
        return sum(len(each.commitments) for each in self.hidden)


def subjects_of(party_id: UUID) -> list[str]:
    """The names under which logs and certificates speak of a person."""
    party = identity.present(party_id)
    subjects = [f"party:{number}" for number in sorted(identity.numbers_of(party.pk))]
    return [*subjects, party.subject] if party.entity else subjects


def of_person(actor: Actor, *, agency: str = "", page: int = 1) -> Readings:
    """Who looked at the data of the person who asks. Their own looks are left out."""
    return _page(_own_number(actor), agency, page)


def for_visitor(actor: Actor, party_id: UUID) -> Readings:
    """The same for somebody at the desk who wants it on paper. That an official saw it is a reading, too."""
    _with_the_visitor(actor, party_id)
    return _page(party_id, "", 1)


def line(actor: Actor, access_id: UUID) -> Line:
    """One reading of the person's data. Raises NotFound, also for what is not disclosed yet or not about them."""
    row = _one(_own_number(actor), access_id)
    return _lines(_own_number(actor), [row])[0]


def taken_away(actor: Actor) -> Iterator[AccessLog]:
    """All readings, for a file that the person keeps; their own too."""
    subjects = subjects_of(_own_number(actor))
    yield from log.all_accesses_of(subjects)[:MOST_TAKEN_AWAY].iterator(chunk_size=500)


def hidden_from(actor: Actor) -> list[Hidden]:
    return disclosure.hidden_from(subjects_of(_own_number(actor)))


def as_json(row: AccessLog) -> dict[str, Any]:
    """A reading with all that its commitment covers. What was hidden once comes with salt and commitment."""
    said = disclosure.statement(row)
    if row.disclosure == disclosure.When.NOW:
        return said
    return {**said, "salt": disclosure.salt_of(row).hex(), "commitment": disclosure.commitment(row)}


def _own_number(actor: Actor) -> UUID:
    """Of the person, or of whom they act for: a child sees through its parents."""
    if actor.applicant is None or actor.is_official:
        raise NotFound(_("Sign in as yourself to see who looked at your data."))
    return actor.applicant


def _with_the_visitor(actor: Actor, party_id: UUID) -> None:
    policy.require(actor, "access.print", policy.Target(parties=identity.all_numbers_of([party_id])))
    audit.record_access(
        actor=actor, subject=f"party:{party_id}", source=LOG, fields=["readings"], purpose="help-at-the-desk"
    )


def _one(party_id: UUID, access_id: UUID) -> AccessLog:
    found = log.access(access_id)
    if found is None or found.subject not in subjects_of(party_id):
        raise NotFound(_("There is no such line among yours."))
    return found


def _rows(party_id: UUID) -> QuerySet[AccessLog]:
    own = Q(actor__in=identity.numbers_of(party_id), agency="")
    return log.all_accesses_of(subjects_of(party_id)).exclude(own)


def _page(party_id: UUID, agency: str, page: int) -> Readings:
    rows = _rows(party_id)
    agencies = sorted(set(rows.order_by().values_list("agency", flat=True).distinct()) - {""})
    wanted = rows.filter(agency=agency) if agency else rows
    total = wanted.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    shown = list(wanted[(page - 1) * PAGE : page * PAGE])
    return Readings(
        days=_by_day(_lines(party_id, shown)),
        page=page,
        pages=pages,
        total=total,
        agencies=agencies,
        hidden=disclosure.hidden_from(subjects_of(party_id)),
    )


def _lines(party_id: UUID, rows: Sequence[AccessLog]) -> list[Line]:
    own = cases.own_among(party_id, {row.case for row in rows if row.case})
    asked = _enquiries(party_id)
    return [Line(row, row.case in own, enquiry=asked.get(str(row.pk))) for row in rows]


def _enquiries(party_id: UUID) -> dict[str, Enquiry]:
    wanted = catalogue.country().file.access_questions
    return cases.enquiries_of(party_id, wanted.service, wanted.line) if wanted else {}


def _by_day(lines: Iterable[Line]) -> list[Day]:
    """The newest day first, within it by case; what was done alike stands once."""
    days: list[Day] = []
    for each in lines:
        day = _day(each.row.at)
        if not days or days[-1].day != day:
            days.append(Day(day))
        _put(days[-1], each)
    return days


def _put(day: Day, line: Line) -> None:
    number = line.row.case if line.own_case else NO_CASE
    group = next((each for each in day.cases if each.number == number), None)
    if group is None:
        group = CaseLines(number)
        day.cases.append(group)
    alike = next((each for each in group.lines if _alike(each, line)), None)
    if alike is None:
        group.lines.append(line)
    else:
        alike.times += 1


def _alike(one: Line, other: Line) -> bool:
    """Lines that somebody asked about stand by themselves."""
    return one.enquiry is None and other.enquiry is None and _telling(one.row) == _telling(other.row)


def _telling(row: AccessLog) -> tuple[Any, ...]:
    return (row.actor, row.agency, row.role, row.source, tuple(row.fields), row.purpose, row.law, row.case)


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.home_zone()).date()
