"""The agency does not decide in time: the law does, or a supervisor must. Never while the term rests, never twice."""

from datetime import date, datetime, time, timedelta

import pytest

from panjereh.cases import effects, queries
from panjereh.cases import operations as cases
from panjereh.cases.access import service_of
from panjereh.cases.errors import NotNow
from panjereh.cases.models import Case, Deadline, Task
from panjereh.correspondence import queries as correspondence
from panjereh.documents import queries as documents
from panjereh.identity import operations as identity
from panjereh.identity import queries as identities
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.kernel.errors import NotAllowed, NotFound
from panjereh.outbox.handlers import EffectContext

PERMIT = "stall-permit"
LAST_DAY = date(2026, 12, 1)
CITED = {"outcome": "refuse", "conditions": ["free_way"], "reason": "The way is too narrow."}


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.home_zone())


def go_to(moment: datetime) -> None:
    clock.advance(moment - clock.now())


def days_go_by(house, number: int) -> None:
    for _ in range(number):
        clock.advance(timedelta(days=1))
        house.let_workers_run()


def permit(house, *then, **changes) -> Case:
    return house.case("granted", *then, service=PERMIT, **changes)


def strike(case: Case) -> None:
    effects.clock_struck({"case": str(case.pk), "clock": "silence"}, EffectContext(1, "k", 1))


def words_to(house, name: str, case: Case, kind: str) -> str:
    told = [one for one in correspondence.inbox(house.person(name)) if one.case == case.number]
    return next(one.text for one in told if one.key.split(":")[2] == kind)


@pytest.fixture
def silence_refuses(change_permit) -> None:
    change_permit("silence: approve", "silence: refuse")


MANY_LOOK = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:pj="http://panjereh.example/bpmn">
<process id="p">
  <startEvent id="s"/>
  <userTask id="look" pj:fa="بررسی" pj:en="Look at" pj:who="officer" pj:does="check" pj:outcomes="accept">
    <multiInstanceLoopCharacteristics pj:items='["way", "goods", "noise", "waste"]' pj:item="side"/>
  </userTask>
  <serviceTask id="tell" pj:operation="notify:submitted"/>
  <userTask id="decide" pj:fa="تصمیم" pj:en="Decide" pj:who="registrar" pj:does="decide" pj:outcomes="approve refuse"/>
  <userTask id="confirm" pj:fa="تأیید" pj:en="Confirm" pj:who="supervisor" pj:does="confirm"
            pj:outcomes="confirm return"/>
  <serviceTask id="produce" pj:operation="produce"/>
  <endEvent id="approved" pj:outcome="approved"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="look"/>
  <sequenceFlow id="f2" sourceRef="look" targetRef="tell"/>
  <sequenceFlow id="f3" sourceRef="tell" targetRef="decide"/>
  <sequenceFlow id="f4" sourceRef="decide" targetRef="confirm"/>
  <sequenceFlow id="f5" sourceRef="confirm" targetRef="produce"/>
  <sequenceFlow id="f6" sourceRef="produce" targetRef="approved"/>
