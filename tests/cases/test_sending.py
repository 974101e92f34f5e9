"""Handing in: once is once, nobody sees what is not theirs, and what does not fit is not taken."""

from dataclasses import replace

import pytest
from django.utils import translation

from panjereh.cases import operations as cases
from panjereh.cases import queries
from panjereh.cases.errors import NotComplete
from panjereh.cases.models import Case, Draft
from panjereh.cases.operations import drafts
from panjereh.correspondence import queries as correspondence
from panjereh.kernel import clock
from panjereh.kernel.actor import Level
from panjereh.kernel.errors import Invalid, NotAllowed, NotFound

UNKNOWN = "4058317263"


def test_pressed_twice_it_is_one_case_and_one_notice(house):
    nilufar = house.person("nilufar")
    case = house.case()
    draft = Draft.objects.get(case=case)

    again = cases.submit(draft.pk, actor=nilufar)
    house.let_workers_run()

    assert again == case
    assert Case.objects.count() == 1
    assert [message.case for message in correspondence.inbox(nilufar)] == [case.number]


def test_what_is_not_complete_is_not_sent_and_stays_a_draft(house):
    nilufar = house.person("nilufar")
    draft = cases.start_draft("complaint", actor=nilufar)

    with pytest.raises(NotComplete) as refused:
        cases.submit(draft.pk, actor=nilufar)

    assert {problem.question for problem in refused.value.problems} >= {"kind", "what"}
    assert not Case.objects.exists()
    assert [view.draft for view in queries.drafts_of(nilufar)] == [draft]


def test_somebody_elses_draft_can_not_be_sent(house):
    draft = cases.start_draft("complaint", actor=house.person("nilufar"))

    with pytest.raises(NotFound):
        cases.submit(draft.pk, actor=house.person("kamran"))


@pytest.mark.parametrize(
    "act",
    [
        lambda actor, number: queries.of_applicant(actor, number),
        lambda actor, number: cases.withdraw(number, actor=actor, reason="x"),
        lambda actor, number: cases.appeal(number, actor=actor, reason="x"),
        lambda actor, number: cases.send_correction(number, actor=actor),
        lambda actor, number: cases.say(number, actor=actor, text="x"),
    ],
    ids=["look", "withdraw", "object", "correct", "write"],
)
def test_a_foreign_number_answers_exactly_like_an_unknown_one(house, act):
    case, kamran = house.case(), house.person("kamran")

    answers = []
    for number in (case.number, UNKNOWN):
        with pytest.raises(NotFound) as refused:
            act(kamran, number)
        answers.append((refused.value.code, str(refused.value)))

    assert answers[0] == answers[1]
    assert case.events.count() == Case.objects.get(pk=case.pk).events.count()


def test_tracking_needs_the_right_code_and_the_right_second_fact(house):
    case = house.case()

    assert queries.track(case.number, "3917") is not None
    assert queries.track(f"{case.number[:3]} {case.number[3:6]}-{case.number[6:]}", "۳۹۱۷") is not None
    assert queries.track(case.number, "0000") is None
    assert queries.track(UNKNOWN, "3917") is None
    assert queries.track(case.number, "") is None


def test_the_same_birth_declared_again_is_recognised(house):
    first = house.case()

    assert house.case("father").duplicate_of == first.number


def test_a_surer_sign_in_is_needed_to_send_and_not_only_to_begin(house):
    nilufar = house.person("nilufar")
    draft = cases.start_draft("birth-registration", actor=nilufar)

    with pytest.raises(NotAllowed):
        cases.submit(draft.pk, actor=replace(nilufar, level=Level.LOW))


def test_what_has_lapsed_can_be_asked_for_again(house):
    lapsed = house.case()
    Case.objects.filter(pk=lapsed.pk).update(state="closed", outcome="lapsed", closed_at=clock.now())

    assert house.case("father").duplicate_of == ""


def test_what_was_withdrawn_can_be_asked_for_again(house):
    house.case("mother", "withdraw")

    assert house.case("father").duplicate_of == ""


def test_the_files_of_one_request_have_a_common_limit(house, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_BYTES", 10)
    draft = cases.start_draft("complaint", actor=house.person("nilufar"))
    store = drafts.storer_of(draft)
    store(b"12345678", "a.txt", "text/plain")

    with translation.override("en"), pytest.raises(Invalid, match="megabytes together"):
        store(b"123", "b.txt", "text/plain")

    assert draft.uploads.count() == 1
