"""Signing in by a code that comes by e-mail. The pages are the portal's; here they are as plain as can be."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.test import Client, override_settings

from panjereh.identity import handlers, operations, queries
from panjereh.identity.models import Account, Party
from panjereh.kernel import clock
from panjereh.localisation import digits
from panjereh.outbox import operations as outbox

pytestmark = pytest.mark.django_db

PAGES = {
    "account/request_login_code.html": "{{ form.errors }}",
    "account/confirm_login_code.html": "{{ email }} {{ can_resend }} {{ form.errors }}",
    "account/account_inactive.html": "closed",
    "account/logout.html": "really?",
}


@pytest.fixture(autouse=True)
def plain_pages(db):
    loader = ("django.template.loaders.locmem.Loader", PAGES)
    engine = {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": [loader]}}
    cache.clear()
    with override_settings(ROOT_URLCONF="tests.identity.urls", TEMPLATES=[engine]):
        yield
    cache.clear()


def ask(client, email="maryam@example.com"):
    return client.post("/signin/", {"email": email})


def sent(mailoutbox):
    """Run the worker and return the newest code."""
    outbox.run_until_idle(handlers.HANDLERS)
    return re.search(r"\d{6}", mailoutbox[-1].subject)[0]


def test_somebody_new_signs_in_with_the_code_and_becomes_a_party(client, mailoutbox):
    assert ask(client).url == "/signin/code/"
    assert Party.objects.count() == 0

    answer = client.post("/signin/code/", {"code": sent(mailoutbox)})

    assert answer.url == "/my/"
    assert client.get("/my/").content == b"maryam@example.com"
    account = Account.objects.get()
    assert (account.party.email, account.party.entity) == ("maryam@example.com", None)
    assert queries.actor_of(account).level == "low"


def test_somebody_known_keeps_their_party_however_they_write_their_address(client, mailoutbox):
    party = operations.create_account("maryam@example.com").party

    ask(client, "Maryam@Example.COM ")
    client.post("/signin/code/", {"code": sent(mailoutbox)})

    assert Account.objects.get().party == party


def test_known_and_unknown_addresses_get_the_same_answer(mailoutbox):
    operations.create_account("known@example.com")

    known, unknown = (ask(Client(), f"{name}@example.com") for name in ("known", "unknown"))

    assert (known.status_code, known.url, known.content) == (unknown.status_code, unknown.url, unknown.content)
    outbox.run_until_idle(handlers.HANDLERS)
    first, second = (re.sub(r"\d{6}", "", f"{mail.subject}{mail.body}") for mail in mailoutbox)
    assert first == second


def test_the_code_may_be_typed_in_persian_digits_and_with_spaces(client, mailoutbox):
    ask(client)
    code = sent(mailoutbox)

    answer = client.post("/signin/code/", {"code": f" {digits.to_persian(code[:3])} {digits.to_persian(code[3:])}"})

    assert answer.url == "/my/"


def test_a_wrong_code_says_so_and_five_end_the_attempt(client, mailoutbox):
    ask(client)
    code = sent(mailoutbox)
    wrong = "000000" if code != "000000" else "111111"

    first = client.post("/signin/code/", {"code": wrong})
    assert "این کدی نیست" in first.content.decode() or "isn’t the code" in first.content.decode()
    for _ in range(4):
        last = client.post("/signin/code/", {"code": wrong})

    assert last.url == "/signin/"
    assert client.post("/signin/code/", {"code": code}).url == "/signin/"
    assert client.get("/my/").content == b"nobody"


def test_another_code_can_be_asked_for_and_the_old_one_is_void(client, mailoutbox):
    ask(client)
    old = sent(mailoutbox)

    client.post("/signin/code/", {"action": "resend"})
    new = sent(mailoutbox)

    assert len(mailoutbox) == 2
    if old != new:
        assert client.post("/signin/code/", {"code": old}).status_code == HTTPStatus.OK
    assert client.post("/signin/code/", {"code": new}).url == "/my/"


def test_whoever_mistyped_their_address_can_write_another(client, mailoutbox):
    ask(client, "mistyped@example.com")

    assert client.get("/signin/").status_code == HTTPStatus.OK
    ask(client, "right@example.com")
    client.post("/signin/code/", {"code": sent(mailoutbox)})

    assert client.get("/my/").content == b"right@example.com"


def test_codes_are_not_sent_without_end(client, mailoutbox):
    answers = [ask(Client()) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    outbox.run_until_idle(handlers.HANDLERS)
    assert len(mailoutbox) == 3


@pytest.mark.parametrize(
    "address", ["", "no address", "a@b", "x" * 300 + "@example.com", "a@example.com\nbcc: b@x.org"]
)
def test_what_is_no_address_is_answered_in_words_and_makes_no_account(client, address):
    answer = ask(client, address)

    assert answer.status_code == HTTPStatus.OK
    assert "errorlist" in answer.content.decode()
    assert Account.objects.count() == 0


def test_the_mail_speaks_the_language_of_the_page(client, mailoutbox):
    client.post("/en/signin/", {"email": "a@example.com"})
    outbox.run_until_idle(handlers.HANDLERS)

    assert "is your code for Panjereh" in mailoutbox[0].subject


def test_english_readers_land_on_english_pages(client, mailoutbox):
    client.post("/en/signin/", {"email": "a@example.com"})

    assert client.post("/en/signin/code/", {"code": sent(mailoutbox)}).url == "/en/my/"
    assert client.post("/en/signout/").url == "/en/"


def test_a_code_that_would_come_too_late_is_not_sent(client, mailoutbox):
    ask(client)

    with clock.at(clock.now() + timedelta(minutes=11)):
        outbox.run_until_idle(handlers.HANDLERS)

    assert mailoutbox == []


def test_a_closed_account_gets_a_word_and_no_code(client, mailoutbox):
    account = operations.create_account("closed@example.com")
    account.is_active = False
    account.save()

    assert ask(client, "closed@example.com").url == "/signin/code/"
    outbox.run_until_idle(handlers.HANDLERS)

    assert len(mailoutbox) == 1
    assert not re.search(r"\d{6}", mailoutbox[0].subject + mailoutbox[0].body)


def test_accounts_that_nobody_proved_are_forgotten_after_a_day(client):
    with clock.at(clock.now() - timedelta(hours=25)):
        operations.account_for_code("never@example.com")
        operations.create_account("proven@example.com")

    ask(client, "new@example.com")

    assert set(Account.objects.values_list("email", flat=True)) == {"proven@example.com", "new@example.com"}


def test_signing_out_takes_a_post(client, mailoutbox):
    ask(client)
    client.post("/signin/code/", {"code": sent(mailoutbox)})

    assert client.get("/signout/").content == b"really?"
    assert client.post("/signout/").url == "/"
    assert client.get("/my/").content == b"nobody"


def test_there_is_no_way_in_by_password(client):
    account = operations.create_account("maryam@example.com")

    assert not account.has_usable_password()
    client.post("/signin/", {"login": "maryam@example.com", "password": ""})
    assert client.get("/my/").content == b"nobody"


def test_nobody_is_sent_to_a_foreign_site_after_signing_in(client, mailoutbox):
    client.post("/signin/?next=https://evil.example/", {"email": "a@example.com", "next": "https://evil.example/"})
    answer = client.post("/signin/code/", {"code": sent(mailoutbox), "next": "https://evil.example/"})

    assert answer.url == "/my/"
