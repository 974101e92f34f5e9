"""The ways through the processes that come with the platform, and what the waiting person sees of them."""

from decimal import Decimal
from typing import Any

import pytest
from tests.process.drawing import Run

from panjereh import process
from panjereh.process import Kind


def begin(name: str = "standard", *, four_eyes: bool = False, fee: int = 0, **more: Any) -> Run:
    return Run(process.named(name), four_eyes=four_eyes, fee=Decimal(fee), outcomes={}, **more)


def seen(run: Run, lang: str = "en") -> list[tuple[str, str]]:
    return [(stage.title, stage.state) for stage in process.where(run.model, run.marking, lang)]


def test_a_plain_case_is_checked_decided_produced_and_told():
    run = begin()
    run.complete("check", "accept")
    run.complete("decide", "approve")
    assert run.steps[-1].effects[0].operation == "produce"
    run.finish("produce")
    assert run.steps[-1].effects[0].operation == "notify:approved"

    step = run.finish("notify_approved")

    assert (step.ended, step.outcome) == (True, "approved")


def test_a_correction_goes_to_the_applicant_and_comes_back_to_the_check():
    run = begin()

    step = run.complete("check", "correct")

    (task,) = step.tasks_opened
    assert (task.element, task.who, task.does) == ("correction", "applicant", "correct")
    (clock,) = step.clocks_set
    assert (clock.kind, clock.due, clock.key) == ("deadline", "correct", "2:correction_overdue")
    assert run.complete("correction", "sent").clocks_cancelled == ["2:correction_overdue"]
    assert run.at == ["check"]


def test_a_correction_that_does_not_come_returns_to_the_check_as_it_is():
    run = begin()
    run.complete("check", "correct")

    step = run.fire("correction_overdue")

    assert step.tasks_cancelled == ["2"]
    assert run.at == ["check"]


def test_a_second_official_confirms_or_returns_the_decision():
    run = begin(four_eyes=True)
    run.complete("check", "accept")
    run.complete("decide", "refuse")
    assert run.at == ["confirm"]

    run.complete("confirm", "return")
    assert run.at == ["decide"]
    run.complete("decide", "approve")
    run.complete("confirm", "confirm")

    assert run.at == ["produce"]


@pytest.mark.parametrize("by", ["receipt", "message"])
def test_a_fee_is_waited_for_before_anything_is_produced(by):
    run = begin(fee=500_000)
    run.complete("check", "accept")
    run.complete("decide", "approve")
    assert run.at == ["payment"]

    if by == "receipt":
        run.complete("payment", "paid")
    else:
        run.deliver("paid")

    assert run.at == ["produce"]


def refused() -> Run:
    run = begin()
    run.complete("check", "accept")
    run.complete("decide", "refuse")
    run.finish("notify_refused")
    return run


def test_a_refusal_becomes_final_when_nobody_appeals_in_time():
    run = refused()
    (clock,) = run.steps[-1].clocks_set
    assert (clock.kind, clock.due) == ("deadline", "appeal")
    assert process.awaits(run.model, run.marking) == {"appeal"}

    step = run.fire("appeal_overdue")

    assert (step.ended, step.outcome) == (True, "refused")


def test_an_appeal_that_is_overturned_goes_on_as_an_approval():
    run = refused()
    run.deliver("appeal")
    assert run.at == ["review"]

    run.complete("review", "overturn")

    assert run.at == ["produce"]


def test_an_appeal_that_is_not_upheld_ends_in_the_refusal():
    run = refused()
    run.deliver("appeal")
    run.complete("review", "uphold")

    step = run.finish("notify_upheld")

    assert (step.ended, step.outcome) == (True, "refused")


def test_where_one_official_does_all_the_first_task_is_the_decision():
    run = begin("decide-only")
    assert run.at == ["decide"]

    run.complete("decide", "correct")
    assert run.at == ["correction"]
    run.complete("correction", "sent")
    run.complete("decide", "approve")

    assert run.at == ["produce"]


@pytest.mark.parametrize("name", ["standard", "decide-only"])
def test_every_step_has_a_name_in_both_languages_and_every_task_says_who_does_what(name):
    for element in process.named(name).elements.values():
        if element.kind not in (Kind.EXCLUSIVE, Kind.EVENTS):
            assert set(element.names) == {"fa", "en"}, element.id
        if element.kind is Kind.USER:
            assert element.who, element.id
            assert element.does, element.id
            assert element.outcomes, element.id


def test_the_way_shows_what_is_done_what_happens_now_and_what_lies_ahead():
    run = begin()

    assert seen(run) == [
        ("Received", "done"),
        ("Being checked", "now"),
        ("Decision", "ahead"),
        ("Recorded and issued", "ahead"),
    ]
    assert seen(run, "fa")[0] == ("دریافت شد", "done")


def test_before_anything_began_the_whole_usual_way_lies_ahead():
    stages = process.way(process.standard(), "en")

    assert [(stage.title, stage.state) for stage in stages] == [
        ("Received", "ahead"),
        ("Being checked", "ahead"),
        ("Decision", "ahead"),
        ("Recorded and issued", "ahead"),
    ]


def test_a_correction_appears_where_it_happens_and_the_check_lies_ahead_again():
    run = begin()
    run.complete("check", "correct")

    assert seen(run) == [
        ("Received", "done"),
        ("Waiting for your correction", "now"),
        ("Being checked", "ahead"),
        ("Decision", "ahead"),
        ("Recorded and issued", "ahead"),
    ]


def test_two_officials_who_decide_are_one_station_for_the_person():
    run = begin(four_eyes=True)
    run.complete("check", "accept")
    before = seen(run)
    run.complete("decide", "approve")

    assert seen(run) == before


def test_a_refused_case_shows_that_one_can_appeal_and_later_only_what_happened():
    run = refused()
    assert seen(run) == [
        ("Received", "done"),
        ("Being checked", "done"),
        ("Decision", "done"),
        ("Refused; you can appeal", "now"),
    ]

    run.fire("appeal_overdue")

    assert seen(run) == [("Received", "done"), ("Being checked", "done"), ("Decision", "done")]


def test_a_fee_appears_on_the_way_when_it_is_due():
    run = begin(fee=1)
    run.complete("check", "accept")
    run.complete("decide", "approve")
    assert ("Payment", "now") in seen(run)

    run.deliver("paid")

    assert ("Payment", "done") in seen(run)


def test_an_unknown_process_is_not_found():
    with pytest.raises(KeyError):
        process.named("other")
