"""Passkeys on the person's own pages, and on the page of signing in."""

import json

import pytest
from django.test import Client
from tests.identity.authenticator import Authenticator
from tests.pages import Page
from tests.portal.conftest import Person

from panjereh.identity.models import Passkey


def add(page, authenticator, language="/en", name="My telephone"):
    asked = page.client.get(f"{language}/my/signin/passkey/question.json").json()
    made = json.dumps(authenticator.make(asked))
    return page.client.post(f"{language}/my/signin/passkey/", {"name": name, "credential": made})


def sign_in(client, authenticator, language="/en", **sent):
    asked = client.get(f"{language}/signin/passkey/question.json").json()
    answer = json.dumps(authenticator.answer(asked))
    return client.post(f"{language}/signin/passkey/", {"credential": answer, **sent})


@pytest.mark.parametrize("language", ["", "/en"])
def test_somebody_adds_a_passkey_and_signs_in_with_it(nilufar: Person, language):
    authenticator = Authenticator()
    assert nilufar.page.open(f"{language}/my/signin/passkey/").all("script")

    added = add(nilufar.page, authenticator, language)
    shown = nilufar.page.open(added.headers["Location"])

    assert "My telephone" in shown.text
    browser = Client()
    answer = sign_in(browser, authenticator, language, next=f"{language}/my/documents/")
    assert answer.headers["Location"] == f"{language}/my/documents/"
    assert browser.session["ways"][0][0] == "passkey"
    Page(browser).open(f"{language}/my/documents/")


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_page_of_signing_in_offers_it_and_says_what_else_is_possible_without_scripts(page, language):
    shown = page.open(f"{language}/signin/")

    form = next(one for one in shown.all("form") if one.get("data-passkey") == "get")
    assert form.get("hidden") is not None
    assert form.get("data-options") == f"{language}/signin/passkey/question.json"
    assert shown.all("noscript")
    assert [one.get("src") for one in shown.all("script")] == ["/static/ui/passkeys.js"]


def test_other_pages_load_no_script(nilufar: Person):
    for path in ("/", "/my/", "/my/profile/", "/my/signin/"):
        assert not nilufar.page.open(path).all("script")


def test_an_answer_sent_twice_signs_nobody_in(nilufar: Person):
    authenticator = Authenticator()
    add(nilufar.page, authenticator)
    browser = Client()
    asked = browser.get("/en/signin/passkey/question.json").json()
    sent = {"credential": json.dumps(authenticator.answer(asked))}
    browser.post("/en/signin/passkey/", sent)
    browser.post("/en/signout/")

    again = browser.post("/en/signin/passkey/", sent)

    assert again.status_code == 403
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("sent", ["", "nonsense", "[]", "[" * 5000, '{"rawId": "YQ"}', "x" * 30_000])
def test_what_is_no_answer_is_said_in_words(page, sent):
    page.client.get("/en/signin/passkey/question.json")

    shown = page.send("/en/signin/passkey/", {"credential": sent}, status=403)

    assert "was not accepted" in shown.text
    assert shown.title.startswith("Error:")


def test_a_question_of_adding_does_not_sign_in(nilufar: Person):
    authenticator = Authenticator()
    add(nilufar.page, authenticator)
    nilufar.proves_by("passkey")
    asked = nilufar.client.get("/en/my/signin/passkey/question.json").json()

    answer = nilufar.client.post("/en/signin/passkey/", {"credential": json.dumps(authenticator.answer(asked))})

    assert answer.status_code == 403


def test_it_is_named_anew_and_removed(nilufar: Person):
    add(nilufar.page, Authenticator())
    nilufar.proves_by("passkey")
    path = f"/en/my/signin/passkey/{Passkey.objects.get().pk}/"

    assert nilufar.page.send(path, {"name": ""}).title.startswith("Error:")
    nilufar.client.post(path, {"name": "Key ring"})
    assert "Key ring" in nilufar.page.open("/en/my/signin/").text
    answer = nilufar.client.post(path, {"do": "remove"})

    assert "removed" in nilufar.page.open(answer.headers["Location"]).text
    assert not Passkey.objects.exists()


def test_in_production_only_the_address_of_the_installation_counts(nilufar: Person, settings):
    settings.PRODUCTION, settings.DEMONSTRATION = True, False
    settings.PUBLIC_ADDRESS = "https://portal.example.org"
    there = Authenticator(origin="https://portal.example.org", rp_id="portal.example.org")
    asked = nilufar.client.get("/en/my/signin/passkey/question.json").json()

    refused = add(nilufar.page, Authenticator())
    taken = add(nilufar.page, there)

    assert asked["publicKey"]["rp"]["id"] == "portal.example.org"
    assert (refused.status_code, taken.status_code) == (422, 302)
