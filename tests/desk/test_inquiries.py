"""Questions of other agencies at the desk of the agency that is asked."""

import pytest
from tests.desk.conftest import Desk
from tests.looking import complaints

from panjereh.audit import queries as audit
from panjereh.cases import operations as cases
from panjereh.cases.models import Case, Inquiry
from panjereh.identity import operations as identity
from panjereh.identity import queries as identity_queries


@pytest.fixture
def moradi() -> Desk:
    return Desk("moradi", "officer", "registrar", agency="municipality")


@pytest.fixture
def case(moradi: Desk) -> Case:
    """A stall permit about which the municipality asks the Ministry of Health in words."""
    sender = identity_queries.actor_of(identity.create_account("s@example.org"))
    draft = cases.start_draft("stall-permit", actor=sender)
    draft.answers = {"goods": "کتاب", "square": "میدان فردوسی", "opens_on": "2026-12-21"}
    draft.save()
    sent = cases.submit(draft.pk, actor=sender)
    moradi.does(sent, "await", agency="health-ministry", reason="May it be sold?")
    return sent


@pytest.fixture
def nouri() -> Desk:
    return Desk("nouri", "officer", agency="health-ministry")


def address(case: Case, language: str = "en/") -> str:
    return f"/{language}desk/inquiries/{Inquiry.objects.get(case=case).pk}/"


def test_the_question_stands_in_the_list_and_its_answer_ends_the_waiting(case: Case, nouri: Desk, moradi: Desk) -> None:
    listed = nouri.page.open("/en/desk/inquiries/")
    assert "May it be sold?" in listed.text
    assert case.number not in listed.text

    shown = nouri.page.open(address(case))
    assert "Municipality" in shown.text
    sent = nouri.page.client.post(address(case), {"reply": "Yes, in winter."}, follow=True)

    assert "Your answer was handed over" in sent.content.decode()
    assert case.deadlines.get(kind="decide").rests_since is None
    seen = moradi.page.open(f"/en/desk/case/{case.number}/")
    assert "Yes, in winter." in seen.text
    assert "Your agency answered on" in nouri.page.open(address(case)).text


def test_an_empty_answer_is_not_taken_and_what_to_do_is_said(case: Case, nouri: Desk) -> None:
    refused = nouri.page.client.post(address(case), {"reply": " "})

    assert refused.status_code == 422
    assert 'href="#reply"' in refused.content.decode()
    assert Inquiry.objects.get(case=case).outcome == ""


def test_an_answer_that_comes_too_late_is_told_so(case: Case, nouri: Desk, moradi: Desk) -> None:
    moradi.does(case, "answered", reason="It came on paper.")

    late = nouri.page.client.post(address(case), {"reply": "Yes."}, follow=True)

    assert "This question waits no more" in late.content.decode()
    assert "waits no more" in nouri.page.open(address(case)).text


def test_the_person_sees_which_agency_has_read_it(case: Case, nouri: Desk) -> None:
    nouri.page.open(address(case))

    looks = [one for one in audit.accesses_of(f"party:{case.applicant_id}") if one.purpose == "consulted"]
    assert [(one.agency, one.fields) for one in looks] == [("health-ministry", ["inquiry"])]


def test_the_pages_stand_in_persian_too(case: Case, nouri: Desk) -> None:
    assert "استعلام‌های دستگاه‌های دیگر" in nouri.page.open("/desk/inquiries/").text
    shown = nouri.page.open(address(case, ""))
    assert "تحویل پاسخ" in shown.text
    assert "None" not in shown.text


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width", "scheme"), [("", 320, "dark"), ("en/", 1280, "light")])
def test_the_pages_are_accessible_and_fit(case: Case, nouri: Desk, language: str, width: int, scheme: str) -> None:
    paths = [f"/{language}desk/inquiries/", address(case, language)]
    shown = {path: nouri.client.get(path).content.decode() for path in paths}

    assert complaints(shown, width=width, scheme=scheme) == []
