"""What the agency has promised: by which day it answers, what follows if it does not, why the day may have moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from panjereh.cases import rests, terms
from panjereh.cases.models import Case, Deadline, Rest
from panjereh.definitions import Service
from panjereh.kernel import clock


@dataclass(frozen=True)
class Promise:
    """The term in which the agency must decide.

    day: its last day, as things stand; silence: approve, refuse or escalate; passed: whether that has followed;
    waits_for: what it rests for now; rested: (working) days that it rested before; extended: why it was doubled
    """

    day: date
    silence: str
    law: str | None
    passed: bool
    waits_for: list[Rest]
    rested: int
    extended: str


def promise_of(case: Case, service: Service, deadlines: Sequence[Deadline]) -> Promise | None:
    """None where the service names no term, and once the agency has decided itself."""
    term = service.deadlines.get("decide")
    made = [one for one in deadlines if one.kind == Deadline.Kind.DECIDE]
    if term is None or not made or (made[-1].ended_at is not None and not by_law(case)):
        return None
    deadline = made[-1]
    return Promise(
        day=deadline.due_at.astimezone(clock.home_zone()).date(),
        silence=term.silence,
        law=term.law,
        passed=terms.has_passed(deadline),
        waits_for=rests.now(case) if deadline.rests_since is not None else [],
        rested=deadline.rested_days,
        extended=deadline.extension_reason,
    )


def by_law(case: Case) -> bool:
    """Whether the law decided, because the agency did not."""
    return bool(case.facts.get("by_silence"))
