"""A case that is under way can go on in another drawing only where its tokens, joins and clocks find their places."""

import pytest

from panjereh import process
from panjereh.process import Misfit

DATA = {"outcomes": {}, "four_eyes": False, "fee": 0}
STANDARD = process.source_of("standard").decode()


def drawn(*changes: tuple[str, str]) -> process.Process:
    text = STANDARD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return next(iter(process.load(text).values()))


def waiting_for_a_correction() -> process.Step:
    standard = process.standard()
    step = process.start(standard, DATA)
    data = {**DATA, "outcomes": {"check": "correct"}}
    return process.complete(standard, step.marking, step.tasks_opened[0].token, data)


def test_every_marking_fits_the_drawing_that_it_comes_from():
    begun = process.start(process.standard(), DATA).marking

    assert process.misfits(process.standard(), process.standard(), begun) == []
    assert process.misfits(process.standard(), drawn(), waiting_for_a_correction().marking) == []


def test_what_happens_elsewhere_in_the_drawing_may_change():
    begun = process.start(process.standard(), DATA).marking
    later = drawn(('pj:operation="notify:refused"', 'pj:operation="notify:approved"'))

    assert process.misfits(process.standard(), later, begun) == []


def test_a_step_that_is_gone_or_means_something_else_is_named():
    begun = process.start(process.standard(), DATA).marking

    assert process.misfits(process.standard(), process.decide_only(), begun) == [Misfit("check", "gone")]
    renamed = drawn(('pj:does="check"', 'pj:does="review"'))
    assert process.misfits(process.standard(), renamed, begun) == [Misfit("check", "other")]


def test_a_clock_that_runs_must_run_in_the_other_drawing_too():
    asked = waiting_for_a_correction().marking
    assert asked["clocks"]

    longer = drawn(('pj:deadline="correct"', 'pj:deadline="appeal"'))

    assert {misfit.why for misfit in process.misfits(process.standard(), longer, asked)} == {"other"}


@pytest.mark.parametrize("why", ["gone", "other"])
def test_each_misfit_is_told_once(why):
    asked = waiting_for_a_correction().marking
    other = process.decide_only() if why == "gone" else drawn(('pj:deadline="correct"', 'pj:deadline="appeal"'))
    found = process.misfits(process.standard(), other, asked)

    assert len(found) == len(set(found))
