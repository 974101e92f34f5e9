"""What officials may do, in which order, and what is refused without anything happening."""

from dataclasses import replace
from datetime import timedelta

import pytest

from panjereh.cases import operations as cases
from panjereh.cases import queries
from panjereh.cases.errors import CaseIsClosed, NotNow, ReasonMissing, ReceiptIsUsed, RefusalNeedsCondition, TaskIsTaken
from panjereh.cases.models import Decision, Payment, Task
from panjereh.identity import operations as identity
from panjereh.identity import queries as identities
from panjereh.identity.models import Official
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor, Channel
from panjereh.kernel.errors import NotAllowed, NotFound


@pytest.mark.parametrize("conditions", [[], ["invented"]], ids=["none", "unknown"])
def test_a_refusal_without_a_published_condition_is_refused_and_nothing_happens(house, conditions):
    amini = house.official("amini")
    case = house.case("mother", "accept")
    task, before = house.task(case, amini), case.events.count()

    with pytest.raises(RefusalNeedsCondition):
        cases.decide(task.pk, actor=amini, outcome="refuse", conditions=conditions, reason="Because.")

    case.refresh_from_db()
    assert case.decided_at is None
    assert case.events.count() == before
    assert not Decision.objects.exists()
    assert house.task(case) == task


def test_a_refusal_without_words_is_refused(house):
    amini = house.official("amini")
    task = house.task(house.case("mother", "accept"), amini)

    with pytest.raises(ReasonMissing):
        cases.decide(task.pk, actor=amini, outcome="refuse", conditions=["name"], reason="  ")


def test_a_step_is_done_once_however_often_the_button_is_pressed(house):
    amini = house.official("amini")
    case = house.case()
    task = house.task(case, amini)

    cases.accept(task.pk, actor=amini)
    with pytest.raises(NotNow):
        cases.accept(task.pk, actor=amini)

    assert [task.element for task in Task.objects.filter(case=case, done_at=None)] == ["decide"]


def test_a_task_is_worked_on_by_whoever_took_it(house):
    task = house.task(house.case(), house.official("amini"))

    with pytest.raises(TaskIsTaken):
        cases.accept(task.pk, actor=house.official("bahrami"))
    with pytest.raises(TaskIsTaken):
        cases.take(task.pk, actor=house.official("bahrami"), reason="faster")


def test_two_officials_are_given_different_tasks_the_first_due_first(house):
    first, second = house.case(), house.case("twins")

    taken = [cases.take_next(actor=house.official(name)).case_id for name in ("amini", "bahrami")]

    assert taken == [first.pk, second.pk]
    assert cases.take_next(actor=house.official("amini")).case_id == first.pk


def test_what_has_no_term_comes_after_what_is_overdue_and_before_what_is_due_later(house):
    later, no_term, overdue = house.case(), house.case("twins"), house.case("foundling")
    Task.objects.filter(case=no_term).update(due_at=None)
    Task.objects.filter(case=overdue).update(due_at=clock.now() - timedelta(days=1))

    order = [line.number for line in queries.queue(house.official("amini")).lines]

    assert order == [overdue.number, no_term.number, later.number]


def test_who_decided_does_not_confirm(house):
    bahrami = house.official("bahrami")
    case = house.case("after-a-year", "accept")
    cases.decide(house.task(case, bahrami).pk, actor=bahrami, outcome="approve")
    confirm = house.task(case)

    assert confirm.element == "confirm"
    assert confirm.pk not in [line.task.pk for line in queries.queue(bahrami).lines]
    with pytest.raises(NotFound):
        cases.take(confirm.pk, actor=bahrami, reason="me")


def test_who_refused_does_not_answer_the_objection(house):
    bahrami, nilufar = house.official("bahrami"), house.person("nilufar")
    case = house.case("mother", "accept")
    task = house.task(case, bahrami)
    cases.decide(task.pk, actor=bahrami, outcome="refuse", conditions=["name"], reason="So.")
    house.let_workers_run()

    cases.appeal(case.number, actor=nilufar, reason="No.")

    review = house.task(case)
    assert review.element == "review"
    with pytest.raises(NotFound):
        cases.take(review.pk, actor=bahrami, reason="me")


def test_who_confirmed_a_refusal_does_not_answer_the_objection_to_it(house):
    amini, bahrami, maryam = house.official("amini"), house.official("bahrami"), house.person("maryam")
    case = house.case("after-a-year", "accept")
    task = house.task(case, amini)
    cases.decide(task.pk, actor=amini, outcome="refuse", conditions=["name"], reason="So.")
    cases.confirm(house.task(case, bahrami).pk, actor=bahrami, agree=True)
    house.let_workers_run()

    cases.appeal(case.number, actor=maryam, reason="No.")

    review = house.task(case)
    assert review.element == "review"
    assert cases.take_next(actor=bahrami) is None
    with pytest.raises(NotFound):
        cases.take(review.pk, actor=bahrami, reason="me")


