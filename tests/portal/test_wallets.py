"""Documents in wallets: only their holder gets one, codes and proofs are good once, and what is ended is told."""

import base64
import hashlib
import json
import random
import re
import string
import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.portal.test_acting import act_for, choose, entrust
from tests.portal.wallet import GRANT, Wallet, b64, signed, unb64

from panjereh.audit.models import AccessLog
from panjereh.documents import credentials, status, wallets
from panjereh.documents import operations as documents
from panjereh.documents import queries as document_queries
from panjereh.documents.checking import REASONS
from panjereh.documents.models import Certificate, WalletCopy, WalletCopyEnd, WalletOffer
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.kernel.errors import NotAllowed, NotFound
from panjereh.kernel.ids import new_id
from panjereh.signing import operations as signing

TEMPLATE = b'#import "panjereh.typ": *\n#show: certificate\n#rows("given_name")\n'
NOW = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)
DATA = {
    "given_name": "سارا",
    "family_name": "محمدی",
    "national_id": "0012345679",
    "sex": {"fa": "زن", "en": "Female"},
    "birth_date": date(2026, 11, 3),
    "mother": None,
}


@pytest.fixture(autouse=True)
def noon():
    with clock.at(NOW):
        yield


def issue(person, key="test:1", **given):
    usual = {
        "agency": "civil-registry",
        "kind": "birth-registration/child",
        "title": {"fa": "گواهی ولادت", "en": "Birth certificate"},
        "template": TEMPLATE,
        "data": DATA,
        "public": ["given_name"],
        "wallet": list(DATA),
        "labels": {name: {"fa": name, "en": name} for name in DATA},
        "subjects": [f"party:{person.number}", "population:somebody-else"],
        "case": "4058317263",
    }
    return documents.issue(key=key, **{**usual, **given})


@pytest.fixture
def certificate(nilufar):
    return issue(nilufar)


@pytest.fixture
def offer(nilufar, certificate):
    return wallets.offer(certificate, actor=nilufar.actor)


@pytest.fixture
def wallet():
    return Wallet()


@pytest.fixture
def holding(wallet, offer):
    """A wallet that has the credential."""
    wallet.take(offer.address, offer.pin)
    return wallet


def refusal(answer):
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    return answer.status_code, answer.json()["error"]


def turned(text, chance):
    place = chance.randrange(len(text))
    return text[:place] + chance.choice(string.ascii_letters + string.digits + "-_") + text[place + 1 :]


# ---------- getting one


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_holder_offers_a_document_on_a_page_and_a_wallet_takes_it(nilufar, certificate, wallet, language):
    page = nilufar.page.open(f"{language}/my/documents/{certificate.code}/wallet/")
    assert "محمدی" in page.text

    shown = nilufar.page.send(f"{language}/my/documents/{certificate.code}/wallet/")
    html = nilufar.client.post(f"{language}/my/documents/{certificate.code}/wallet/").content.decode()
    address = re.search(r'href="(openid-credential-offer:[^"]*)"', html)[1]
    pin = re.search(r'class="num">(\d{3}) (\d{3})<', html)  # in the digits of the page
    wallet.take(address, pin[1] + pin[2])

    assert "svg" in html
    assert shown.h1
    [copy] = WalletCopy.objects.all()
    assert copy.holder == wallet.key.thumbprint()
    assert copy.holder[:8] in nilufar.page.open(f"{language}/my/documents/{certificate.code}/wallet/").text


