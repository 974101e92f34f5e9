"""Showing more surely, or once more, who one is: in place, and nothing typed is lost. And how sign-ins end."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.identity.authenticator import Authenticator
from tests.pages import Page
from tests.portal.conftest import BACKEND, Person
from tests.portal.test_passkeys import add, sign_in

from panjereh.cases import operations as cases
from panjereh.cases.models import Draft, Event
from panjereh.identity import queries
from panjereh.identity.adapters import sessions
from panjereh.identity.handlers import HANDLERS
from panjereh.identity.models import Account, SignIn
from panjereh.identity.operations import binding, parties
from panjereh.kernel import clock
from panjereh.outbox import operations as outbox

SERVICE = "change-of-address"


@pytest.fixture
def proven(nilufar: Person):
    """Nilufar has a passkey and a confirmed account; in this browser she came in by e-mail only."""
    authenticator = Authenticator()
    add(nilufar.page, authenticator)
    Account.objects.filter(pk=nilufar.account.pk).update(assurance="substantial")
    return nilufar, authenticator


def prove(client, authenticator, **sent):
    asked = client.get("/en/signin/again/question.json").json()
    return client.post("/en/signin/again/", {"credential": json.dumps(authenticator.answer(asked)), **sent})


def test_a_service_that_asks_for_more_leads_through_the_proof_and_back(proven):
    nilufar, authenticator = proven

    refused = nilufar.client.get(f"/en/apply/{SERVICE}/start/")
    shown = nilufar.page.open(refused.headers["Location"])
    back = prove(nilufar.client, authenticator, next=f"/en/apply/{SERVICE}/start/", level="substantial")
    begun = nilufar.client.get(back.headers["Location"])

    assert shown.h1 == "This needs a surer sign-in"
    assert "“substantial”; yours is “low”" in shown.text
    assert re.search("/apply/draft/[0-9a-f-]{36}/", begun.headers["Location"])


def test_what_was_typed_below_the_level_stands_there_again_after_the_proof(proven):
    nilufar, authenticator = proven
    nilufar.proves_by("email", "passkey")
    begun = nilufar.client.get(f"/en/apply/{SERVICE}/start/", follow=True)
    screen = begun.redirect_chain[-1][0]
    nilufar.proves_by("email")
    boxes = dict.fromkeys(set(re.findall(r'name="([a-z_.]+)"', begun.content.decode())) - {"csrfmiddlewaretoken"}, "")
    typed = next(iter(name for name in boxes if name not in ("leave", "back_to")))

    refused = nilufar.client.post(screen, {typed: "Zereshk 17"})
    assert refused.headers["Location"].startswith("/en/signin/again/?level=substantial&next=")
    back = prove(nilufar.client, authenticator, next=screen, level="substantial")

    assert back.headers["Location"] == screen
    assert nilufar.client.session["typed"][screen][typed] == ["Zereshk 17"]
    assert nilufar.client.get(screen).status_code == 200
    assert "typed" not in nilufar.client.session


def test_a_draft_is_shown_and_sent_only_at_its_level(proven):
    nilufar, _authenticator = proven
    nilufar.proves_by("passkey")
    nilufar.client.get(f"/en/apply/{SERVICE}/start/")
    draft = Draft.objects.get()
    nilufar.proves_by("email")

    for path in (f"/en/apply/draft/{draft.pk}/", f"/en/apply/draft/{draft.pk}/check/"):
        assert nilufar.client.get(path).headers["Location"].startswith("/en/signin/again/?level=substantial")


def test_whoever_has_no_sure_way_is_told_how_to_get_one(nilufar: Person):
    refused = nilufar.client.get(f"/en/apply/{SERVICE}/start/")

    shown = nilufar.page.open(refused.headers["Location"])

    assert shown.link("Add a passkey") == "/en/my/signin/passkey/"
    assert shown.link("How to confirm your account") == "/en/my/signin/counter/"


def test_changing_ways_asks_for_a_fresh_proof_as_strong_as_the_account_can(proven):
    nilufar, authenticator = proven
    nilufar.proves_by("email")
    asked = nilufar.client.get("/en/my/signin/passkey/")
    assert asked.headers["Location"] == "/en/signin/again/?level=&next=%2Fen%2Fmy%2Fsignin%2Fpasskey%2F"
    assert "Send me a code" not in nilufar.page.open(asked.headers["Location"]).text

    prove(nilufar.client, authenticator)
    nilufar.page.open("/en/my/signin/passkey/")
    nilufar.proves_by("passkey", at=clock.now() - timedelta(minutes=16))

    assert nilufar.client.get("/en/my/signin/passkey/").status_code == 302


def test_giving_a_mandate_asks_for_a_fresh_proof_too(proven):
    nilufar, authenticator = proven
    nilufar.proves_by("email")

    asked = nilufar.client.get("/en/my/mandates/new/")

    assert asked.headers["Location"] == "/en/signin/again/?level=&next=%2Fen%2Fmy%2Fmandates%2Fnew%2F"
    prove(nilufar.client, authenticator)
    nilufar.page.open("/en/my/mandates/new/")


def test_without_a_surer_way_a_code_by_mail_is_proof_enough(nilufar: Person, mailoutbox):
    nilufar.proves_by("email", at=clock.now() - timedelta(hours=1))
    there = nilufar.client.get("/en/my/signin/passkey/").headers["Location"]
    shown = nilufar.page.send(there, {"do": "send", "next": "/en/my/signin/passkey/"})
    outbox.run_until_idle(HANDLERS)
    code = re.search(r"\d{6}", mailoutbox[-1].subject)[0]

    assert "The code" in shown.text
    wrong = nilufar.page.send("/en/signin/again/", {"do": "code", "code": "12"}, status=422)
    assert wrong.link("This isn’t the code") == "#code"
    back = nilufar.client.post("/en/signin/again/", {"do": "code", "code": code, "next": "/en/my/signin/passkey/"})

    assert back.headers["Location"] == "/en/my/signin/passkey/"
    nilufar.page.open("/en/my/signin/passkey/")


def test_somebody_elses_passkey_is_no_proof(proven, arash: Person):
    nilufar, _authenticator = proven
    other = Authenticator(credential_id=b"of somebody else")
    add(arash.page, other)

    assert prove(nilufar.client, other).status_code == 422
    assert [way for way, _at in nilufar.client.session["ways"]] == ["email"]


def test_the_proof_leads_only_to_pages_of_ours(proven):
    nilufar, authenticator = proven

    assert prove(nilufar.client, authenticator, next="https://evil.example/").headers["Location"] == "/en/my/"


@pytest.mark.parametrize(
    ("ways", "idle", "over"),
    [
        (("email",), timedelta(minutes=119), False),
        (("email",), timedelta(minutes=121), True),
        (("passkey",), timedelta(minutes=59), False),
        (("passkey",), timedelta(minutes=61), True),
    ],
)
def test_a_sign_in_is_over_when_nobody_was_there_for_too_long(nilufar: Person, ways, idle, over):
    nilufar.proves_by(*ways)

    with clock.at(clock.now() + idle):
        answer = nilufar.client.get("/en/my/")

    assert (answer.status_code == 302) is over
    assert not over or answer.headers["Location"] == "/en/signin/?next=%2Fen%2Fmy%2F"


def test_however_busy_a_sign_in_is_over_after_eight_hours(nilufar: Person):
    start = clock.now()
    statuses = []
    for hour in (1, 2, 3, 4, 5, 6, 7):
        with clock.at(start + timedelta(hours=hour)):
            statuses.append(nilufar.client.get("/my/").status_code)
    with clock.at(start + timedelta(hours=8, minutes=1)):
        statuses.append(nilufar.client.get("/my/").status_code)

    assert statuses == [200] * 7 + [302]


def test_pages_close_together_write_nothing(nilufar: Person):
    nilufar.client.get("/my/profile/")
    with clock.at(clock.now() + timedelta(minutes=4)):
        nilufar.client.get("/my/profile/")

    assert nilufar.client.session["seen"] == nilufar.client.session["began"]


def test_the_person_sees_their_sign_ins_and_ends_one_or_all_others(nilufar: Person):
    authenticator = Authenticator()
    add(nilufar.page, authenticator)
    phone, computer = Client(HTTP_USER_AGENT="Mozilla/5.0 (Android 14) Firefox/120"), Client()
    for browser in (phone, computer):
        sign_in(browser, authenticator)

    shown = nilufar.page.open("/en/my/signin/sessions/")
    assert "Firefox · Android" in shown.text
    end = SignIn.objects.get(device="Firefox · Android").pk
    nilufar.client.post("/en/my/signin/sessions/", {"end": str(end)})
    assert phone.get("/my/").status_code == 302
    assert computer.get("/my/").status_code == 200
    computer.post("/en/my/signin/sessions/", {"do": "all"})

    assert computer.get("/my/").status_code == 200
    assert nilufar.client.get("/my/").status_code == 302
    assert "here" in Page(computer).open("/en/my/signin/sessions/").text


def test_nobody_ends_the_sign_in_of_another(nilufar: Person, arash: Person):
    authenticator = Authenticator()
    add(nilufar.page, authenticator)
    phone = Client()
    sign_in(phone, authenticator)

    arash.client.post("/en/my/signin/sessions/", {"end": str(SignIn.objects.get().pk)})

    assert phone.get("/my/").status_code == 200


def test_the_owner_is_told_of_a_device_that_is_new(nilufar: Person, mailoutbox):
    authenticator = Authenticator()
    add(nilufar.page, authenticator)
    for agent in ("Firefox/1 Linux", "Firefox/2 Linux", "Firefox/2 Android"):
        sign_in(Client(HTTP_USER_AGENT=agent), authenticator)
    outbox.run_until_idle(HANDLERS)

    assert len([mail for mail in mailoutbox if "دستگاهی که اینجا تازه است" in mail.subject]) == 1
    assert "Firefox · Android" in mailoutbox[-1].body


def test_the_code_for_the_counter_stands_there_only_after_a_sure_proof(nilufar: Person):
    entry = {"entity": uuid4(), "national_id": "0012345679", "given_name": "نیلوفر", "family_name": "راد"}
    parties.link(nilufar.number, proof="papers", **entry)
    authenticator = Authenticator()
    add(nilufar.page, authenticator)
    code = binding.counter_code(Account.objects.get(pk=nilufar.account.pk))
    assert "Code for the counter" not in nilufar.page.open("/en/my/signin/counter/").text

    prove(nilufar.client, authenticator)

    assert f"{code[:4]} {code[4:]}" in nilufar.page.open("/en/my/signin/counter/").text


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) (KHTML, like Gecko) Chrome/120 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120", "Edge · Windows"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_devices_are_told_apart_in_two_words(agent, device):
    assert sessions.device_of(agent) == device


def test_a_browser_that_was_signed_in_before_the_upgrade_stays_so(nilufar: Person):
    client = Client()
    client.force_login(nilufar.account, backend=BACKEND)

    assert client.get("/my/").status_code == 200


def test_level_and_methods_stand_on_the_events_of_a_case(nilufar: Person):
    draft = nilufar.begin_complaint()

    case = cases.submit(draft, actor=queries.actor_of(nilufar.account, ways=["email", "recovery"]))

    event = Event.objects.get(case=case, kind="submitted")
    assert (event.public["level"], event.public["amr"]) == ("low", ["otp"])
