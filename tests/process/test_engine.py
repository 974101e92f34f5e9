"""What moves how, element by element."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.process.drawing import Run, message, model, reread, timer

from panjereh import process
from panjereh.process import CannotGoOn, ErrorNotCaught, NotWaiting

START, END = " start:s ", " end:e "


def test_a_user_task_waits_and_tells_who_does_what():
    run = Run(
        model(
            START + '<userTask id="look" name="بررسی" pj:en="Look" pj:who="officer" pj:does="check"'
            ' pj:outcomes="yes no" pj:form="f"/>' + END,
            "s > look\nlook > e",
        )
    )

    (task,) = run.steps[0].tasks_opened
    assert (task.token, task.element, task.who, task.does, task.outcomes, task.form) == (
        "1", "look", "officer", "check", ("yes", "no"), "f",
    )  # fmt: skip
    assert task.name == {"fa": "بررسی", "en": "Look"}
    assert not run.steps[0].ended


def test_the_outcome_is_that_of_the_end_event_that_was_reached():
    run = Run(model(START + ' user:a <endEvent id="e" pj:outcome="approved"/>', "s > a\na > e"))

    step = run.complete("a")

    assert (step.ended, step.outcome) == (True, "approved")
    assert step.marking["tokens"] == {}


def test_completing_twice_is_refused_and_changes_nothing():
    chain = model(START + " user:a user:b " + END, "s > a\na > b\nb > e")
    first = process.start(chain, {})
    second = process.complete(chain, first.marking, "1", {})
    before = reread(second.marking)

    with pytest.raises(NotWaiting):
        process.complete(chain, second.marking, "1", {})

    assert second.marking == reread(before)


def test_a_step_leaves_the_marking_that_it_was_given_as_it_was():
    fork = model(
        START + " parallel:g user:a user:b " + END,
        "s > g\ng > a\ng > b\na > e\nb > e",
    )
    marking = process.start(fork, {}).marking
    before = reread(marking)

    process.complete(fork, marking, "1", {})

    assert marking == before


def test_an_exclusive_gateway_takes_the_first_way_that_holds_else_the_default():
    elements = START + " exclusive:g(f4) user:a user:b user:c " + END
    flows = "s > g\ng > a: n > 10\ng > b: n > 5\na > e\ng > c\nb > e\nc > e"

    ways = [Run(model(elements, flows), n=Decimal(n)).at for n in (11, 6, 5)]

    assert ways == [["a"], ["b"], ["c"]]


def test_where_no_condition_holds_and_no_default_is_drawn_the_step_is_refused():
    chosen = model(START + " exclusive:g user:a " + END, "s > g\ng > a: n > 1\ng > e: n < 1\na > e")

    with pytest.raises(CannotGoOn, match="'g'"):
        process.start(chosen, {"n": None})


def test_a_task_with_several_ways_out_takes_all_that_hold():
    elements = START + " user:t(f3) user:a user:b user:c " + END
    flows = "s > t\nt > a: n > 1\nt > b: n > 2\nt > c\na > e\nb > e\nc > e"

    both, fallback = Run(model(elements, flows), n=Decimal(3)), Run(model(elements, flows), n=Decimal(0))
    both.complete("t")
    fallback.complete("t")

    assert both.at == ["a", "b"]
    assert fallback.at == ["c"]


def test_a_parallel_join_waits_for_every_branch_in_any_order():
    elements = START + " parallel:g user:a user:b parallel:j user:c " + END
    flows = "s > g\ng > a\ng > b\na > j\nb > j\nj > c\nc > e"
    results = []
    for order in ("ab", "ba"):
        run = Run(model(elements, flows))
        run.complete(order[0])
        assert run.at == [order[1]]
        run.complete(order[1])
        results.append(run.at)

    assert results == [["c"], ["c"]]


def test_a_join_that_can_never_be_complete_is_refused_when_it_shows():
    elements = START + " exclusive:g(f1) user:a user:b parallel:j " + END
    run = Run(model(elements, "s > g\ng > a\ng > b: n = 1\na > j\nb > j\nj > e"))

    with pytest.raises(CannotGoOn, match="'j'"):
        run.complete("a")


def test_a_loop_in_which_nothing_waits_is_refused_instead_of_hanging():
    endless = model(
        START + ' exclusive:g(f1) <intermediateThrowEvent id="m"/>' + END,
        "s > g\ng > m\nm > g\ng > e: n = 1",
    )

    with pytest.raises(CannotGoOn, match="loop"):
        process.start(endless, {})


def test_a_service_task_asks_for_its_effect_and_waits_for_the_answer():
    run = Run(model(START + '<serviceTask id="make" pj:operation="produce"/>' + END, "s > make\nmake > e"))
    (effect,) = run.steps[0].effects
    assert (effect.token, effect.element, effect.operation) == ("1", "make", "produce")

    with pytest.raises(NotWaiting):
        process.complete(run.model, run.marking, "1", {})
    assert run.finish("make").ended


def test_a_business_rule_is_decided_in_passing_and_its_result_is_known_to_later_conditions():
    elements = START + '<businessRuleTask id="r" pj:decision="fee" pj:result="fee"/> exclusive:g(f3) user:pay ' + END
    flows = "s > r\nr > g\ng > pay: fee.amount > 0\ng > e\npay > e"
    asked = []

    def decide(name, data):
        asked.append((name, data["days"]))
        return {"amount": Decimal(50)}

    run = Run(model(elements, flows), decide, days=3)

    assert run.at == ["pay"]
    assert asked == [("fee", 3)]
    assert run.steps[0].data == {"fee": {"amount": Decimal(50)}}


def test_a_rule_with_nobody_to_decide_is_refused():
    with pytest.raises(CannotGoOn, match="decision"):
        process.start(model(START + '<businessRuleTask id="r" pj:decision="fee"/>' + END, "s > r\nr > e"), {})


def test_a_script_computes_by_feel():
    elements = (
        START
        + '<scriptTask id="x" scriptFormat="feel" pj:result="twice"><script>n * 2</script></scriptTask> user:a '
        + END
    )

    run = Run(model(elements, "s > x\nx > a\na > e"), n=Decimal("0.1"))

    assert run.steps[0].data == {"twice": Decimal("0.2")}


@pytest.mark.parametrize(
    ("attribute", "definition", "expected"),
    [
        ("", "<timeDuration>P1M</timeDuration>", ("duration", "P1M")),
        ("", "<timeDate>2027-03-21</timeDate>", ("date", "2027-03-21")),
        ("", "<timeDate>2027-03-21T10:00:00+03:30</timeDate>", ("date", "2027-03-21T10:00:00+03:30")),
        ("", "<timeDate>until</timeDate>", ("date", "2027-01-01")),
        ("", "<timeDuration>term</timeDuration>", ("duration", "PT172800S")),
        ('pj:deadline="appeal"', "", ("deadline", "appeal")),
    ],
)
def test_a_timer_sets_a_clock_and_goes_on_when_it_falls_due(attribute, definition, expected):
    event = timer("t", due=definition).replace('id="t"', f'id="t" {attribute}')
    run = Run(model(START + event + END, "s > t\nt > e"), until=date(2027, 1, 1), term=timedelta(days=2))

    (clock,) = run.steps[0].clocks_set
    assert (clock.kind, clock.due) == expected
    assert clock.key == "1:t"
    assert process.clock_is_set(run.marking, "1:t")
    assert run.fire("t").ended


def test_a_due_time_that_is_unknown_is_refused():
    event = timer("t", due="<timeDate>until</timeDate>")

    with pytest.raises(CannotGoOn, match="due time"):
        process.start(model(START + event + END, "s > t\nt > e"), {})


def test_an_interrupting_boundary_timer_takes_the_task_away():
    elements = START + f" user:a {timer('late', 'a')} user:b " + END
    run = Run(model(elements, "s > a\na > e\nlate > b\nb > e"))

    step = run.fire("late")

    assert step.tasks_cancelled == ["1"]
    assert step.clocks_cancelled == []
    assert run.at == ["b"]


def test_a_reminder_leaves_its_task_and_fires_once():
    elements = START + f" user:a {timer('late', 'a', interrupting=False)} service:tell " + END
    run = Run(model(elements, "s > a\na > e\nlate > tell\ntell > e"))

    step = run.fire("late")

    assert run.at == ["a", "tell"]
    assert step.tasks_cancelled == []
    with pytest.raises(NotWaiting):
        process.fire(run.model, run.marking, "1:late", {})
    run.finish("tell")
    assert run.complete("a").ended


def test_a_task_that_is_done_in_time_cancels_its_clocks():
    elements = START + f" user:a {timer('soon', 'a', interrupting=False)}{timer('late', 'a')}" + END
    run = Run(model(elements, "s > a\na > e\nlate > e\nsoon > e"))

    step = run.complete("a")

    assert step.clocks_cancelled == ["1:soon", "1:late"]
    assert step.marking["clocks"] == []


def test_a_message_is_taken_by_a_boundary_event():
    elements = START + f" user:a {message('m', host='a')} user:b " + END
    run = Run(model(elements, "s > a\na > e\nm > b\nb > e"))
    assert process.awaits(run.model, run.marking) == {"paid"}

    step = run.deliver("paid")

    assert step.tasks_cancelled == ["1"]
    assert run.at == ["b"]


def test_a_message_that_nobody_waits_for_is_refused():
    run = Run(model(START + " user:a " + END, "s > a\na > e"))

    with pytest.raises(NotWaiting, match="paid"):
        run.deliver("paid")


@pytest.mark.parametrize(
    "catcher",
    [message("c"), '<receiveTask id="c" messageRef="m_paid"/>'],
)
def test_events_and_receive_tasks_wait_for_their_message(catcher):
    run = Run(model(START + catcher + END, "s > c\nc > e"))

    assert run.deliver("paid").ended


def test_the_oldest_waiting_token_takes_the_message_whatever_order_the_store_gives_back():
    branches = "".join(f'<receiveTask id="r{n}" messageRef="m_paid"/>' for n in range(11))
    flows = "s > g\n" + "\n".join(f"g > r{n}\nr{n} > e" for n in range(11))
    run = Run(model(START + " parallel:g " + branches + END, flows))

    taken = []
    while run.at:
        before = set(run.at)
        run.deliver("paid")
        taken += before - set(run.at)

    assert taken == [f"r{n}" for n in range(11)]


def test_of_several_events_the_first_decides_and_the_others_are_called_off():
    elements = (
        START
        + f""" events:g
        {message("paid")}
        {message("other", "other")}
        {timer("late")}
         user:a user:b user:c """
        + END
    )
    drawn = model(elements, "s > g\ng > paid\ng > other\ng > late\npaid > a\nother > b\nlate > c\na > e\nb > e\nc > e")
    by_message, by_clock = Run(drawn), Run(drawn)
    assert process.awaits(drawn, by_message.marking) == {"paid", "other"}

    step = by_message.deliver("other")
    by_clock.fire("late")

    assert step.clocks_cancelled == ["1:late"]
    assert (by_message.at, by_clock.at) == (["b"], ["c"])
    assert process.awaits(drawn, by_clock.marking) == frozenset()


def test_terminate_ends_everything_and_calls_off_what_was_asked_for():
    elements = (
        START
        + f""" parallel:g user:a service:b
        {timer("c")}
        <endEvent id="stop" pj:outcome="stopped"><terminateEventDefinition/></endEvent>"""
        + END
    )
    run = Run(model(elements, "s > g\ng > a\ng > b\ng > c\na > stop\nb > e\nc > e"))

    step = run.complete("a")

    assert (step.ended, step.outcome) == (True, "stopped")
    assert step.effects_cancelled == ["2"]
    assert step.clocks_cancelled == ["3:c"]


def test_what_is_asked_for_and_called_off_in_one_step_is_never_mentioned():
    elements = START + ' parallel:g user:a user:t <endEvent id="stop"><terminateEventDefinition/></endEvent>' + END
    run = Run(model(elements, "s > t\nt > g\ng > a\ng > stop\na > e"))

    step = run.complete("t")

    assert step.ended
    assert (step.tasks_opened, step.tasks_cancelled) == ([], [])


def test_a_failed_service_takes_the_path_of_its_error():
    elements = (
        START
        + """ service:x
        <boundaryEvent id="any" attachedToRef="x"><errorEventDefinition/></boundaryEvent>
        <boundaryEvent id="gone" attachedToRef="x"><errorEventDefinition errorRef="e_gone"/></boundaryEvent>
         user:a user:b """
        + END
    )
    drawn = model(elements, "s > x\nx > e\nany > a\ngone > b\na > e\nb > e")
    named, unnamed = Run(drawn), Run(drawn)

    named.fail("x", "gone")
    unnamed.fail("x", "whatever")

    assert (named.at, unnamed.at) == (["b"], ["a"])


def test_a_failure_that_nobody_catches_is_refused():
    run = Run(model(START + " service:x " + END, "s > x\nx > e"))

    with pytest.raises(ErrorNotCaught, match="gone"):
        run.fail("x", "gone")


SUB = """<subProcess id="sub"> start:s2 parallel:g2 user:a user:b
     exclusive:x2(if4) end:e2
    <endEvent id="bad"><errorEventDefinition errorRef="e_gone"/></endEvent>
    <sequenceFlow id="if0" sourceRef="s2" targetRef="g2"/><sequenceFlow id="if1" sourceRef="g2" targetRef="a"/>
    <sequenceFlow id="if2" sourceRef="g2" targetRef="b"/><sequenceFlow id="if3" sourceRef="a" targetRef="x2"/>
    <sequenceFlow id="if4" sourceRef="x2" targetRef="e2"/>
    <sequenceFlow id="if5" sourceRef="x2" targetRef="bad">
    <conditionExpression>outcomes.a = "bad"</conditionExpression></sequenceFlow>
    <sequenceFlow id="if6" sourceRef="b" targetRef="e2"/></subProcess>"""


def sub(**data) -> Run:
    elements = (
        START
        + SUB
        + f"""<boundaryEvent id="err" attachedToRef="sub"><errorEventDefinition errorRef="e_gone"/></boundaryEvent>
        {timer("late", "sub")}
         user:after user:rescue """
        + END
    )
    return Run(model(elements, "s > sub\nsub > after\nerr > rescue\nlate > rescue\nafter > e\nrescue > e"), **data)


def test_a_sub_process_ends_when_nothing_is_left_inside():
    run = sub()
    assert run.at == ["a", "b", "sub"]
    assert sorted(run.marking["tokens"]) == ["1", "1.2", "1.3"]

    run.complete("a")
    assert run.at == ["b", "sub"]
    run.complete("b")

    assert run.at == ["after"]


def test_an_error_end_inside_leaves_the_sub_process_by_its_boundary():
    run = sub()

    step = run.complete("a", "bad")

    assert run.at == ["rescue"]
    assert step.tasks_cancelled == ["1.3"]
    assert step.clocks_cancelled == ["1:late"]


def test_a_clock_on_the_boundary_takes_the_whole_sub_process_away():
    run = sub()

    step = run.fire("late")

    assert run.at == ["rescue"]
    assert sorted(step.tasks_cancelled) == ["1.2", "1.3"]


def test_an_error_end_outside_of_any_sub_process_ends_everything_with_its_code():
    elements = (
        START
        + ' parallel:g user:a user:b <endEvent id="bad"><errorEventDefinition errorRef="e_late"/></endEvent>'
        + END
    )
    run = Run(model(elements, "s > g\ng > a\ng > b\na > bad\nb > e"))

    step = run.complete("a")

    assert (step.ended, step.outcome, step.tasks_cancelled) == (True, "late", ["2"])


def test_cancelling_calls_everything_off_once():
    run = sub()

    step = run.keep(process.cancel(run.model, run.marking))

    assert (step.ended, step.outcome) == (True, "cancelled")
    assert sorted(step.tasks_cancelled) == ["1.2", "1.3"]
    with pytest.raises(NotWaiting):
        process.cancel(run.model, run.marking)


def test_numbers_of_tokens_are_never_used_twice():
    run = Run(
        model(
            START + " user:a exclusive:g(f2) " + END,
            's > a\na > g\ng > e\ng > a: outcomes.a = "again"',
        )
    )

    tokens = [run.token("a")]
    for _ in range(3):
        run.complete("a", "again")
        tokens.append(run.token("a"))

    assert tokens == ["1", "2", "3", "4"]
    assert len(run.marking["done"]) == 3  # the marking does not grow with the age of the case