def test_the_credential_hides_each_datum_and_is_bound_to_the_wallet(holding, certificate):
    token, *hidden, end = holding.credential.split("~")
    claims = jwt.decode(token, ECKey.import_key(issuer_key(holding, token)), algorithms=["ES256"])

    assert end == ""
    assert claims.header["typ"] == "dc+sd-jwt"
    assert set(claims.claims) == {"iss", "iat", "exp", "vct", "cnf", "status", "_sd", "_sd_alg"}
    assert claims.claims["iss"] == holding.issuer
    assert claims.claims["cnf"]["jwk"] == holding.jwk
    opened = dict(json.loads(unb64(each))[1:] for each in hidden)
    assert opened == certificate.data
    assert len({json.loads(unb64(each))[0] for each in hidden}) == len(DATA)
    hashes = sorted(b64(hashlib.sha256(each.encode()).digest()) for each in hidden)
    assert claims.claims["_sd"] == hashes
    assert "محمدی" not in unb64(token.split(".")[1]).decode()


def issuer_key(wallet, token):
    """As a verifier finds it: by the issuer's description of its keys."""
    kid = json.loads(unb64(token.split(".")[0]))["kid"]
    keys = wallet.client.get(f"/.well-known/jwt-vc-issuer{urlsplit(wallet.issuer).path}").json()
    assert keys["issuer"] == wallet.issuer
    return next(key for key in keys["jwks"]["keys"] if key["kid"] == kid)


def test_what_the_issuer_says_of_itself_fits_the_specification(wallet, offer):
    wallet.read(offer.address)

    kind = wallet.metadata["credential_configurations_supported"]["birth-registration.child"]
    assert kind["format"] == "dc+sd-jwt"
    assert kind["cryptographic_binding_methods_supported"] == ["jwk"]
    assert kind["proof_types_supported"] == {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}}
    assert {"name": "گواهی ولادت", "locale": "fa"} in kind["credential_metadata"]["display"]
    sex = next(claim for claim in kind["credential_metadata"]["claims"] if claim["path"] == ["sex"])
    assert {one["locale"]: one["name"] for one in sex["display"]}.keys() == {"fa", "en"}
    assert wallet.server["grant_types_supported"] == [GRANT]
    assert wallet.server["pre-authorized_grant_anonymous_access_supported"] is True
    described = wallet.client.get(urlsplit(kind["vct"]).path).json()
    assert described["vct"] == kind["vct"]
    assert {claim["sd"] for claim in described["claims"]} == {"always"}
    named = [claim["path"] for claim in kind["credential_metadata"]["claims"]]
    assert [claim["path"] for claim in described["claims"]] == named


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/openid-credential-issuer/credentials/nobody",
        "/.well-known/oauth-authorization-server/credentials/nobody",
        "/.well-known/jwt-vc-issuer/credentials/nobody",
        "/credentials/types/complaint/anything",
    ],
)
def test_an_issuer_or_type_that_is_none_is_not_found(wallet, path):
    assert wallet.client.get(path).status_code == 404


def test_who_is_spoken_of_sees_that_a_document_went_into_a_wallet(holding, nilufar, certificate):
    rows = AccessLog.objects.filter(purpose="wallet")

    assert {row.subject for row in rows} == set(certificate.subjects)
    assert {row.actor for row in rows} == {nilufar.number}
    assert rows[0].fields == sorted(DATA)
    assert "محمدی" not in repr([row.fields for row in rows])


# ---------- who gets none


def test_nobody_else_gets_an_offer(certificate, arash, nilufar):
    for method in (arash.client.get, arash.client.post):
        assert method(f"/my/documents/{certificate.code}/wallet/").status_code == 404
    with pytest.raises(NotAllowed):
        wallets.offer(certificate, actor=arash.actor)
    with pytest.raises(NotAllowed):
        wallets.offer(certificate, actor=SYSTEM)

    assert not WalletOffer.objects.exists()


def test_who_acts_for_the_holder_takes_nothing_along(certificate, nilufar, arash):
    mandate = entrust(nilufar, arash)
    choose(arash, mandate)

    assert certificate.shown_code in arash.page.open("/my/documents/").text
    assert "/wallet/" not in arash.client.get("/my/documents/").content.decode()
    for method in (arash.client.get, arash.client.post):
        assert method(f"/my/documents/{certificate.code}/wallet/").status_code == 404
    with pytest.raises(NotAllowed):
        wallets.offer(certificate, actor=act_for(arash, mandate))

    assert not WalletOffer.objects.exists()


