"""What can't be run rightly is refused, with place, code, reason and advice."""

from pathlib import Path

import pytest
from tests.process.drawing import HEAD, event, message, refusals, text, timer

from panjereh import process

SOUND = "start:s user:a end:e "
FLOWS = "s > a\na > e"


def test_a_sound_model_is_accepted():
    assert set(process.load(text(SOUND, FLOWS))["p"].elements) == {"s", "a", "e"}


@pytest.mark.parametrize(
    ("elements", "flows", "expected"),
    [
        (SOUND, "s > a\na > e\na > ghost", {("f2", "dangling_flow")}),
        (SOUND, "s > a\na > e\n > e", {("f2", "dangling_flow")}),
        (SOUND, "s > a", {("a", "no_way_out"), ("e", "unreachable")}),
        (SOUND + " user:b ", FLOWS + "\nb > e", {("b", "unreachable")}),
        (SOUND + " user:a ", FLOWS, {("a", "duplicate_id")}),
        (SOUND + "<userTask/>", FLOWS, {("userTask", "missing_id")}),
        (" user:a end:e ", "a > e", {("p", "no_start"), ("a", "unreachable"), ("e", "unreachable")}),
        (" start:s user:a ", "s > a\na > a", {("p", "no_end"), ("s", "endless"), ("a", "endless")}),
        (SOUND + " start:s2 ", FLOWS + "\ns2 > a", {("s2", "several_starts")}),
        (SOUND, FLOWS + "\na > s", {("s", "flow_into_event")}),
        (SOUND, FLOWS + "\ne > a", {("e", "flow_out_of_end")}),
        (SOUND + " exclusive:g ", "s > a\na > g", {("g", "no_way_out"), ("e", "unreachable")}),
        (SOUND + " exclusive:g end:e2 ", "s > a\na > g\ng > e: n = 1\ng > e2", {("f3", "condition_missing")}),
        (SOUND + " exclusive:g(nope) ", "s > a\na > g\ng > e", {("g", "default_unknown")}),
        (SOUND + " exclusive:g(f2) ", "s > a\na > g\ng > e: n = 1\ng > a: n = 2", {("f2", "condition_on_default")}),
        (SOUND + " parallel:g ", "s > a\na > g\ng > e: n = 1", {("f2", "condition_not_here")}),
        (SOUND, "s > a: n = 1\na > e", {("f0", "condition_not_here")}),
        (SOUND + " exclusive:g(f3) ", "s > a\na > g\ng > a: n = = 1\ng > e", {("f2", "expression_wrong")}),
        (SOUND + " exclusive:g user:b ", "s > a\na > g\ng > e: n = 1\ng > b: n = 2\nb > b", {("b", "endless")}),
        (SOUND + '<task id="t"/>', FLOWS, {("t", "unsupported_element")}),
        (SOUND + '<complexGateway id="t"/>', FLOWS, {("t", "unsupported_element")}),
        (SOUND + '<adHocSubProcess id="t"/>', FLOWS, {("t", "unsupported_element")}),
        (SOUND + '<callActivity id="t"/>', "s > a\na > t\nt > e", {("t", "called_missing")}),
        (SOUND + '<callActivity id="t" calledElement="x"/>', "s > a\na > t\nt > e", {("t", "called_missing")}),
        (SOUND + '<callActivity id="t" calledElement="p"/>', "s > a\na > t\nt > e", {("t", "call_recursion")}),
        (
            '<startEvent id="s"><timerEventDefinition/></startEvent> user:a end:e ',
            FLOWS,
            {("s", "timer_wrong")},
        ),
        (
            ' start:s <userTask id="a"><multiInstanceLoopCharacteristics/></userTask> end:e ',
            FLOWS,
            {("a", "instances_unknown")},
        ),
        (
            ' start:s <userTask id="a"><standardLoopCharacteristics/></userTask> end:e ',
            FLOWS,
            {("a", "loop_wrong")},
        ),
        (
            ' start:s end:e <subProcess id="a" triggeredByEvent="true"/>',
            "s > e",
            {("a", "no_start"), ("a", "no_end")},
        ),
        (
            ' start:s end:e <userTask id="a" isForCompensation="true"/>',
            "s > e",
            {("a", "compensation_wrong"), ("a", "unreachable")},
        ),
        (SOUND + '<businessRuleTask id="r"/>', "s > a\na > r\nr > e", {("r", "decision_missing")}),
        (
            SOUND + '<scriptTask id="r"><script>1</script></scriptTask>',
            "s > a\na > r\nr > e",
            {("r", "result_missing")},
        ),
        (SOUND + '<scriptTask id="r" pj:result="x"/>', "s > a\na > r\nr > e", {("r", "expression_missing")}),
        (
            SOUND + '<scriptTask id="r" pj:result="x" scriptFormat="python"><script>1</script></scriptTask>',
            "s > a\na > r\nr > e",
            {("r", "expression_language")},
        ),
        (SOUND + '<receiveTask id="r"/>', "s > a\na > r\nr > e", {("r", "message_missing")}),
        (SOUND + '<receiveTask id="r" messageRef="ghost"/>', "s > a\na > r\nr > e", {("r", "message_missing")}),
        (SOUND + timer("x", "ghost"), FLOWS + "\nx > e", {("x", "boundary_host"), ("x", "unreachable")}),
        (SOUND + timer("x", "s"), FLOWS + "\nx > e", {("x", "boundary_host")}),
        (SOUND + timer("x", "a"), FLOWS, {("x", "no_way_out")}),
        (SOUND + timer("x", "a"), FLOWS + "\nx > e\na > x", {("x", "flow_into_event")}),
        (
            SOUND + "service:t" + event("x", "<errorEventDefinition/>", "t", interrupting=False),
            "s > a\na > t\nt > e\nx > e",
            {("x", "error_not_interrupting")},
        ),
        (
            SOUND + '<endEvent id="x"><errorEventDefinition errorRef="ghost"/></endEvent>',
            FLOWS + "\na > x",
            {("x", "error_missing")},
        ),
        (
            SOUND + '<endEvent id="x"><signalEventDefinition/></endEvent>',
            FLOWS + "\na > x",
            {("x", "signal_missing")},
        ),
        (SOUND + event("c", ""), "s > a\na > c\nc > e", {("c", "unsupported_event")}),
        (SOUND + timer("c", due=""), "s > a\na > c\nc > e", {("c", "timer_wrong")}),
        (
            SOUND + timer("c", due="<timeDuration>P</timeDuration>"),
            "s > a\na > c\nc > e",
            {("c", "timer_wrong")},
        ),
        (
            SOUND + timer("c", due="<timeDate>2027/03/21</timeDate>"),
            "s > a\na > c\nc > e",
            {("c", "timer_wrong")},
        ),
        (
            SOUND + timer("c", due="<timeCycle>R3/P1D</timeCycle>"),
            "s > a\na > c\nc > e",
            {("c", "timer_cycle")},
        ),
        (
            SOUND + event("c", '<linkEventDefinition name="l"/><messageEventDefinition messageRef="m_paid"/>'),
            "s > a\na > c\nc > e",
            {("c", "several_triggers"), ("c", "flow_into_event")},
        ),
        (
            SOUND + " events:g " + message("c"),
            "s > a\na > g\ng > c\nc > e",
            {("g", "event_gateway_choice")},
        ),
        (
            SOUND + " events:g user:b " + message("c"),
            "s > a\na > g\ng > c\ng > b\nc > e\nb > e",
            {("b", "event_gateway_target")},
        ),
        (
            SOUND + ' events:g <receiveTask id="b" messageRef="m_other"/>' + message("c"),
            "s > a\na > g\ng > c\ng > b\nc > e\nb > c",
            {("c", "event_gateway_target"), ("g", "event_gateway_choice")},
        ),
        (
            SOUND + '<subProcess id="sub"> start:s2 user:b </subProcess>',
            "s > a\na > sub\nsub > e\ns2 > b\nb > e",
            {("f4", "flow_crosses_scope"), ("b", "no_way_out"), ("sub", "no_end")},
        ),
        (SOUND + '<subProcess id="sub"/>', "s > a\na > sub\nsub > e", {("sub", "no_start"), ("sub", "no_end")}),
    ],
)
def test_a_model_that_can_not_run_rightly_is_refused_with_place_and_code(elements, flows, expected):
    assert refusals(elements, flows) == expected


