"""Before a term ends whoever must act is reminded, once, and not when it is done."""

from datetime import date, datetime, timedelta

from panjereh.cases import operations as cases
from panjereh.cases import queries, reminders
from panjereh.cases.models import Case, Draft, Task
from panjereh.correspondence import queries as correspondence
from panjereh.kernel import clock
from panjereh.outbox.models import Effect

PERMIT = "stall-permit"
ASKED = {"outcome": "correct", "fields": "goods", "reason": "Which books?"}


def days_go_by(house, number: int) -> None:
    for _ in range(number):
        clock.advance(timedelta(days=1))
        house.let_workers_run()


def permit(house, *then) -> Case:
    return house.case("granted", *then, service=PERMIT)


def told(house, name: str = "laleh") -> list[str]:
    return [one.key.split(":")[2] for one in reversed(correspondence.inbox(house.person(name)))]


def test_the_queue_reminds_of_a_deadline_some_working_days_before(house):
    case, moradi = permit(house), house.official("moradi")
    days_go_by(house, 5)
    assert [line.reminded for line in queries.queue(moradi).lines] == [False]

    days_go_by(house, 1)  # Sunday, two working days before Tuesday

    assert [line.reminded for line in queries.queue(moradi).lines] == [True]
    assert case.events.filter(kind="reminded").count() == 1


def test_a_reminder_that_comes_twice_is_one(house):
    case = permit(house)
    days_go_by(house, 6)

    reminders.strike(case, "silence", "2026-11-29")

    assert case.events.filter(kind="reminded").count() == 1


def test_a_term_that_rests_reminds_nobody_and_one_that_moved_reminds_on_its_new_day(house):
    case, moradi = permit(house), house.official("moradi")
    days_go_by(house, 1)
    cases.await_agency(case.number, actor=moradi, agency="health-ministry", reason="May it?")
    days_go_by(house, 6)
    assert not case.events.filter(kind="reminded").exists()
    cases.agency_answered(case.number, actor=moradi)

    days_go_by(house, 5)

    assert case.events.filter(kind="reminded").count() == 1
    assert Task.objects.get(case=case, done_at=None).reminded_at is not None


def test_an_extension_takes_the_reminder_back(house):
    case, moradi = permit(house), house.official("moradi")
    days_go_by(house, 7)
    cases.extend(case.number, actor=moradi, reason="The square is rebuilt.")

    assert Task.objects.get(case=case, done_at=None).reminded_at is None
    days_go_by(house, 8)
    assert case.events.filter(kind="reminded").count() == 2


def test_the_applicant_is_reminded_of_a_correction_and_not_after_sending_it(house):
    permit(house, ASKED)
    days_go_by(house, 9)
    assert told(house) == ["submitted", "correction", "reminder"]

    other = permit(house, ASKED)
    cases.send_correction(other.number, actor=house.person("laleh"))
    days_go_by(house, 9)
    assert told(house).count("reminder") == 1


def test_of_several_reminders_each_is_told(house, change_permit):
    change_permit("correct: {within: P10D}", "correct: {within: P10D, remind: [P5D, P1D]}")
    permit(house, ASKED)

    days_go_by(house, 9)

    assert told(house).count("reminder") == 2


def test_the_applicant_is_reminded_that_a_refusal_can_be_objected_to(house):
    case = permit(house, {"outcome": "refuse", "conditions": "free_way"})

    days_go_by(house, 28)

    (reminder,) = [one for one in correspondence.inbox(house.person("laleh")) if ":reminder:" in one.key]
    assert "you can still object" in reminder.text
    assert reminder.case == case.number


def draft_of(house, opens_on: str = "2026-11-01") -> Draft:
    actor = house.person("laleh")
    draft = cases.start_draft(PERMIT, actor=actor)
    draft.answers = {"goods": "Books", "square": "Ferdowsi", "opens_on": opens_on}
    draft.save()
    return draft


def go_on(house, days: int) -> None:
    for _ in range(days * 24):
        clock.advance(timedelta(hours=1))
        reminders.set_for_drafts()
    house.let_workers_run()


def test_a_draft_that_must_be_sent_reminds_its_owner_once(house):
    draft = draft_of(house)  # a month from 10 Aban: until 10 Azar, which is 1 December

    go_on(house, 4)

    assert [one.key for one in correspondence.inbox(house.person("laleh"))] == [f"draft:{draft.pk}:reminder:2026-12-01"]


def test_a_draft_that_was_sent_or_changed_to_a_later_day_reminds_nobody(house):
    sent, changed = draft_of(house), draft_of(house, "2026-11-02")
    go_on(house, 1)
    cases.submit(sent.pk, actor=house.person("laleh"))
    changed.answers = {**changed.answers, "opens_on": "2026-12-20"}
    changed.save()

    go_on(house, 5)

    assert "reminder" not in " ".join(one.key for one in correspondence.inbox(house.person("laleh")))


def test_a_draft_without_the_answer_from_which_the_term_runs_sets_no_clock(house):
    draft = cases.start_draft(PERMIT, actor=house.person("laleh"))
    draft.answers = {"goods": "Books"}
    draft.save()

    go_on(house, 2)

    assert not Effect.objects.filter(kind="cases.remind_draft").exists()
    assert reminders.last_day(draft, house.country.services[PERMIT]) is None


def test_reminders_come_in_the_morning(house):
    permit(house)

    (effect,) = Effect.objects.filter(kind="cases.remind", state="open")

    assert effect.run_at == datetime(2026, 11, 29, 8, tzinfo=clock.home_zone())
    assert effect.run_at.astimezone(clock.home_zone()).date() == date(2026, 11, 29)
