"""What a newer version of a service changes for somebody who has already checked their answers by the older one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from panjereh.cases.asking import asking_for
from panjereh.cases.models import Draft
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Condition, Row, Service
from panjereh.kernel.money import Money


@dataclass(frozen=True)
class Changes:
    """Labels of answers that are asked in other words, or no more; conditions that are new or read differently;
    the fee before and now, where it differs."""

    answers: Sequence[str]
    conditions: Sequence[Condition]
    fee: tuple[Money, Money] | None


def since(version: UUID, draft: Draft, newer: Service, now: dict[str, Any], language: str) -> Changes | None:
    """What is other than in that version of the same service; None when it is no version of it.

    now: the draft's answers as the newer version takes them
    """
    older = catalogue.version(version).service
    if older.id != newer.id:
        return None
    facts, ask = draft.facts, asking_for(language)
    before = older.fit(draft.answers).kept
    old = {row.path: row for row in older.rows(before, facts, ask)}
    new = {row.path: row for row in newer.rows(now, facts, ask)}
    both = [new.get(path) or old[path] for path in dict.fromkeys((*old, *new))]
    other = [row.label for row in both if not _same(old.get(row.path), new.get(row.path))]
    cost = tuple(
        service.fee_for(service.context(answers, facts)).money for service, answers in ((older, before), (newer, now))
    )
    return Changes(
        answers=list(dict.fromkeys(other)),
        conditions=[one for one in newer.conditions.values() if older.conditions.get(one.id) != one],
        fee=None if cost[0] == cost[1] else (cost[0], cost[1]),
    )


def _same(old: Row | None, new: Row | None) -> bool:
    return old is not None and new is not None and (old.label, old.shown) == (new.label, new.shown)
