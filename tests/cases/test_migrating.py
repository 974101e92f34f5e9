"""Cases go over to another version of their service on purpose, and never lose anything by it."""

from dataclasses import replace
from typing import Any

import pytest

from panjereh.audit.models import LogEntry
from panjereh.cases import operations as cases
from panjereh.cases import verify
from panjereh.cases.errors import ReasonMissing
from panjereh.cases.models import Case, DuplicateKey, Event, Task
from panjereh.cases.operations.migrate import Plan
from panjereh.catalogue import operations as catalogue
from panjereh.catalogue import queries
from panjereh.catalogue.queries import Published
from panjereh.correspondence.models import Message


def another_version(of: Case, *changes: tuple[str, str], file: str = "service.yaml") -> Published:
    """The service of a case once more, with texts of one of its files replaced."""
    bundle = queries.bundle(queries.version(of.version_id).hash)
    content = bundle.files[file].decode()
    for old, new in changes:
        assert old in content
        content = content.replace(old, new, 1)
    changed = replace(bundle, files={**bundle.files, file: content.encode()})
    return queries.version(catalogue.publish(changed, by="Sara", note="a new rule").pk)


def plan_of(case: Case, target: Published) -> Plan:
    return next(plan for plan in cases.plans(target) if plan.number == case.number)


def said(plan: Plan) -> str:
    return " · ".join(consequence.says for consequence in plan.consequences)


def take_over(target: Published, **options: Any):
    return cases.migrate(target, by="Yazdani", reason="The law of Azar.", **options)


def test_a_case_goes_over_with_all_that_it_holds_and_everyone_is_told(house):
    case = house.case()
    target = another_version(case, ("extend: once", "extend: never"))
    before = (case.answers, case.marking, case.fee)

    assert take_over(target).cases == 1

    case.refresh_from_db()
    assert case.version_id == target.id
    assert (case.answers, case.marking, case.fee) == before
    event = Event.objects.get(case=case, kind="migrated")
    assert event.personal == {"reason": "The law of Azar.", "by": "Yazdani"}
    assert any("The law of Azar." in message.text for message in Message.objects.filter(case=case.number))
    assert list(verify.chains()) == []


def test_after_it_the_case_goes_on_by_the_new_version(house):
    case = house.case()
    take_over(another_version(case, ("notices:", "notices:\n  refused: {to: [applicant], text: {fa: تازه, en: New}}")))

    amini = house.official("amini")
    cases.accept(house.task(case, amini).pk, actor=amini)
    cases.decide(
        house.task(case, amini).pk, actor=amini, outcome="refuse", conditions=["notice"], reason="Nothing proves it."
    )
    house.let_workers_run()

    assert "تازه" in [message.text for message in Message.objects.filter(case=case.number)]


def test_a_dry_run_changes_nothing(house):
    case = house.case()
    target = another_version(case, ("extend: once", "extend: never"))
    events = case.events.count()

    assert plan_of(case, target).fits

    case.refresh_from_db()
    assert case.version_id != target.id
    assert case.events.count() == events


def test_an_answer_that_no_longer_fits_keeps_the_case_where_it_is(house):
    case = house.case()
    name = next(name for name in case.answers if name not in ("role", "children") and "." not in name)
    target = another_version(case, (f"id: {name}", f"id: {name}_anew"))

    plan = plan_of(case, target)

    assert not plan.fits
    assert f"answers that no longer fit: {name}" in said(plan)
    assert take_over(target).cases == 0


def test_a_fee_that_nobody_paid_follows_the_new_table_and_the_case_says_so(house):
    case = house.case()
    target = another_version(case, ("then: [0]", "then: [300000]"), file="decisions.yaml")
    assert case.fee == 0

    assert "the fee: 0 → 300000 rials" in said(plan_of(case, target))
    take_over(target)

    case.refresh_from_db()
    assert case.fee == 300000
    event = Event.objects.get(case=case, kind="migrated")
    assert (event.public["fee_before"], event.public["fee"]) == (0, 300000)


def test_a_promised_day_stays_whatever_the_new_version_says(house):
    case = house.case()
    due = case.deadlines.get(kind="decide").due_at
    target = another_version(case, ("decide: {within: P3D", "decide: {within: P9D"))

    plan = plan_of(case, target)
    take_over(target)

    assert plan.fits
    assert "P3D → P9D; the promised day stays" in said(plan)
    assert case.deadlines.get(kind="decide").due_at == due


def test_a_deadline_that_is_gone_or_a_silence_that_gave_more_is_refused(house):
    case = house.case()
    without = another_version(
        case, ("  decide: {within: P3D, calendar: working-days, extend: once, silence: escalate}\n", "")
    )
    assert "the deadline decide is not there any more" in said(plan_of(case, without))

    generous = another_version(case, ("silence: escalate", "silence: approve"))
    assert plan_of(case, generous).fits
    take_over(generous)
    strict = another_version(case, ("silence: escalate", "silence: refuse"))
    assert not plan_of(Case.objects.get(pk=case.pk), strict).fits


