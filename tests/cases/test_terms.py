"""The legal clocks: they rest, are extended once, and act when they pass."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from panjereh import definitions
from panjereh.cases import operations as cases
from panjereh.cases import queries
from panjereh.cases.access import service_of
from panjereh.cases.errors import NotNow
from panjereh.cases.models import Case, Deadline
from panjereh.catalogue import operations as catalogue
from panjereh.correspondence import queries as correspondence
from panjereh.kernel import clock

ASKED = {"outcome": "correct", "fields": "given_name", "reason": "Which?"}


def decide_by(case: Case) -> date:
    deadline = Deadline.objects.get(case=case, kind="decide")
    return deadline.due_at.astimezone(clock.home_zone()).date()


def days_go_by(house, number: int) -> None:
    for _ in range(number):
        clock.advance(timedelta(days=1))
        house.let_workers_run()


def test_the_term_rests_while_the_applicant_is_asked(house):
    case = house.case("mother", ASKED)
    assert decide_by(case) == date(2026, 11, 26)

    days_go_by(house, 6)
    cases.send_correction(case.number, actor=house.person("nilufar"))

    deadline = Deadline.objects.get(case=case, kind="decide")
    assert (decide_by(case), deadline.missed, deadline.rests_since) == (date(2026, 12, 2), False, None)


def test_a_term_that_rested_for_no_day_still_acts_when_it_passes(house):
    case = house.case("mother", ASKED)
    cases.send_correction(case.number, actor=house.person("nilufar"))

    days_go_by(house, 4)

    assert case.events.filter(kind="term_passed").count() == 1


def test_days_without_work_do_not_use_up_what_was_left_of_the_term(house):
    case = house.case("mother")
    tuesday, thursday = 1, 3
    days_go_by(house, tuesday)
    ask(house, case)
    days_go_by(house, thursday - tuesday)
    cases.send_correction(case.number, actor=house.person("nilufar"))

    assert decide_by(case) == date(2026, 11, 29)  # two working days after a Thursday: Saturday and Sunday


def test_when_nobody_corrects_in_time_the_agencys_term_goes_on(house):
    case = house.case("mother", ASKED)

    days_go_by(house, 11)
    case.refresh_from_db()
    assert (case.state, house.task(case).element) == ("open", "check")
    assert Deadline.objects.get(case=case, kind="decide").rests_since is None

    days_go_by(house, 6)
    assert case.events.filter(kind="term_passed").count() == 1


def test_asked_again_the_applicant_sees_the_newer_request(house):
    case = house.case("mother", ASKED)
    days_go_by(house, 11)
    ask(house, case, message="And the other?")

    seen = queries.of_applicant(house.person("nilufar"), case.number).correction

    assert seen is not None
    assert seen.message == "And the other?"


def test_a_term_that_has_passed_is_not_extended(house):
    case = house.case()
    days_go_by(house, 4)

    with pytest.raises(NotNow):
        cases.extend(case.number, actor=house.official("amini"), reason="Too late.")

    assert house.task(case).late
    assert Deadline.objects.get(case=case, kind="decide").missed


def ask(house, case: Case, message: str = "Which?") -> None:
    amini = house.official("amini")
    screens = [screen.path for screen in service_of(case).screens(case.answers, case.facts) if screen.index is not None]
    cases.ask_correction(house.task(case, amini).pk, actor=amini, screens=screens[:1], message=message)


def test_the_term_is_extended_once_and_the_applicant_is_told_why(house):
    amini, case = house.official("amini"), house.case()

    cases.extend(case.number, actor=amini, reason="The hospital must answer first.")
    with pytest.raises(NotNow):
        cases.extend(case.number, actor=amini, reason="Again.")

    assert decide_by(case) == date(2026, 11, 30)
    assert "The hospital must answer first." in correspondence.inbox(house.person("nilufar"))[0].text


@pytest.fixture
def silence(tmp_path: Path, house):
    """Put a law in force by which silence means something."""

    def means(what: str) -> None:
        folder = tmp_path / "services"
        shutil.copytree(settings.SERVICES, folder, ignore=shutil.ignore_patterns("*.jsonl"))
        file = folder / "civil-registry/birth-registration/service.yaml"
        file.write_text(file.read_text().replace("silence: escalate", f"silence: {what}"))
        catalogue.publish(definitions.bundle(folder, "birth-registration"), by="test", note="silence")

    return means


@pytest.mark.parametrize(("what", "outcome", "registered"), [("approve", "approved", 1), ("refuse", "", 0)])
def test_silence_means_what_the_law_says(house, silence, what, outcome, registered):
    silence(what)
    case = house.case()

    days_go_by(house, 4)

    case.refresh_from_db()
    assert case.outcome == outcome
    assert len(case.results.get("records", {})) == registered
    assert [decision.outcome for decision in case.decisions.all()] == [what]
    assert Deadline.objects.get(case=case, kind="decide").missed


def test_silence_stands_above_a_decision_that_nobody_confirmed(house, silence):
    silence("approve")
    amini, case = house.official("amini"), house.case("after-a-year", "accept")
    cases.decide(house.task(case, amini).pk, actor=amini, outcome="refuse", conditions=["name"], reason="So.")

    days_go_by(house, 4)

    assert house.task(case).element == "payment"


def test_whom_silence_favours_is_told_what_to_pay(house, silence):
    silence("approve")
    house.case("late", on="2026-11-23", answers=late_answers(house))

    days_go_by(house, 4)

    told = [message.key.split(":")[2] for message in correspondence.inbox(house.person("nilufar"))]
    assert told == ["payment", "silence", "submitted"]


def test_silence_that_escalates_marks_the_case_late_and_decides_nothing(house):
    case = house.case()

    days_go_by(house, 4)

    case.refresh_from_db()
    assert (case.state, case.outcome, house.task(case).late) == ("open", "", True)
    assert case.events.filter(kind="term_passed").count() == 1


def test_a_decision_in_time_silences_the_clock(house):
    heard, checked = ({"task": task, "outcome": "accept"} for task in ("hear_witnesses", "check"))
    case = house.case("late", heard, checked, "approve", on="2026-11-23", answers={**late_answers(house)})

    days_go_by(house, 10)

    assert not case.events.filter(kind="term_passed").exists()
    assert not Deadline.objects.get(case=case, kind="decide").missed


def late_answers(house) -> dict[str, object]:
    """A birth at home three weeks ago, so that the case waits for its fee."""
    return {
        "role": "mother",
        "setting": "home",
        "birth_date": "2026-11-02",
        "birth_place": "070101",
        "children": [{"given_name": "نورا", "sex": "female"}],
        "father_known": False,
        "witnesses": ["kamran", "laleh"],
    }


def test_after_the_time_for_objections_a_refusal_is_final(house):
    case = house.case("mother", "accept", {"outcome": "refuse", "conditions": "name"})
    assert Case.objects.get(pk=case.pk).state == "open"

    days_go_by(house, 32)

    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "refused")
