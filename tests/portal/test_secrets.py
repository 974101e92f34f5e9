"""Password and code, recovery codes, telephone and the address for notices, on the person's own pages."""

import base64
import re
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings as django_settings
from django.test import Client
from tests.identity.authenticator import Authenticator
from tests.pages import Page
from tests.portal.conftest import Person
from tests.portal.test_passkeys import add

from panjereh.identity.handlers import HANDLERS
from panjereh.identity.models import Account, Party
from panjereh.kernel import clock
from panjereh.localisation import digits
from panjereh.outbox import operations as outbox

GOOD = "nine green parrots"


def shown(secret, at=None):
    moment = int((at or clock.now()).timestamp())
    return TOTP(base64.b32decode(secret.replace(" ", "")), 6, SHA1(), 30).generate(moment).decode()


def set_up(person):
    """Set password and app; the app's secret."""
    page = person.page.open("/en/my/signin/password/")
    secret = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page.text)[0]
    answer = person.client.post("/en/my/signin/password/", {"password": GOOD, "code": shown(secret)})
    assert answer.headers["Location"] == "/en/my/signin/?added=password"
    return secret


def sms_to(number, folder):
    """The code in the newest message to this number."""
    outbox.run_until_idle(HANDLERS)
    files = sorted(Path(folder).iterdir())
    newest = [file.read_text() for file in files if number in file.read_text()][-1]
    return re.search(r"\d{6}", digits.to_ascii(newest.split("\n\n", 1)[1]))[0]


@pytest.fixture
def sms(settings, tmp_path):
    settings.SMS_GATEWAY = f"folder:{tmp_path}"
    return tmp_path


@pytest.mark.parametrize("language", ["", "/en"])
def test_somebody_sets_up_password_and_code_and_signs_in_with_both(nilufar: Person, language):
    other = Client()
    other.force_login(nilufar.account, backend="panjereh.identity.adapters.allauth.AccountBackend")
    secret = set_up(nilufar)
    assert b'class="qr"' in nilufar.page.open(f"{language}/my/signin/password/").response.content
    assert nilufar.client.get("/my/").status_code == 200
    assert other.get("/my/").status_code == 302, "all other sessions are over"

    browser, later = Client(), clock.now() + timedelta(minutes=2)
    with clock.at(later):
        sent = {"email": nilufar.account.email, "password": GOOD, "code": shown(secret), "next": "/my/documents/"}
        answer = browser.post(f"{language}/signin/password/", sent)

    assert answer.headers["Location"] == "/my/documents/"
    assert browser.session["ways"][0][0] == "password"


def test_whatever_does_not_fit_gets_the_same_answer(nilufar: Person, page):
    secret = set_up(nilufar)
    right = {"email": nilufar.account.email, "password": GOOD, "code": shown(secret)}

    pages = [
        page.send("/en/signin/password/", {**right, **wrong}, status=403).text
        for wrong in ({"email": "x@example.com"}, {"password": "x"}, {"code": "1"}, {})  # the last code was used
    ]

    assert len(set(pages)) == 1


def test_an_address_is_not_guessed_at_without_end(nilufar: Person):
    statuses = [
        Client(REMOTE_ADDR=f"10.0.0.{number}").post("/en/signin/password/", {"email": "a@example.com"}).status_code
        for number in range(12)
    ]

    assert statuses == [403] * 10 + [429] * 2


@pytest.mark.parametrize(
    ("sent", "box"), [({"password": "short", "code": "x"}, "password"), ({"password": GOOD, "code": "12"}, "code")]
)
def test_what_is_wrong_when_setting_up_is_explained(nilufar: Person, sent, box):
    shown_page = nilufar.page.send("/en/my/signin/password/", sent, status=422)

    assert shown_page.all("a", href=f"#{box}")
    assert not Account.objects.get(pk=nilufar.account.pk).has_usable_password()


def test_password_and_code_are_removed_and_the_session_goes_on(nilufar: Person):
    set_up(nilufar)

    nilufar.client.post("/en/my/signin/password/", {"do": "remove"})

    assert "Not set" in nilufar.page.open("/en/my/signin/").text


