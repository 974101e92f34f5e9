"""Another agency is asked by the process or by an official, answers at its own desk, and the case goes on with that."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from panjereh.audit.models import AccessLog
from panjereh.cases import operations as cases
from panjereh.cases import queries
from panjereh.cases.errors import NotNow
from panjereh.cases.models import Case, Inquiry, Rest, Task, Upload
from panjereh.correspondence import queries as correspondence
from panjereh.definitions.types import Form
from panjereh.kernel import clock
from panjereh.kernel.errors import NotFound

PDF = b"%PDF-1.7\n% a letter\n"
CONSULTS = """consults:
  health:
    agency: health-ministry
    title: {fa: آیا این کالا سالم است؟, en: Are these goods safe?}
    shows: [goods]
    law: market-stalls-bylaw#4
    within: P5D
    rests: true
    answer:
      - {id: safe, type: yes_no, label: {fa: سالم است؟, en: Are they safe?}}
      - {id: until, type: date, label: {fa: تا چه روزی؟, en: Until when?}, required: false}
      - {id: report, type: file, label: {fa: گزارش, en: Report}, required: false}
  traffic:
    agency: inspectorate
    title: {fa: آیا گذر باز می‌ماند؟, en: Does the way stay free?}
    law: market-stalls-bylaw#4
    within: P9D
    answer: [{id: free, type: yes_no, label: {fa: باز می‌ماند؟, en: Does it?}}]
process:
  steps:
    - together:
        - - {consult: health, title: {fa: نظر بهداشت, en: The opinion of Health}}
        - - {consult: traffic, title: {fa: نظر بازرسی, en: The opinion of the inspectors}}
    - choose:
        - if: consulted.health.safe = true and consulted.traffic.answered
          steps: []
        - steps: [{ask: officer, id: visit, title: {fa: بازدید, en: Go and look}}]
    - decide
    - produce
    - notify: approved
"""
SENT = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:pj="http://panjereh.example/bpmn"
                  targetNamespace="http://panjereh.example/processes">
  <bpmn:message id="m" name="health"/>
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="start"/>
    <bpmn:sendTask id="ask" pj:operation="consult:health"/>
    <bpmn:userTask id="check" pj:who="officer" pj:does="check" pj:outcomes="accept"/>
    <bpmn:receiveTask id="told" messageRef="m"/>
    <bpmn:userTask id="decide" pj:who="registrar" pj:does="decide" pj:outcomes="approve refuse"/>
    <bpmn:endEvent id="end" pj:outcome="approved"/>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
    <bpmn:sequenceFlow id="f2" sourceRef="ask" targetRef="check"/>
    <bpmn:sequenceFlow id="f3" sourceRef="check" targetRef="told"/>
    <bpmn:sequenceFlow id="f4" sourceRef="told" targetRef="decide"/>
    <bpmn:sequenceFlow id="f5" sourceRef="decide" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>"""


@pytest.fixture
def case(house, change_permit) -> Case:
    change_permit("process: decide-only\n", CONSULTS)
    made = house.case("granted", service="stall-permit")
    house.let_workers_run()
    return made


def asked(case: Case, name: str) -> Inquiry:
    return Inquiry.objects.get(case=case, name=name)


def answer(house, inquiry: Inquiry, official: str, **boxes: str):
    form = Form({name: [value] for name, value in boxes.items()})
    parsed = cases.receive(inquiry.pk, actor=house.official(official), form=form)
    house.let_workers_run()
    return parsed


def open_steps(case: Case) -> list[str]:
    return list(Task.objects.filter(case=case, done_at=None).values_list("element", flat=True))


def told(house) -> list[str]:
    return [one.key.split(":")[2] for one in reversed(correspondence.inbox(house.person("laleh")))]


def test_agencies_are_asked_side_by_side_each_with_its_own_time_and_the_term_rests_for_one(house, case):
    days = {one.name: timezone.localdate(one.until_at, clock.home_zone()) for one in Inquiry.objects.filter(case=case)}

    assert days == {"health": date(2026, 11, 28), "traffic": date(2026, 12, 2)}
    assert Rest.objects.get(case=case, ended_at=None).inquiry == asked(case, "health")
    assert open_steps(case) == []
    assert told(house) == ["submitted", "rests"]


def test_with_both_answers_the_case_goes_on_and_its_ways_know_them(house, case):
    answer(
        house,
        asked(case, "health"),
        "nouri",
        safe="yes",
        **{"until.day": "1", "until.month": "1", "until.year": "1406"},
    )
    assert open_steps(case) == []
    assert told(house) == ["submitted", "rests", "goes_on"]

    answer(house, asked(case, "traffic"), "rostami", free="no")

    case.refresh_from_db()
    assert open_steps(case) == ["decide"]
    assert case.facts["consulted"] == {
        "health": {"safe": True, "until": "2027-03-21", "report": None},
        "traffic": {"free": False},
    }
    assert not Rest.objects.filter(case=case, ended_at=None).exists()
    kinds = [event.kind for event in case.events.all()]
    assert kinds.count("agency_asked") == kinds.count("agency_answered") == 2


