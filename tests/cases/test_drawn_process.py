"""A case on a drawn process: a step for each of several things, a clock that repeats, a signal, something undone."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from panjereh import definitions
from panjereh.cases import operations as cases
from panjereh.cases import queries
from panjereh.cases.models import Case, Task
from panjereh.catalogue import operations as catalogue
from panjereh.desk.showing import task_words
from panjereh.kernel import clock

HOME = "civil-registry/birth-registration"
DRAWN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:pj="http://panjereh.example/bpmn">
<signal id="s_ready" name="ready"/>
<process id="p">
  <startEvent id="s"/>
  <parallelGateway id="split"/>
  <userTask id="look" pj:fa="بررسی" pj:en="Look at" pj:who="officer" pj:does="check" pj:outcomes="accept">
    <multiInstanceLoopCharacteristics pj:items='["hospital", "father"]' pj:item="side"/>
  </userTask>
  <boundaryEvent id="remind" attachedToRef="look" cancelActivity="false">
    <timerEventDefinition><timeCycle>R2/P1D</timeCycle></timerEventDefinition>
  </boundaryEvent>
  <endEvent id="reminded"/>
  <intermediateThrowEvent id="ready"><signalEventDefinition signalRef="s_ready"/></intermediateThrowEvent>
  <intermediateCatchEvent id="when_ready"><signalEventDefinition signalRef="s_ready"/></intermediateCatchEvent>
  <parallelGateway id="join"/>
  <userTask id="decide" pj:fa="تصمیم" pj:en="Decide" pj:who="registrar" pj:does="decide" pj:outcomes="approve refuse"/>
  <exclusiveGateway id="is_approved" default="no"/>
  <serviceTask id="produce" pj:operation="produce"/>
  <endEvent id="approved" pj:outcome="approved"/>
  <endEvent id="refused" pj:outcome="refused"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="split"/>
  <sequenceFlow id="f2" sourceRef="split" targetRef="look"/>
  <sequenceFlow id="f3" sourceRef="split" targetRef="when_ready"/>
  <sequenceFlow id="f4" sourceRef="look" targetRef="ready"/>
  <sequenceFlow id="f5" sourceRef="ready" targetRef="join"/>
  <sequenceFlow id="f6" sourceRef="when_ready" targetRef="join"/>
  <sequenceFlow id="f7" sourceRef="join" targetRef="decide"/>
  <sequenceFlow id="f8" sourceRef="decide" targetRef="is_approved"/>
  <sequenceFlow id="yes" sourceRef="is_approved" targetRef="produce">
    <conditionExpression>outcomes.decide = "approve"</conditionExpression></sequenceFlow>
  <sequenceFlow id="no" sourceRef="is_approved" targetRef="refused"/>
  <sequenceFlow id="f9" sourceRef="produce" targetRef="approved"/>
  <sequenceFlow id="f10" sourceRef="remind" targetRef="reminded"/>
</process></definitions>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demonstration country, with a process that each test writes for its birth registration."""
    folder = tmp_path / "services"
    shutil.copytree(settings.SERVICES, folder, ignore=shutil.ignore_patterns("*.jsonl"))
    return folder


def publish(folder: Path, process: str) -> None:
    file = folder / HOME / "service.yaml"
    written = [line for line in file.read_text().splitlines() if not line.startswith("process:")]
    file.write_text("\n".join([*written, f"process: {process}", ""]))
    catalogue.publish(definitions.bundle(folder, "birth-registration"), by="test", note="drawn")


@pytest.fixture
def drawn(folder: Path, house) -> Case:
    (folder / HOME / "process.bpmn").write_text(DRAWN)
    publish(folder, "process.bpmn")
    return house.case("mother")


def test_the_drawn_process_is_one_that_cases_can_run(drawn, tmp_path):
    found = definitions.check(tmp_path / "services")

    assert [str(each) for each in found if each.file.endswith(".bpmn")] == []


def test_each_task_of_many_has_its_number_in_the_queue_and_all_must_be_done(house, drawn):
    amini = house.official("amini")
    names = {line.step.get("en") for line in queries.queue(amini).lines if line.number == drawn.number}
    assert names == {"Look at (1)", "Look at (2)"}

    for task in Task.objects.filter(case=drawn, done_at=None):
        task.assignee_id = amini.party
        task.save(update_fields=["assignee"])
        cases.accept(task.pk, actor=amini)

    assert [task.element for task in Task.objects.filter(case=drawn, done_at=None)] == ["decide"]


def test_a_clock_that_repeats_is_set_again_as_often_as_drawn(house, drawn):
    for _ in range(4):
        clock.advance(timedelta(days=1))
        house.let_workers_run()

    drawn.refresh_from_db()
    assert drawn.marking["clocks"] == []
    assert drawn.marking["done"].count("reminded") == 1
    assert drawn.state == Case.State.OPEN


def test_whoever_works_on_one_of_many_reads_for_what_it_is(house, drawn):
    amini = house.official("amini")
    first = Task.objects.filter(case=drawn, done_at=None).order_by("token").first()
    first.assignee_id = amini.party
    first.save(update_fields=["assignee"])

    view = queries.task(amini, first.pk)

    assert "hospital" in task_words(view, amini)


BY_RULE = """{steps: [
  {rule: "decisions.yaml#scrutiny", id: scrutiny},
  {choose: [
    {if: "scrutiny.level = 2", steps: [check]},
    {steps: []}]},
  decide, produce]}"""
SCRUTINY = """
scrutiny:
  hit: first
  inputs:
    - {expression: days_late > 15, text: {fa: دیر اعلام شده, en: Declared late}}
  outputs: [level]
  rows:
    - {if: ["true"], then: [2], law: civil-registration-act#19, text: {fa: اعلام دیر, en: Declared late}}
    - {if: ["-"], then: [1], law: civil-registration-act#15, text: {fa: به‌هنگام, en: In time}}
"""


def test_what_a_rule_decides_on_the_way_leads_the_case_and_stands_in_its_history(folder, house):
    decisions = folder / HOME / "decisions.yaml"
    decisions.write_text(decisions.read_text() + SCRUTINY)
    publish(folder, BY_RULE)
    found = [each for each in definitions.check(folder) if each.code.startswith(("P6", "P7", "P8"))]

    case = house.case("mother")

    assert found == []
    assert [task.element for task in Task.objects.filter(case=case, done_at=None)] == ["decide"]
    (event,) = case.events.filter(kind="decided_by_rule")
    assert event.public["decision"] == "decisions.yaml#scrutiny"
    assert [row["law"] for row in event.public["rows"]] == ["civil-registration-act#15"]
