"""Sites that people sign in to with us: four eyes, a secret that is shown once, and bad addresses that are refused."""

import pytest
from allauth.idp.oidc.models import Client
from tests.desk.conftest import Desk

from panjereh.identity import history
from panjereh.identity.models import Site
from panjereh.identity.operations.sites import STREAM

AT = "/en/desk/officials/sites/"
GOOD = {
    "title_fa": "کتابخانه",
    "title_en": "Library",
    "purpose_fa": "امانت کتاب",
    "purpose_en": "Lending books",
    "law": "civil-registration-act#15",
    "address": "https://library.example/",
    "redirect_uris": "https://library.example/callback\nhttps://library.example/other",
    "logout_uris": "",
    "scopes": ["profile"],
}


@pytest.fixture
def second() -> Desk:
    return Desk("second", "operator")


@pytest.fixture
def site(yazdani: Desk) -> Site:
    yazdani.page.client.post(f"{AT}new/", GOOD)
    return Site.objects.get()


def test_a_site_is_entered_by_one_operator_and_confirmed_by_another(yazdani: Desk, second: Desk, site: Site) -> None:
    where = f"{AT}{site.pk}/"
    assert "somebody else must confirm it" in yazdani.page.open(where).text
    assert yazdani.page.send(where, {"do": "confirm"}, status=422)
    assert not Client.objects.exists()

    second.page.client.post(where, {"do": "confirm"})

    site.refresh_from_db()
    client = Client.objects.get(pk=site.client_id)
    assert site.state == "open"
    assert client.get_redirect_uris() == site.redirect_uris == GOOD["redirect_uris"].split("\n")
    assert client.get_scopes() == ["openid", "profile"]
    assert [event.kind for event in history.of(f"{STREAM}{site.pk}")] == ["asked", "confirmed"]
    assert second.page.send(where, {"do": "confirm"}, status=422)


def test_a_secret_is_shown_once_and_the_one_before_is_over(yazdani: Desk, second: Desk, site: Site) -> None:
    where = f"{AT}{site.pk}/"
    second.page.client.post(where, {"do": "confirm"})

    first = secret_on(yazdani.page.send(where, {"do": "secret"}))
    assert first not in yazdani.page.open(where).text
    second_one = secret_on(yazdani.page.send(where, {"do": "secret"}))

    client = Client.objects.get()
    assert client.check_secret(second_one)
    assert not client.check_secret(first)
    assert first not in client.secret


def secret_on(shown: object) -> str:
    return str(shown.one("code").text)  # type: ignore[attr-defined]


def test_a_site_that_is_refused_or_closed_says_why_and_stays_so(yazdani: Desk, second: Desk, site: Site) -> None:
    where = f"{AT}{site.pk}/"
    assert "Say why, in a few words" in second.page.send(where, {"do": "refuse"}, status=422).text
    second.page.client.post(where, {"do": "refuse", "reason": "not ours"})

    assert "not ours" in yazdani.page.open(where).text
    assert Site.objects.get().state == "refused"
    assert second.page.send(where, {"do": "confirm"}, status=422)
    assert second.page.send(where, {"do": "secret"}, status=422)


def test_nobody_signs_in_at_a_closed_site(yazdani: Desk, second: Desk, site: Site) -> None:
    where = f"{AT}{site.pk}/"
    second.page.client.post(where, {"do": "confirm"})

    yazdani.page.client.post(where, {"do": "close", "reason": "replaced"})

    assert Site.objects.get().state == "closed"
    assert not Client.objects.exists()
    assert "Library" in yazdani.page.open(AT).text


@pytest.mark.parametrize(
    ("box", "typed"),
    [
        ("redirect_uris", ""),
        ("redirect_uris", "http://library.example/callback"),
        ("redirect_uris", "https://*.library.example/callback"),
        ("redirect_uris", "https://library.example/callback#there"),
        ("redirect_uris", "https://user@library.example/"),
        ("redirect_uris", "javascript:alert(1)"),
        ("redirect_uris", "https://[::1/"),
        ("redirect_uris", "https://library.example:99999/"),
        ("redirect_uris", "\n".join(f"https://library.example/{n}" for n in range(11))),
        ("address", "library.example"),
        ("title_en", " "),
        ("purpose_fa", ""),
        ("scopes", "everything"),
    ],
)
def test_a_site_that_is_described_wrongly_is_refused_at_its_box(yazdani: Desk, box: str, typed: str) -> None:
    shown = yazdani.page.send(f"{AT}new/", {**GOOD, box: typed}, status=422)

    assert [
        each.get("href") for each in shown.all("a") if (each.get("href") or "").startswith(f"#{box.replace('.', '-')}")
    ]
    assert not Site.objects.exists()


def test_another_agencys_operator_sees_nothing_of_it(site: Site) -> None:
    stranger = Desk("stranger", "operator", agency="inspectorate")

    assert "Library" not in stranger.page.open(AT).text
    assert stranger.page.client.get(f"{AT}{site.pk}/").status_code == 404
    assert stranger.page.client.post(f"{AT}{site.pk}/", {"do": "confirm"}).status_code == 404
    assert Site.objects.get().state == "asked"