def test_everything_that_is_wrong_is_told_at_once():
    found = refusals(SOUND + '<task id="t"/><businessRuleTask id="r"/><receiveTask id="q"/>', "s > a\na > ghost")

    assert {
        ("t", "unsupported_element"),
        ("r", "decision_missing"),
        ("q", "message_missing"),
        ("f1", "dangling_flow"),
    } <= found


def test_notes_and_drawings_and_foreign_attributes_are_no_obstacle():
    extras = """<laneSet id="ls"><lane id="l" name="Office"><flowNodeRef>a</flowNodeRef></lane></laneSet>
        <documentation>x</documentation><textAnnotation id="n"><text>y</text></textAnnotation>
        <association id="as" sourceRef="n" targetRef="a"/><dataObject id="d"/>
        <extensionElements><other xmlns="http://example.org/other"/></extensionElements>"""

    drawn = process.load(text(extras + SOUND, FLOWS))["p"]

    assert drawn.elements["a"].lane == "Office"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("<definitions", "not_xml"),
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "not_xml"),
        ("<html/>", "not_bpmn"),
        (HEAD + "</definitions>", "no_process"),
    ],
)
def test_what_is_no_bpmn_is_refused(source: str, code: str):
    with pytest.raises(process.ModelErrors) as refused:
        process.load(source)

    assert [error.code for error in refused.value.errors] == [code]


def test_a_model_is_read_from_a_file(tmp_path: Path):
    path = tmp_path / "process.bpmn"
    path.write_text(text(SOUND, FLOWS), encoding="utf-8")

    assert list(process.load(path)) == ["p"]
    assert list(process.load(path.read_bytes())) == ["p"]
