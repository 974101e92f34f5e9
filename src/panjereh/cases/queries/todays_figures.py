"""Figures of an agency for today, from rows as they stand now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from panjereh.cases.access import service_of
from panjereh.cases.models import Case, Deadline
from panjereh.definitions import Text
from panjereh.identity import policy
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor


@dataclass(frozen=True)
class Figures:
    """What happened today and how things stand in the actor's agency."""

    day: date
    received: int
    decided: int
    approved: int
    refused: int
    late: int
    open: int
    waiting: int
    by_service: list[tuple[Text, int, int]]
    by_channel: list[tuple[str, int]]
    median_days: float | None


def figures(actor: Actor) -> Figures:
    """Counts of the actor's agency for today, from rows as they stand now."""
    policy.require(actor, "figures.see", policy.Target(agency=actor.agency))
    start = clock.now().astimezone(clock.home_zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    cases = Case.objects.filter(agency=actor.agency or "")
    counts = cases.aggregate(
        received=Count("pk", filter=Q(submitted_at__gte=start)),
        decided=Count("pk", filter=Q(decided_at__gte=start)),
        approved=Count("pk", filter=Q(decided_at__gte=start, outcome="approved")),
        refused=Count("pk", filter=Q(decided_at__gte=start, outcome="refused")),
        open=Count("pk", filter=Q(state="open")),
        waiting=Count("pk", filter=Q(state="waiting")),
    )
    late = Deadline.objects.filter(
        case__agency=actor.agency or "", kind="decide", ended_at=None, rests_since=None, due_at__lt=clock.now()
    )
    return Figures(
        day=clock.today(),
        late=late.count(),
        by_service=_by_service(cases, start),
        by_channel=list(cases.filter(submitted_at__gte=start).values_list("channel").annotate(Count("pk")).order_by()),
        median_days=_median_days(cases),
        **counts,
    )


def _by_service(cases: QuerySet[Case], start: datetime) -> list[tuple[Text, int, int]]:
    rows = (
        cases.order_by()
        .values_list("service", "version")
        .annotate(open=Count("pk", filter=~Q(state="closed")), received=Count("pk", filter=Q(submitted_at__gte=start)))
    )
    together: dict[str, tuple[Text, int, int]] = {}
    for service, version, open_, received in rows:
        title, before, more = together.get(service, (Text({"en": service}), 0, 0))
        title = service_of(Case(service=service, version_id=version)).title
        together[service] = (title, before + open_, more + received)
    return list(together.values())


def _median_days(cases: QuerySet[Case]) -> float | None:
    """Median of the days from submission to decision over the last month."""
    month = cases.filter(decided_at__gte=clock.now() - timedelta(days=30))
    took = sorted((d - s).total_seconds() for s, d in month.values_list("submitted_at", "decided_at")[:5000] if d)
    return round(took[len(took) // 2] / 86400, 1) if took else None
