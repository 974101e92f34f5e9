"""A signal that one case throws is heard by the others that wait for it and are about the same."""

import pytest

from panjereh.audit.models import AccessLog
from panjereh.cases import operations as cases
from panjereh.cases.models import Case, Listener, Task

SIGNALS = "signals: {square_is_closed: {about: square}}\nprocess: process.bpmn\n"
DRAWN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:pj="http://panjereh.example/bpmn"
                  targetNamespace="http://panjereh.example/processes">
  <bpmn:signal id="s" name="square_is_closed"/>
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="start"/>
    <bpmn:exclusiveGateway id="which" default="f3"/>
    <bpmn:intermediateThrowEvent id="close"><bpmn:signalEventDefinition signalRef="s"/></bpmn:intermediateThrowEvent>
    <bpmn:endEvent id="closed" pj:outcome="approved"/>
    <bpmn:userTask id="decide" pj:who="registrar" pj:does="decide" pj:outcomes="approve refuse"/>
    <bpmn:boundaryEvent id="heard" attachedToRef="decide">
      <bpmn:signalEventDefinition signalRef="s"/></bpmn:boundaryEvent>
    <bpmn:userTask id="look" pj:who="officer" pj:does="check" pj:outcomes="accept"/>
    <bpmn:endEvent id="end" pj:outcome="approved"/>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="which"/>
    <bpmn:sequenceFlow id="f2" sourceRef="which" targetRef="close">
      <bpmn:conditionExpression>goods = "nothing"</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f3" sourceRef="which" targetRef="decide"/>
    <bpmn:sequenceFlow id="f4" sourceRef="close" targetRef="closed"/>
    <bpmn:sequenceFlow id="f5" sourceRef="decide" targetRef="end"/>
    <bpmn:sequenceFlow id="f6" sourceRef="heard" targetRef="look"/>
    <bpmn:sequenceFlow id="f7" sourceRef="look" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>"""


@pytest.fixture(autouse=True)
def _published(house, change_permit) -> None:
    change_permit("process: decide-only\n", SIGNALS, drawn=DRAWN)


def sent(house, square: str, goods: str = "books") -> Case:
    answers = {"goods": goods, "square": square, "opens_on": "2026-12-21"}
    return house.case("granted", service="stall-permit", answers=answers)


def step(case: Case) -> str:
    return Task.objects.get(case=case, done_at=None).element


def test_it_reaches_the_cases_that_are_about_the_same_and_no_others(house):
    here, there = sent(house, "Ferdowsi"), sent(house, "Tajrish")

    sent(house, "Ferdowsi", goods="nothing")
    house.let_workers_run()

    assert (step(here), step(there)) == ("look", "decide")
    assert [event.public["signal"] for event in here.events.filter(kind="signal_heard")] == ["square_is_closed"]
    assert not there.events.filter(kind="signal_heard").exists()
    assert AccessLog.objects.filter(case=here.number, purpose="by-rule").exists()


def test_who_has_gone_on_listens_no_more(house):
    case, moradi = sent(house, "Ferdowsi"), house.official("moradi")
    assert Listener.objects.filter(case=case).count() == 1

    cases.decide(house.task(case, moradi).pk, actor=moradi, outcome="approve")
    sent(house, "Ferdowsi", goods="nothing")
    house.let_workers_run()

    assert not Listener.objects.exists()
    assert not case.events.filter(kind="signal_heard").exists()


def test_what_cases_are_about_cannot_be_read_from_who_listens(house):
    case = sent(house, "Ferdowsi")

    assert "Ferdowsi" not in Listener.objects.get(case=case).digest
    assert len(Listener.objects.get(case=case).digest) == 64


def test_an_example_can_let_another_case_throw_it(house):
    case = house.case("granted", {"signal": "square_is_closed"}, service="stall-permit")

    assert step(case) == "look"