def test_a_lost_passkey_is_replaced_with_a_recovery_code(nilufar: Person):
    add(nilufar.page, Authenticator())
    nilufar.proves_by("email", "passkey")
    codes = re.findall(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", nilufar.page.send("/en/my/signin/recovery/").text)
    assert len(codes) == 10
    assert not re.findall(r"[A-Z2-7]{4}-[A-Z2-7]{4}", nilufar.page.open("/en/my/signin/recovery/").text)
    nilufar.proves_by("email")
    there = nilufar.client.get("/en/my/signin/passkey/").headers["Location"]

    wrong = nilufar.page.send(there, {"do": "recovery", "recovery": "AAAA-AAAA-AAAA-AAAA"}, status=422)
    back = nilufar.client.post(there, {"do": "recovery", "recovery": codes[0], "next": "/en/my/signin/passkey/"})

    assert wrong.link("This isn’t one of your recovery codes") == "#recovery"
    assert add(nilufar.page, Authenticator(credential_id=b"the new one")).status_code == 302
    assert back.headers["Location"] == "/en/my/signin/passkey/"
    again = nilufar.client.post("/en/signin/again/", {"do": "recovery", "recovery": codes[0]})
    assert again.status_code == 422


def test_with_a_password_one_proves_oneself_again_and_only_ones_own_counts(nilufar: Person, arash: Person):
    secret, later = set_up(nilufar), clock.now() + timedelta(minutes=20)
    with clock.at(later):
        there = nilufar.client.get("/en/my/signin/recovery/").headers["Location"]
        wrong = nilufar.page.send(there, {"do": "password", "password": "x", "app_code": shown(secret)}, status=422)
        right = {"do": "password", "password": GOOD, "app_code": shown(secret)}

        assert wrong.link("Password and code don’t fit") == "#password"
        assert arash.client.post("/en/signin/again/", right).status_code == 422
        assert nilufar.client.post("/en/signin/again/", right).status_code == 302
        nilufar.page.open("/en/my/signin/recovery/")


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_number_is_confirmed_and_signs_in(nilufar: Person, sms, language):
    nilufar.page.send(f"{language}/my/signin/phone/", {"phone": "۰۹۱۲ ۱۲۳ ۴۵۶۷"})
    answer = nilufar.client.post(f"{language}/my/signin/phone/", {"do": "code", "code": sms_to("+989121234567", sms)})
    assert answer.headers["Location"] == f"{language}/my/signin/?added=phone"
    assert Account.objects.get(pk=nilufar.account.pk).phone == "+989121234567"

    browser = Client()
    Page(browser).send(f"{language}/signin/phone/", {"phone": "09121234567"})
    answer = browser.post(f"{language}/signin/phone/", {"do": "code", "code": sms_to("+989121234567", sms)})

    assert answer.headers["Location"] == f"{language}/my/"
    assert browser.session["ways"][0][0] == "phone"
    nilufar.client.post("/en/my/signin/phone/", {"do": "remove"})
    assert Account.objects.get(pk=nilufar.account.pk).phone is None


def test_known_and_unknown_numbers_are_answered_alike_and_only_known_ones_get_a_message(nilufar: Person, sms):
    Account.objects.filter(pk=nilufar.account.pk).update(phone="+989121234567")
    known, unknown = (
        Page(Client()).send("/en/signin/phone/", {"phone": number}).text for number in ("09121234567", "09121234568")
    )

    outbox.run_until_idle(HANDLERS)

    assert known.replace("4567", "…") == unknown.replace("4568", "…")
    assert len(list(sms.iterdir())) == 1


def test_messages_to_one_number_come_to_an_end(nilufar: Person, sms):
    statuses = [
        Client(REMOTE_ADDR=f"10.0.0.{number}").post("/en/signin/phone/", {"phone": "09121234567"}).status_code
        for number in range(5)
    ]

    assert statuses == [200] * 3 + [429] * 2


def test_what_is_no_number_and_no_code_is_explained(nilufar: Person, sms):
    assert nilufar.page.send("/en/my/signin/phone/", {"phone": "12"}, status=422).all("a", href="#phone")
    nilufar.page.send("/en/my/signin/phone/", {"phone": "09121234567"})
    assert nilufar.page.send("/en/my/signin/phone/", {"do": "code", "code": "1"}, status=422).all("a", href="#code")


def test_without_a_gateway_nobody_is_offered_the_telephone(nilufar: Person, settings):
    settings.SMS_GATEWAY = ""

    assert "telephone" not in nilufar.page.open("/en/my/signin/").text.replace("app on your telephone", "").replace(
        "when your telephone is lost", ""
    )


def test_notices_go_to_a_new_address_only_after_its_code(nilufar: Person, mailoutbox):
    saved = {"email": "new@example.org", "phone": "", "language": "en", "notices": "email"}
    answer = nilufar.client.post("/en/my/profile/", saved)
    assert answer.headers["Location"] == "/en/my/profile/address/"
    party = Party.objects.get(pk=nilufar.number)
    assert (party.email, party.language) == (nilufar.account.email, "en")
    outbox.run_until_idle(HANDLERS)
    assert mailoutbox[-1].to == ["new@example.org"]

    wrong = nilufar.page.send("/en/my/profile/address/", {"code": "1"}, status=422)
    nilufar.client.post("/en/my/profile/address/", {"code": re.search(r"\d{6}", mailoutbox[-1].subject)[0]})

    assert wrong.all("a", href="#code")
    assert Party.objects.get(pk=nilufar.number).email == "new@example.org"


def test_the_address_of_signing_in_needs_no_second_proof(nilufar: Person):
    Party.objects.filter(pk=nilufar.number).update(email="old@example.org")
    saved = {"email": nilufar.account.email, "phone": "", "language": "fa", "notices": "email"}

    nilufar.client.post("/en/my/profile/", saved)

    assert Party.objects.get(pk=nilufar.number).email == nilufar.account.email


def test_passwords_are_hashed_with_scrypt_outside_of_tests():
    from panjereh.config.settings import base

    assert base.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.ScryptPasswordHasher"
    assert base.PASSWORD_HASHERS[1:] == ["panjereh.identity.adapters.oidc_provider.SiteSecretHasher"]  # random bits
    assert django_settings.SESSION_COOKIE_HTTPONLY
