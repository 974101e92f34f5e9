"""Finding a case, and the figures of the day."""

from tests.desk.conftest import Desk, rows

from panjereh.cases.models import Case


def test_a_case_is_found_by_code_number_and_name(amini: Desk, birth_case: Case) -> None:
    amini.page.open("/en/desk/search/")
    given = birth_case.number
    for text in (f"{given[:3]} {given[3:6]} {given[6:]}", rows()[0]["national_id"], rows()[0]["family_name"]):
        found = amini.page.send("/en/desk/search/", {"text": text})
        assert found.all("a", href=f"/en/desk/case/{birth_case.number}/"), text


def test_what_is_not_found_and_what_is_too_short_is_said(amini: Desk) -> None:
    assert "No case of your agency fits." in amini.page.send("/en/desk/search/", {"text": "Nobody"}).text
    assert "Write a tracking code" in amini.page.send("/en/desk/search/", {"text": "x"}, status=422).text
    nothing = amini.page.send("/en/desk/search/", {"text": "\x00\x00\x00"}, status=422)
    assert nothing.title.startswith("Error:")
    for odd in ("' or 1=1 --", "%%%%", "ي" * 5000, "۱" * 200):
        amini.page.send("/en/desk/search/", {"text": odd})


def test_the_figures_of_the_day_are_for_supervisors(amini: Desk, bahrami: Desk, complaint: Case) -> None:
    shown = bahrami.page.open("/en/desk/figures/")

    assert "1 came in today" in shown.text.replace("1came", "1 came")
    assert amini.client.get("/en/desk/figures/").status_code == 403