def test_a_step_that_is_another_one_now_is_refused(house):
    case = house.case()
    plan = plan_of(case, another_version(case, ("\nprocess: process.bpmn", "\nprocess: decide-only")))

    assert not plan.fits
    assert "the step check is not there any more" in said(plan)


def test_a_condition_that_a_decision_cites_must_stay(house):
    case = house.case("mother", "accept", {"outcome": "refuse", "conditions": ["notice"], "reason": "No."})
    assert case.state != Case.State.CLOSED
    target = another_version(case, ("\n  notice:\n", "\n  the_notice:\n"))

    assert "conditions that a decision cites are not there any more: notice" in said(plan_of(case, target))


def test_one_that_does_not_fit_stops_all_unless_the_others_are_left(house):
    fits, other = house.case(), house.case("mother", "accept")
    target = another_version(fits, ("\nprocess: process.bpmn", "\nprocess: decide-only"))
    assert [plan.fits for plan in cases.plans(target)].count(False) >= 1

    stopped = take_over(target)
    assert stopped.cases == 0
    assert {Case.objects.get(pk=each.pk).version_id for each in (fits, other)} == {fits.version_id}

    moved = take_over(target, leave_others=True)
    assert moved.cases == sum(Case.objects.get(pk=each.pk).version_id == target.id for each in (fits, other))
    assert {plan.number for plan in moved.left} == {fits.number, other.number} - set(
        Case.objects.filter(version=target.id).values_list("number", flat=True)
    )


def test_a_role_that_does_the_step_now_finds_it_untaken(house):
    case = house.case("mother", "accept")
    task = house.task(case, house.official("amini"))
    drawn = queries.version(case.version_id).service.process_source.decode()
    assert task.element == "decide"
    bundle = queries.bundle(queries.version(case.version_id).hash)
    files = {**bundle.files, "way.bpmn": drawn.replace('pj:who="registrar"', 'pj:who="supervisor"').encode()}
    files["service.yaml"] = files["service.yaml"].replace(b"process: process.bpmn", b"process: way.bpmn", 1)
    version = catalogue.publish(replace(bundle, files=files), by="Sara", note="a new rule")

    take_over(queries.version(version.pk))

    task = Task.objects.get(pk=task.pk)
    assert (task.who, task.assignee_id) == ("supervisor", None)


def test_closed_cases_stay_as_they_were_decided(house):
    case = house.case("mother", "accept", "approve")
    house.let_workers_run()
    case.refresh_from_db()
    assert case.state == Case.State.CLOSED

    assert take_over(another_version(case, ("extend: once", "extend: never"))).cases == 0


def test_begun_again_it_does_nothing_twice(house):
    case = house.case()
    target = another_version(case, ("extend: once", "extend: never"))
    take_over(target)

    assert take_over(target).cases == 0
    assert Event.objects.filter(case=case, kind="migrated").count() == 1


def test_the_operation_stands_in_the_log_of_decisions_without_names(house):
    case = house.case()
    target = another_version(case, ("extend: once", "extend: never"))
    take_over(target)

    entry = LogEntry.objects.get(kind="migration")
    assert (entry.public["cases"], entry.public["to"]) == ([case.number], str(target.id))
    assert "Yazdani" not in str(entry.public)


@pytest.mark.parametrize(("by", "reason"), [("", "why"), ("Sara", "  ")])
def test_without_a_name_and_a_reason_nothing_happens(house, by, reason):
    case = house.case()
    with pytest.raises(ReasonMissing):
        cases.migrate(another_version(case, ("extend: once", "extend: never")), by=by, reason=reason)


def test_a_fee_that_the_decision_has_fixed_is_not_changed_any_more(house):
    case = house.case("late", "accept", "approve", on="2026-12-20")
    assert case.fee > 0
    assert house.task(case).does == "pay"
    target = another_version(case, ("then: [500000]", "then: [0]"), file="decisions.yaml")

    assert not plan_of(case, target).fits
    assert "the decision has fixed it" in said(plan_of(case, target))


def test_a_step_that_supervisors_have_because_it_is_late_stays_theirs(house):
    case = house.case()
    task = house.task(case)
    task.who, task.escalated_at = "supervisor", case.submitted_at
    task.save(update_fields=["who", "escalated_at"])

    take_over(another_version(case, ("extend: once", "extend: never")))

    assert Task.objects.get(pk=task.pk).who == "supervisor"


def test_what_counts_as_the_same_matter_follows_the_new_version(house):
    case = house.case()
    target = another_version(case, ("same: [the_mother.national_id, birth_date]", "same: [birth_date]"))
    before = list(DuplicateKey.objects.filter(case=case).values_list("digest", flat=True))
    take_over(target)

    after = list(DuplicateKey.objects.filter(case=case).values_list("digest", flat=True))
    assert len(before) == len(after) == 1
    assert before != after
