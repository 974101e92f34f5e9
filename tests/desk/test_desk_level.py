"""Officials show surely who they are before the desk opens, where the operator asks for it."""

import pytest
from tests.desk.conftest import Desk

from panjereh.config import env
from panjereh.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def production(settings):
    settings.DESK_LEVEL = "substantial"


def proven_by(desk: Desk, *ways: str) -> None:
    session, now = desk.client.session, int(clock.now().timestamp())
    session["ways"], session["began"], session["seen"] = [(way, now) for way in ways], now, now
    session.save()


@pytest.mark.parametrize("page", ["/en/desk/", "/en/desk/officials/", "/en/desk/me/"])
def test_a_code_by_e_mail_does_not_open_the_desk(yazdani: Desk, page: str) -> None:
    proven_by(yazdani, "email")

    response = yazdani.client.get(page)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/en/signin/again/?level=substantial&next=%2Fen%2Fdesk%2F")
    shown = yazdani.page.open("/en/signin/again/?level=substantial&next=/en/desk/")
    assert "This needs a surer sign-in" in shown.text
    assert "Add a passkey" in shown.text
    assert "An office looks at your papers" not in shown.text


@pytest.mark.parametrize("way", ["passkey", "password"])
def test_a_passkey_or_password_with_code_opens_it(yazdani: Desk, way: str) -> None:
    proven_by(yazdani, "email", way)

    assert yazdani.client.get("/en/desk/officials/").status_code == 200


def test_nothing_is_done_at_the_desk_below_the_level(yazdani: Desk) -> None:
    proven_by(yazdani, "email")

    response = yazdani.client.post("/en/desk/officials/new/", {"email": "x@example.org"})

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/en/signin/again/")


def test_the_people_s_side_asks_no_more_than_before(yazdani: Desk) -> None:
    proven_by(yazdani, "email")

    assert yazdani.client.get("/en/my/").status_code == 200


def test_a_level_that_nobody_knows_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANJEREH_DESK_LEVEL", "highest")
    with pytest.raises(env.ImproperlyConfigured, match="substantial"):
        env.desk_level(default="low")
    monkeypatch.setenv("PANJEREH_DESK_LEVEL", "")
    assert env.desk_level(default="substantial") == "substantial"
