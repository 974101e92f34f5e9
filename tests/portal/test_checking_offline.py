"""What the checking page keeps for when there is no network: lists that anybody can verify, a worker, a page."""

import base64
import json
import zlib

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from panjereh.documents import keylist, operations, status, tokens
from panjereh.kernel.actor import SYSTEM
from panjereh.signing import queries as signing

TEMPLATE = b'#import "panjereh.typ": *\n#show: certificate\n#rows("name")\n'


def issue(key):
    certificate = operations.issue(
        key=key,
        agency="civil-registry",
        kind="birth-registration/child",
        title={"fa": "گواهی", "en": "Certificate"},
        template=TEMPLATE,
        data={"name": "سارا"},
        public=["name"],
    )
    return certificate, status.place_of(certificate)


def statuses(token, key):
    claims = jwt.decode(token, key, algorithms=["ES256"]).claims
    content = zlib.decompress(base64.urlsafe_b64decode(claims["status_list"]["lst"] + "=="))
    bits = claims["status_list"]["bits"]
    return claims, lambda index: content[index * bits // 8] >> index * bits % 8 & (1 << bits) - 1


def test_the_list_of_keys_is_signed_and_knows_every_seal(page, db):
    issue("one")
    answer = page.client.get("/check/keys.jwt")

    own = keylist.own_key()
    key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": own["x"], "y": own["y"]})
    claims = jwt.decode(answer.content.decode(), key, algorithms=["ES256"]).claims

    assert answer["Content-Type"] == "application/jwt"
    ours = {seal.kid for seal in signing.seals() if seal.agency != keylist.AGENCY}
    assert {one["kid"] for one in claims["keys"]} == ours
    assert all(one["demonstration"] for one in claims["keys"])
    assert claims["lists"]["civil-registry"] == [status.address("civil-registry", 0)]
    assert "private" not in answer.content.decode()


def test_a_status_list_tells_what_ended_and_nothing_else(page, db):
    (kept, first), (revoked, second), (old, third) = issue("one"), issue("two"), issue("three")
    operations.revoke(revoked.pk, reason="x", law="x#1", actor=SYSTEM)
    operations.replace(old.pk, kept.pk, reason="", actor=SYSTEM)

    answer = page.client.get(f"/statuslists/civil-registry/{first // status.SIZE}")
    claims, of = statuses(answer.content.decode(), signing.current_seal("civil-registry").public_jwk)

    assert answer["Content-Type"] == "application/statuslist+jwt"
    assert claims["sub"] == status.address("civil-registry", first)
    assert [of(status.index(place)) for place in (first, second, third)] == [0, 1, 3]
    assert claims["exp"] - claims["iat"] == 7 * 24 * 3600
    assert len(answer.content) < 1000
    everything = sum(of(index) for index in range(status.SIZE))
    assert everything == 4


def test_a_list_that_was_never_begun_is_not_found(page, db):
    assert page.client.get("/statuslists/civil-registry/999").status_code == 404
    assert page.client.get("/statuslists/nobody/0").status_code == 404


def test_a_certificate_keeps_its_place(db):
    certificate, place = issue("one")

    assert status.place_of(certificate) == place


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_kept_page_names_nobody_and_sends_nothing(page, nilufar, language):
    page.open(f"{language}/check/offline/")
    html = page.client.get(f"{language}/check/offline/").content.decode()

    assert "نیلوفر" not in html
    assert "csrfmiddlewaretoken" not in html
    assert 'method="post"' not in html


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_worker_keeps_the_page_of_its_language_and_all_that_it_needs(page, db, language):
    answer = page.client.get(f"{language}/check/worker.js")
    given = dict(
        line.removeprefix("const ").rstrip(";").split(" = ", 1) for line in answer.content.decode().split("\n")[:3]
    )

    assert answer["Content-Type"].startswith("text/javascript")
    files = json.loads(given["FILES"])
    assert files[0] == f"{language}/check/offline/"
    html = page.client.get(files[0]).content.decode()
    needed = [part.split('"')[0] for part in html.split('"/static/')[1:]]
    assert {f"/static/{path}" for path in needed if not path.endswith((".woff2",))} <= set(files)


@pytest.mark.parametrize("path", ["/check/", "/check/offline/"])
def test_only_checking_pages_may_ask_for_the_camera(page, db, path):
    assert "camera=(self)" in page.client.get(path)["Permissions-Policy"]
    assert "camera=()" in page.client.get("/track/")["Permissions-Policy"]


def test_the_page_can_be_kept_among_a_phones_programs(page, db):
    manifest = json.loads(page.client.get("/en/check/app.webmanifest").content)

    assert (manifest["start_url"], manifest["dir"], manifest["lang"]) == ("/en/check/", "ltr", "en")


def test_a_token_may_be_pasted_where_codes_are_written(page, db):
    certificate, place = issue("one")

    shown = page.send("/en/check/", {"code": f"http://testserver/check/#{tokens.make(certificate, place)}"})

    assert shown.h1 == "This certificate is valid"
    broken = page.send("/en/check/", {"code": tokens.make(certificate, place)[:-9]})
    assert broken.h1 == "We can say nothing about this file"
