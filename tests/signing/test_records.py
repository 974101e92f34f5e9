import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjereh.signing import keys, operations, queries
from panjereh.signing.errors import UnfitRecord

RECORD = {"name": "سارا", "born": "2026-11-03", "fee": 450_000, "parents": ["الف", "ب"], "twin": False, "note": None}

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3),
    max_leaves=6,
)


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_signed_record_verifies_in_whatever_order_its_keys_stand(ring):
    signature = operations.sign_record("civil-registry", RECORD)

    assert queries.verify_record(dict(reversed(RECORD.items())), signature.jws, agency="civil-registry")


def test_the_signature_carries_the_number_of_its_key_and_not_the_record(ring):
    signature = operations.sign_record("civil-registry", RECORD)
    header, payload, _ = signature.jws.split(".")

    assert payload == ""
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {
        "alg": "ES256",
        "kid": ring.seal("civil-registry").kid,
    }


@pytest.mark.parametrize("field", RECORD)
def test_a_record_with_one_changed_field_does_not_verify(ring, field):
    signature = operations.sign_record("civil-registry", RECORD)

    assert not queries.verify_record({**RECORD, field: "changed"}, signature.jws)
    assert not queries.verify_record({key: RECORD[key] for key in RECORD if key != field}, signature.jws)


def test_a_signature_of_one_agency_is_not_that_of_another(ring):
    signature = operations.sign_record("civil-registry", RECORD)

    assert not queries.verify_record(RECORD, signature.jws, agency="inspectorate")


def test_a_signature_of_another_installation_is_not_ours(ring, foreign_ring):
    with keys.use(foreign_ring):
        signature = operations.sign_record("civil-registry", RECORD)

    assert not queries.verify_record(RECORD, signature.jws)


def test_tricks_with_the_header_are_refused(ring):
    signature = operations.sign_record("civil-registry", RECORD)
    header, _, value = signature.jws.split(".")
    public = ring.seal("civil-registry").public_jwk.as_pem(private=False)
    signing_input = f"{encoded({'alg': 'HS256', 'kid': signature.kid})}."
    mac = base64.urlsafe_b64encode(hmac.digest(public, signing_input.encode(), hashlib.sha256)).rstrip(b"=").decode()
    tricks = [
        "",
        ".",
        "..",
        "...",
        f"{header}..",
        f"{header}.{value}",
        f"{header}.e30.{value}",
        f"{header}..{value}..",
        f"{encoded({'alg': 'none', 'kid': signature.kid})}..",
        f"{encoded({'alg': 'none', 'kid': signature.kid})}..{value}",
        f"{signing_input}.{mac}",
        f"{encoded({'alg': 'ES256'})}..{value}",
        f"{encoded({'alg': 'ES256', 'kid': 7})}..{value}",
        f"{encoded({'alg': 'ES256', 'kid': '../root/root'})}..{value}",
        f"{encoded(['ES256'])}..{value}",
    ]

    assert [trick for trick in tricks if queries.verify_record(RECORD, trick)] == []


@pytest.mark.parametrize("value", [1.5, [{"deep": 0.1}], float("nan"), 2**60])
def test_numbers_that_others_would_write_differently_are_refused(ring, value):
    with pytest.raises(UnfitRecord):
        operations.sign_record("civil-registry", {"value": value})


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=4))
def test_any_plain_record_can_be_signed_and_verified(session_ring, record):
    with keys.use(session_ring):
        assert queries.verify_record(record, operations.sign_record("civil-registry", record).jws)
