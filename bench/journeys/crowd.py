"""A crowd of cases whose term ends in the same moment: one that was sent like any other, and copies of its rows."""

from collections.abc import Iterator
from copy import copy
from datetime import datetime
from itertools import cycle, islice
from typing import Any
from uuid import UUID

ANSWERS: dict[str, dict[str, str]] = {
    "stall-permit": {"goods": "کتاب", "square": "میدان فردوسی", "opens_on": "2026-12-21"},
    "complaint": {"kind": "request", "addressee": "inspectorate", "what": "درِ باجه ظهر بسته بود"},
}
"""What is asked for: silence approves the one, and hands the other to a supervisor."""
AT_ONCE = 1000


def gather(service: str, number: int, due_at: datetime, account: str) -> None:
    """Make so many cases of the service, all open and with a clock that strikes at `due_at`."""
    from django.db import transaction

    original = _sent(service, account)
    copies = _copies(original, number, due_at)
    while batch := list(islice(copies, AT_ONCE)):
        with transaction.atomic():
            for rows in zip(*batch, strict=True):
                type(rows[0]).objects.bulk_create(rows)


def _sent(service: str, account: str) -> Any:
    from panjereh.cases import operations as cases
    from panjereh.identity import queries as identity
    from panjereh.identity.models import Account

    actor = identity.actor_of(Account.objects.select_related("party").get(pk=UUID(account)))
    draft = cases.start_draft(service, actor=actor)
    draft.answers = ANSWERS[service]
    draft.save(update_fields=["answers"])
    return cases.submit(draft.pk, actor=actor)


def _copies(original: Any, number: int, due_at: datetime) -> Iterator[list[Any]]:
    """The rows of each copy, in the order in which they need each other."""
    from panjereh.audit import chain
    from panjereh.cases.models import Case, Deadline, Event, Task
    from panjereh.identity.models import Party
    from panjereh.kernel.ids import new_id, new_tracking_code
    from panjereh.outbox.models import Effect

    deadline, task = Deadline.objects.get(case=original), Task.objects.get(case=original)
    event = Event.objects.get(case=original)
    clock = Effect.objects.get(kind="cases.clock", payload__case=str(original.pk))
    parties = cycle(Party.objects.exclude(national_id=None).order_by("pk").values_list("pk", flat=True)[:2000])
    taken = set(Case.objects.values_list("number", flat=True))
    numbers = iter({new_tracking_code() for _ in range(2 * number)} - taken)  # of so many some come twice
    for _ in range(number):
        case = copy(original)
        case.pk, case.number, case.applicant_id = new_id(), next(numbers), next(parties)
        stated = {**event.public, "case": case.number, "applicant": str(case.applicant_id)}
        case.head = chain.link(chain.GENESIS, stated, event.commitment)
        yield [
            case,
            _like(deadline, case_id=case.pk, pk=None, due_at=due_at),
            _like(task, case_id=case.pk, pk=new_id(), due_at=due_at),
            _like(event, case_id=case.pk, pk=None, public=stated, hash=case.head),
            _like(
                clock,
                pk=None,
                key=clock.key.replace(str(original.pk), str(case.pk)),
                payload={**clock.payload, "case": str(case.pk)},
                run_at=due_at,
            ),
        ]


def _like(row: Any, **changes: Any) -> Any:
    made = copy(row)
    made._state = copy(row._state)
    for name, value in changes.items():
        setattr(made, name, value)
    return made
