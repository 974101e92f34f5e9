"""Processes written as steps: they are drawn as BPMN and run by the same engine as any other."""

import re
from pathlib import Path
from typing import Any

import pytest
from tests.definitions.country import HOME, build, change
from tests.process.drawing import Run

from panjereh import process
from panjereh.definitions import yaml
from panjereh.definitions.checks import check
from panjereh.definitions.steps import Written
from panjereh.definitions.steps_drawn import bpmn_of
from panjereh.process import Process, drawing

NAMES = {"fa": "فرایند", "en": "Process"}
USUAL: list[Any] = ["check", "decide", "pay", "produce", {"notify": "approved"}]
FIRE = {"ask": "officer", "id": "fire", "title": {"fa": "آتش‌نشانی", "en": "Fire safety"}}
TRAFFIC = {"ask": "supervisor", "id": "traffic", "title": {"fa": "ترافیک", "en": "Traffic"}}


def drawn(*steps: Any) -> Process:
    return process.load(bpmn_of(Written.model_validate({"steps": list(steps)}), NAMES))["written"]


def shapes(of: Process) -> dict[str, Any]:
    """What runs, without the ids of flows and without words for officials."""
    return {
        id_: (
            element.kind, element.who, element.does, element.outcomes, element.operation, element.stage,
            dict(element.stage_names), element.timer, element.message, element.outcome, element.host,
            sorted((flow.target, flow.condition is not None, flow.id == element.default) for flow in element.outgoing),
        )
        for id_, element in of.elements.items()
    }  # fmt: skip


def test_five_words_are_the_standard_process():
    assert shapes(drawn(*USUAL)) == shapes(process.standard())


def test_without_a_check_they_are_decide_only():
    deciding = {"decide": "registrar", "correct": True}

    assert shapes(drawn(deciding, *USUAL[2:])) == shapes(process.decide_only())


def test_side_by_side_both_are_asked_and_both_are_awaited():
    run = Run(drawn({"together": [[FIRE], [TRAFFIC]]}, "decide"), four_eyes=False, fee=0)

    assert run.at == ["fire", "traffic"]
    run.complete("traffic", "accept")
    assert run.at == ["fire"]
    run.complete("fire", "accept")
    assert run.at == ["decide"]


def test_silence_goes_on_and_takes_the_task_away():
    run = Run(drawn({**FIRE, "within": "P15D"}, "decide"), four_eyes=False, fee=0)

    step = run.fire("fire_overdue")

    assert run.at == ["decide"]
    assert len(step.tasks_cancelled) == 1


def test_silence_may_lead_to_other_steps():
    asked_again = {**TRAFFIC, "ask": "registrar"}
    run = Run(drawn({**FIRE, "within": "P15D", "silence": [asked_again]}, "decide"), four_eyes=False, fee=0)

    run.fire("fire_overdue")

    assert run.at == ["traffic"]
    run.complete("traffic", "accept")
    assert run.at == ["decide"]


def test_of_several_ways_the_first_that_holds_is_taken():
    ways = [{"if": "area > 100", "steps": [FIRE]}, {"if": "area > 50", "steps": [TRAFFIC]}, {"steps": []}]
    for area, at in ((120, "fire"), (70, "traffic"), (10, "decide")):
        run = Run(drawn({"choose": ways}, "decide"), area=area)
        assert run.at == [at]


