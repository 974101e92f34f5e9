"""When a person sees that their data was read: at once, or later if a law says so. What is hidden can be counted.

A hidden reading stands on the person's page as a commitment (SHA-256 over the salted row). When it is disclosed, the
row and its salt are shown with it, so that anybody can compute the commitment again and see that nothing was changed.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from panjereh.audit import chain
from panjereh.audit.models import AccessLog, Disclosed
from panjereh.kernel import clock
from panjereh.storage import insert

SALT_BYTES = 16
When = AccessLog.When


@dataclass(frozen=True, slots=True)
class Disclosure:
    """When a reading is shown to the person, and the law that puts it off.

    when: `now`; `later`, `after` the reading; `closing`, when the case is closed; `never`
    """

    when: str = "now"
    after: timedelta | None = None
    law: str = ""

    def columns(self, now: datetime, case: str | None) -> dict[str, Any]:
        """As the log stores it. What waits for the end of a case is shown at once where there is no case."""
        if self.when == When.NOW or (self.when == When.CLOSING and not case):
            return _OPEN
        at = now + (self.after or timedelta()) if self.when == When.LATER else None
        return {"disclosure": self.when, "disclose_at": at, "hidden_by": self.law}


AT_ONCE = Disclosure()
_OPEN: dict[str, Any] = {"disclosure": "now", "disclose_at": None, "hidden_by": ""}
_STRICTEST = list(When.values)


def stricter(one: Disclosure, other: Disclosure) -> Disclosure:
    """Of two rules the one that hides longer: a register and a purpose may both have one."""

    def rank(each: Disclosure) -> tuple[int, timedelta]:
        return _STRICTEST.index(each.when), each.after or timedelta()

    return max(one, other, key=rank)


@dataclass(frozen=True, slots=True)
class Hidden:
    """Readings that a person does not see yet: their class, the month (UTC), the law, and a commitment to each."""

    when: str
    month: str
    law: str
    commitments: tuple[str, ...]


def shown() -> Q:
    """What a person may see now."""
    return Q(disclosure=When.NOW) | Q(disclose_at__lte=clock.now()) | Q(disclosed__isnull=False)


def statement(row: AccessLog) -> dict[str, Any]:
    """All that a commitment covers: the row, but for its salt and the official’s name (their number is in it)."""
    return {
        "id": str(row.pk),
        "at": row.at.isoformat(timespec="microseconds"),
        "actor": str(row.actor) if row.actor else None,
        "role": row.role,
        "agency": row.agency,
        "channel": row.channel,
        "subject": row.subject,
        "source": row.source,
        "fields": row.fields,
        "purpose": row.purpose,
        "law": row.law,
        "case": row.case,
        "disclosure": row.disclosure,
        "disclose_at": row.disclose_at.isoformat(timespec="microseconds") if row.disclose_at else None,
        "hidden_by": row.hidden_by,
    }


def salt_of(row: AccessLog) -> bytes:
    """Rows that were written before there were salts have their own random number for one."""
    return bytes(row.salt) if row.salt is not None else row.pk.bytes


def commitment(row: AccessLog) -> str:
    """SHA-256 (hex) that fixes a reading without telling it."""
    return chain.commit(statement(row), salt_of(row))


def hidden_from(subjects: Collection[str]) -> list[Hidden]:
    """What these names of one person may not see yet, by class and month."""
    rows = AccessLog.objects.filter(subject__in=subjects).exclude(shown()).order_by("id")
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        found.setdefault((row.disclosure, f"{row.at:%Y-%m}", row.hidden_by), []).append(commitment(row))
    return [Hidden(when, month, law, tuple(each)) for (when, month, law), each in sorted(found.items())]


def hidden_at(agency: str, since: datetime, until: datetime) -> Counter[tuple[str, str]]:
    """How many readings of an agency's officials are hidden still: (class, law) → number."""
    rows = AccessLog.objects.filter(agency=agency, at__gte=since, at__lt=until).exclude(shown())
    return Counter(rows.values_list("disclosure", "hidden_by"))


def cases_waited_for() -> list[str]:
    """Numbers of the cases whose end discloses something."""
    waiting = _hidden().filter(disclosure=When.CLOSING)
    return list(waiting.order_by("case").values_list("case", flat=True).distinct())


@transaction.atomic
def disclose(*, closed_cases: Iterable[str] = ()) -> dict[str, int]:
    """Show what is due: what was put off until now, and what waited for the end of these cases.

    Returns how many readings became visible, by subject. Doing it twice changes nothing.
    """
    due = _hidden().filter(
        Q(disclosure=When.LATER, disclose_at__lte=clock.now()) | Q(disclosure=When.CLOSING, case__in=list(closed_cases))
    )
    rows: list[tuple[UUID, str]] = list(due.order_by("pk").values_list("pk", "subject")[:1000])
    insert((Disclosed(access_id=pk, at=clock.now()) for pk, _subject in rows), ignore_conflicts=True)
    return dict(Counter(subject for _pk, subject in rows))


def _hidden() -> QuerySet[AccessLog]:
    return AccessLog.objects.exclude(disclosure=When.NOW).filter(disclosed=None)
