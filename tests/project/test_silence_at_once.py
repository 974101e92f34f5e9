"""An official decides in the moment in which the law does: exactly one of them counts, whoever comes first.

Both are real processes with a clock of their own: the official's shows the last moment of the term, or one after it,
the worker's always the first second of the next day.
"""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from tests.project.processes import SETUP, House

from panjereh.config.cli import throwaway_postgresql

pytestmark = pytest.mark.long

PREPARE = SETUP + dedent("""
    from datetime import datetime, timedelta
    from panjereh.cases.models import Deadline
    from panjereh.definitions.types import Form
    MORNING = datetime(2026, 11, 23, 14, tzinfo=clock.home_zone())
    call_command("migrate", verbosity=0)
    town.publish()
    official = town.official("officer", "registrar", agency="municipality")
    seller = town.actor_of(town.person("laleh@example.org", "x"))
    day = {"opens_on.day": "21", "opens_on.month": "12", "opens_on.year": "2026"}
    boxes = {"goods": "Books", "square": "Ferdowsi", **day}
    def send():
        draft = cases.start_draft("stall-permit", actor=seller)
        for path in ("goods", "square", "opens_on"):
            form = Form({name: [text] for name, text in boxes.items() if name.startswith(path)})
            assert cases.answer(draft.pk, actor=seller, path=path, form=form, language="en").ok, path
        return cases.submit(draft.pk, actor=seller)
    with clock.at(MORNING):
        sent = [send() for _ in range(4)]
        tasks = [Task.objects.get(case=case, done_at=None) for case in sent]
        for task in tasks:
            cases.take(task.pk, actor=town.actor_of(official, as_official=True), reason="x")
        outbox.run_until_idle(HANDLERS)
    due = Deadline.objects.filter(case__in=sent, kind="decide")[0].due_at
    print(json.dumps({
        "official": official.email, "cases": [case.number for case in sent], "tasks": [str(task.pk) for task in tasks],
        "pks": [str(case.pk) for case in sent],
        "in_time": due.isoformat(), "too_late": (due + timedelta(microseconds=1)).isoformat(),
        "midnight": (due + timedelta(seconds=1)).isoformat(),
    }))
""")
ACT = SETUP + dedent("""
    from datetime import datetime
    def pause():
        print("in the middle", flush=True)
        sys.stdin.readline()
    def at_that_moment(do):
        def act():
            with clock.at(datetime.fromisoformat(sys.argv[1])):
                return do()
        attempt(act)
""")
REFUSE = ACT + dedent("""
    @at_that_moment
    @transaction.atomic
    def refuse():
        who = actor(sys.argv[2], as_official=True)
        case = cases.decide(UUID(sys.argv[3]), actor=who, outcome="refuse", conditions=["free_way"], reason="Narrow.")
        sys.argv[4:] and pause()
        return case.number
""")
STRIKE = ACT + dedent("""
    def strike(payload, context):
        HANDLERS["cases.clock"](payload, context)
        payload["case"] in sys.argv[2:] and pause()
    at_that_moment(lambda: outbox.run_due({**HANDLERS, "cases.clock": strike}, worker="w"))
""")
COUNT = SETUP + dedent("""
    from datetime import datetime, timedelta
    from panjereh.cases.models import Deadline
    from panjereh.config import verification
    from panjereh.documents.models import Certificate
    with clock.at(datetime.fromisoformat(sys.argv[1]) + 2 * outbox.LEASE):
        outbox.run_until_idle(HANDLERS)
    def seen(case):
        kinds = list(case.events.values_list("kind", flat=True))
        told = [message.key.split(":")[2] for message in Message.objects.filter(case=case.number)]
        return {
            "decisions": [[one.outcome, one.by_id is not None] for one in case.decisions.all()],
            "outcome": case.outcome,
            "decided": [kind for kind in kinds if kind.startswith("decided")], "closed": kinds.count("closed"),
            "told": sorted(told), "missed": Deadline.objects.get(case=case, kind="decide").missed,
            "certificates": Certificate.objects.filter(case_number=case.number).count(),
        }
    print(json.dumps({
        "cases": {case.number: seen(case) for case in Case.objects.all()},
        "faults": [fault for _name, faults in verification.all_checks() for fault in faults],
    }))
""")
BY_LAW = {
    "decisions": [["approve", False]],
    "outcome": "approved",
    "decided": ["decided_by_law"],
    "closed": 1,
    "told": ["approved", "silence", "submitted"],
    "missed": True,
    "certificates": 1,
}
BY_OFFICIAL = {
    "decisions": [["refuse", True]],
    "outcome": "",  # it waits for an objection
    "decided": ["decided"],
    "closed": 0,
    "told": ["refused", "submitted"],
    "missed": False,
    "certificates": 0,
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    with throwaway_postgresql.server() if request.param == "postgresql" else nullcontext("") as address:
        yield House(tmp_path, address, PREPARE)


def refuse(house: House, place: int, moment: str, *middle: str) -> tuple[str, ...]:
    return (REFUSE, house.told[moment], house.told["official"], house.told["tasks"][place], *middle)


def strike(house: House, *middle: str) -> tuple[str, ...]:
    return (STRIKE, house.told["midnight"], *middle)


def what_became_of_them(house: House) -> list[dict[str, Any]]:
    """How each case stands when the workers have done the rest; nothing is found to be unsound."""
    counted = json.loads(house.run(COUNT, house.told["midnight"]))
    assert counted["faults"] == []
    return [counted["cases"][number] for number in house.told["cases"]]


def test_who_decided_in_time_has_decided_though_the_clock_strikes_before_it_is_written(house):
    said, _ = house.one_within_the_other(refuse(house, 0, "in_time", "pause"), strike(house))

    assert said == f"ok {house.told['cases'][0]}"
    assert what_became_of_them(house) == [BY_OFFICIAL, BY_LAW, BY_LAW, BY_LAW]


def test_while_the_law_decides_no_official_decides_otherwise(house):
    _, said = house.one_within_the_other(strike(house, house.told["pks"][0]), refuse(house, 0, "in_time"))

    assert said == "not_now"
    assert what_became_of_them(house) == [BY_LAW] * 4


def test_who_comes_after_the_last_moment_is_too_late_whether_or_not_a_worker_was_there_before(house):
    *said, _ = house.at_once(*(refuse(house, place, "too_late") for place in range(4)), strike(house))

    assert said == ["not_now"] * 4
    assert what_became_of_them(house) == [BY_LAW] * 4


def test_of_an_official_and_the_law_at_once_exactly_one_counts(house):
    *said, _ = house.at_once(*(refuse(house, place, "in_time") for place in range(4)), strike(house))

    counted = [BY_OFFICIAL if word.startswith("ok ") else BY_LAW for word in said]
    assert {word.split()[0] for word in said} <= {"ok", "not_now"}
    assert what_became_of_them(house) == counted
