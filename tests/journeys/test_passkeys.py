"""Passkeys in Chromium with its virtual authenticator: added, used, and what the page says when there is none."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from tests.journeys import steps
from tests.journeys.conftest import Visit
from tests.journeys.inspection import faults_of

pytestmark = pytest.mark.browser

WORDS = {
    "fa": {"sign in": "ورود با گذرکلید", "make": "ساختن گذرکلید", "remove": "برداشتن این گذرکلید"},
    "en": {"sign in": "Sign in with a passkey", "make": "Make the passkey", "remove": "Remove this passkey"},
}


def device(page: Page, *, unlocked: bool = True) -> None:
    """A device with a built-in authenticator, which its owner unlocks or not."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": unlocked,
        "automaticPresenceSimulation": True,
    }
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.fixture
def go(portal):
    """Open a path at the installation's name."""
    port = urlsplit(portal.address).port
    return lambda page, path: page.goto(f"http://localhost:{port}{path}")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_passkey_is_made_named_used_and_removed(visit: Visit, portal, go, language):
    page, who, words, root = visit(), portal.somebody(), WORDS[language], steps.start_of(language)
    device(page)
    go(page, f"{root}/signin/demonstration/")
    steps.follow(page, page.locator("ul.people").first.locator("button").filter(has_text=who.name).first)

    go(page, f"{root}/my/signin/passkey/")
    page.locator("[name=name]").fill("Telephone")
    steps.follow(page, page.get_by_role("button", name=words["make"]))
    expect(page.locator("bdi", has_text="Telephone")).to_be_visible()
    assert faults_of(page) == []
    steps.follow(page, page.locator("form[action$='/signout/'] button"))

    go(page, f"{root}/signin/?next={root}/my/signin/")
    steps.follow(page, page.get_by_role("button", name=words["sign in"]))

    assert page.url.endswith(f"{root}/my/signin/")
    steps.follow(page, page.locator("dl.answers a").first)
    steps.follow(page, page.get_by_role("button", name=words["remove"]))
    expect(page.locator("bdi", has_text="Telephone")).to_have_count(0)
    steps.follow(page, page.locator("form[action$='/signout/'] button"))

    go(page, f"{root}/signin/passkey/")
    steps.follow(page, page.get_by_role("button", name=words["sign in"]))
    assert page.url.endswith(f"{root}/signin/passkey/")
    expect(page.get_by_role("alert").first).to_be_visible()
    assert faults_of(page) == []


def test_a_device_that_is_not_unlocked_says_so_and_nothing_happens(visit: Visit, portal, go):
    page, who = visit(), portal.somebody()
    device(page, unlocked=False)
    go(page, "/en/signin/demonstration/")
    steps.follow(page, page.locator("ul.people").first.locator("button").filter(has_text=who.name).first)

    go(page, "/en/my/signin/passkey/")
    page.get_by_role("button", name="Make the passkey").click()

    expect(page.get_by_role("alert")).to_have_text(re.compile("was not unlocked in time"))
    assert page.url.endswith("/my/signin/passkey/")


def test_without_scripts_the_page_says_what_else_is_possible(visit: Visit, go):
    page = visit(scripts=False)

    go(page, "/en/signin/")

    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    assert "scripts are off" in str(
        page.locator("noscript").first.text_content()
    )  # a switched-off test browser hides it
    expect(page.get_by_role("button", name="Send me a code")).to_be_visible()
    assert page.get_by_role("alert").count() == 0
