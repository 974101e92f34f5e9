"""A drawn process is checked with line and element, gets nowhere stuck, and asks only what cases can do."""

# ruff: noqa: E501 - pieces of BPMN

from pathlib import Path

import pytest
from tests.definitions.country import HOME, build, change

from panjereh.definitions import check
from panjereh.definitions.findings import Finding
from panjereh.process import standards

DRAWN = f"{HOME}/process.bpmn"
DECIDE = '<bpmn:userTask id="decide"'


@pytest.fixture
def country(tmp_path: Path) -> Path:
    folder = build(tmp_path)
    (folder / DRAWN).write_bytes(standards.path_of("decide-only").read_bytes())
    change(folder, f"{HOME}/service.yaml", "identity: substantial", "identity: substantial\nprocess: process.bpmn")
    return folder


def of_the_process(country: Path) -> list[Finding]:
    return [finding for finding in check(country) if finding.file == DRAWN]


def test_a_drawn_copy_of_a_standard_process_is_in_order(country):
    assert of_the_process(country) == []


def test_what_is_not_valid_is_found_at_its_line(country):
    change(country, DRAWN, DECIDE, DECIDE.replace("userTask", "task"))
    change(country, DRAWN, 'pj:stage_fa="تصمیم" pj:stage_en="Decision"/>\n    <bpmn:exclusiveGateway id="needs', '/>\n    <bpmn:exclusiveGateway id="needs')  # fmt: skip

    (found,) = (finding for finding in of_the_process(country) if "decide: A task" in finding.message)

    assert found.code == "P801"
    assert 'id="decide"' in (country / DRAWN).read_text().splitlines()[found.line - 1]


@pytest.mark.parametrize(
    ("code", "element", "old", "new"),
    [
        ("P809", "both", '<bpmn:exclusiveGateway id="is_confirmed"', '<bpmn:parallelGateway id="both"/>\n<bpmn:sequenceFlow id="b1" sourceRef="confirm" targetRef="both"/><bpmn:sequenceFlow id="b2" sourceRef="decide" targetRef="both"/><bpmn:sequenceFlow id="b3" sourceRef="both" targetRef="needs_a_second"/>\n<bpmn:exclusiveGateway id="is_confirmed"'),
        ("P810", "decide", 'sourceRef="decide" targetRef="is_complete"/>', 'sourceRef="decide" targetRef="is_complete"><bpmn:conditionExpression>fee = 0</bpmn:conditionExpression></bpmn:sequenceFlow>'),
        ("P811", "decide", 'pj:does="decide"', 'pj:does="ponder"'),
        ("P811", "produce", 'pj:operation="produce"', 'pj:operation="bake"'),
        ("P811", "fine", 'pj:outcome="approved"', 'pj:outcome="fine"'),
        ("P811", "appealed", 'id="message_appeal" name="appeal"', 'id="message_appeal" name="telegram"'),
    ],
)  # fmt: skip
def test_what_gets_stuck_or_is_beyond_cases_is_found_at_its_element(country, code, element, old, new):
    change(country, DRAWN, old, new)

    found = {(finding.code, finding.message.partition(":")[0]) for finding in of_the_process(country)}

    assert (code, element) in found
