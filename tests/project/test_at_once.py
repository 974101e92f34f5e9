"""Two do the same at once, or a process dies halfway: real processes on one database file, or on PostgreSQL."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from django.db import connection
from tests.project.processes import SETUP, House

PREPARE = SETUP + dedent("""
    call_command("migrate", verbosity=0)
    town.publish()
    account = town.person("nilufar@example.org", "x")
    mine = actor("nilufar@example.org")
    sent = town.complaint(mine)
    outbox.run_until_idle(HANDLERS)
    official = town.official("officer", "registrar")
    task = Task.objects.get(case=sent.case, done_at=None)
    cases.take(task.pk, actor=town.actor_of(official, as_official=True), reason="x")
    print(json.dumps({
        "draft": str(town.complaint(mine, send=False).pk), "task": str(task.pk), "official": official.email,
        "case": sent.case.number,
    }))
""")
SUBMIT = SETUP + 'attempt(lambda: cases.submit(UUID(sys.argv[1]), actor=actor("nilufar@example.org")).number)'
DECIDE = SETUP + dedent("""
    attempt(lambda: cases.decide(UUID(sys.argv[1]), actor=actor(sys.argv[2], as_official=True), outcome=sys.argv[3],
        conditions=["clear"], reason="x").number)
""")
COUNT = SETUP + dedent("""
    case = Case.objects.get(number=sys.argv[1])
    told = Message.objects.filter(case=case.number).values_list("key", flat=True)
    print(json.dumps({
        "cases": Case.objects.count(), "decisions": Decision.objects.filter(case=case).count(),
        "decided": Event.objects.filter(case=case, kind="decided").count(), "notices": len(told),
        "closed": Event.objects.filter(case=case, kind="closed").count(), "state": case.state,
    }))
""")
# Has carried the effect out, and is killed before its transaction ends.
VICTIM = SETUP + dedent("""
    def half(payload, context):
        effects.step(payload, context)
        print("in the middle", flush=True)
        sys.stdin.read()
    outbox.run_due({**HANDLERS, "cases.step": half}, worker="victim")
""")
HEIR = SETUP + dedent("""
    with clock.at(clock.now() + 2 * outbox.LEASE):
        outbox.run_until_idle(HANDLERS)
""")
# Has committed, and is killed before anybody hears of it.
SENDER = SETUP + dedent("""
    print(cases.submit(UUID(sys.argv[1]), actor=actor("nilufar@example.org")).number, flush=True)
    os.kill(os.getpid(), 9)
""")


def count(house: House, number: str) -> dict[str, object]:
    counted: dict[str, object] = json.loads(house.run(COUNT, number))
    return counted


@pytest.fixture
def house(tmp_path: Path, transactional_db: None) -> Iterator[House]:
    if connection.vendor == "sqlite":
        yield House(tmp_path, "", PREPARE)
        return
    held = connection.settings_dict
    who = f"{held['USER']}:{held['PASSWORD']}"
    if held["HOST"].startswith("/"):  # the folder of a socket has no place in the middle of an address
        yield House(tmp_path, f"postgresql://{who}@/{held['NAME']}?host={held['HOST']}", PREPARE)
        return
    where = f"{held['HOST']}:{held['PORT']}" if held["PORT"] else held["HOST"]
    yield House(tmp_path, f"postgresql://{who}@{where}/{held['NAME']}", PREPARE)


def test_one_draft_sent_twice_at_once_is_one_case_and_both_learn_its_number(house):
    said = house.at_once(*[(SUBMIT, house.told["draft"])] * 3)

    assert len(set(said)) == 1
    assert said[0].startswith("ok ")
    assert count(house, said[0].removeprefix("ok "))["cases"] == 2


def test_one_task_decided_twice_at_once_is_decided_once_and_the_other_reads_why_not(house):
    task, official = house.told["task"], house.told["official"]

    said = house.at_once((DECIDE, task, official, "approve"), (DECIDE, task, official, "refuse"))

    assert sorted(word.split()[0] for word in said) == ["not_now", "ok"]
    counted = count(house, house.told["case"])
    assert (counted["decisions"], counted["decided"]) == (1, 1)


def test_an_effect_whose_worker_was_killed_before_it_ended_happens_once(house):
    house.at_once((DECIDE, house.told["task"], house.told["official"], "approve"))
    before = count(house, house.told["case"])
    with house.begin(VICTIM) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == "in the middle\n"
        os.kill(victim.pid, signal.SIGKILL)

    assert count(house, house.told["case"]) == before
    house.run(HEIR)
    after = count(house, house.told["case"])
    assert (after["closed"], after["state"]) == (1, "closed")
    assert after["notices"] == int(str(before["notices"])) + 1
    house.run(HEIR)
    assert count(house, house.told["case"]) == after


def test_what_was_sent_is_there_when_the_process_dies_before_it_can_say_so(house):
    with house.begin(SENDER, house.told["draft"]) as sender:
        said = sender.communicate(timeout=60)[0].strip()

    assert sender.returncode == -signal.SIGKILL
    assert count(house, said)["cases"] == 2
    assert house.at_once((SUBMIT, house.told["draft"])) == [f"ok {said}"]