def test_what_is_looked_at_again_is_not_given_to_whoever_may_not_do_it(house):
    amini, bahrami = house.official("amini"), house.official("bahrami")
    case = house.case("after-a-year", "accept")
    cases.decide(house.task(case, amini).pk, actor=amini, outcome="approve")
    cases.confirm(house.task(case, bahrami).pk, actor=bahrami, agree=False, reason="Look at the notice.")

    cases.decide(house.task(case, bahrami).pk, actor=bahrami, outcome="approve")

    confirm = house.task(case)
    assert (confirm.element, confirm.not_by_id, confirm.assignee_id) == ("confirm", bahrami.party, None)


def test_a_corrected_case_of_an_official_who_has_left_is_everybodys(house):
    case = house.case("mother", {"outcome": "correct", "fields": "given_name", "reason": "Which?"})
    had_it = Task.objects.get(case=case, does="check").assignee_id
    Official.objects.filter(party=had_it).update(ended_at=clock.now())

    cases.send_correction(case.number, actor=house.person("nilufar"))

    assert house.task(case).assignee_id is None


def test_what_officials_write_about_taking_a_task_is_not_public(house):
    amini, case = house.official("amini"), house.case()

    task = cases.take(house.task(case).pk, actor=amini, reason="Nilufar called.")
    cases.assign(task.pk, actor=amini, to=house.official("bahrami").party, reason="She knows Nilufar.")

    written = list(case.events.filter(kind__startswith="task_"))
    assert [event.personal["reason"] for event in written] == ["Nilufar called.", "She knows Nilufar."]
    assert not any("Nilufar" in str(event.public) for event in written)


def test_ones_own_case_is_never_in_ones_queue(house):
    case = house.case()
    nilufar = official_too("nilufar@example.org")

    assert queries.queue(nilufar).lines == []
    assert cases.take_next(actor=nilufar) is None
    with pytest.raises(NotFound):
        cases.take(house.task(case).pk, actor=nilufar, reason="mine")


def test_an_official_whom_a_case_names_has_no_part_in_it(house):
    case = house.case("father")
    nilufar = official_too("nilufar@example.org")
    task = house.task(case)

    assert cases.take_next(actor=nilufar) is None
    with pytest.raises(NotAllowed):
        cases.take(task.pk, actor=nilufar, reason="my child")
    with pytest.raises(NotFound):
        queries.for_official(nilufar, case.number)
    with pytest.raises(NotNow):
        cases.assign(task.pk, actor=replace(SYSTEM, agency=case.agency), to=nilufar.party, reason="x")
    assert house.task(case).assignee_id is None


def official_too(email: str) -> Actor:
    """The person of this address, who also holds an office at the registry."""
    identity.put_in_office(email, agency="civil-registry", roles=["officer", "registrar", "supervisor"])
    return identities.actor_of(identity.create_account(email), as_official=True, channel=Channel.DESK)


def test_a_withdrawn_case_cannot_be_decided(house):
    amini, nilufar = house.official("amini"), house.person("nilufar")
    case = house.case("mother", "accept")
    task = house.task(case, amini)

    cases.withdraw(case.number, actor=nilufar, reason="")
    with pytest.raises(NotNow):
        cases.decide(task.pk, actor=amini, outcome="approve")

    case.refresh_from_db()
    assert case.outcome == "withdrawn"
    assert not Decision.objects.exists()


def test_a_decided_case_cannot_be_withdrawn(house):
    case = house.case("late", "accept", "approve", on="2026-12-20")

    with pytest.raises(NotNow):
        cases.withdraw(case.number, actor=house.person("nilufar"), reason="")


def test_a_closed_case_takes_no_objection(house):
    case = house.case("mother", "accept", "approve")

    with pytest.raises(CaseIsClosed):
        cases.appeal(case.number, actor=house.person("nilufar"), reason="No.")


def test_a_receipt_is_used_once(house):
    amini = house.official("amini")
    paid = {"task": "payment", "receipt": "84-1"}
    house.case("late", "accept", "approve", paid, on="2026-12-20")
    second = house.case("after-a-year", "accept", "approve", "confirm")

    with pytest.raises(ReceiptIsUsed):
        cases.record_payment(house.task(second, amini).pk, actor=amini, receipt=" 84-1 ")

    assert Payment.objects.count() == 1
    second.refresh_from_db()
    assert second.results == {}


def test_officials_of_another_agency_do_not_find_a_case(house):
    case, rostami = house.case(), house.official("rostami")

    assert queries.queue(rostami).lines == []
    with pytest.raises(NotFound):
        queries.for_official(rostami, case.number)
    with pytest.raises(NotFound):
        cases.take(house.task(case).pk, actor=rostami, reason="x")
