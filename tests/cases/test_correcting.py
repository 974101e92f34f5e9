"""Correcting goes as answering did: a register is asked, files are kept, and what an answer opens is asked, too."""

import pytest
from django.test import Client
from tests.pages import Page

from panjereh.cases import operations as cases
from panjereh.cases import queries
from panjereh.cases.access import service_of
from panjereh.cases.models import Case, Task, Upload
from panjereh.definitions.types import Form
from panjereh.identity import operations as identity
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound

BACKEND = "panjereh.identity.adapters.allauth.AccountBackend"
MENDED = {"applicant": "correct"}


def asked(*fields: str) -> dict[str, object]:
    return {"outcome": "correct", "fields": list(fields), "reason": "Look again."}


def test_a_person_who_is_corrected_is_looked_up_and_confirmed_again(house):
    case = house.case("father", asked("mother"), MENDED)

    case.refresh_from_db()
    assert case.state == "open"
    assert case.answers["mother"]["source"]["registry"] == "population"
    assert case.answers["mother.found"] is True


def test_a_file_that_is_corrected_is_kept_with_the_case(house):
    case = house.case("guardian", asked("court_order"), MENDED)

    case.refresh_from_db()
    upload = Upload.objects.get(pk=case.answers["court_order"]["id"])
    assert (upload.case_id, upload.sha256) == (case.pk, case.answers["court_order"]["sha256"])
    found, content = queries.upload(house.person("laleh"), upload.pk)
    with content:
        assert found == upload


def test_a_question_that_a_corrected_answer_opens_is_asked(house):
    case = house.case(
        "mother", asked("setting"), {**MENDED, "answers": {"setting": "home", "witnesses": ["kamran", "laleh"]}}
    )

    case.refresh_from_db()
    assert case.state == "open"
    assert len(case.answers["witnesses"]) == 2
    assert "notice" not in case.answers


def test_what_was_not_asked_about_stays(house):
    case = house.case("mother", asked("setting"))

    for path in ("birth_date", "children.more"):
        with pytest.raises(NotFound):
            cases.answer_correction(case.number, actor=house.person("nilufar"), path=path, form=Form({}), language="en")


def test_a_corrected_case_is_compared_with_the_others_again(house):
    first = house.case()
    second = house.case("at-home", asked("birth_date"))
    assert second.duplicate_of == first.number

    third = house.case("at-home", asked("birth_date"), {**MENDED, "answers": {"birth_date": "2026-11-02"}})

    third.refresh_from_db()
    assert (third.answers["birth_date"], third.duplicate_of) == ("2026-11-02", "")


def test_the_pages_of_a_correction_ask_whether_what_was_found_is_right(house):
    case = house.case("father", asked("mother"))
    client = Client()
    client.force_login(identity.create_account("arash@example.org"), backend=BACKEND)
    page, address = Page(client), f"/en/apply/case/{case.number}/correct/"
    page.open(address)
    page.open(f"{address}q/mother/")
    mother = case.answers["mother"]
    question = service_of(case).questions["mother"]
    boxes = question.kind.unparse({name: mother[name] for name in ("national_id", "birth_date")}, "mother")

    opened = client.post(f"{address}q/mother/", boxes).headers["Location"]

    assert opened == f"{address}q/mother.found/"
    assert mother["given_name"] in page.open(opened).text
    assert client.post(f"{address}send/").headers["Location"] == opened


SIDE_BY_SIDE = """process: {steps: [
  {together: [
    [{check: officer, id: goods_check, title: {fa: کالا, en: Goods}}],
    [{check: officer, id: place_check, title: {fa: جا, en: Place}}]]},
  decide, produce]}"""


def asked_side_by_side(house, change_permit) -> Case:
    """A case in which two checks, side by side, have each asked for a correction."""
    change_permit("process: decide-only", SIDE_BY_SIDE)
    case = house.case("granted", service="stall-permit")
    officer = house.official("moradi")
    for element, screen in (("goods_check", "goods"), ("place_check", "square")):
        task = Task.objects.get(case=case, element=element, done_at=None)
        task.assignee_id = officer.party
        task.save(update_fields=["assignee"])
        cases.ask_correction(task.pk, actor=officer, screens=[screen], message="Look again.")
    return case


def mend(case: Case, screen: str, words: str) -> None:
    applicant = Actor(party=case.applicant_id)
    form = Form({screen: [words]})
    cases.answer_correction(case.number, actor=applicant, path=screen, form=form, language="en")
    cases.send_correction(case.number, actor=applicant)


def test_two_corrections_side_by_side_undo_nothing_of_each_other_and_each_goes_back_to_who_asked(house, change_permit):
    case = asked_side_by_side(house, change_permit)

    mend(case, "square", "Green Square")
    mend(case, "goods", "Flowers")

    case.refresh_from_db()
    assert (case.answers["square"], case.answers["goods"]) == ("Green Square", "Flowers")
    assert case.state == "open"
    assert set(Task.objects.filter(case=case, done_at=None).values_list("element", flat=True)) == {
        "goods_check",
        "place_check",
    }


def test_after_the_first_of_two_corrections_only_its_official_has_the_case_back(house, change_permit):
    case = asked_side_by_side(house, change_permit)

    mend(case, "square", "Green Square")

    case.refresh_from_db()
    assert case.state == "waiting"
    waiting = Task.objects.filter(case=case, done_at=None).exclude(who="applicant")
    assert [task.element for task in waiting] == ["place_check"]
