"""Scopes within scopes: instances, calls, transactions, what undoes what, and which handler is the nearest."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from tests.process.drawing import Run, event, model, scope, timer

from panjereh import process, rules
from panjereh.process import NotWaiting
from panjereh.process.values import pack, unpack

S, E = " start:s ", " end:e "
PEOPLE = {"people": ["x", "y", "z"]}
EACH = '<multiInstanceLoopCharacteristics pj:items="people" pj:item="one" {}>{}</multiInstanceLoopCharacteristics>'
ERROR = '<errorEventDefinition errorRef="e_gone"/>'
UP = '<escalationEventDefinition escalationRef="x_up"/>'
UNDO, CANCEL = "<compensateEventDefinition/>", "<cancelEventDefinition/>"
WATCH = 'triggeredByEvent="true"'


def ends(id_: str, what: str) -> str:
    return f'<endEvent id="{id_}">{what}</endEvent>'


def undoable(id_: str) -> str:
    """A user task, and the one that undoes it."""
    drawn = f' user:{id_} <userTask id="un{id_}" isForCompensation="true"/>' + event(f"c{id_}", UNDO, id_)
    return drawn + f'<association id="as{id_}" sourceRef="c{id_}" targetRef="un{id_}"/>'


def test_each_instance_tells_its_number_and_item():
    run = Run(model(S + f'<userTask id="a">{EACH.format("", "")}</userTask>' + E, "s > a\na > e"), **PEOPLE)

    tasks = run.steps[0].tasks_opened

    assert [(task.number, task.item) for task in tasks] == [(1, "x"), (2, "y"), (3, "z")]
    assert process.instance(run.model, run.marking, tasks[2].token) == (3, "z")


def test_the_token_of_a_loop_itself_can_not_be_completed():
    run = Run(model(S + f'<userTask id="a">{EACH.format("", "")}</userTask>' + E, "s > a\na > e"), **PEOPLE)

    with pytest.raises(NotWaiting):
        process.complete(run.model, run.marking, "1", run.data)


def test_what_instances_find_is_gathered_in_the_order_of_the_items():
    gather = 'pj:gather="votes" pj:gathered="vote"'
    elements = S + f'<userTask id="a">{EACH.format(gather, "")}</userTask> user:b ' + E
    run = Run(model(elements, "s > a\na > b\nb > e"), **PEOPLE)
    tokens = [task.token for task in run.steps[0].tasks_opened]

    for token, vote in ((tokens[2], "no"), (tokens[0], "yes"), (tokens[1], "yes")):
        run.keep(process.complete(run.model, run.marking, token, run.data, result={"vote": vote}))

    assert run.steps[-1].data == {"votes": ["yes", "yes", "no"]}


def test_no_items_mean_no_instances():
    run = Run(model(S + f'<userTask id="a">{EACH.format("", "")}</userTask>' + E, "s > a\na > e"), people=[])

    assert run.marking["ended"]


def test_a_clock_on_the_boundary_of_many_instances_ends_them_all():
    elements = S + f'<userTask id="a">{EACH.format("", "")}</userTask> user:b ' + timer("t", "a") + E
    run = Run(model(elements, "s > a\na > e\nt > b\nb > e"), **PEOPLE)

    step = run.fire("t")

    assert run.at == ["b"]
    assert len(step.tasks_cancelled) == 3


def test_an_error_in_one_instance_ends_the_others_and_a_termination_does_not():
    inside = "start:ss user:a exclusive:g(sub_f2) " + ends("bad", ERROR) + ends("stop", "<terminateEventDefinition/>")
    flows = 'ss > a\na > g\ng > stop\ng > bad: outcomes.a = "bad"'
    elements = S + scope("sub", EACH.format("", "") + inside, flows) + event("x", ERROR, "sub") + " user:b " + E
    run = Run(model(elements, "s > sub\nsub > e\nx > b\nb > e"), **PEOPLE)

    run.complete("a", "fine")
    assert run.at.count("a") == 2
    run.complete("a", "bad")

    assert run.at == ["b"]


def test_what_completed_last_is_undone_first_also_inside_a_sub_process():
    inner = scope("sub", "start:ss " + undoable("b") + " end:se", "ss > b\nb > se")
    elements = S + undoable("a") + inner + ends("e", UNDO)
    run = Run(model(elements, "s > a\na > sub\nsub > e"))
    run.complete("a")
    run.complete("b")

    assert run.at == ["e", "unb"]
    run.complete("unb")
    assert run.at == ["e", "una"]
    assert run.complete("una").ended


def test_a_step_that_was_done_twice_is_undone_twice():
    elements = S + undoable("a") + " exclusive:g(f2) " + ends("e", UNDO)
    run = Run(model(elements, 's > a\na > g\ng > e\ng > a: outcomes.a = "again"'))
    run.complete("a", "again")
    run.complete("a")

    run.complete("una")
    assert run.at == ["e", "una"]
    assert run.complete("una").ended


def test_what_has_not_completed_is_not_undone():
    elements = S + " parallel:g " + undoable("a") + undoable("b") + " parallel:j " + ends("x", UNDO) + E
    run = Run(model(elements, "s > g\ng > a\ng > b\na > x\nb > e\ng > j\nj > e"))

    run.complete("a")

    assert run.at == ["b", "una", "x"]


def test_a_cancelled_transaction_is_undone_before_its_way_out():
    inside = "start:ss parallel:g " + undoable("a") + " user:b user:c " + ends("stop", CANCEL) + " end:se "
    flows = "ss > g\ng > a\ng > b\na > c\nc > stop\nb > se"
    elements = S + scope("sub", inside, flows, tag="transaction") + event("x", CANCEL, "sub") + " user:d " + E
    run = Run(model(elements, "s > sub\nsub > e\nx > d\nd > e"))
    run.complete("a")

    step = run.complete("c")

    assert len(step.tasks_cancelled) == 1  # b
    assert run.at == ["stop", "sub", "una"]
    run.complete("una")
    assert run.at == ["d"]


def test_compensation_that_is_not_waited_for_runs_beside():
    throw = (
        '<intermediateThrowEvent id="t"><compensateEventDefinition waitForCompletion="false"/></intermediateThrowEvent>'
    )
    run = Run(model(S + undoable("a") + throw + " user:b " + E, "s > a\na > t\nt > b\nb > e"))

    run.complete("a")
    assert run.at == ["b", "t", "una"]
    run.complete("b")

    assert run.complete("una").ended


def test_the_nearest_handler_takes_an_error_and_what_it_throws_goes_further_out():
    handler = scope(
        "h", f'<startEvent id="hs">{ERROR}</startEvent> user:w {ends("he", ERROR)}', "hs > w\nw > he", attributes=WATCH
    )
    inside = "start:ss user:a " + ends("se", ERROR) + handler
    elements = S + scope("sub", inside, "ss > a\na > se") + event("x", ERROR, "sub") + " user:b " + E
    run = Run(model(elements, "s > sub\nsub > e\nx > b\nb > e"))

    run.complete("a")
    assert run.at == ["h", "sub", "w"]
    run.complete("w")

    assert run.at == ["b"]


def test_an_escalation_that_nobody_takes_changes_nothing():
    run = Run(model(S + " user:a " + ends("e", UP), "s > a\na > e"))

    assert run.complete("a").outcome == "e"


CALLED = """<process id="other"> start:os user:look exclusive:og(o3) end:oe <endEvent id="bad" pj:outcome="bad"/>
<sequenceFlow id="o1" sourceRef="os" targetRef="look"/><sequenceFlow id="o2" sourceRef="look" targetRef="og"/>
<sequenceFlow id="o3" sourceRef="og" targetRef="oe"/><sequenceFlow id="o4" sourceRef="og" targetRef="bad">
<conditionExpression>outcomes.look = "bad"</conditionExpression></sequenceFlow></process>"""


def test_a_called_process_knows_its_steps_by_their_own_names_and_gives_its_outcome_back():
    elements = S + '<callActivity id="call" calledElement="other" pj:result="verdict"/> exclusive:g(f3) user:b ' + E
    run = Run(model(elements, 's > call\ncall > g\ng > b: verdict = "bad"\ng > e\nb > e', CALLED))

    run.complete("call/look", "bad")

    assert run.at == ["b"]


def test_the_same_process_can_be_called_in_two_places():
    calls = '<callActivity id="c1" calledElement="other"/><callActivity id="c2" calledElement="other"/>'
    run = Run(model(S + calls + E, "s > c1\nc1 > c2\nc2 > e", CALLED))

    run.complete("c1/look", "bad")
    assert run.at == ["c2", "c2/look"]

    assert run.complete("c2/look", "fine").outcome == "e"


def test_a_variable_of_a_sub_process_vanishes_with_it():
    script = '<scriptTask id="x" pj:result="{}"><script>7</script></scriptTask>'
    inside = '<dataObject id="d" name="own"/> start:ss ' + script.format("own") + " user:a end:se"
    elements = S + scope("sub", inside, "ss > x\nx > a\na > se") + " exclusive:g(f2) user:b " + E
    run = Run(model(elements, "s > sub\nsub > g\ng > e\ng > b: own = 7\nb > e"))
    assert run.marking["data"] == {"1": {"own": {"number": "7"}}}

    assert run.complete("a").ended


def test_an_inclusive_join_does_not_wait_for_what_can_not_come_any_more():
    elements = S + " inclusive:g user:a user:b exclusive:x(f6) user:c inclusive:j user:d " + E
    flows = "s > g\ng > a: n > 1\ng > b: n > 2\na > j\nb > x\nx > c: n > 99\nx > e\nc > j\nj > d\nd > e"
    run = Run(model(elements, flows), n=Decimal(5))
    run.complete("a")
    assert run.at == ["b"]

    run.complete("b")

    assert run.at == ["d"]


def test_a_message_can_be_addressed_to_one_of_many():
    elements = S + f'<receiveTask id="r" messageRef="m_paid">{EACH.format("", "")}</receiveTask>' + E
    run = Run(model(elements, "s > r\nr > e"), **PEOPLE)
    second = next(token for token in run.marking["tokens"] if process.instance(run.model, run.marking, token)[1] == "y")

    run.keep(process.deliver(run.model, run.marking, "paid", run.data, token=second))

    assert second not in run.marking["tokens"]
    assert run.at == ["r", "r", "r"]  # the loop and two that still wait


def test_what_interrupts_the_process_ends_everything_and_stops_listening():
    drawn = scope(
        "h",
        '<startEvent id="hs"><messageEventDefinition messageRef="m_paid"/></startEvent> user:w end:he',
        "hs > w\nw > he",
        attributes=WATCH,
    )
    run = Run(model(S + " user:a " + drawn + E, "s > a\na > e"))

    step = run.deliver("paid")

    assert step.tasks_cancelled == ["1"]
    assert process.awaits(run.model, run.marking) == frozenset()
    assert run.complete("w").outcome == "he"


def test_a_marking_forgets_what_belonged_to_what_has_ended():
    run = Run(
        model(S + f'<userTask id="a">{EACH.format("", "")}</userTask>' + " user:b " + E, "s > a\na > b\nb > e"),
        **PEOPLE,
    )
    assert set(run.marking) - {"tokens", "joins", "clocks", "done", "last", "outcome", "ended"} == {"data", "loops"}

    for _ in range(3):
        run.complete("a")

    assert set(run.marking) == {"tokens", "joins", "clocks", "done", "last", "outcome", "ended"}


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "text",
        Decimal("1.10"),
        date(2027, 3, 21),
        datetime(2027, 3, 21, 10, 30, tzinfo=timezone(timedelta(hours=3, minutes=30))),
        time(10, 30),
        timedelta(days=2, seconds=5),
        rules.evaluate('duration("P1Y2M")', {}),
        [Decimal(1), {"a": [None, "b"]}],
    ],
)  # fmt: skip
def test_values_come_back_from_json_as_they_were(value):
    assert unpack(pack(value)) == value
