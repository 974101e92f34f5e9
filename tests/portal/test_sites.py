"""Other sites let people sign in with us: the code flow from the browser's and from the site's side."""

import base64
import hashlib
import json
import secrets
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.test import Client as Browser
from joserfc import jwk, jwt
from joserfc.errors import InvalidKeyIdError

from panjereh.audit.models import AccessLog
from panjereh.identity.models import Account, Party, SiteLink, SiteSignIn
from panjereh.identity.operations import parties, site_links, sites
from panjereh.identity.operations.token_keys import replace_keys
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.kernel.ids import new_id

pytestmark = pytest.mark.django_db

BACK = "https://library.example/callback"
OUT = "https://library.example/bye"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
NUMBER = "0499370899"


class Site:
    """A relying party that does everything right, unless a test wants it otherwise."""

    def __init__(self, **asked):
        given = {
            "agency": "civil-registry",
            "title": {"fa": "کتابخانه", "en": "Library"},
            "purpose": {"fa": "امانت کتاب", "en": "lending books"},
            "law": "civil-registration-act#15",
            "address": "https://library.example/",
            "redirect_uris": [BACK],
            "logout_uris": [OUT],
            "scopes": ["profile", "email", "national_number"],
        }
        self.site, self.secret = sites.register_site(by="test", **{**given, **asked})
        self.back_end = Browser()

    def asks(self, **changed):
        asked = {
            "client_id": self.site.client_id,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "openid profile",
            "state": "st&te",
            "nonce": "n0nce",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**asked, **changed}.items() if value is not None}

    def brings(self, given, **changed):
        sent = {
            "grant_type": "authorization_code",
            "code": given,
            "redirect_uri": BACK,
            "client_id": self.site.client_id,
            "client_secret": self.secret,
            "code_verifier": VERIFIER,
        }
        return self.back_end.post("/identity/token", {**sent, **changed})

    def userinfo(self, token):
        return self.back_end.get("/identity/userinfo", headers={"Authorization": f"Bearer {token}"})

    def reads(self, token):
        """The claims of an ID token, checked as a site checks it."""
        keys = jwk.KeySet.import_key_set(self.back_end.get("/.well-known/jwks.json").json())
        return jwt.decode(token, keys, algorithms=["RS256"]).claims


@pytest.fixture
def library():
    return Site()


def agree(person, site, *scopes, **changed):
    """Through the page of consent; where the browser is sent."""
    page = person.page.open("/identity/authorize", **site.asks(**changed))
    sent = {"request": page.value("request"), "scopes": ["openid", *scopes], "action": "grant"}
    return leads_to(person.page.send("/identity/authorize", sent))


def leads_to(page):
    return page.one("meta", http_equiv="refresh").get("content").partition("url=")[2]


def answer(where):
    assert where.startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}


def signed_in(person, site, *scopes, **changed):
    """The tokens that the site is given."""
    return site.brings(answer(agree(person, site, *scopes, **changed))["code"]).json()


def linked(person):
    parties.link(
        person.number,
        entity=new_id(),
        national_id=NUMBER,
        given_name="مریم",
        family_name="احمدی",
        proof=Party.Proof.PAPERS,
    )
    Account.objects.filter(pk=person.account.pk).update(assurance="substantial")


def test_a_person_signs_in_at_a_site_and_hands_over_only_what_they_ticked(nilufar, library):
    linked(nilufar)
    back = answer(agree(nilufar, library, "profile", scope="openid profile email national_number"))

    assert (back["state"], back["iss"]) == ("st&te", settings.PUBLIC_ADDRESS)
    tokens = library.brings(back["code"]).json()
    assert "refresh_token" not in tokens
    assert not Token.objects.filter(type=Token.Type.REFRESH_TOKEN).exists()
    claims = library.reads(tokens["id_token"])
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (
        settings.PUBLIC_ADDRESS,
        library.site.client_id,
        "n0nce",
    )
    assert claims["acr"] == "http://eidas.europa.eu/LoA/low"
    assert claims["amr"] == ["otp"]
    assert not {"name", "email", "national_id"} & claims.keys()
    told = library.userinfo(tokens["access_token"]).json()
    assert told == {"sub": claims["sub"], "name": "مریم احمدی", "given_name": "مریم", "family_name": "احمدی"}


