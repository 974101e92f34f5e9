"""A case at the desk: what is seen, what is done, and what is refused."""

import pytest
from tests.desk.conftest import Desk, birth, effects, person, rows, send

from panjereh.audit import queries as audit
from panjereh.cases import operations as cases
from panjereh.cases.models import Case, Upload
from panjereh.correspondence import queries as correspondence
from panjereh.identity import operations as identity
from panjereh.identity import queries as identity_queries
from panjereh.kernel.ids import new_id
from panjereh.vault import files


def test_the_page_shows_evidence_beside_numbered_conditions_and_is_recorded(amini: Desk, home_birth: Case) -> None:
    shown = amini.page.open(f"/en/desk/case/{home_birth.number}/")

    assert "1. A hospital’s notice or two witnesses prove the birth" in shown.text
    assert rows()[2]["family_name"] in shown.text
    looks = audit.accesses_of(f"party:{home_birth.applicant_id}")
    assert [look.purpose for look in looks if look.case == home_birth.number][:1] == ["handling"]


def test_the_page_stands_in_persian_too(amini: Desk, birth_case: Case) -> None:
    amini.takes(birth_case)

    shown = amini.page.open(f"/desk/case/{birth_case.number}/")

    assert "اکنون چه باید کرد" in shown.text
    assert "None" not in shown.text


def test_a_birth_is_checked_and_approved_and_its_certificate_can_be_printed(amini: Desk, birth_case: Case) -> None:
    amini.takes(birth_case)
    amini.does(birth_case, "accept")
    amini.takes(birth_case)
    amini.does(birth_case, "approve")
    effects()

    shown = amini.page.open(f"/en/desk/case/{birth_case.number}/")

    assert "Approved" in shown.text
    pdf = amini.client.get(shown.link("Birth certificate"))
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["Content-Disposition"].startswith("attachment")


def test_a_task_is_worked_on_only_by_who_took_it(amini: Desk, birth_case: Case) -> None:
    response = amini.does(birth_case, "accept", status=409)

    assert "Take the task first" in response.content.decode()
    assert not birth_case.events.filter(kind="checked").exists()


def test_a_second_press_is_told_that_it_is_done_and_does_nothing(amini: Desk, birth_case: Case) -> None:
    task = amini.takes(birth_case)
    address = f"/en/desk/case/{birth_case.number}/do/accept/"
    amini.client.post(address, {"task": str(task)})

    again = amini.page.send(address, {"task": str(task)}, status=409)

    assert "This task was done meanwhile." in again.text
    assert birth_case.events.filter(kind="checked").count() == 1


def test_asking_for_a_correction_names_answers_and_says_why(amini: Desk, birth_case: Case) -> None:
    amini.takes(birth_case)
    address = f"/en/desk/case/{birth_case.number}/do/correct/"
    task = str(birth_case.tasks.get(done_at=None).pk)
    amini.page.open(address)

    nothing = amini.page.send(address, {"task": task, "message": "Look again."}, status=422)
    assert nothing.title.startswith("Error:")
    assert "Look again." in "".join(nothing.one("textarea").itertext())
    silent = amini.page.send(address, {"task": task, "screens": ["birth_place"]}, status=422)
    assert "Write to the applicant what is wrong" in silent.text
    amini.does(birth_case, "correct", screens=["birth_place"], message="The number has a typing error.")

    birth_case.refresh_from_db()
    assert birth_case.state == "waiting"
    assert "The applicant has to answer." in amini.page.open(f"/en/desk/case/{birth_case.number}/").text


def test_a_refusal_must_cite_a_condition_and_give_a_reason(amini: Desk, complaint: Case) -> None:
    amini.takes(complaint)
    address = f"/en/desk/case/{complaint.number}/do/refuse/"
    task = str(complaint.tasks.get(done_at=None).pk)

    amini.page.open(address)
    uncited = amini.page.send(address, {"task": task, "reason": "No."}, status=422)
    assert "must cite at least one of the conditions" in uncited.text
    unsaid = amini.page.send(address, {"task": task, "conditions": ["clear"]}, status=422)
    assert "Write to the applicant why" in unsaid.text
    assert not complaint.decisions.exists()

    amini.does(complaint, "refuse", conditions=["clear"], reason="We cannot tell what you want.")
    assert complaint.decisions.get().conditions == ["clear"]


def test_four_eyes_and_a_fee_stand_between_decision_and_result(amini: Desk, bahrami: Desk, late_birth: Case) -> None:
    for act in ("accept", "approve"):
        amini.takes(late_birth)
        amini.does(late_birth, act)
    assert "another role, or who has not decided before" in amini.page.open(f"/en/desk/case/{late_birth.number}/").text

    bahrami.takes(late_birth)
    bahrami.page.open(f"/en/desk/case/{late_birth.number}/do/return/")
    bahrami.does(late_birth, "confirm")
    amini.takes(late_birth)
    amini.page.open(f"/en/desk/case/{late_birth.number}/do/pay/")
    amini.does(late_birth, "pay", status=422, receipt="1")
    amini.does(late_birth, "pay", receipt="A-77001")
    effects()

    late_birth.refresh_from_db()
    assert (late_birth.state, late_birth.outcome) == ("closed", "approved")
    assert late_birth.payment.receipt == "A-77001"