def test_a_document_that_ended_or_is_not_for_wallets_is_not_offered(nilufar, certificate):
    plain = issue(nilufar, "test:2", wallet=[])
    over = issue(nilufar, "test:3", valid_until=date(2026, 12, 2))
    documents.revoke(certificate.pk, reason="x", law="x#1", actor=SYSTEM)

    for each in (plain, over, Certificate.objects.get(pk=certificate.pk)):
        assert nilufar.client.post(f"/my/documents/{each.code}/wallet/").status_code == 409
        nilufar.page.open(f"/en/my/documents/{each.code}/wallet/")
    assert not WalletOffer.objects.exists()


def test_offers_are_limited(nilufar, certificate):
    for _ in range(10):
        nilufar.client.post(f"/my/documents/{certificate.code}/wallet/")

    assert nilufar.client.post(f"/my/documents/{certificate.code}/wallet/").status_code == 429


def test_offers_that_ended_long_ago_are_cleared_away(nilufar, certificate, arash):
    theirs = issue(arash, "theirs")
    wallets.offer(certificate, actor=nilufar.actor)
    wallets.offer(theirs, actor=arash.actor)

    with clock.at(NOW + timedelta(days=2)):
        wallets.offer(certificate, actor=nilufar.actor)

    assert sorted(WalletOffer.objects.values_list("party", flat=True)) == sorted([nilufar.number, arash.number])


def test_of_codes_and_tokens_only_hashes_are_kept(wallet, offer):
    wallet.read(offer.address)
    code = wallet.offer["grants"][GRANT]["pre-authorized_code"]
    token = wallet.ask_token(offer.pin).json()["access_token"]

    [kept] = WalletOffer.objects.values()
    assert not {code, token, offer.pin} & {str(value) for value in kept.values()}


@pytest.mark.parametrize("pin", ["", "abc", "12345", "1234567", " ", "１２３４５６"])
def test_a_wrong_pin_gets_no_token(wallet, offer, pin):
    wallet.read(offer.address)

    assert refusal(wallet.ask_token(pin)) == (400, "invalid_grant")
    assert wallet.ask_token(offer.pin).status_code == 200


def test_after_five_wrong_pins_the_offer_is_dead(wallet, offer):
    wallet.read(offer.address)
    for _ in range(5):
        assert refusal(wallet.ask_token("x")) == (400, "invalid_grant")

    assert refusal(wallet.ask_token(offer.pin)) == (400, "invalid_grant")


def test_a_code_is_good_once_and_for_ten_minutes(wallet, offer, nilufar, certificate):
    wallet.read(offer.address)
    assert wallet.ask_token(offer.pin).status_code == 200
    assert refusal(wallet.ask_token(offer.pin)) == (400, "invalid_grant")

    late, another = Wallet(), wallets.offer(certificate, actor=nilufar.actor)
    late.read(another.address)
    with clock.at(NOW + timedelta(minutes=10)):
        assert refusal(late.ask_token(another.pin)) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("other", "error"),
    [
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "unsupported_grant_type"),
        ({"pre-authorized_code": ""}, "invalid_request"),
        ({"pre-authorized_code": "x" * 43}, "invalid_grant"),
        ({"pre-authorized_code": "\x00'; drop"}, "invalid_grant"),
    ],
)
def test_other_token_requests_are_refused_with_the_code_of_oauth(wallet, offer, other, error):
    wallet.read(offer.address)

    assert refusal(wallet.ask_token(offer.pin, **other)) == (400, error)


