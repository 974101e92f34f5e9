"""What the agency has promised: by which day it answers, what follows if it does not, why the day may have moved."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date

from panjereh.cases import rests, terms
from panjereh.cases.models import Case, Deadline, Rest
from panjereh.definitions import Service
from panjereh.kernel import clock


@dataclass(frozen=True)
class Promise:
    """The term in which the agency must decide.

    day: its last day, as things stand; silence: approve, refuse or escalate; passed: whether that has followed;
    waits_for: what it rests for now; rested: (working) days that it rested before; is_extended: whether it was
    doubled; extended: why, in an official’s words
    """

    day: date
    silence: str
    law: str | None
    passed: bool
    waits_for: list[Rest]
    rested: int
    is_extended: bool
    extended: str

    def without_words(self) -> "Promise":
        """The same without what officials wrote, for it may name people: kinds, agencies and days."""
        return replace(self, waits_for=[_without_reason(rest) for rest in self.waits_for], extended="")


def _without_reason(rest: Rest) -> Rest:
    told = copy(rest)
    told.reason = ""
    return told


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
        is_extended=deadline.extended_at is not None,
        extended=deadline.extension_reason,
    )


def by_law(case: Case) -> bool:
    """Whether the law decided, because the agency did not."""
    return bool(case.facts.get("by_silence"))