def test_each_thing_that_a_site_is_told_is_a_line_that_the_person_sees(nilufar, library):
    tokens = signed_in(nilufar, library, "profile", "email", scope="openid profile email")
    library.userinfo(tokens["access_token"])

    lines = AccessLog.objects.filter(purpose="sign-in-elsewhere").order_by("at", "pk")
    assert [line.fields for line in lines] == [
        ["sub"],
        ["email", "email_verified", "family_name", "given_name", "name", "sub"],
    ]
    shown = nilufar.page.open("/en/my/seen/").text
    assert "The site Library read a name that only this site knows you by" in shown
    assert "your e-mail address" in shown
    assert "signing you in there" in shown


def test_two_sites_know_the_same_person_by_different_names(nilufar, library):
    other = Site(redirect_uris=[BACK])
    first = library.reads(signed_in(nilufar, library)["id_token"])["sub"]
    second = other.reads(signed_in(nilufar, other)["id_token"])["sub"]

    assert first != second
    assert str(nilufar.account.pk).replace("-", "") not in (first, second)


def test_who_has_agreed_once_goes_straight_on_until_they_end_it(nilufar, library):
    first = library.reads(signed_in(nilufar, library, "profile")["id_token"])["sub"]

    straight = answer(leads_to(nilufar.page.open("/identity/authorize", **library.asks())))
    tokens = library.brings(straight["code"]).json()
    assert library.reads(tokens["id_token"])["sub"] == first
    silent = nilufar.client.get("/identity/authorize", library.asks(prompt="none"))
    assert silent.status_code == 302
    assert "code" in answer(silent.headers["Location"])

    page = nilufar.page.open("/my/signin/sites/")
    assert "کتابخانه" in page.text
    nilufar.client.post("/my/signin/sites/", {"end": str(SiteLink.objects.get().pk)})
    assert library.userinfo(tokens["access_token"]).status_code == 401
    assert library.brings(answer(silent.headers["Location"])["code"]).json() == {"error": "invalid_grant"}
    silent = nilufar.client.get("/identity/authorize", library.asks(prompt="none"))
    assert answer(silent.headers["Location"])["error"] == "consent_required"
    assert library.reads(signed_in(nilufar, library)["id_token"])["sub"] == first


def test_a_wider_question_is_asked_anew(nilufar, library):
    agree(nilufar, library, "profile")

    page = nilufar.page.open("/identity/authorize", **library.asks(scope="openid profile email"))

    assert page.all("input", name="scopes", value="email")


def test_nobody_is_told_who_a_stranger_is(library, client):
    first = client.get("/identity/authorize", library.asks())
    silent = client.get("/identity/authorize", library.asks(prompt="none"))

    assert first.headers["Location"].startswith("/signin/?next=%2Fidentity%2Fauthorize")
    assert answer(silent.headers["Location"])["error"] == "login_required"


def test_who_says_no_is_sent_back_without_a_code(nilufar, library):
    page = nilufar.page.open("/identity/authorize", **library.asks())
    where = leads_to(
        nilufar.page.send(
            "/identity/authorize", {"request": page.value("request"), "action": "deny", "scopes": "openid"}
        )
    )

    assert answer(where)["error"] == "access_denied"
    assert not SiteSignIn.objects.exists()
    assert not SiteLink.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": BACK + "/"},
        {"redirect_uri": BACK + "?a=1"},
        {"redirect_uri": "https://library.example.evil/callback"},
        {"redirect_uri": "http://library.example/callback"},
        {"redirect_uri": None},
        {"client_id": "somebody"},
        {"client_id": None},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(nilufar, library, wrong):
    page = nilufar.page.open("/en/identity/authorize", status=400, **library.asks(**wrong))

    assert "The other site has made a mistake" in page.text
    assert "library.example" not in page.text


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid address"}, "invalid_scope"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "https://evil.example/"}, "request_uri_not_supported"),
        ({"resource": "https://evil.example/"}, "invalid_target"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
    ],
)
def test_what_we_do_not_support_goes_back_as_an_error(nilufar, library, wrong, error):
    response = nilufar.client.get("/identity/authorize", library.asks(**wrong))

    assert response.status_code == 302
    assert answer(response.headers["Location"])["error"] == error
    assert not SiteSignIn.objects.exists()