def test_a_missing_pin_a_doubled_parameter_and_another_agency_are_refused(wallet, offer):
    wallet.read(offer.address)
    assert refusal(wallet.ask_token(None)) == (400, "invalid_request")
    assert refusal(wallet.ask_token(offer.pin, tx_code=[offer.pin, offer.pin])) == (400, "invalid_request")
    wallet.server["token_endpoint"] = wallet.server["token_endpoint"].replace("civil-registry", "inspectorate")
    assert refusal(wallet.ask_token(offer.pin)) == (400, "invalid_grant")
    assert wallet.client.get("/credentials/civil-registry/token").status_code == 405


def test_one_address_cannot_try_without_end(wallet, offer):
    wallet.read(offer.address)
    answers = [wallet.ask_token("x").status_code for _ in range(61)]

    assert answers[-1] == 429


# ---------- proofs


@pytest.fixture
def token(wallet, offer):
    wallet.read(offer.address)
    return wallet.ask_token(offer.pin).json()["access_token"]


def test_a_token_is_good_once_and_for_five_minutes(wallet, token, offer, nilufar, certificate):
    assert wallet.ask(token, wallet.proof(wallet.ask_nonce())).status_code == 200
    answer = wallet.ask(token, wallet.proof(wallet.ask_nonce()))
    assert refusal(answer) == (401, "invalid_token")
    assert answer["WWW-Authenticate"].startswith('Bearer error="invalid_token"')

    late, another = Wallet(), wallets.offer(certificate, actor=nilufar.actor)
    late.read(another.address)
    token = late.ask_token(another.pin).json()["access_token"]
    with clock.at(NOW + timedelta(minutes=5)):
        assert refusal(late.ask(token, late.proof(late.ask_nonce()))) == (401, "invalid_token")
    assert WalletCopy.objects.count() == 1


@pytest.mark.parametrize("token", ["", "x", "y" * 43, "Bearer " + "y" * 43, "\u0661" * 30])
def test_without_a_token_of_ours_nothing_is_given(wallet, offer, token):
    wallet.read(offer.address)

    assert refusal(wallet.ask(token, wallet.proof(wallet.ask_nonce()))) == (401, "invalid_token")


def test_a_nonce_is_good_once(wallet, token, nilufar, certificate):
    nonce = wallet.ask_nonce()
    assert wallet.ask(token, wallet.proof(nonce)).status_code == 200

    second, another = Wallet(), wallets.offer(certificate, actor=nilufar.actor)
    second.read(another.address)
    again = second.ask_token(another.pin).json()["access_token"]
    assert refusal(second.ask(again, second.proof(nonce))) == (400, "invalid_nonce")
    assert WalletCopy.objects.count() == 1
    assert second.ask(again, second.proof(second.ask_nonce())).status_code == 200


def test_a_nonce_that_is_old_or_not_ours_is_refused(wallet, token):
    nonce = wallet.ask_nonce()
    random_part, made, seal = nonce.split(".")
    wrong = [
        "", "x", "..", f"{random_part}.{made}", f"{random_part}.{int(made) + 60}.{seal}",
        f"x{random_part}.{made}.{seal}",
        f"{random_part}.{made}.{seal[:-1]}", f"{random_part}.٣.{seal}", 5, None, [nonce], nonce.upper(),
    ]  # fmt: skip

    for each in wrong:
        assert refusal(wallet.ask(token, wallet.proof(each))) == (400, "invalid_nonce")
    with clock.at(NOW - timedelta(minutes=5, seconds=1)):
        old = wallet.ask_nonce()
    assert refusal(wallet.ask(token, wallet.proof(old))) == (400, "invalid_nonce")
    assert wallet.ask(token, wallet.proof(nonce)).status_code == 200