def test_a_receipt_counts_once(amini: Desk, bahrami: Desk, late_birth: Case) -> None:
    other = send(person(0), "birth-registration", birth(days_ago=500, name="مینا"))
    for case in (late_birth, other):
        for act in ("accept", "approve"):
            amini.takes(case)
            amini.does(case, act)
        bahrami.takes(case)
        bahrami.does(case, "confirm")
        amini.takes(case)
    amini.does(late_birth, "pay", receipt="A-1001")

    refused = amini.does(other, "pay", status=422, receipt="A-1001")

    assert "This receipt was recorded for another case" in refused.content.decode()


def test_a_decision_can_be_sent_back_with_a_reason(amini: Desk, bahrami: Desk, late_birth: Case) -> None:
    for act in ("accept", "approve"):
        amini.takes(late_birth)
        amini.does(late_birth, act)
    bahrami.takes(late_birth)

    bahrami.does(late_birth, "return", status=422, reason="")
    bahrami.does(late_birth, "return", reason="The declaration is not signed.")

    assert late_birth.tasks.get(done_at=None).does == "decide"


def test_an_objection_is_answered_by_another_official(amini: Desk, bahrami: Desk, complaint: Case) -> None:
    amini.takes(complaint)
    amini.does(complaint, "refuse", conditions=["clear"], reason="Unclear.")
    effects()
    cases.appeal(complaint.number, actor=person(3), reason="It is as clear as can be.")
    assert not amini.client.get(f"/en/desk/case/{complaint.number}/do/review/").content  # led back to the case

    bahrami.takes(complaint)
    asked = bahrami.page.open(f"/en/desk/case/{complaint.number}/do/review/")
    assert "It is as clear as can be." in asked.text
    bahrami.does(complaint, "review", status=422)
    bahrami.does(complaint, "review", outcome="overturn", reason="You are right.")
    effects()

    complaint.refresh_from_db()
    assert complaint.outcome == "approved"


def test_a_task_is_put_back_handed_over_and_reassigned_with_reasons(
    amini: Desk, bahrami: Desk, karimi: Desk, birth_case: Case
) -> None:
    amini.takes(birth_case)
    amini.does(birth_case, "put-back", status=422)
    amini.does(birth_case, "put-back", reason="I am away tomorrow.")
    assert birth_case.tasks.get().assignee_id is None

    amini.takes(birth_case)
    amini.page.open(f"/en/desk/case/{birth_case.number}/do/hand-over/")
    amini.does(birth_case, "hand-over", status=422, to="nobody", reason="x")
    amini.does(birth_case, "hand-over", to=str(karimi.number), reason="She knows the family’s file.")
    assert birth_case.tasks.get().assignee_id == karimi.number

    bahrami.does(birth_case, "hand-over", to=str(amini.number), reason="Mina is ill.")
    assert birth_case.tasks.get().assignee_id == amini.number


def test_a_deadline_is_extended_once_and_the_applicant_told(amini: Desk, birth_case: Case) -> None:
    before = birth_case.deadlines.get(kind="decide").due_at
    amini.page.open(f"/en/desk/case/{birth_case.number}/do/extend/")

    amini.does(birth_case, "extend", reason="The hospital has not answered.")
    again = amini.does(birth_case, "extend", status=409, reason="Still not.")

    assert "extended before" in again.content.decode()
    assert birth_case.deadlines.get(kind="decide").due_at > before
    assert any("The hospital has not answered." in one.text for one in correspondence.conversation(birth_case.number))


def test_a_deadline_rests_while_another_agency_is_asked_and_goes_on_with_its_answer() -> None:
    moradi, sender = (
        Desk("moradi", "officer", "registrar", agency="municipality"),
        identity.create_account("s@example.org"),
    )
    draft = cases.start_draft("stall-permit", actor=identity_queries.actor_of(sender))
    draft.answers = {"goods": "کتاب", "square": "میدان فردوسی", "opens_on": "2026-12-21"}
    draft.save()
    case = cases.submit(draft.pk, actor=identity_queries.actor_of(sender))
    moradi.page.open(f"/en/desk/case/{case.number}/do/await/")

    moradi.does(case, "await", status=422, agency="health-ministry", reason=" ")
    moradi.does(case, "await", status=422, agency="", reason="May it?")
    moradi.does(case, "await", agency="health-ministry", reason="May it be sold?")
    moradi.does(case, "await", status=409, agency="health-ministry", reason="May it be sold?")
    moradi.does(case, "extend", status=409, reason="More time.")
    resting = moradi.page.open(f"/en/desk/case/{case.number}/").text
    moradi.does(case, "answered", reason="It may.")

    assert "Rested for Ministry of Health" in resting
    assert case.deadlines.get(kind="decide").rests_since is None
    assert "Rests" not in moradi.page.open(f"/en/desk/case/{case.number}/").text