def test_a_rule_decides_without_anybody_and_what_it_gave_is_known_behind_it():
    ways = [{"if": "risk.level = 2", "steps": [FIRE]}, {"steps": []}]

    def steps_at(level: int) -> list[str]:
        flow = drawn({"rule": "decisions.yaml#risk"}, {"choose": ways}, "decide")
        step = process.start(flow, {}, decide=lambda name, _context: {"level": level})
        return [task.element for task in step.tasks_opened]

    assert steps_at(2) == ["fire"]
    assert steps_at(1) == ["decide"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("decisions.yaml#risk", "has no table 'risk'"),
        ("risks.yaml#risk", "There is no file 'risks.yaml'"),
    ],
)
def test_a_rule_that_does_not_exist_is_found_at_its_step(tmp_path: Path, rule, says):
    country = build(tmp_path)
    steps = f'process: {{steps: [{{rule: "{rule}", id: risk}}, check, decide, produce]}}'
    change(country, f"{HOME}/service.yaml", "identity: substantial", f"identity: substantial\n{steps}")

    (found,) = (each for each in check(country) if each.code == "P701")

    assert says in found.message
    assert (country / f"{HOME}/service.yaml").read_text().splitlines()[found.line - 1].startswith("process:")


def test_a_message_ends_the_waiting_and_so_does_its_term():
    wait = {"wait": "paid", "title": NAMES, "within": "P10D", "silence": [{"end": "lapsed"}]}
    paid, late = Run(drawn(wait, "decide")), Run(drawn(wait, "decide"))

    paid.deliver("paid")
    ended = late.fire("paid_overdue")

    assert paid.at == ["decide"]
    assert (ended.ended, ended.outcome) == (True, "lapsed")


def test_again_goes_back():
    back = {"choose": [{"if": 'outcomes.fire = "accept"', "steps": []}, {"steps": [{"again": "check"}]}]}
    run = Run(drawn("check", FIRE, back, "decide"), fee=0)

    run.complete("check", "accept")
    run.complete("fire", "no")

    assert run.at == ["check"]


def test_an_upheld_objection_goes_on_behind_its_decision():
    run = Run(drawn("decide", FIRE), four_eyes=False, fee=0)
    run.complete("decide", "refuse")
    run.finish("notify_refused")
    run.deliver("appeal")

    run.complete("review", "overturn")

    assert run.at == ["fire"]


def test_a_refusal_may_have_steps_of_its_own():
    run = Run(drawn({"decide": "registrar", "refused": [{"notify": "refused"}]}), four_eyes=False, fee=0)
    run.complete("decide", "refuse")

    ended = run.finish("notify_refused")

    assert (ended.ended, ended.outcome) == (True, "refused")


def test_written_steps_can_be_opened_in_a_drawing_tool_and_come_back_the_same():
    source = bpmn_of(Written.model_validate({"steps": [*USUAL, {"together": [[FIRE], [TRAFFIC]]}]}), NAMES)
    flow = process.load(source)["written"]

    with_layout = drawing.with_diagram(source, flow, "en")

    assert process.load(with_layout)["written"] == flow
    diagram = drawing.read_diagram(with_layout)
    assert diagram is not None
    assert diagram.drawing(flow, "en", drawing.Words()) is not None


def test_the_examples_of_the_guide_run():
    guide = (Path(__file__).parents[2] / "docs/guides/draw-a-process.md").read_text("utf-8")
    examples = [yaml.read(part.encode(), "guide").data for part in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)]

    found = [drawn(*example["process"]["steps"]) for example in examples]

    assert [process.examine(each).weaknesses for each in found] == [()] * len(found)
    assert [len(each.elements) > 10 for each in found] == [True] * 3


@pytest.mark.parametrize(
    "written",
    [
        "check, decide, pay, produce, {notify: approved}",
        "check, {choose: [{if: late, steps: [{again: check}]}, {steps: []}]}, decide",
        "{together: [[check], [{wait: paid, title: {fa: پرداخت, en: Payment}, within: P10D}]]}, decide",
        "check, {decide: supervisor, refused: [{notify: refused}, objection]}, "
        "{choose: [{if: late, steps: [{end: lapsed}]}, {steps: []}]}",
    ],
)
def test_a_service_with_steps_has_no_findings(tmp_path, written):
    build(tmp_path)
    place = "identity: substantial"
    change(tmp_path, f"{HOME}/service.yaml", place, f"{place}\nprocess: {{steps: [{written}]}}")

    assert check(tmp_path) == []
