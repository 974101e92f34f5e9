"""Somebody stands at the desk: with or without e-mail, phone and number."""

from tests.desk.conftest import Desk, person, rows

from panjereh.cases.models import Draft
from panjereh.identity.models import Party


def test_a_visitor_without_anything_is_entered_and_applies(karimi: Desk) -> None:
    karimi.page.open("/en/desk/visitors/")
    assert "Nobody like this was here before." in karimi.page.send("/en/desk/visitors/", {"text": "Zarrin"}).text
    karimi.page.open("/en/desk/visitors/new/")
    response = karimi.client.post(
        "/en/desk/visitors/new/", {"kind": "person", "given_name": "Gol", "family_name": "Zarrin"}
    )
    visitor = karimi.page.open(response.headers["Location"])
    assert visitor.h1 == "Gol Zarrin"

    party = Party.objects.get(family_name="Zarrin")
    begun = karimi.client.post(f"/en/desk/visitors/{party.pk}/begin/", {"service": "complaint"})

    draft = Draft.objects.get(applicant=party)
    assert begun.headers["Location"] == f"/en/desk/apply/draft/{draft.pk}/"
    assert draft.helper_id == karimi.number
    assert karimi.client.get(begun.headers["Location"], follow=True).status_code == 200


def test_what_is_missing_or_wrong_is_said(karimi: Desk) -> None:
    shown = karimi.page.send("/en/desk/visitors/new/", {"kind": "person"}, status=422)
    assert "Write the family name" in shown.text
    wrong = {"given_name": "Gol", "family_name": "Zarrin", "phone": "12"}
    assert "phone number" in karimi.page.send("/en/desk/visitors/new/", wrong, status=422).text
    organisation = karimi.page.send("/en/desk/visitors/new/", {"kind": "organisation"}, status=422)
    assert "Write the name of the organisation" in organisation.text
    assert karimi.page.send("/en/desk/visitors/", {"text": ""}, status=422).title.startswith("Error:")


def test_papers_link_a_visitor_to_the_register(karimi: Desk) -> None:
    party = Party.objects.create(given_name="?", family_name="?")
    address = f"/en/desk/visitors/{party.pk}/"
    row = rows()[4]
    year, month, day = row["birth_date"].split("-")
    papers = {
        "national_id": row["national_id"],
        "birth_date.day": day,
        "birth_date.month": month,
        "birth_date.year": year,
        "papers": "identity card",
    }

    assert "Write which papers" in karimi.page.send(address, {**papers, "papers": ""}, status=422).text
    assert "day, month and year" in karimi.page.send(address, {**papers, "birth_date.day": "x"}, status=422).text
    assert "knows nobody" in karimi.page.send(address, {**papers, "birth_date.year": "1950"}, status=422).text
    assert "10 digits" in karimi.page.send(address, {**papers, "national_id": "12"}, status=422).text
    karimi.client.post(address, papers)

    party.refresh_from_db()
    assert party.national_id == row["national_id"]
    assert party.linked_by == "papers"
    assert "linked to the register" in karimi.page.open(address).text


def test_people_found_see_that_somebody_looked(karimi: Desk) -> None:
    from panjereh.audit import queries as audit

    person(2)

    found = karimi.page.send("/en/desk/visitors/", {"text": rows()[2]["family_name"]})

    assert "1 person found" in found.text
    looks = audit.accesses_of(f"population:{rows()[2]['entity']}")
    assert [look.purpose for look in looks] == ["find-at-the-desk"]


def test_nobody_helps_themselves_and_others_are_kept_out(karimi: Desk, yazdani: Desk) -> None:
    assert karimi.client.get(f"/en/desk/visitors/{karimi.number}/").status_code == 404
    assert yazdani.client.get("/en/desk/visitors/").status_code == 403
