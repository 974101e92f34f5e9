"""The hidden token of forms: Django's, drawn in one go; the browser gets its cookie once."""

import re

import pytest
from django.middleware.csrf import _does_token_match, _unmask_cipher_token
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from panjereh.ui import forgery

secrets = st.text(forgery.SIGNS.decode(), min_size=32, max_size=32)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@given(secrets)
def test_django_finds_the_secret_behind_the_mask(secret: str):
    token = forgery.masked(secret)

    assert len(token) == 64
    assert _unmask_cipher_token(token) == secret
    assert _does_token_match(token, secret)


def test_each_sign_of_a_mask_is_as_likely_as_the_others():
    drawn = forgery._drawn(62 * 500)

    counts = [drawn.count(number) for number in range(62)]
    assert len(drawn) == sum(counts)
    assert 350 < min(counts) <= max(counts) < 650  # seven times what chance leaves


@pytest.mark.django_db
def test_a_form_brings_another_token_each_time_and_its_cookie_once():
    browser = Client(enforce_csrf_checks=True)

    first, second = browser.get("/signin/"), browser.get("/signin/")

    tokens = {TOKEN.findall(answer.content.decode())[0] for answer in (first, second)}
    assert len(tokens) == 2
    assert ("csrftoken" in first.cookies, "csrftoken" in second.cookies) == (True, False)
    assert all("Cookie" in answer.headers["Vary"] for answer in (first, second))


@pytest.mark.django_db
def test_a_form_with_another_browsers_token_is_refused():
    browser, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    browser.get("/signin/")
    token = TOKEN.findall(other.get("/signin/").content.decode())[0]

    answer = browser.post("/signin/", {"email": "laleh@example.org", "csrfmiddlewaretoken": token})

    assert answer.status_code == 403
