import re
from uuid import uuid4

import pytest

from panjereh.identity.adapters import demo
from panjereh.identity.handlers import HANDLERS
from panjereh.outbox import operations as outbox


def test_somebody_signs_in_with_a_code_that_came_by_mail(page, mailoutbox, transactional_db):
    page.client.post("/en/signin/", {"email": "new@example.org", "next": "/en/my/documents/"})
    outbox.run_until_idle(HANDLERS)
    code = re.search(r"\b[0-9A-Z]{3}-?[0-9A-Z]{3}\b", mailoutbox[0].body)
    assert code

    page.open("/en/signin/code/")
    answer = page.client.post("/en/signin/code/", {"code": code[0], "next": "/en/my/documents/"})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/en/my/documents/")
    assert page.open("/en/my/documents/").h1 == "Documents"


def test_an_address_that_is_none_is_explained(page):
    shown = page.send("/en/signin/", {"email": "nobody"})

    assert shown.title.startswith("Error:")
    assert shown.value("email") == "nobody"


def test_a_wrong_code_is_explained(page):
    page.client.post("/en/signin/", {"email": "new@example.org"})

    shown = page.send("/en/signin/code/", {"code": "000-000"})

    assert shown.link("This isn’t the code") == "#code"


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_demonstration_has_a_page_to_sign_in_with_one_click(page, language):
    who = demo.load_person(
        "sara@example.org", entity=uuid4(), national_id="0012345679", given_name="سارا", family_name="راد"
    )

    shown = page.open(f"{language}/signin/demonstration/")
    answer = page.client.post(f"{language}/signin/demonstration/", {"identity": str(who.pk)})

    assert "سارا راد" in shown.text
    assert answer.headers["Location"] == f"{language}/my/"
    assert "سارا راد" in "".join(page.open("/my/").one("header").itertext())


def test_the_page_of_one_click_leads_back_to_pages_of_ours_only(page):
    who = demo.load_person(
        "sara@example.org", entity=uuid4(), national_id="0012345679", given_name="سارا", family_name="راد"
    )
    chosen = {"identity": str(who.pk)}

    ours = page.client.post("/signin/demonstration/", {**chosen, "next": "/my/profile/"})
    theirs = page.client.post("/signin/demonstration/", {**chosen, "next": "https://example.com/"})

    assert ours.headers["Location"] == "/my/profile/"
    assert theirs.headers["Location"] == "/my/"


def test_without_demonstration_there_is_no_such_page(page, settings):
    settings.DEMONSTRATION = False

    page.open("/signin/demonstration/", status=404)


@pytest.mark.parametrize(
    "path", ["/my/", "/my/messages/", "/my/documents/", "/my/profile/", "/my/seen/", "/my/cases/4058317263/"]
)
def test_what_belongs_to_somebody_asks_who_it_is(client, path):
    answer = client.get(path)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/signin/?next=")


def test_signing_out_ends_the_session(nilufar):
    nilufar.client.post("/signout/")

    assert nilufar.client.get("/my/").status_code == 302
