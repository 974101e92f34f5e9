"""Some hundreds of changed PDFs, time-stamps, certificates and records: none passes."""

import random

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response

from panjereh.signing import custody, operations, queries, timestamps
from panjereh.signing.adapters.tsa_demo import DemonstrationTsa

CHANCE = random.Random(20261130)


def flipped(content, count, start=0, end=None):
    """(place, a copy with one bit flipped there), spread over a part of it."""
    end = len(content) if end is None else end
    for place in sorted(CHANCE.sample(range(start, end), min(count, end - start))):
        changed = bytearray(content)
        changed[place] ^= 1 << CHANCE.randrange(8)
        yield place, bytes(changed)


@pytest.fixture(scope="session")
def tsa(tmp_path_factory):
    return DemonstrationTsa(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def sealed(ring, plain, tsa, monkeypatch, db):
    def seal(level):
        monkeypatch.setattr(timestamps, "_demonstration", lambda folder: tsa)
        custody.publish()
        return operations.seal_pdf("civil-registry", plain, reason="CODE", level=level)

    return seal


def test_bits_anywhere_in_a_sealed_file(sealed):
    pdf = sealed("B-B")

    assert [place for place, changed in flipped(pdf, 100) if queries.check_pdf(changed).state == "intact"] == []


def test_bits_within_the_signature_itself_also_where_it_covers_nothing(sealed):
    pdf = sealed("B-B")
    start = pdf.index(b"/Contents <") + len(b"/Contents ")

    found = [
        place
        for place, changed in flipped(pdf, 150, start, start + 6000)
        if changed.lower() != pdf.lower()  # a hexadecimal digit in the other case is the same digit
        and queries.check_pdf(changed).state == "intact"
    ]

    assert found == []


def test_bits_within_the_time_stamp_are_noticed_or_change_nothing_that_it_says(sealed):
    pdf = sealed("B-T")
    start, end = pdf.index(b"/Contents <"), pdf.index(b"000000000000>", pdf.index(b"/Contents <"))
    good = queries.check_pdf(pdf)

    for place, changed in flipped(pdf, 120, end - 5000, end):
        check = queries.check_pdf(changed)
        assert start < place
        assert check.state != "intact" or (check.stamp.at, check.signed_at) == (good.stamp.at, good.signed_at), place


def test_time_stamp_answers(tsa):
    request = TimestampRequestBuilder().data(b"a record").nonce(nonce=True).build()
    answer = tsa.answer(request.as_bytes())
    verifier = VerifierBuilder.from_request(request).add_root_certificate(tsa.roots[0]).build()
    signed = answer.index(
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04"
    )  # id-ct-TSTInfo: what was stamped begins here

    def passes(changed):
        try:
            return verifier.verify_message(decode_timestamp_response(changed), b"a record")
        except Exception:  # noqa: BLE001
            return False

    assert passes(answer)
    assert [place for place, changed in flipped(answer, 80, signed, signed + 160) if passes(changed)] == []


def test_certificates(ring):
    authority = ring.authorities.present("civil-registry").certificate
    der = ring.seal("civil-registry").der

    said = x509.load_der_x509_certificate(der)

    def passes(changed):
        """Whether another certificate is believed. How many bits of the signature's last byte count makes no other."""
        try:
            one = x509.load_der_x509_certificate(changed)
            authority.public_key().verify(one.signature, one.tbs_certificate_bytes, ECDSA(SHA256()))
        except (ValueError, InvalidSignature, x509.InvalidVersion):
            return False
        same = (one.tbs_certificate_bytes, one.signature) == (said.tbs_certificate_bytes, said.signature)
        return one.signature_algorithm_oid == said.signature_algorithm_oid and not same

    authority.public_key().verify(said.signature, said.tbs_certificate_bytes, ECDSA(SHA256()))
    assert [place for place, changed in flipped(der, 200) if passes(changed)] == []


def test_revocation_lists(ring, db):
    custody.publish()
    authority = ring.authorities.present("civil-registry")
    der = queries.revocation_list(authority.name)

    said = x509.load_der_x509_crl(der)

    def passes(changed):
        """Whether another list is believed. How many bits of the signature's last byte count is no other list."""
        try:
            found = x509.load_der_x509_crl(changed)
            same = (found.tbs_certlist_bytes, found.signature) == (said.tbs_certlist_bytes, said.signature)
            return found.is_signature_valid(authority.certificate.public_key()) and not same
        except Exception:  # noqa: BLE001
            return False

    assert said.is_signature_valid(authority.certificate.public_key())
    assert [place for place, changed in flipped(der, 100) if passes(changed)] == []


def test_signed_records(ring):
    record = {"name": "سارا", "born": "2026-11-03", "fee": 450_000}
    jws = operations.sign_record("civil-registry", record).jws

    for _place, changed in flipped(jws.encode(), len(jws)):
        assert not queries.verify_record(record, changed.decode(errors="replace"))
