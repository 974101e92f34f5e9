"""Programs get in with a secret or a key, for ten minutes, and no further than their scopes."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from joserfc import jwk, jwt
from tests.api.conftest import Caller, ask, program
from tests.project import town

from panjereh.identity import history
from panjereh.identity import operations as identity
from panjereh.identity.errors import ClientRefused, KeyIsUnfit, NoSuchClient
from panjereh.identity.models import ClientSecret
from panjereh.identity.software import Scope
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.kernel.errors import Invalid, NotAllowed
from panjereh.kernel.ids import new_id


def asked(browser: Browser, **said: str) -> Any:
    return ask(browser, {"grant_type": "client_credentials", **said})


def test_a_program_with_its_secret_learns_who_it_is(caller):
    answer = caller.get("/client")

    assert answer.json() == {
        "client_id": str(caller.client.pk),
        "name": "Billing",
        "agency": town.AGENCY,
        "scopes": sorted(Scope.values),
    }


def test_the_secret_may_come_by_http_basic(caller):
    given = base64.b64encode(f"{caller.client.pk}:{caller.secret}".encode()).decode()
    answer = ask(caller.browser, {"grant_type": "client_credentials"}, Authorization=f"Basic {given}")

    assert answer.json()["token_type"] == "Bearer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_in_production_a_program_without_tls_is_refused_and_not_led_on(caller, settings):
    settings.PRODUCTION = True
    answer = ask(caller.browser, {"grant_type": "client_credentials"})
    assert (answer.status_code, answer.json()["type"].rpartition("#")[2]) == (403, "not_by_tls")
    form = "application/x-www-form-urlencoded"
    assert caller.browser.post("/api/v1/token", "", content_type=form, secure=True).json() == {
        "error": "invalid_request"
    }


def test_no_secret_is_kept_that_could_be_read(caller):
    assert caller.secret not in str(list(ClientSecret.objects.values()))


@pytest.mark.parametrize(
    ("said", "status", "error"),
    [
        ({"client_id": "no number", "client_secret": "x"}, 401, "invalid_client"),
        ({"client_id": str(new_id()), "client_secret": "x"}, 401, "invalid_client"),
        ({"scope": "bills:write cases:decide"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_assertion": "a.b.c"}, 400, "invalid_request"),
    ],
)
def test_whoever_does_not_prove_themselves_is_refused_in_the_words_of_oauth(caller, said, status, error):
    answer = asked(caller.browser, **{"client_id": str(caller.client.pk), "client_secret": caller.secret, **said})

    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_a_token_can_be_asked_for_less_and_then_does_less(caller):
    caller.sign_in("bills:read")

    assert caller.get("/client").json()["scopes"] == ["bills:read"]


@pytest.mark.parametrize("token", ["", "x", "a.b", "e30:abc"])
def test_a_forged_token_is_told_so_in_the_callers_language(caller, token):
    caller.token = token
    answer = caller.get("/client", language="fa-IR,en;q=0.5")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "نشان دسترسی درستی نشان دهید"
    assert caller.get("/client").json()["title"] == "Show a valid access token"


def test_a_changed_token_is_worth_nothing(caller):
    body, _colon, signature = caller.token.partition(":")
    forged = base64.urlsafe_b64encode(base64.urlsafe_b64decode(body + "==").replace(b"bills:read", b"bills:rear"))
    caller.token = f"{forged.decode().rstrip('=')}:{signature}"

    assert caller.get("/client").status_code == 401


def test_a_token_lives_ten_minutes(caller):
    with clock.at(clock.now() + timedelta(minutes=9)):
        assert caller.get("/client").status_code == 200
    with clock.at(clock.now() + timedelta(minutes=10, seconds=1)):
        assert caller.get("/client").status_code == 401


def test_a_rotated_secret_lives_on_for_a_day_and_a_lost_one_ends_at_once_with_its_tokens(caller):
    new = identity.rotate_secret(caller.client.pk, actor=SYSTEM)
    assert identity.token_by_secret(str(caller.client.pk), caller.secret)
    assert caller.get("/client").status_code == 200
    with clock.at(clock.now() + timedelta(days=1, seconds=1)), pytest.raises(ClientRefused):
        identity.token_by_secret(str(caller.client.pk), caller.secret)

    newest = identity.rotate_secret(caller.client.pk, actor=SYSTEM, at_once=True)
    for lost in (caller.secret, new):
        with pytest.raises(ClientRefused):
            identity.token_by_secret(str(caller.client.pk), lost)
    assert caller.get("/client").status_code == 401
    assert identity.token_by_secret(str(caller.client.pk), newest)


def test_a_revoked_program_is_shut_out_from_this_moment_on(caller):
    identity.revoke_client(caller.client.pk, actor=SYSTEM, reason="stolen")

    assert caller.get("/client").status_code == 401
    with pytest.raises(ClientRefused):
        identity.token_by_secret(str(caller.client.pk), caller.secret)
    with pytest.raises(NoSuchClient):
        identity.rotate_secret(caller.client.pk, actor=SYSTEM)
    kinds = [event.kind for event in history.of(f"client:{caller.client.pk}")]
    assert kinds == ["registered", "revoked"]


def test_an_operator_registers_programs_of_their_own_agency_only(db):
    operator = town.actor_of(town.official("operator"), as_official=True)
    client, _secret = identity.register_client(town.AGENCY, "A", scopes=["bills:read"], actor=operator)
    other = program(town.OTHER_AGENCY)

    with pytest.raises(NotAllowed):
        identity.register_client(town.OTHER_AGENCY, "A", scopes=["bills:read"], actor=operator)
    with pytest.raises(NoSuchClient):
        identity.revoke_client(other.client.pk, actor=operator, reason="not mine")
    identity.revoke_client(client.pk, actor=operator, reason="old")
    assert other.get("/client").status_code == 200


@pytest.mark.parametrize(("name", "scopes"), [("", ["bills:read"]), ("A", []), ("A", ["everything"])])
def test_a_program_needs_a_name_and_known_scopes(db, name, scopes):
    with pytest.raises(Invalid):
        identity.register_client(town.AGENCY, name, scopes=scopes, actor=SYSTEM)


def signed(caller: Caller, key: Any, **changed: Any) -> str:
    now = int(clock.now().timestamp())
    number = str(caller.client.pk)
    claims = {"iss": number, "sub": number, "aud": "http://localhost:8000", "exp": now + 60, "jti": str(new_id())}
    claims |= changed
    algorithm = {"EC": "ES256", "RSA": "PS256", "OKP": "Ed25519"}[key.key_type]
    return jwt.encode({"alg": algorithm}, claims, key, algorithms=[algorithm])


def by_assertion(caller: Caller, assertion: str) -> Any:
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    return asked(caller.browser, client_assertion_type=kind, client_assertion=assertion)


@pytest.fixture
def keyed(caller: Caller, settings: Any) -> tuple[Caller, Any]:
    settings.PUBLIC_ADDRESS = "http://localhost:8000"
    key = jwk.generate_key("EC", "P-256")
    identity.change_key(caller.client.pk, key.as_dict(private=False), actor=SYSTEM)
    return caller, key


@pytest.mark.parametrize("kind", [("EC", "P-256"), ("OKP", "Ed25519"), ("RSA", 2048)])
def test_a_program_with_a_key_signs_an_assertion_which_is_good_once(keyed, kind):
    caller, _key = keyed
    key = jwk.generate_key(*kind)
    identity.change_key(caller.client.pk, key.as_dict(private=False), actor=SYSTEM)
    assertion = signed(caller, key)

    answer = by_assertion(caller, assertion)
    assert answer.status_code == 200
    caller.token = answer.json()["access_token"]
    assert caller.get("/client").status_code == 200
    assert by_assertion(caller, assertion).json() == {"error": "invalid_client"}


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://elsewhere.example"},
        {"aud": None},
        {"exp": 0},
        {"exp": 10**12},
        {"exp": "soon"},
        {"iss": "somebody"},
        {"sub": "somebody"},
        {"jti": ""},
        {"nbf": 10**12},
    ],
)
def test_an_assertion_that_is_not_for_us_now_is_refused(keyed, changed):
    caller, key = keyed

    assert by_assertion(caller, signed(caller, key, **changed)).json() == {"error": "invalid_client"}


def test_an_assertion_of_another_key_or_none_is_refused(keyed):
    caller, key = keyed
    good = signed(caller, key)
    head, body, _signature = good.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")

    for forged in (
        signed(caller, jwk.generate_key("EC", "P-256")), f"{none}.{body}.", f"{head}.{body}.AAAA", "x", "a.b.c", "é.é",
    ):  # fmt: skip
        assert by_assertion(caller, forged).json() == {"error": "invalid_client"}
    assert asked(caller.browser, client_id=str(caller.client.pk), client_secret=caller.secret).status_code == 401


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC"},
        {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"},
        {},
        {"kty": "RSA", "n": "A" * 171, "e": "AQAB"},
        jwk.generate_key("EC", "P-256").as_dict(private=True),
        jwk.generate_key("EC", "secp256k1").as_dict(private=False),
    ],
)
def test_weak_private_and_unreadable_keys_are_refused(caller, key):
    with pytest.raises(KeyIsUnfit):
        identity.change_key(caller.client.pk, key, actor=SYSTEM)
