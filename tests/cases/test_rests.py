"""The agency's term rests while the applicant or another agency is asked, and goes on with exactly what was left."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panjereh.cases import operations as cases
from panjereh.cases import queries, rests
from panjereh.cases.errors import NotNow, ReasonMissing
from panjereh.cases.models import Case, Deadline, Rest
from panjereh.correspondence import queries as correspondence
from panjereh.identity import queries as identity
from panjereh.kernel import clock
from panjereh.kernel.errors import Invalid, NotAllowed, NotFound
from panjereh.outbox.models import Effect

PERMIT = "stall-permit"


def decide_by(case: Case) -> Deadline:
    return Deadline.objects.get(case=case, kind="decide")


def day_of(deadline: Deadline) -> date:
    return deadline.due_at.astimezone(clock.home_zone()).date()


def days_go_by(house, number: int) -> None:
    for _ in range(number):
        clock.advance(timedelta(days=1))
        house.let_workers_run()


def permit(house, *then, **changes) -> Case:
    return house.case("granted", *then, service=PERMIT, **changes)


def ask(house, case: Case, **changes) -> Case:
    given = {"agency": "health-ministry", "reason": "May this be sold?", "actor": house.official("moradi"), **changes}
    return cases.await_agency(case.number, **given)


def kinds(house, case: Case) -> list[str]:
    told = [one for one in correspondence.inbox(house.person("laleh")) if one.case == case.number]
    return [one.key.split(":")[2] for one in reversed(told)]


def test_the_days_of_waiting_are_added(house):
    case = permit(house)
    days_go_by(house, 2)
    ask(house, case)
    days_go_by(house, 4)

    cases.agency_answered(case.number, actor=house.official("moradi"), note="Yes.")

    assert (day_of(decide_by(case)), decide_by(case).rested_days) == (date(2026, 12, 5), 3)
    assert kinds(house, case) == ["submitted", "rests", "goes_on"]


def test_nothing_falls_due_while_it_rests_and_the_law_ends_the_waiting(house):
    case = permit(house)
    ask(house, case)

    days_go_by(house, 10)
    assert not case.events.filter(kind="term_passed").exists()
    assert decide_by(case).rests_since is not None

    days_go_by(house, 4)
    assert decide_by(case).rests_since is None
    assert case.events.filter(kind="agency_silent").count() == 1


def test_a_term_that_waits_for_two_goes_on_when_both_have_answered(house):
    case, moradi = permit(house), house.official("moradi")
    ask(house, case)
    days_go_by(house, 1)
    cases.ask_correction(house.task(case, moradi).pk, actor=moradi, screens=["goods"], message="Which?")
    days_go_by(house, 1)

    cases.agency_answered(case.number, actor=moradi)
    assert decide_by(case).rests_since is not None

    days_go_by(house, 1)
    cases.send_correction(case.number, actor=house.person("laleh"))
    assert decide_by(case).rests_since is None
    assert decide_by(case).rested_days == 3
    assert {rest.waits_for for rest in Rest.objects.filter(case=case)} == {"agency", "correction"}


def test_both_sides_see_whom_it_waits_for_and_since_when(house):
    case = permit(house)
    ask(house, case)

    seen = queries.of_applicant(house.person("laleh"), case.number)
    desk = queries.for_official(house.official("moradi"), case.number)

    assert seen.next == "awaits_agency"
    assert seen.promise is not None
    (rest,) = seen.promise.waits_for
    assert (rest.agency, rest.reason) == ("health-ministry", "May this be sold?")
    assert [one.pk for one in desk.rests] == [rest.pk]
    assert (desk.may["await_agency"], desk.may["answered"], desk.may["extend"]) == (False, True, False)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"agency": "municipality"}, Invalid),
        ({"agency": "moon-ministry"}, Invalid),
        ({"agency": ""}, Invalid),
        ({"reason": "  "}, ReasonMissing),
    ],
)
def test_waiting_needs_another_agency_and_a_reason(house, changes, error):
    case = permit(house)

    with pytest.raises(error):
        ask(house, case, **changes)

    assert rests.now(case) == []


def test_nobody_waits_twice_at_once_or_hears_an_answer_that_nobody_waits_for(house):
    case = permit(house)
    with pytest.raises(NotNow):
        cases.agency_answered(case.number, actor=house.official("moradi"))
    ask(house, case)

    with pytest.raises(NotNow):
        ask(house, case)


def test_a_term_that_the_law_does_not_let_rest_runs_on(house):
    case = house.case()

    with pytest.raises(NotNow, match=r"قانون|law"):
        cases.await_agency(case.number, actor=house.official("amini"), agency="health-ministry", reason="May it?")


def test_a_decided_case_waits_for_nobody(house):
    case, moradi = permit(house), house.official("moradi")
    cases.decide(
        house.task(case, moradi).pk, actor=moradi, outcome="refuse", conditions=["free_way"], reason="Too narrow."
    )

    with pytest.raises(NotNow):
        ask(house, case)


def test_officials_of_other_agencies_and_helpers_let_nothing_rest(house):
    case = permit(house)

    with pytest.raises(NotFound):
        ask(house, case, actor=house.official("amini"))
    with pytest.raises((NotAllowed, NotFound)):
        ask(house, case, actor=house.person("laleh"))
    with pytest.raises(NotAllowed):
        ask(house, case, actor=replace(house.official("moradi"), roles=frozenset({"helpdesk"})))


def test_a_term_that_rests_is_not_extended(house):
    case = permit(house)
    ask(house, case)

    with pytest.raises(NotNow):
        cases.extend(case.number, actor=house.official("moradi"), reason="More time.")


def test_a_case_that_closes_while_it_waits_waits_no_more(house):
    case = permit(house)
    ask(house, case)
    cases.withdraw(case.number, actor=house.person("laleh"))

    assert rests.now(case) == []
    days_go_by(house, 15)
    assert kinds(house, case) == ["submitted", "rests", "withdrawn"]


def test_who_decides_while_another_agency_is_asked_needs_no_answer_any_more(house):
    case, moradi = permit(house), house.official("moradi")
    ask(house, case)

    cases.decide(house.task(case, moradi).pk, actor=moradi, outcome="approve")
    house.let_workers_run()

    case.refresh_from_db()
    assert case.outcome == "approved"
    assert not decide_by(case).missed


def test_who_is_refused_while_another_agency_is_asked_hears_no_promise_any_more(house):
    case, moradi = permit(house), house.official("moradi")
    ask(house, case)
    refusal = {"outcome": "refuse", "conditions": ["free_way"], "reason": "Too narrow."}
    cases.decide(house.task(case, moradi).pk, actor=moradi, **refusal)

    days_go_by(house, 15)

    assert rests.now(case) == []
    assert not Effect.objects.filter(kind="cases.rested", state="open").exists()
    assert "goes_on" not in kinds(house, case)


def test_nothing_is_due_or_late_in_the_queue_while_the_term_rests(house):
    case, moradi = permit(house), house.official("moradi")
    ask(house, case)
    clock.advance(timedelta(days=9))

    queue = queries.queue(moradi)

    (line,) = [line for line in queue.lines if line.number == case.number]
    assert (line.rests, line.late, line.due_at, line.days_left) == (True, False, None, None)
    assert (queue.open, queue.today, queue.late) == (1, 0, 0)
    assert queries.queue(moradi, due="late").lines == []
    assert [one.number for one in queries.queue(moradi, service=PERMIT).lines] == [case.number]


def test_what_arrives_after_closing_counts_from_the_next_working_day(house):
    assert day_of(decide_by(permit(house))) == date(2026, 12, 1)
    closed = datetime.combine(date(2026, 11, 23), time(16, 0), tzinfo=clock.home_zone())
    with clock.at(closed):
        draft = cases.start_draft(PERMIT, actor=house.person("arash"))
        draft.answers = permit_answers(house)
        draft.save()
        late = cases.submit(draft.pk, actor=house.person("arash"))

    assert day_of(decide_by(late)) == date(2026, 12, 2)


def permit_answers(house) -> dict[str, str]:
    return Case.objects.filter(service=PERMIT).latest("submitted_at").answers


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=4))
def test_whatever_the_history_of_rests_the_agency_has_its_seven_working_days(house, history):
    """Each (run, rest): days for which the term runs, then rests. What has run and what is left are always seven."""
    case, moradi = permit(house), house.official("moradi")
    with clock.at(clock.now()):
        calendar = house.country.calendar_of("municipality")
        ran, from_day = 0, clock.today()
        for run, rest in history:
            clock.advance(timedelta(days=run))
            stops = clock.today()
            if ran + calendar.working_days_between(from_day, stops) >= 7:
                break
            ran += calendar.working_days_between(from_day, stops)
            ask(house, case)
            clock.advance(timedelta(days=rest))
            cases.agency_answered(case.number, actor=moradi)
            from_day = clock.today()

        left = calendar.working_days_between(from_day, decide_by(case).counts_to)

        assert ran + left == 7


def test_tracking_without_a_sign_in_tells_nothing_that_officials_wrote(house):
    case = permit(house)
    cases.extend(case.number, actor=house.official("moradi"), reason="Laleh is ill.")
    ask(house, case, reason="Has Laleh paid?")
    laleh = identity.party(house.person("laleh").party)

    tracked = queries.track(case.number, laleh.email)
    own = queries.of_applicant(house.person("laleh"), case.number)

    assert [(one.agency, one.reason) for one in tracked.promise.waits_for] == [("health-ministry", "")]
    assert (tracked.promise.is_extended, tracked.promise.extended) == (True, "")
    assert (own.promise.waits_for[0].reason, own.promise.extended) == ("Has Laleh paid?", "Laleh is ill.")
