"""People sign in by a provider of identity: there and back, who they are here, and what is refused in clear words."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests
from django.core.cache import caches
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.pages import Page, Shown, parse

from panjereh.catalogue import queries as catalogue
from panjereh.identity import operations as identity
from panjereh.identity.adapters import oidc_client, oidc_tokens
from panjereh.identity.models import Account, Party, ProviderLink
from panjereh.identity.operations import parties
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.kernel.ids import new_id
from panjereh.registries import operations as registries
from panjereh.registries.types import Cause

pytestmark = pytest.mark.django_db

ISSUER = "https://id.example"
SUBSTANTIAL = "http://eidas.europa.eu/LoA/substantial"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
NUMBER = "0499370899"
TOLD = {
    "id": "national",
    "name": {"fa": "درگاه ملی هویت", "en": "National Identity"},
    "issuer": ISSUER,
    "client_id": "panjereh",
    "secret": "secret",
    "scopes": ["openid", "national_number"],
    "levels": {SUBSTANTIAL: "substantial", "http://eidas.europa.eu/LoA/low": "low"},
    "national_number": "national_id",
    "trust_email": True,
}


class Provider(requests.adapters.BaseAdapter):
    """What stands at https://id.example: it answers as a test wants it to."""

    def __init__(self):
        super().__init__()
        self.claims, self.told, self.header, self.key = {}, {}, {}, KEY
        self.document, self.is_away, self.codes, self.asked = {}, False, set(), []

    def send(self, request, **_options):
        if self.is_away:
            raise requests.ConnectionError
        self.asked.append(request)
        path = urlsplit(request.url).path
        status, body = 200, {}
        if path == "/.well-known/openid-configuration":
            body = {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "userinfo_endpoint": f"{ISSUER}/userinfo",
                "jwks_uri": f"{ISSUER}/keys",
                "end_session_endpoint": f"{ISSUER}/out",
                **self.document,
            }
        elif path == "/keys":
            body = {"keys": [self.key.as_dict(private=False)]}
        elif path == "/userinfo":
            body = {"sub": self.claims["sub"], **self.told}
        elif path == "/token":
            status, body = self.token(dict(parse_qsl(request.body)))
        return answered(request, status, body)

    def token(self, sent):
        if sent["code"] in self.codes or not sent.get("code_verifier"):
            return 400, {"error": "invalid_grant"}
        self.codes.add(sent["code"])
        token = jwt.encode({"alg": "RS256", "kid": KEY.kid, **self.header}, self.claims, KEY)
        return 200, {"access_token": "token", "token_type": "Bearer", "id_token": token}

    def close(self):
        """Nothing to close."""


def answered(request, status, body):
    response = requests.Response()
    response.status_code, response.request, response.url = status, request, request.url
    response._content = json.dumps(body).encode()
    response.headers["content-type"] = "application/json"
    return response


@pytest.fixture
def provider(monkeypatch, settings):
    caches["process"].clear()
    settings.PROVIDERS = [TOLD]
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "national",
                    "name": "National",
                    "client_id": "panjereh",
                    "secret": "secret",
                    "settings": {"server_url": ISSUER, "oauth_pkce_enabled": True},
                }
            ]
        }
    }
    made, before = Provider(), oidc_client.Fetching.get_requests_session

    def session(self):
        opened = before(self)
        opened.mount("https://", made)
        return opened

    monkeypatch.setattr(oidc_client.Fetching, "get_requests_session", session)
    return made


