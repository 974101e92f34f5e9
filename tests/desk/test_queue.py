"""The work queue: whose turn it is, and what it takes to go out of turn."""

from tests.desk.conftest import Desk

from panjereh.cases.models import Case


def test_the_next_task_is_one_press_away_and_the_case_opens(amini: Desk, birth_case: Case) -> None:
    amini.page.open("/desk/")

    response = amini.client.post("/desk/next/")

    assert response.headers["Location"] == f"/desk/case/{birth_case.number}/"
    assert birth_case.tasks.get().assignee_id == amini.number


def test_pressing_twice_gives_the_same_task(amini: Desk, birth_case: Case, complaint: Case) -> None:
    first = amini.client.post("/desk/next/").headers["Location"]

    assert amini.client.post("/desk/next/").headers["Location"] == first


def test_an_empty_queue_says_so(amini: Desk) -> None:
    assert amini.client.post("/en/desk/next/").headers["Location"] == "/en/desk/?nothing=yes"
    assert "There is no free task for you now." in amini.page.open("/en/desk/", nothing="yes").text


def test_the_queue_is_narrowed_by_service_way_and_owner(amini: Desk, birth_case: Case, complaint: Case) -> None:
    def shown(**chosen: str) -> int:
        return len(amini.page.open("/en/desk/", **chosen).all("td", data_label="Service"))

    assert shown() == 2
    assert shown(service="complaint") == 1
    assert shown(channel="desk") == 0
    assert shown(mine="yes") == 0
    assert shown(due="late") == 0
    amini.takes(complaint)
    assert shown(mine="yes") == 1


def test_going_out_of_turn_needs_a_reason_that_is_kept(amini: Desk, complaint: Case) -> None:
    address = f"/en/desk/task/{complaint.tasks.get().pk}/take/"

    refused = amini.page.send(address, {"reason": " "}, status=422)
    assert "Write the reason." in refused.text
    assert complaint.tasks.get().assignee_id is None

    amini.client.post(address, {"reason": "the applicant is here"})
    assert complaint.tasks.get().assignee_id == amini.number
    assert complaint.events.get(kind="task_taken").personal["reason"] == "the applicant is here"


def test_officials_of_another_agency_see_nothing_of_it(complaint: Case) -> None:
    stranger = Desk("rostami", "officer", "registrar", "supervisor", agency="inspectorate")

    assert "Nothing to do" in stranger.page.open("/en/desk/").text
    foreign = stranger.client.get(f"/en/desk/case/{complaint.number}/")
    unknown = stranger.client.get("/en/desk/case/0000000000/")
    assert foreign.status_code == unknown.status_code == 404
    assert stranger.client.get(f"/en/desk/task/{complaint.tasks.get().pk}/take/").status_code == 404


def test_who_decides_no_cases_is_led_to_their_own_place(yazdani: Desk) -> None:
    assert yazdani.client.get("/desk/").headers["Location"] == "/desk/officials/"


def test_people_without_an_office_are_kept_out(client: object, db: None) -> None:
    from django.test import Client

    assert Client().get("/desk/").headers["Location"].startswith("/signin/")


def test_odd_pages_and_filters_do_no_harm(amini: Desk, complaint: Case) -> None:
    for query in (
        {"page": "x"},
        {"page": "99999"},
        {"page": "-1"},
        {"due": "<b>"},
        {"service": "' or 1"},
        {"page": "۲"},
    ):
        amini.page.open("/en/desk/", **query)