def test_a_code_opens_once_and_its_token_is_withdrawn_when_it_comes_again(nilufar, library):
    code = answer(agree(nilufar, library, "profile"))["code"]
    tokens = library.brings(code).json()
    assert library.userinfo(tokens["access_token"]).status_code == 200

    again = library.brings(code)

    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})
    assert library.userinfo(tokens["access_token"]).status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "w" * 50},
        {"code_verifier": ""},
        {"redirect_uri": OUT},
        {"client_secret": "guess"},
        {"client_secret": ""},
        {"code": "guess"},
        {"grant_type": "password"},
        {"grant_type": "refresh_token"},
        {"grant_type": "client_credentials"},
    ],
)
def test_a_code_alone_opens_nothing(nilufar, library, changed):
    code = answer(agree(nilufar, library, "profile"))["code"]

    refused = library.brings(code, **changed)

    assert refused.status_code in (400, 401)
    assert "access_token" not in refused.json()
    assert not Token.objects.exists()
    assert not AccessLog.objects.filter(purpose="sign-in-elsewhere").exists()


def test_a_code_of_one_site_opens_nothing_for_another(nilufar, library):
    other = Site()
    code = answer(agree(nilufar, library, "profile"))["code"]

    assert other.brings(code).json() == {"error": "invalid_grant"}
    assert library.brings(code, client_id=other.site.client_id).json() == {"error": "invalid_grant"}
    assert library.brings(code).status_code == 200


def test_a_code_is_over_after_a_minute(nilufar, library):
    code = answer(agree(nilufar, library))["code"]

    with clock.at(clock.now() + timedelta(seconds=61)):
        assert library.brings(code).json() == {"error": "invalid_grant"}


def test_a_site_that_wants_a_surer_or_a_fresh_sign_in_gets_it(nilufar, library):
    linked(nilufar)
    asked = library.asks(acr_values="http://eidas.europa.eu/LoA/substantial")

    first = nilufar.client.get("/identity/authorize", asked)
    assert first.headers["Location"].startswith("/signin/again/?level=substantial&next=%2Fidentity")
    nilufar.proves_by("email", "passkey")
    claims = library.reads(signed_in(nilufar, library, acr_values="substantial")["id_token"])
    assert claims["acr"] == "http://eidas.europa.eu/LoA/substantial"
    assert claims["amr"] == ["mfa", "otp", "pop", "user"]

    fresh = library.asks(prompt="login")
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert nilufar.client.get("/identity/authorize", fresh).headers["Location"].startswith("/signin/again/")
        assert nilufar.client.get("/identity/authorize", fresh).headers["Location"].startswith("/signin/again/")
        with clock.at(clock.now() + timedelta(minutes=1)):
            nilufar.proves_by("passkey")
            assert nilufar.client.get("/identity/authorize", fresh).status_code == 200
        with clock.at(clock.now() + timedelta(minutes=2)):
            assert nilufar.client.get("/identity/authorize", fresh).headers["Location"].startswith("/signin/again/")
    with clock.at(clock.now() + timedelta(minutes=10)):
        old = library.asks(max_age="60")
        assert nilufar.client.get("/identity/authorize", old).headers["Location"].startswith("/signin/again/")
        silent = nilufar.client.get("/identity/authorize", library.asks(max_age="60", prompt="none"))
        assert answer(silent.headers["Location"])["error"] == "login_required"


def test_the_document_of_discovery_says_what_is_true(library):
    found = library.back_end.get("/.well-known/openid-configuration").json()

    assert found["issuer"] == settings.PUBLIC_ADDRESS
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["response_types_supported"] == ["code"]
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"):
        path = found[name].removeprefix(settings.PUBLIC_ADDRESS)
        assert path != found[name]
        assert library.back_end.get(path).status_code != 404, name