class Visitor:
    """Somebody with a browser of their own, before or after signing in."""

    def __init__(self, provider, client=None):
        self.provider, self.client = provider, client or Client()
        self.page = Page(self.client)

    def goes(self, process="login", **sent):
        """To the provider; what it is asked."""
        shown = self.page.send("/en/signin/with/national/", {"process": process, **sent})
        where = shown.one("meta", http_equiv="refresh").get("content").partition("url=")[2]
        assert where.startswith(f"{ISSUER}/authorize?")
        return {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}

    def comes(self, asked, code="code-1", status=302, **changed):
        """Back, with a code for what the provider says of them."""
        now = int(clock.now().timestamp())
        made = {"iss": ISSUER, "aud": "panjereh", "sub": "s-1", "nonce": asked["nonce"], "iat": now, "exp": now + 300}
        said = {"auth_time": now, "acr": SUBSTANTIAL}
        self.provider.claims = {name: value for name, value in {**made, **said, **changed}.items() if value is not None}
        return self.arrives({"code": code, "state": asked["state"]}, status)

    def arrives(self, query, status):
        """Where they are led on to; or, with any other status, the page that they see, in their own language."""
        response = self.client.get("/signin/with/national/back/", query)
        assert response.status_code == status, response.content.decode()
        return response.headers["Location"] if status == 302 else Shown(response, parse(response.content.decode()))


@pytest.fixture
def visitor(provider):
    return Visitor(provider)


@pytest.fixture
def entry():
    """Maryam, as the register knows her."""
    registry = catalogue.country().registries["population"]
    data = {
        "national_id": NUMBER,
        "given_name": "مریم",
        "family_name": "احمدی",
        "sex": "female",
        "birth_date": "1994-05-04",
    }
    cause = Cause(law="civil-registration-act#1", actor=SYSTEM, reason="test")
    return registries.create(
        registry, data, valid_from=clock.today() - timedelta(days=9000), cause=cause, key="m"
    ).entity


def linked_to(account, subject="s-1"):
    return ProviderLink.objects.create(account=account, provider="national", issuer=ISSUER, subject=subject)


def test_the_browser_goes_there_with_state_nonce_and_pkce(visitor):
    asked = visitor.goes()

    assert {name: asked[name] for name in ("client_id", "response_type", "code_challenge_method", "ui_locales")} == {
        "client_id": "panjereh",
        "response_type": "code",
        "code_challenge_method": "S256",
        "ui_locales": "en",
    }
    assert asked["redirect_uri"] == oidc_client.address_of("national")
    assert set(asked["scope"].split()) == {"openid", "national_number"}
    assert len(asked["state"]) >= 16
    assert len(asked["nonce"]) == 64
    assert len(asked["code_challenge"]) == 43


def test_somebody_known_is_signed_in_at_the_level_that_the_provider_vouches_for(visitor, entry):
    account = identity.create_account("maryam@example.org")
    linked_to(account)

    assert visitor.comes(visitor.goes(next="/my/profile/"), national_id=NUMBER) == "/my/profile/"

    party = Party.objects.get(accounts=account)
    assert (party.entity, party.national_id, party.linked_by) == (entry, NUMBER, "sign_in")
    assert Account.objects.get(pk=account.pk).assurance == "substantial"
    assert visitor.client.session["ways"][0][0] == "provider:substantial"
    assert "National Identity" in visitor.page.open("/en/my/signin/").text


def test_the_register_decides_whose_account_it_is_never_what_somebody_types(visitor, entry):
    account = identity.create_account("maryam@example.org")
    parties.link(account.party_id, entity=entry, national_id=NUMBER, given_name="م", family_name="ا", proof="papers")

    assert visitor.comes(visitor.goes(), national_id=NUMBER) == "/en/my/"

    assert ProviderLink.objects.get().account == account
    assert Party.objects.get(accounts=account).given_name == "مریم"


@pytest.mark.parametrize(
    "said",
    [
        {"acr": "http://eidas.europa.eu/LoA/low"},
        {"acr": None},
        {"acr": "gold"},
        {"national_id": "1234567890"},
        {"national_id": None},
    ],
)
def test_a_weak_word_or_no_number_links_nobody_to_the_register(visitor, entry, said):
    account = identity.create_account("maryam@example.org")
    linked_to(account)

    visitor.comes(visitor.goes(), **{"national_id": NUMBER, **said})

    assert Party.objects.get(accounts=account).entity is None
    assert Account.objects.get(pk=account.pk).assurance == "low"


