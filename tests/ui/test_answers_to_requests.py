from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from panjereh.config import urls as every
from panjereh.kernel import clock
from panjereh.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from panjereh.ui.errors import server_error
from panjereh.ui.http import TooOften, at_most, count_or_refuse, desk_actor, signed_in_actor


def failing(error):
    def view(_request):
        raise error

    return view


class Broken(Exception):
    """A fault of ours."""


@at_most(2, seconds=60, what="tests")
def limited(_request):
    return HttpResponse("fine")


urlpatterns = [
    *every.urlpatterns,
    path("not-found/", failing(NotFound("There is no such case among yours."))),
    path("not-allowed/", failing(NotAllowed())),
    path("conflict/", failing(Conflict())),
    path("invalid/", failing(Invalid())),
    path("unavailable/", failing(Unavailable())),
    path("too-often/", failing(TooOften())),
    path("broken/", failing(Broken("a secret of the machine"))),
    path("mine/", lambda request: HttpResponse(signed_in_actor(request).name)),
    path("desk-only/", lambda request: HttpResponse(desk_actor(request).name)),
    path("limited/", limited),
]
handler400, handler403, handler404, handler500 = every.handler400, every.handler403, every.handler404, every.handler500


@pytest.fixture(autouse=True)
def here(settings, db):
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/not-found/", 404),
        ("/not-allowed/", 403),
        ("/conflict/", 409),
        ("/invalid/", 400),
        ("/unavailable/", 503),
        ("/too-often/", 429),
        ("/no/such/page/", 404),
        ("/en/no/such/page/", 404),
    ],
)
def test_what_goes_wrong_becomes_a_page_of_ours(page, address, status):
    assert page.open(address, status=status).link("پنجره" if not address.startswith("/en") else "Panjereh")


def test_an_error_that_brings_its_own_sentence_is_shown_with_it(page):
    assert "There is no such case among yours." in page.open("/not-found/", status=404).text


def test_a_fault_of_ours_is_a_page_without_secrets(client):
    client.raise_request_exception = False

    answer = client.get("/broken/")

    assert answer.status_code == 500
    assert "مشکل از ماست" in answer.content.decode()
    assert "secret" not in answer.content.decode()


def test_a_fault_is_told_in_the_language_of_the_address_without_the_database():
    assert "The fault is ours" in server_error(RequestFactory().get("/en/broken/")).content.decode()
    assert "مشکل از ماست" in server_error(RequestFactory().get("/broken/")).content.decode()


def test_a_page_of_somebody_asks_to_sign_in_and_leads_back(client):
    answer = client.get("/mine/?of=me")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/signin/?next=%2Fmine%2F%3Fof%3Dme"


def test_a_page_of_officials_asks_to_sign_in_first(client):
    assert client.get("/desk-only/").status_code == 302


def test_every_answer_forbids_what_comes_from_elsewhere(client):
    headers = client.get("/help/").headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_for_everybody_may_be_kept_by_the_browser_only(client):
    assert client.get("/help/").headers["Cache-Control"] == "no-cache, private"


def test_an_address_may_send_a_form_only_so_often_but_look_freely(client):
    assert [client.post("/limited/").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/limited/").status_code == 200
    assert client.post("/limited/", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_counting_begins_anew_after_the_window():
    count_or_refuse("a", 1, 60)
    with pytest.raises(TooOften):
        count_or_refuse("a", 1, 60)
    with clock.at(clock.now() + timedelta(seconds=61)):
        count_or_refuse("a", 1, 60)