def test_keys_are_changed_ahead_of_time_and_a_stolen_one_is_believed_no_longer(nilufar, library):
    tokens = signed_in(nilufar, library)
    before = library.back_end.get("/.well-known/jwks.json").json()["keys"]

    with clock.at(clock.now() + timedelta(days=89)):
        both = library.back_end.get("/.well-known/jwks.json").json()["keys"]
    assert len(before) == 1
    assert len(both) == 2
    assert before[0] in both

    replace_keys()
    after = library.back_end.get("/.well-known/jwks.json").json()["keys"]
    assert len(after) == 1
    assert after[0] not in both
    with pytest.raises(InvalidKeyIdError):
        library.reads(tokens["id_token"])


def test_a_closed_site_opens_nothing_more(nilufar, library):
    tokens = signed_in(nilufar, library, "profile")
    sites.close_site(library.site.pk, actor=SYSTEM, reason="no longer ours")

    assert library.userinfo(tokens["access_token"]).status_code == 401
    assert nilufar.client.get("/identity/authorize", library.asks()).status_code == 400
    assert not Client.objects.exists()


def test_a_token_says_nothing_of_who_has_lost_their_account(nilufar, library):
    tokens = signed_in(nilufar, library, "profile")
    Account.objects.filter(pk=nilufar.account.pk).update(is_active=False)

    assert library.userinfo(tokens["access_token"]).status_code == 401


def test_a_token_in_the_address_opens_nothing(nilufar, library):
    token = signed_in(nilufar, library, "profile")["access_token"]

    assert library.back_end.get("/identity/userinfo", {"access_token": token}).status_code in (400, 401)
    assert (
        library.back_end.post(
            "/identity/revoke",
            {
                "token": token,
                "client_id": library.site.client_id,
                "client_secret": library.secret,
            },
        ).status_code
        == 200
    )
    assert library.userinfo(token).status_code == 401


def test_a_site_signs_nobody_out_without_asking_them(nilufar, library):
    hint = signed_in(nilufar, library)["id_token"]
    sent = {"id_token_hint": hint, "post_logout_redirect_uri": OUT, "state": "s", "csrfmiddlewaretoken": "x"}

    page = nilufar.page.open("/en/identity/signout", **sent)
    assert "You have signed out of Library" in page.text
    stay = nilufar.page.send("/en/identity/signout", {**sent, "action": "stay"})
    assert leads_to(stay) == f"{OUT}?state=s"
    assert nilufar.page.open("/my/signin/sites/")
    gone = nilufar.page.send("/en/identity/signout", {**sent, "action": "logout"})
    assert leads_to(gone) == f"{OUT}?state=s"
    assert nilufar.client.get("/my/signin/sites/").status_code == 302

    stranger = nilufar.client.get("/identity/signout", {**sent, "post_logout_redirect_uri": "https://evil.example/"})
    assert stranger.status_code == 400


def test_the_page_comes_in_the_language_that_the_site_asks_for(nilufar, library):
    there = nilufar.client.get("/identity/authorize", library.asks(ui_locales="de en-GB fa"))

    assert there.headers["Location"].startswith("/en/identity/authorize?client_id=")
    assert nilufar.client.get(there.headers["Location"]).status_code == 200


def test_a_mutated_hint_or_code_is_never_a_fault_of_ours(nilufar, library):
    hint = signed_in(nilufar, library)["id_token"]
    for place in range(0, len(hint), max(1, len(hint) // 40)):
        sent = {"id_token_hint": hint[:place] + secrets.token_urlsafe(1)[0] + hint[place + 1 :]}
        assert nilufar.client.get("/identity/signout", sent).status_code in (200, 302, 400)


def test_secrets_are_kept_as_hashes_and_codes_and_tokens_too(nilufar, library):
    tokens = signed_in(nilufar, library)

    assert library.secret not in Client.objects.get().secret
    assert json.dumps(list(Token.objects.values_list("hash", flat=True))).find(tokens["access_token"]) < 0
    assert SiteSignIn.objects.get().token == site_links.digest(tokens["access_token"])