def test_somebody_new_with_a_trusted_address_gets_an_account(visitor):
    visitor.provider.told = {"email": "new@example.org", "email_verified": True}

    assert visitor.comes(visitor.goes()) == "/en/my/"

    assert ProviderLink.objects.get().account.email == "new@example.org"


def test_an_address_that_is_somebodys_opens_nothing_until_they_show_that_it_is_theirs(visitor):
    theirs = identity.create_account("maryam@example.org")
    visitor.provider.told = {"email": "maryam@example.org", "email_verified": True}

    where = visitor.comes(visitor.goes(next="/my/seen/"))

    assert where.startswith("/en/signin/with/national/link/?next=%2Fmy%2Fseen%2F")
    assert not ProviderLink.objects.exists()
    assert "One more step" in visitor.page.open("/en/signin/with/national/link/").text
    visitor.client.force_login(theirs, backend="panjereh.identity.adapters.allauth.AccountBackend")
    assert "maryam@example.org" in visitor.page.open(where).text
    assert visitor.client.post(where).headers["Location"] == "/my/seen/"
    assert ProviderLink.objects.get().account == theirs
    assert visitor.client.post(where).status_code == 409


def test_an_address_that_is_not_verified_is_not_believed(visitor):
    visitor.provider.told = {"email": "new@example.org", "email_verified": False}

    assert visitor.comes(visitor.goes()).startswith("/en/signin/with/national/link/")


def test_stepping_up_comes_back_to_where_the_person_was(nilufar, provider, entry):
    there = Visitor(provider, nilufar.client)
    assert (
        "Sign in with National Identity" in nilufar.page.open("/en/signin/again/?level=substantial&next=/my/data/").text
    )

    asked = there.goes("prove", level="substantial", next="/my/data/")
    assert (asked["acr_values"], asked["prompt"], asked["max_age"]) == (SUBSTANTIAL, "login", "0")
    assert there.comes(asked, national_id=NUMBER) == "/my/data/"

    assert [way for way, _at in nilufar.client.session["ways"]] == ["email", "provider:substantial"]
    assert ProviderLink.objects.get().account == nilufar.account


def test_an_old_proof_is_no_new_one(nilufar, provider):
    there = Visitor(provider, nilufar.client)

    shown = there.comes(there.goes("prove"), status=403, auth_time=int(clock.now().timestamp()) - 3600)

    assert "too long ago" in shown.text
    assert not ProviderLink.objects.exists()


def test_an_identity_of_another_account_proves_nothing(nilufar, arash, provider, entry):
    linked_to(arash.account)
    there = Visitor(provider, nilufar.client)

    shown = there.comes(there.goes("prove"), status=409, national_id=NUMBER)

    assert "already opens another account" in shown.text
    assert Party.objects.get(accounts=nilufar.account).entity is None


def test_a_number_of_somebody_else_links_nobody(nilufar, provider, entry):
    parties.link(
        nilufar.number, entity=new_id(), national_id="2535473917", given_name="ن", family_name="ر", proof="papers"
    )
    there = Visitor(provider, nilufar.client)

    shown = there.comes(there.goes("prove"), status=409, national_id=NUMBER)

    assert "another person" in shown.text
    assert not ProviderLink.objects.exists()


def test_a_provider_is_added_and_taken_away_again(nilufar, provider):
    there = Visitor(provider, nilufar.client)
    assert there.comes(there.goes("link")) == "/en/my/signin/?added=provider"
    link = ProviderLink.objects.get()

    assert nilufar.client.post("/my/signin/", {"do": "unlink", "link": str(link.pk)}).status_code == 302

    assert not ProviderLink.objects.exists()
    text = nilufar.page.open("/en/my/signin/").text
    assert "a provider of identity was added" in text
    assert "a provider of identity was removed" in text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"iss": "https://evil.example"}, "comes from somebody else"),
        ({"aud": "somebody"}, "made for another site"),
        ({"nonce": "x"}, "belongs to another sign-in"),
        ({"exp": 1}, "too old"),
        ({"sub": None}, "could not be read"),
        ({"at_hash": "x"}, "do not belong together"),
    ],
)
def test_what_can_not_be_trusted_is_refused_in_clear_words(visitor, changed, words):
    linked_to(identity.create_account("maryam@example.org"))

    shown = visitor.comes(visitor.goes(), status=403, **changed)

    assert words in shown.text
    assert "_auth_user_id" not in visitor.client.session
    assert shown.link("To the ways to sign in")