</process></definitions>"""


def test_what_the_law_approves_has_its_own_event_notice_and_words_on_the_certificate(house):
    case = permit(house)

    days_go_by(house, 9)

    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "approved")
    (event,) = case.events.filter(kind="decided_by_law")
    assert (event.public["outcome"], event.public["law"], event.public["actor"]) == (
        "approve", "market-stalls-bylaw#6", None,
    )  # fmt: skip
    assert "Seasonal Stalls Bylaw, article 6" in words_to(house, "laleh", case, "silence")
    assert "because we did not answer in time (Seasonal Stalls Bylaw" in words_to(house, "laleh", case, "approved")
    (issued,) = documents.of_case(case.number)
    assert issued.data["granted_by_silence"] is True


def test_what_the_law_refuses_cites_it_and_can_be_objected_to(house, silence_refuses):
    case = permit(house)

    days_go_by(house, 9)

    case.refresh_from_db()
    seen = queries.of_applicant(house.person("laleh"), case.number)
    assert seen.can_appeal
    assert seen.by_law
    told = words_to(house, "laleh", case, "refused")
    assert "counts as refused because we did not answer in time (Seasonal Stalls Bylaw, article 6)" in told
    assert "missing" not in told
    cases.appeal(case.number, actor=house.person("laleh"), reason="I waited.")
    assert house.task(case).does == "review"


def test_whoever_was_right_to_object_to_silence_is_not_told_that_silence_granted_it(house, silence_refuses):
    case, jalali = permit(house), house.official("jalali")
    days_go_by(house, 9)
    cases.appeal(case.number, actor=house.person("laleh"), reason="I waited.")

    cases.review(house.task(case, jalali).pk, actor=jalali, outcome="overturn", reason="The way is free.")
    house.let_workers_run()

    assert "did not answer in time" not in words_to(house, "laleh", case, "approved")
    (issued,) = documents.of_case(case.number)
    assert issued.data["granted_by_silence"] is False


def test_the_law_does_every_step_before_the_decision_however_many_there_are(house, change_permit):
    change_permit("process: decide-only", "process: process.bpmn", drawn=MANY_LOOK)
    case = permit(house)
    assert Task.objects.filter(case=case, done_at=None).count() == 4

    days_go_by(house, 9)

    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "approved")
    done = Task.objects.filter(case=case).values_list("element", flat=True)
    assert sorted(done) == ["confirm", "decide", "look", "look", "look", "look"]


def test_nobody_overturns_at_an_open_step_what_the_law_has_decided(house):
    case, moradi = permit(house), house.official("moradi")
    case.facts = {**case.facts, "by_silence": True}
    case.save(update_fields=["facts"])
    Deadline.objects.filter(case=case).update(ended_at=clock.now())

    with pytest.raises(NotNow):
        cases.decide(house.task(case, moradi).pk, actor=moradi, **CITED)


def test_until_the_last_second_of_the_last_day_the_official_decides(house):
    case, moradi = permit(house), house.official("moradi")
    go_to(midnight_after(LAST_DAY) - timedelta(microseconds=2))

    cases.decide(house.task(case, moradi).pk, actor=moradi, **CITED)
    go_to(midnight_after(LAST_DAY) + timedelta(seconds=1))
    house.let_workers_run()
    strike(case)

    assert [decision.outcome for decision in case.decisions.all()] == ["refuse"]
    assert not Deadline.objects.get(case=case, kind="decide").missed


@pytest.mark.parametrize("act", ["decide", "correct", "extend", "await"])
def test_after_midnight_nobody_acts_against_what_the_law_has_decided_though_no_worker_saw_to_it(house, act):
    case, moradi = permit(house), house.official("moradi")
    task = house.task(case, moradi)
    go_to(midnight_after(LAST_DAY))
    screens = [screen.path for screen in service_of(case).screens(case.answers, case.facts)][:1]
    acts = {
        "decide": lambda: cases.decide(task.pk, actor=moradi, **CITED),
        "correct": lambda: cases.ask_correction(task.pk, actor=moradi, screens=screens, message="Which?"),
        "extend": lambda: cases.extend(case.number, actor=moradi, reason="More time."),
        "await": lambda: cases.await_agency(case.number, actor=moradi, agency="health-ministry", reason="May it?"),
    }

    with pytest.raises(NotNow):
        acts[act]()

    house.let_workers_run()
    case.refresh_from_db()
    assert case.outcome == "approved"


def test_a_clock_that_strikes_twice_decides_once(house):
    case = permit(house)
    go_to(midnight_after(LAST_DAY))

    house.let_workers_run()
    strike(case)
    strike(case)

    assert case.events.filter(kind="decided_by_law").count() == 1
    assert case.decisions.count() == 1


def test_a_clock_that_strikes_while_the_term_rests_does_nothing(house):
    case = permit(house, {"outcome": "correct", "fields": "goods", "reason": "Which books?"})
    go_to(midnight_after(LAST_DAY))

    strike(case)

    case.refresh_from_db()
    assert case.outcome == ""
    assert not case.events.filter(kind="term_passed").exists()


def test_who_withdraws_in_time_gets_no_permit_from_the_clock(house):
    case = permit(house)
    cases.withdraw(case.number, actor=house.person("laleh"))

    days_go_by(house, 9)
    strike(case)

    case.refresh_from_db()
    assert case.outcome == "withdrawn"
    assert documents.of_case(case.number) == []


def test_the_desk_sees_that_the_law_decided(house):
    case = permit(house)
    days_go_by(house, 9)

    view = queries.for_official(house.official("moradi"), case.number)

    assert [decision.by_id for decision in view.decisions] == [None]
    assert "decided_by_law" in {event.kind for event in view.events}
    assert view.task is None


# ---------- escalation


def test_what_is_not_done_in_time_goes_to_the_supervisor_who_does_it(house):
    amini, bahrami = house.official("amini"), house.official("bahrami")
    case = house.case()
    house.task(case, amini)

    days_go_by(house, 4)

    task = house.task(case)
    assert (task.who, task.assignee_id, task.late) == ("supervisor", None, True)
    with pytest.raises(NotFound):
        cases.accept(task.pk, actor=amini)
    cases.accept(house.task(case, bahrami).pk, actor=bahrami)
    assert house.task(case).who == "supervisor"  # what opens after the term has passed is the supervisor's, too
    cases.decide(house.task(case, bahrami).pk, actor=bahrami, outcome="approve")
    house.let_workers_run()
    case.refresh_from_db()
    assert case.outcome == "approved"


def test_the_supervisor_may_hand_it_to_another_supervisor_only_and_the_applicant_is_told(house):
    case = house.case()
    days_go_by(house, 4)
    bahrami, sadeghi, amini = (house.official(name) for name in ("bahrami", "sadeghi", "amini"))
    task = house.task(case, bahrami)

    with pytest.raises(NotFound):
        cases.assign(task.pk, actor=bahrami, to=amini.party, reason="Yours.")
    cases.assign(task.pk, actor=bahrami, to=sadeghi.party, reason="Yours.")

    assert house.task(case).assignee_id == sadeghi.party
    assert "سرپرست" in words_to(house, "nilufar", case, "silence")


def test_the_event_says_from_whom_to_whom_it_went(house):
    case = house.case()
    days_go_by(house, 4)

    (event,) = case.events.filter(kind="escalated")
    assert (event.public["was"], event.public["to"], event.public["actor"]) == ("officer", "supervisor", None)


def test_only_a_supervisor_does_what_came_to_the_supervisors(house):
    case, amini = house.case(), house.official("amini")
    days_go_by(house, 4)
    Task.objects.filter(case=case, done_at=None).update(who="officer", assignee=amini.party)

    with pytest.raises(NotAllowed):
        cases.accept(house.task(case).pk, actor=amini)


def test_without_a_supervisor_the_task_stays_with_those_who_had_it(house):
    for official in identities.officials("civil-registry", role="supervisor"):
        kept = {role for role in official.roles if role != "supervisor"}
        identity.change_roles(official.pk, actor=SYSTEM, roles=kept, reason="A test.")
    case, amini = house.case(), house.official("amini")

    days_go_by(house, 4)

    task = house.task(case, amini)
    assert (task.who, task.late) == ("officer", True)
    cases.accept(task.pk, actor=amini)
    assert house.task(case).who == "registrar"


def test_a_case_that_needs_two_is_escalated_only_where_two_supervisors_are(house):
    case = house.case("after-a-year", "accept")
    days_go_by(house, 4)
    assert house.task(case).who == "supervisor"
    bahrami, sadeghi = house.official("bahrami"), house.official("sadeghi")

    cases.decide(house.task(case, bahrami).pk, actor=bahrami, outcome="approve")
    with pytest.raises(NotFound):
        cases.confirm(house.task(case, bahrami).pk, actor=bahrami, agree=True)
    cases.confirm(house.task(case, sadeghi).pk, actor=sadeghi, agree=True)

    assert house.task(case).does == "pay"


def test_the_applicant_always_sees_the_promised_day_and_what_follows(house):
    case = permit(house)
    before = queries.of_applicant(house.person("laleh"), case.number).promise
    assert before is not None
    assert (before.day, before.silence, before.law, before.passed) == (
        LAST_DAY, "approve", "market-stalls-bylaw#6", False,
    )  # fmt: skip

    days_go_by(house, 9)

    after = queries.of_applicant(house.person("laleh"), case.number).promise
    assert after is not None
    assert after.passed
