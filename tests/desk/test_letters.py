"""Letters: who wants to be told on paper is; what was posted is marked once; and every look is written down."""

from tests.desk.conftest import Desk
from tests.desk.test_assisted import sent_for_a_visitor

from panjereh.audit import queries as audit
from panjereh.cases.access import service_of
from panjereh.cases.models import Case
from panjereh.correspondence.models import Message
from panjereh.identity.models import Party

LETTERS = "/en/desk/letters/"


def test_a_visitor_without_e_mail_is_told_by_a_letter(karimi: Desk) -> None:
    case = sent_for_a_visitor(karimi)
    letter = Message.objects.get(case=case.number)

    shown = karimi.page.open(LETTERS)
    printed = karimi.client.get(shown.link("Gol Zarrin"))
    karimi.client.post(LETTERS, {"letters": [str(letter.pk), "nonsense"]})

    assert printed.content.startswith(b"%PDF-")
    assert "No letter waits" in karimi.page.open(LETTERS).text
    letter.refresh_from_db()
    assert (letter.posted_at is None, letter.posted_by) == (False, karimi.number)
    seen = [look for look in audit.accesses_of(f"party:{case.applicant_id}") if look.source == "letters"]
    assert {tuple(look.fields) for look in seen} == {("name",), ("name", "text")}


def test_a_message_of_an_official_is_a_letter_too(karimi: Desk, amini: Desk) -> None:
    case = sent_for_a_visitor(karimi)
    amini.does(case, "message", text="Bring the old copy.")

    assert "Bring the old copy." in [one.text for one in Message.objects.filter(case=case.number, on_paper=True)]
    assert "A message about your case" in karimi.page.open(LETTERS).text


def test_who_reads_online_gets_no_letter(complaint: Case) -> None:
    assert not Message.objects.filter(case=complaint.number, on_paper=True).exists()


def test_letters_are_for_those_who_post_them_at_their_agency(karimi: Desk, yazdani: Desk) -> None:
    letter = Message.objects.get(case=sent_for_a_visitor(karimi).number)
    elsewhere = Desk("rostami", "officer", agency="inspectorate")

    assert yazdani.client.get(LETTERS).status_code == 403
    assert elsewhere.client.get(f"{LETTERS}{letter.pk}.pdf").status_code == 404
    elsewhere.client.post(LETTERS, {"letters": [str(letter.pk)]})

    letter.refresh_from_db()
    assert letter.posted_at is None


def test_looks_at_letters_name_the_law_of_the_case(karimi: Desk) -> None:
    case = sent_for_a_visitor(karimi)
    karimi.client.get(f"{LETTERS}{Message.objects.get(case=case.number).pk}.pdf")
    karimi.page.open(LETTERS)

    seen = [look for look in audit.accesses_of(f"party:{case.applicant_id}") if look.source == "letters"]
    assert {look.law for look in seen} == {service_of(case).law} != {""}


def test_nobody_reads_or_posts_a_letter_to_themselves_under_any_number(karimi: Desk) -> None:
    case = sent_for_a_visitor(karimi)
    letter = Message.objects.get(case=case.number)
    Party.objects.filter(pk=letter.party_id).update(same_as=karimi.number)

    assert "No letter waits" in karimi.page.open(LETTERS).text
    assert karimi.client.get(f"{LETTERS}{letter.pk}.pdf").status_code == 403
    karimi.client.post(LETTERS, {"letters": [str(letter.pk)]})

    letter.refresh_from_db()
    assert letter.posted_at is None
