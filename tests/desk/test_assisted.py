"""An official fills in for a visitor, sends, and mends what was asked, all at the desk."""

from tests.desk.conftest import AGENCY, Desk, effects

from panjereh.cases.models import Case, Draft
from panjereh.identity.models import Party

ANSWERS = {
    "kind": {"kind": "request"},
    "addressee": {"addressee": AGENCY},
    "what": {"what": "A second copy, please."},
    "proof": {},
}


def sent_for_a_visitor(karimi: Desk, to: str = AGENCY) -> Case:
    """A case that was filled in and sent through the pages."""
    party = Party.objects.create(given_name="Gol", family_name="Zarrin", notices="desk")
    karimi.client.post(f"/en/desk/visitors/{party.pk}/begin/", {"service": "complaint"})
    draft = Draft.objects.get(applicant=party)
    for path, boxes in {**ANSWERS, "addressee": {"addressee": to}}.items():
        response = karimi.client.post(f"/en/desk/apply/draft/{draft.pk}/q/{path}/", boxes)
        assert response.status_code == 302, response.content.decode()
    karimi.page.open(f"/en/desk/apply/draft/{draft.pk}/check/")
    response = karimi.client.post(f"/en/desk/apply/draft/{draft.pk}/send/", {"declared": "yes"})
    case = Case.objects.get(applicant=party)
    assert response.headers["Location"] == f"/en/desk/apply/sent/{case.number}/"
    return case


def test_a_visitor_leaves_with_a_tracking_code(karimi: Desk) -> None:
    case = sent_for_a_visitor(karimi)

    shown = karimi.page.open(f"/en/desk/apply/sent/{case.number}/")

    assert case.number in shown.text.replace(" ", "")
    assert case.channel == "desk"
    assert case.helper_id == karimi.number


def test_what_is_entered_for_another_agency_comes_back_to_whoever_entered_it(karimi: Desk) -> None:
    case = sent_for_a_visitor(karimi, to="inspectorate")

    shown = karimi.page.open(f"/en/desk/apply/sent/{case.number}/")

    assert case.agency == "inspectorate"
    assert case.number in shown.text.replace(" ", "")


def test_who_helped_does_not_decide(karimi: Desk) -> None:
    case = sent_for_a_visitor(karimi)

    assert "Nothing to do" in karimi.page.open("/en/desk/").text
    assert karimi.client.get(f"/en/desk/case/{case.number}/").status_code == 404


def test_a_visitor_comes_back_to_mend_an_answer(karimi: Desk, amini: Desk) -> None:
    case = sent_for_a_visitor(karimi)
    amini.takes(case)
    amini.does(case, "correct", screens=["what"], message="Which copy?")

    visitor = karimi.page.open(f"/en/desk/visitors/{case.applicant_id}/")
    address = visitor.link("Correct the answers")
    asked = karimi.page.open(address)
    assert "Which copy?" in asked.text
    karimi.page.open(f"{address}q/what/")
    karimi.client.post(f"{address}q/what/", {"what": "A copy of the birth certificate."})
    response = karimi.client.post(f"{address}send/")

    case.refresh_from_db()
    assert response.headers["Location"] == f"/en/desk/visitors/{case.applicant_id}/"
    assert case.answers["what"] == "A copy of the birth certificate."
    assert case.state == "open"


def test_a_visitor_takes_the_application_back_at_the_desk(karimi: Desk) -> None:
    case = sent_for_a_visitor(karimi)
    address = karimi.page.open(f"/en/desk/visitors/{case.applicant_id}/").link("Take the application back")
    karimi.page.open(address)

    response = karimi.client.post(address, {"reason": "No longer needed."})

    case.refresh_from_db()
    assert response.headers["Location"] == f"/en/desk/visitors/{case.applicant_id}/"
    assert (case.outcome, case.assistance.get().by_id) == ("withdrawn", karimi.number)


def test_a_visitor_objects_at_the_desk_in_their_own_words(karimi: Desk, amini: Desk) -> None:
    case = sent_for_a_visitor(karimi)
    amini.takes(case)
    amini.does(case, "refuse", conditions=["clear"], reason="Which copy?")
    effects()
    address = karimi.page.open(f"/en/desk/visitors/{case.applicant_id}/").link("Object to the decision")
    assert "until the end of" in karimi.page.open(address).text

    assert "Write why you object" in karimi.page.send(address, {"reason": " "}, status=422).text
    assert karimi.client.post(address, {"reason": "I said which copy."}).status_code == 302

    assert case.events.get(kind="appealed").personal == {"reason": "I said which copy."}
    assert case.tasks.get(done_at=None).does == "review"


def test_nobody_acts_for_the_visitors_of_another_desk(karimi: Desk, complaint: Case) -> None:
    """A case that was sent online is its applicant's alone."""
    for act in ("withdraw", "appeal"):
        assert (
            karimi.client.post(f"/en/desk/visitors/case/{complaint.number}/{act}/", {"reason": "x"}).status_code == 404
        )
