"""What waits, what failed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from panjereh.kernel import clock
from panjereh.outbox.models import Effect


@dataclass(frozen=True, slots=True)
class Backlog:
    """due: should have run by now; later: clocks; dead: given up; oldest: since when the longest due one waits"""

    due: int
    later: int
    dead: int
    oldest: datetime | None


def backlog() -> Backlog:
    now = clock.now()
    due = Q(state=Effect.State.OPEN, run_at__lte=now)
    counts = Effect.objects.filter(state__in=[Effect.State.OPEN, Effect.State.DEAD]).aggregate(
        due=Count("pk", filter=due),
        later=Count("pk", filter=Q(state=Effect.State.OPEN, run_at__gt=now)),
        dead=Count("pk", filter=Q(state=Effect.State.DEAD)),
        oldest=Min("run_at", filter=due),
    )
    return Backlog(**counts)


def dead() -> list[Effect]:
    """Effects that were given up, the longest dead first."""
    return list(Effect.objects.filter(state=Effect.State.DEAD).order_by("closed_at", "id"))


def is_open(key: str) -> bool:
    return Effect.objects.filter(key=key, state=Effect.State.OPEN).exists()


def due_at(key: str) -> datetime | None:
    """When an open effect falls due; None if it is not open."""
    return Effect.objects.filter(key=key, state=Effect.State.OPEN).values_list("run_at", flat=True).first()