def test_notes_stay_inside_and_messages_go_out(amini: Desk, birth_case: Case) -> None:
    for act in ("note", "message"):
        amini.page.open(f"/en/desk/case/{birth_case.number}/do/{act}/")
        amini.does(birth_case, act, status=422, text="  ")
    amini.does(birth_case, "note", text="Called the hospital.")
    amini.does(birth_case, "message", text="Please bring the notice.")

    assert [note.text for note in birth_case.notes.all()] == ["Called the hospital."]
    said = [one.text for one in correspondence.conversation(birth_case.number)]
    assert "Please bring the notice." in said
    assert "Called the hospital." not in said


def test_saying_it_twice_in_a_row_says_it_once(amini: Desk, birth_case: Case) -> None:
    for _press in range(2):
        amini.does(birth_case, "note", text="Called the hospital.")
        amini.does(birth_case, "message", text="Please bring the notice.")

    assert birth_case.notes.count() == 1
    said = [one.text for one in correspondence.conversation(birth_case.number)]
    assert said.count("Please bring the notice.") == 1


def test_a_possible_duplicate_is_pointed_out(amini: Desk, birth_case: Case) -> None:
    again = send(person(0), "birth-registration", birth())

    shown = amini.page.open(f"/en/desk/case/{again.number}/")

    assert "Perhaps a duplicate." in shown.text
    assert shown.all("a", href=f"/en/desk/case/{birth_case.number}/")


def test_the_print_file_holds_it_all(amini: Desk, home_birth: Case) -> None:
    shown = amini.page.open(f"/en/desk/case/{home_birth.number}/print/")

    assert rows()[2]["family_name"] in shown.text
    assert "Printed by Amini Test" in shown.text


@pytest.mark.parametrize(
    ("kind", "disposition"),
    [("image/png", "inline"), ("application/pdf", "attachment"), ("text/html", "attachment")],
)
def test_files_of_a_case_can_run_nothing(amini: Desk, birth_case: Case, kind: str, disposition: str) -> None:
    scope = new_id()
    stored = files.keep(f"uploads/{new_id()}", b"<script>alert(1)</script>", scope)
    upload = Upload.objects.create(
        owner_id=birth_case.applicant_id,
        case=birth_case,
        scope=scope,
        name='a"\r\nb.html',
        type=kind,
        size=1,
        sha256="0" * 64,
        stored_as=stored,
    )

    response = amini.client.get(f"/en/desk/case/{birth_case.number}/file/{upload.pk}/")
    b"".join(response.streaming_content)

    assert response.headers["Content-Disposition"].startswith(disposition)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Type"] != "text/html"


def test_foreign_files_and_odd_addresses_are_not_found(amini: Desk, birth_case: Case) -> None:
    for address in (f"file/{new_id()}/", "document/NONE/", "do/nothing/"):
        assert amini.client.get(f"/en/desk/case/{birth_case.number}/{address}").status_code == 404
    assert amini.does(birth_case, "accept", status=404, task="no task").status_code == 404


def test_an_official_handles_no_case_of_their_own(birth_case: Case) -> None:
    """The mother works at the registry herself: her hat changes, the person doesn't."""
    mother = Desk("person0", "officer", "registrar", "supervisor")

    assert mother.client.get(f"/en/desk/case/{birth_case.number}/").status_code == 404
    assert "Nothing to do" in mother.page.open("/en/desk/").text


def test_a_supervisor_who_works_on_no_cases_still_reassigns(amini: Desk, karimi: Desk, birth_case: Case) -> None:
    chief = Desk("chief", "supervisor")
    amini.takes(birth_case)

    asked = chief.page.open(f"/en/desk/case/{birth_case.number}/do/hand-over/")
    assert "Karimi Test" in asked.text
    assert "Amini Test" not in asked.text
    chief.does(birth_case, "hand-over", to=str(karimi.number), reason="Sara is ill.")

    assert birth_case.tasks.get().assignee_id == karimi.number


def test_work_that_goes_on_side_by_side_is_named_and_all_of_it_comes_before_the_decision(
    amini: Desk, home_birth: Case
) -> None:
    where = f"/en/desk/case/{home_birth.number}/"
    amini.client.post("/en/desk/next/")

    first = amini.page.open(where)
    amini.does(home_birth, "accept")
    amini.client.post("/en/desk/next/")
    second = amini.page.open(where)
    amini.does(home_birth, "accept")
    third = amini.page.open(where)

    names = ("Check the application", "Hear the witnesses")
    named = [name for shown in (first, second) for name in names if f"{name}:" in shown.text]
    assert sorted(named) == sorted(names)
    assert "Decide:" in third.text