def test_wrong_proofs_are_refused(wallet, token):
    other = ECKey.generate_key("P-256")
    nonce = wallet.ask_nonce()
    now = int(NOW.timestamp())
    private = wallet.key.as_dict(private=True)
    wrong = [
        wallet.proof(nonce, key=other),
        wallet.proof(nonce, header={"typ": "JWT"}),
        wallet.proof(nonce, header={"typ": None}),
        wallet.proof(nonce, header={"jwk": None}),
        wallet.proof(nonce, header={"jwk": None, "kid": "did:example:1"}),
        wallet.proof(nonce, header={"kid": "1"}),
        wallet.proof(nonce, header={"x5c": ["MII"]}),
        wallet.proof(nonce, header={"crit": ["x"], "x": 1}),
        wallet.proof(nonce, header={"jwk": private}),
        wallet.proof(nonce, header={"jwk": {**wallet.jwk, "crv": "P-384"}}),
        wallet.proof(nonce, header={"jwk": {**wallet.jwk, "x": wallet.jwk["y"]}}),
        wallet.proof(nonce, header={"jwk": {"kty": "oct", "k": "AAAA"}}),
        wallet.proof(nonce, header={"jwk": "x"}),
        signed(
            {"alg": "HS256", "typ": "openid4vci-proof+jwt", "jwk": wallet.jwk},
            {"aud": wallet.issuer, "iat": now, "nonce": nonce},
            json.dumps(wallet.jwk).encode(),
        ),
        wallet.proof(nonce, aud=None),
        wallet.proof(nonce, aud="https://other.example"),
        wallet.proof(nonce, aud=[wallet.issuer]),
        wallet.proof(nonce, aud=wallet.issuer.replace("civil-registry", "inspectorate")),
        wallet.proof(nonce, iss="wallet"),
        wallet.proof(nonce, iat=None),
        wallet.proof(nonce, iat=now - 301),
        wallet.proof(nonce, iat=now + 121),
        wallet.proof(nonce, iat=str(now)),
        wallet.proof(nonce, iat=float(now) + 0.5),
        wallet.proof(nonce, iat=True),
        "", "x", "..", "a.b.c", "é.é.é", "x" * 15_000,
    ]  # fmt: skip
    good = wallet.proof(nonce)
    head, body, signature = good.split(".")
    none = b64(json.dumps({"alg": "none", "typ": "openid4vci-proof+jwt", "jwk": wallet.jwk}).encode())
    twice = b64(b'{"aud":"x",' + unb64(body)[1:])
    wrong += [
        f"{head}.{body}", f"{head}.{body}.", f"{none}.{body}.", f"{head}..{signature}", f"{good}.x",
        f"{head}.{body}.{signature}=",
        f"{head}.{twice}.{signature}", f" {good}", f"{head}.{body}.{signature}A",
    ]  # fmt: skip

    for each in wrong:
        assert refusal(wallet.ask(token, each)) == (400, "invalid_proof"), each[:200]
    assert not WalletCopy.objects.exists()
    assert wallet.ask(token, good).status_code == 200