def test_when_its_time_is_over_the_case_goes_on_without_the_answer(house, case):
    answer(house, asked(case, "traffic"), "rostami", free="yes")

    for _ in range(6):
        clock.advance(timedelta(days=1))
        house.let_workers_run()

    assert asked(case, "health").outcome == Inquiry.Outcome.LAPSED
    assert open_steps(case) == ["visit"]
    assert case.events.filter(kind="agency_silent").count() == 1
    with pytest.raises(NotNow):
        answer(house, asked(case, "health"), "nouri", safe="yes")


def test_the_law_that_decides_waits_for_no_agency(house, case):
    Inquiry.objects.filter(case=case).update(until_at=clock.now() + timedelta(days=90))
    answer(house, asked(case, "health"), "nouri", safe="yes")

    for _ in range(9):
        clock.advance(timedelta(days=1))
        house.let_workers_run()

    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "approved")
    assert asked(case, "traffic").outcome == Inquiry.Outcome.LAPSED


def test_only_officials_of_the_asked_agency_see_it_and_they_see_only_what_it_shows(house, case):
    inquiry, official = asked(case, "health"), house.official("nouri")

    view = queries.to_answer(official, inquiry.pk)

    assert [(row.question, row.shown) for row in view.rows] == [("goods", "Second-hand books")]
    assert [line.id for line in queries.waiting_for(official)] == [inquiry.pk]
    seen = AccessLog.objects.filter(purpose="consulted").get()
    assert (seen.subject, seen.fields, seen.agency) == (f"party:{case.applicant_id}", ["goods"], "health-ministry")
    assert seen.law == "market-stalls-bylaw#4"
    for stranger in ("moradi", "rostami"):
        with pytest.raises(NotFound):
            queries.to_answer(house.official(stranger), inquiry.pk)
        with pytest.raises(NotFound):
            answer(house, inquiry, stranger, safe="yes")
    with pytest.raises(NotFound):
        queries.to_answer(house.person("laleh"), inquiry.pk)


def test_what_is_wrong_is_told_and_nothing_is_kept_of_it(house, case):
    form = Form({"safe": []}, {"report": [SimpleUploadedFile("report.pdf", PDF)]})

    parsed = cases.receive(asked(case, "health").pk, actor=house.official("nouri"), form=form)

    assert [problem.question for problem in parsed.problems] == ["safe"]
    assert asked(case, "health").outcome == ""
    assert not Upload.objects.filter(case=case).exists()


def test_a_document_comes_with_the_answer_and_both_agencies_can_open_it(house, case):
    form = Form({"safe": ["yes"]}, {"report": [SimpleUploadedFile("report.pdf", PDF)]})
    cases.receive(asked(case, "health").pk, actor=house.official("nouri"), form=form)
    upload = Upload.objects.get(case=case)

    for _, content in (
        queries.file_of(house.official("nouri"), asked(case, "health").pk, upload.pk),
        queries.upload_of_case(house.official("moradi"), case.number, upload.pk),
    ):
        assert content.read() == PDF
    shown = queries.for_official(house.official("moradi"), case.number).asked
    assert [row.question for _, _, reply in shown for row in reply] == ["safe", "until", "report"]


def test_who_withdraws_asks_nobody_any_more(house, case):
    cases.withdraw(case.number, actor=house.person("laleh"), reason="no need")

    assert {one.outcome for one in Inquiry.objects.filter(case=case)} == {Inquiry.Outcome.OVERTAKEN}
    assert queries.waiting_for(house.official("nouri")) == []


def test_an_answer_that_comes_before_the_process_waits_for_it_is_kept(house, change_permit):
    change_permit("process: decide-only\n", CONSULTS.partition("process:")[0] + "process: process.bpmn\n", drawn=SENT)
    case = house.case("granted", service="stall-permit")
    house.let_workers_run()
    assert open_steps(case) == ["check"]

    answer(house, asked(case, "health"), "nouri", safe="yes")
    assert (open_steps(case), asked(case, "health").heard) == (["check"], False)

    officer = house.official("jalali")
    cases.accept(house.task(case, officer).pk, actor=officer)
    assert (open_steps(case), asked(case, "health").heard) == (["decide"], True)


def test_what_an_official_asks_in_words_is_answered_at_the_other_desk_and_ends_the_rest(house):
    case, moradi = house.case("granted", service="stall-permit"), house.official("moradi")
    cases.await_agency(case.number, actor=moradi, agency="health-ministry", reason="May this be sold?")
    inquiry = Inquiry.objects.get(case=case)
    assert [line.title for line in queries.waiting_for(house.official("nouri"))] == ["May this be sold?"]

    answer(house, inquiry, "nouri", reply="Yes, but not in summer.")

    assert not Rest.objects.filter(case=case, ended_at=None).exists()
    assert told(house) == ["submitted", "rests", "goes_on"]
    ((_, title, reply),) = queries.for_official(moradi, case.number).asked
    assert (title, reply[0].shown) == ("May this be sold?", "Yes, but not in summer.")


def test_what_came_on_paper_ends_the_question_at_the_other_desk(house):
    case, moradi = house.case("granted", service="stall-permit"), house.official("moradi")
    cases.await_agency(case.number, actor=moradi, agency="health-ministry", reason="May this be sold?")

    cases.agency_answered(case.number, actor=moradi, note="Yes.")

    assert queries.waiting_for(house.official("nouri")) == []
