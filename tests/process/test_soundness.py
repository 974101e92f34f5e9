"""What is found by looking at everything that can happen."""

import pytest
from tests.process.drawing import event, message, model, scope, timer

from panjereh import process

S, E = " start:s ", " end:e "
SIGNAL = '<signalEventDefinition signalRef="s_alarm"/>'


def weak(elements: str, flows: str) -> set[tuple[str, str]]:
    return {(each.element, each.code) for each in process.examine(model(elements, flows)).weaknesses}


@pytest.mark.parametrize(
    ("elements", "flows", "expected"),
    [
        (S + " user:a " + E, "s > a\na > e", set()),
        # a choice that comes together at a parallel join
        (
            S + " exclusive:g(f1) user:a user:b parallel:j " + E,
            "s > g\ng > a\ng > b: n = 1\na > j\nb > j\nj > e",
            {("j", "dead_end")},
        ),
        # a loop in which nothing waits
        (
            S + ' exclusive:g(f1) <intermediateThrowEvent id="m"/> user:a ' + E,
            "s > g\ng > m\nm > g\ng > a: n = 1\na > e",
            {("m", "dead_end")},
        ),
        # a loop that splits each time it goes round
        (
            S + " exclusive:x parallel:g user:a user:b " + E,
            "s > x\nx > g\ng > a\ng > b\na > x\nb > e",
            {("b", "gathers"), ("p", "not_seen_through")},
        ),
        # parallel ways that meet without a join
        (
            S + " parallel:g user:a user:b user:c " + E,
            "s > g\ng > a\ng > b\na > c\nb > c\nc > e",
            {("c", "runs_twice")},
        ),
        # nobody says what happens when no condition holds
        (
            S + " exclusive:g user:a user:b " + E,
            "s > g\ng > a: n = 1\ng > b: n = 2\na > e\nb > e",
            {("g", "may_stop")},
        ),
        # the way behind a sub-process that always ends by its error
        (
            S
            + scope("sub", 'start:ss <endEvent id="se"><errorEventDefinition errorRef="e_gone"/></endEvent>', "ss > se")
            + event("x", '<errorEventDefinition errorRef="e_gone"/>', "sub")
            + " user:a user:b "
            + E,
            "s > sub\nsub > a\na > e\nx > b\nb > e",
            {("a", "never_runs")},
        ),
        (S + message("m") + E, "s > m\nm > e", {("m", "endless_wait")}),
        (S + event("m", SIGNAL) + E, "s > m\nm > e", {("m", "endless_wait")}),
        (S + " events:g " + message("m") + timer("t") + E, "s > g\ng > m\ng > t\nm > e\nt > e", set()),
        (
            S + " events:g " + message("m") + event("t", SIGNAL) + E,
            "s > g\ng > m\ng > t\nm > e\nt > e",
            {("g", "endless_wait")},
        ),
        (
            S + '<receiveTask id="r" messageRef="m_paid"/>' + timer("t", "r") + E,
            "s > r\nr > e\nt > e",
            set(),
        ),
        (
            S + scope("sub", "start:ss " + message("m") + " end:se", "ss > m\nm > se") + timer("t", "sub") + E,
            "s > sub\nsub > e\nt > e",
            set(),
        ),
    ],
)
def test_a_weakness_is_found_where_it_is(elements, flows, expected):
    assert weak(elements, flows) == expected


def test_the_processes_of_the_platform_are_sound_and_seen_through():
    for name in ("standard", "decide-only"):
        found = process.examine(process.named(name))
        assert (found.weaknesses, found.complete) == ((), True)


def test_an_examination_that_gave_up_says_so():
    steps = "".join(f" user:t{n} " for n in range(12))
    wide = S + " parallel:g " + steps + " parallel:j " + E
    flows = "s > g\nj > e\n" + "\n".join(f"g > t{n}\nt{n} > j" for n in range(12))

    found = process.examine(model(wide, flows))

    assert not found.complete
    assert {(each.element, each.code) for each in found.weaknesses} == {("p", "not_seen_through")}


def test_a_way_that_only_data_forbid_is_walked_as_well():
    """Soundness is that of the drawing: two choices by the same condition may, for it, go different ways."""
    elements = S + " inclusive:g(f1) user:a user:b parallel:j " + E

    assert ("j", "dead_end") in weak(elements, "s > g\ng > a\ng > b: n = 1\na > j\nb > j\nj > e")