def test_none_swapped_keys_and_strange_documents_are_refused(visitor, provider):
    linked_to(identity.create_account("maryam@example.org"))
    provider.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
    assert "signed by somebody else" in visitor.comes(visitor.goes(), "code-2", 403).text

    provider.key = RSAKey.generate_key(2048, {"kid": "other", "use": "sig"}, private=True)
    caches["process"].clear()
    assert "does not show" in visitor.comes(visitor.goes(), "code-3", 403).text

    caches["process"].clear()
    provider.document = {"issuer": "https://evil.example"}
    shown = visitor.page.send("/en/signin/with/national/", status=403)
    assert "comes from somebody else" in shown.text
    provider.document = {"token_endpoint": "http://id.example/token"}
    assert "does not answer" in visitor.page.send("/en/signin/with/national/", status=503).text


def test_new_keys_of_the_provider_are_fetched_by_themselves(visitor, provider, monkeypatch):
    linked_to(identity.create_account("maryam@example.org"))
    caches["process"].set(f"oidc-keys:{ISSUER}", [], 600)

    assert visitor.comes(visitor.goes()) == "/en/my/"


def test_an_answer_comes_once_and_to_the_browser_that_asked(visitor, provider):
    linked_to(identity.create_account("maryam@example.org"))
    asked = visitor.goes()
    stranger = Visitor(provider)
    assert "در مرورگر دیگری آغاز شده" in stranger.comes(asked, status=403).text

    assert visitor.comes(asked) == "/en/my/"
    assert "was used already" in visitor.comes(asked, status=403).text
    assert "used before" in visitor.comes(visitor.goes(), status=403).text


def test_an_answer_that_names_another_issuer_is_refused(visitor):
    asked = visitor.goes()

    shown = visitor.arrives({"code": "code-1", "state": asked["state"], "iss": "https://evil.example"}, 403)

    assert "comes from somebody else" in shown.text


def test_who_stops_there_is_told_what_else_is_possible(visitor):
    asked = visitor.goes()

    shown = visitor.arrives({"error": "access_denied", "state": asked["state"]}, 403)

    assert "You stopped it there" in shown.text
    assert "does not say why" in visitor.arrives({"error": "server_error", "state": visitor.goes()["state"]}, 403).text


def test_while_the_provider_is_away_other_ways_remain(visitor, provider):
    asked = visitor.goes()
    provider.is_away = True
    caches["process"].clear()

    assert "does not answer" in visitor.page.send("/en/signin/with/national/", status=503).text
    assert "does not answer" in visitor.comes(asked, status=503).text
    shown = visitor.page.open("/en/signin/")
    assert "Sign in with National Identity" in shown.text
    assert "Send me a code" in shown.text


def test_userinfo_of_somebody_else_is_refused(visitor, provider):
    provider.told = {"sub": "s-2", "email": "x@example.org", "email_verified": True}

    assert "different people" in visitor.comes(visitor.goes(), status=403).text


def test_who_signs_out_is_led_to_sign_out_there_too(visitor):
    linked_to(identity.create_account("maryam@example.org"))
    visitor.comes(visitor.goes())

    where = visitor.client.post("/signout/").headers["Location"]

    assert where == "/signin/with/national/out/"
    shown = visitor.page.open("/en/signin/with/national/out/")
    there = shown.link("Sign out at National Identity")
    assert there.startswith(f"{ISSUER}/out?client_id=panjereh&post_logout_redirect_uri=")


def test_an_unknown_provider_is_not_found(visitor):
    assert visitor.client.post("/signin/with/other/").status_code == 404
    assert visitor.client.get("/signin/with/other/back/").status_code == 404
    assert oidc_tokens.LEEWAY <= 60