def test_two_hundred_mutated_proofs_are_refused(wallet, token, settings):
    good = wallet.proof(wallet.ask_nonce())
    chance = random.Random(3)
    wrong = {turned(good, chance) for _ in range(220)} - {good}
    assert len(wrong) >= 200
    found = set()
    for number, each in enumerate(sorted(wrong)):
        wallet.client.defaults["REMOTE_ADDR"] = f"10.0.{number // 50}.1"
        found.add(refusal(wallet.ask(token, each)))

    assert found == {(400, "invalid_proof")}
    assert not WalletCopy.objects.exists()


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ("", "invalid_credential_request"),
        ("[", "invalid_credential_request"),
        ("[" * 9000, "invalid_credential_request"),
        ("x" * 20_001, "invalid_credential_request"),
        ([], "invalid_credential_request"),
        ({}, "invalid_credential_request"),
        ({"credential_configuration_id": 5}, "invalid_credential_request"),
        ({"credential_identifier": "x"}, "unknown_credential_identifier"),
        ({"credential_configuration_id": "birth-registration.child"}, "invalid_proof"),
        ({"credential_configuration_id": "birth-registration.child", "proofs": {"jwt": []}}, "invalid_proof"),
        ({"credential_configuration_id": "birth-registration.child", "proofs": {"jwt": ["a", "b"]}}, "invalid_proof"),
        ({"credential_configuration_id": "birth-registration.child", "proofs": {"di_vp": [{}]}}, "invalid_proof"),
        ({"credential_configuration_id": "other.kind", "proofs": {"jwt": ["x"]}}, "unknown_credential_configuration"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_other_requests_are_refused_with_the_code_of_the_specification(wallet, token, request_, error):
    assert refusal(wallet.send(token, request_)) == (400, error)


def test_a_certificate_that_ended_meanwhile_is_denied(wallet, token, certificate):
    documents.revoke(certificate.pk, reason="x", law="x#1", actor=SYSTEM)

    assert refusal(wallet.ask(token, wallet.proof(wallet.ask_nonce()))) == (400, "credential_request_denied")


def test_a_copy_ends_with_its_certificate_and_after_a_year(nilufar, wallet):
    soon = issue(nilufar, "soon", valid_until=date(2027, 1, 1))
    made = wallets.offer(soon, actor=nilufar.actor)
    wallet.take(made.address, made.pin)

    assert datetime.fromtimestamp(wallet.payload["exp"], clock.home_zone()).isoformat() == "2027-01-02T00:00:00+03:30"
    assert credentials.end_of(issue(nilufar, "long", valid_until=date(2050, 1, 1)), NOW) == NOW + timedelta(days=365)


# ---------- ending one


def status_of(wallet):
    place = wallet.payload["status"]["status_list"]
    claims = jwt.decode(
        wallet.client.get(urlsplit(place["uri"]).path).content.decode(),
        ECKey.import_key(issuer_key(wallet, wallet.credential)),
        algorithms=["ES256"],
    ).claims
    assert claims["sub"] == place["uri"]
    content = zlib.decompress(base64.urlsafe_b64decode(claims["status_list"]["lst"] + "=="))
    return content[place["idx"] // 4] >> place["idx"] % 4 * 2 & 3


def test_the_holder_ends_a_copy_and_everybody_who_checks_sees_it(holding, nilufar, certificate):
    [copy] = WalletCopy.objects.all()
    assert status_of(holding) == status.VALID

    nilufar.client.post(f"/my/documents/{certificate.code}/wallet/{copy.pk}/")
    nilufar.client.post(f"/my/documents/{certificate.code}/wallet/{copy.pk}/")

    assert status_of(holding) == status.INVALID
    verdict = document_queries.check_text(holding.show("given_name"))
    assert (verdict.state, "copy_ended" in verdict.reasons) == ("revoked", True)
    assert WalletCopyEnd.objects.count() == 1
    assert document_queries.check_code(certificate.code).state == "valid"
    assert "Ended" in nilufar.page.open(f"/en/my/documents/{certificate.code}/wallet/").text


def test_nobody_else_ends_a_copy(holding, arash, nilufar, certificate):
    [copy] = WalletCopy.objects.all()
    assert arash.client.post(f"/my/documents/{certificate.code}/wallet/{copy.pk}/").status_code == 404
    with pytest.raises(NotFound):
        documents.end_copy(copy.pk, actor=arash.actor)
    with pytest.raises(NotFound):
        documents.end_copy(new_id(), actor=nilufar.actor)

    assert status_of(holding) == status.VALID


@pytest.mark.parametrize(("end", "code"), [("revoke", status.INVALID), ("replace", status.REPLACED)])
def test_what_happens_to_the_certificate_happens_to_its_copies(holding, nilufar, certificate, end, code):
    if end == "revoke":
        documents.revoke(certificate.pk, reason="به حکم دادگاه", law="x#1", actor=SYSTEM)
    else:
        documents.replace(certificate.pk, issue(nilufar, "new").pk, reason="", actor=SYSTEM)

    assert status_of(holding) == code
    assert document_queries.check_text(holding.show("given_name")).state == f"{end}d".replace("ee", "e")


# ---------- showing one


def judged(text, **asked):
    verdict = document_queries.check_presentation(text, **asked)
    return verdict.state, verdict.reasons


def test_only_what_is_disclosed_is_seen(holding):
    verdict = document_queries.check_text(holding.show("birth_date", "sex"))

    assert verdict.state == "valid"
    assert {field.name: field.value for field in verdict.fields} == {
        "birth_date": "2026-11-03",
        "sex": {"fa": "زن", "en": "Female"},
    }
    assert verdict.reasons == ("no_holder_proof",)
    assert "سارا" not in repr(verdict)


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_presentation_may_be_pasted_on_the_checking_page(page, holding, language):
    shown = page.send(f"{language}/check/", {"code": holding.show("family_name", nonce="n", audience="a")})

    assert "محمدی" in shown.text
    assert "سارا" not in shown.text
    assert "0012345679" not in shown.text


def test_a_holder_who_was_asked_proves_that_it_is_theirs(holding):
    asked = {"audience": "https://shop.example", "nonce": "n-1"}
    text = holding.show("birth_date", **asked)

    assert judged(text, **asked) == ("valid", ("holder_proven",))
    assert judged(text) == ("valid", ("proof_not_asked",))
    assert judged(holding.show("birth_date"), **asked) == ("altered", ("no_holder_proof",))
    assert judged(text, audience="https://other.example", nonce="n-1") == ("altered", ("other_verifier",))
    assert judged(text, audience="https://shop.example", nonce="n-2") == ("altered", ("other_question",))
    with clock.at(NOW + timedelta(minutes=6)):
        assert judged(text, **asked) == ("altered", ("proof_not_now",))


def test_wrong_presentations_are_refused_each_for_its_reason(holding, nilufar, certificate):
    asked = {"audience": "a", "nonce": "n"}
    thief = Wallet()
    thief.credential = holding.credential
    other = Wallet()
    made = wallets.offer(certificate, actor=nilufar.actor)
    other.take(made.address, made.pin)
    good = holding.show("birth_date", **asked)
    issuer, disclosure, proof = good.split("~")
    forged = b64(json.dumps(["salt", "given_name", "x"]).encode())
    reserved = b64(json.dumps(["salt", "exp", 9]).encode())
    element = b64(json.dumps(["salt", "x"]).encode())
    claims = {
        "iat": int(NOW.timestamp()),
        "aud": "a",
        "nonce": "n",
        "sd_hash": json.loads(unb64(proof.split(".")[1]))["sd_hash"],
    }
    wrong = {
        thief.show("birth_date", **asked): "holder_wrong",
        holding.show("birth_date", **asked, sd_hash="x"): "disclosures_changed",
        holding.show("birth_date", **asked, iat=int(NOW.timestamp()) + 200): "proof_not_now",
        holding.show("birth_date", **asked, iat="now"): "proof_not_now",
        f"{issuer}~{holding.disclosures['sex']}~{proof}": "disclosures_changed",
        f"{issuer}~{disclosure}~{holding.disclosures['sex']}~{proof}": "disclosures_changed",
        f"{issuer}~{proof}": "disclosures_changed",
        f"{issuer}~{forged}~{proof}": "disclosure_wrong",
        f"{issuer}~{reserved}~{proof}": "disclosure_wrong",
        f"{issuer}~{element}~{proof}": "disclosure_wrong",
        f"{issuer}~{other.disclosures['birth_date']}~{proof}": "disclosure_wrong",
        f"{issuer}~{disclosure}=~{proof}": "disclosure_wrong",
        f"{issuer}~x~{proof}": "disclosure_wrong",
        f"{issuer}~~{proof}": "disclosure_wrong",
        f"{issuer}~{disclosure}~{disclosure}~{proof}": "not_a_credential",
        f"{other.credential.split('~')[0]}~{disclosure}~{proof}": "disclosure_wrong",
        f"{issuer}~{disclosure}~{proof.rpartition('.')[0]}.": "holder_wrong",
        f"{issuer}~{disclosure}~{signed({'alg': 'ES256', 'typ': 'JWT'}, claims, holding.key)}": "holder_wrong",
        f"{issuer}~{disclosure}~x": "holder_wrong",
        good.replace(issuer, issuer.rpartition(".")[0] + "."): "not_a_credential",
        good[1:]: "not_a_credential",
        "~".join(["x.y.z", disclosure, ""]): "not_a_credential",
        good + "é": "not_a_credential",
        good + "x" * 20_000: "not_a_credential",
    }  # fmt: skip

    for text, reason in wrong.items():
        assert judged(text, **asked) == ({"not_a_credential": "unreadable"}.get(reason, "altered"), (reason,)), reason


def test_three_hundred_mutated_presentations_are_refused(holding):
    asked = {"audience": "a", "nonce": "n"}
    good = holding.show("birth_date", "sex", **asked)
    chance = random.Random(4)
    wrong = {turned(good, chance) for _ in range(330)} - {good}
    assert len(wrong) >= 300

    found = [judged(text, **asked) for text in sorted(wrong)]

    assert {state for state, _ in found} <= {"altered", "unreadable", "foreign"}
    reasons = {reason for _, [reason] in found}
    assert reasons >= {"signature_wrong", "disclosure_wrong", "holder_wrong", "not_a_credential"}


def test_what_another_key_of_ours_signed_is_no_credential(holding, certificate):
    payload = holding.payload
    uri = payload["status"]["status_list"]["uri"]
    for change, reason in [
        ({"iss": "https://other.example"}, "other_agency"),
        ({"vct": "x"}, "sealed_but_not_recorded"),
        ({"status": {}}, "sealed_but_not_recorded"),
        ({"status": {"status_list": {"idx": 99_999, "uri": uri}}}, "sealed_but_not_recorded"),
        ({"exp": "x"}, "sealed_but_not_recorded"),
    ]:  # fmt: skip
        token = signing.sign_jwt("civil-registry", "dc+sd-jwt", {**payload, **change})
        assert judged(f"{token}~") == ("altered", (reason,))
    other_kind = signing.sign_jwt("civil-registry", "statuslist+jwt", payload)
    assert judged(f"{other_kind}~") == ("unreadable", ("not_a_credential",))
    another = signing.sign_jwt("inspectorate", "dc+sd-jwt", payload)
    assert judged(f"{another}~") == ("altered", ("other_agency",))


def test_what_a_stolen_seal_signs_is_not_our_record(holding):
    other = ECKey.generate_key("P-256").as_dict(private=False)
    forged = b64(json.dumps(["salt", "given_name", "مریم"]).encode())
    more = b64(json.dumps(["salt", "profession", "x"]).encode())
    payload = holding.payload
    for change, shown in [
        ({"_sd": [b64(hashlib.sha256(forged.encode()).digest())]}, f"~{forged}~"),
        ({"_sd": [b64(hashlib.sha256(more.encode()).digest())]}, f"~{more}~"),
        ({"cnf": {"jwk": other}}, "~"),
    ]:
        token = signing.sign_jwt("civil-registry", "dc+sd-jwt", {**payload, **change})
        assert judged(token + shown) == ("altered", ("not_our_record",))


def test_an_old_copy_is_expired(holding):
    with clock.at(NOW + timedelta(days=365)):
        assert judged(holding.show("sex")) == ("expired", ("copy_expired", "no_holder_proof"))


def test_every_reason_has_words_on_the_page():
    page = (Path(__file__).parents[2] / "src/panjereh/portal/jinja2/portal/verdict.html").read_text()
    assert [reason for reason in REASONS if f'"{reason}":' not in page and reason != "no_such_code"] == []
