"""What machines ask about the certificates of seals, over HTTP."""

import base64
import shutil

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.conf import settings as django_settings
from django.test import Client

from panjereh.signing import certificates, custody, keys

pytestmark = pytest.mark.django_db
AGENCY = "inspectorate"


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    ring = keys.KeyRing(tmp_path_factory.mktemp("pki"), demonstration=True)
    ring.prepare({AGENCY: {"fa": "سازمان بازرسی کل", "en": "General Inspectorate"}})
    return ring.folder


@pytest.fixture
def ring(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "seals")
    ring = keys.KeyRing(tmp_path / "seals", demonstration=True)
    with keys.use(ring):
        custody.publish()
        yield ring


@pytest.fixture
def seal(ring):
    return ring.seal(AGENCY)


def path_of(address):
    return address.removeprefix(django_settings.PUBLIC_ADDRESS.replace("https:", "http:"))


def test_every_address_in_a_seal_s_certificate_answers(client, ring, seal):
    authority = ring.authorities.present(AGENCY)
    told = seal.certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    point = seal.certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    issuer, responder = (path_of(one.access_location.value) for one in told)
    listed = path_of(point[0].full_name[0].value)

    found = client.get(issuer)
    assert found["Content-Type"] == "application/pkix-cert"
    assert x509.load_der_x509_certificate(found.content) == authority.certificate
    told_list = client.get(listed)
    assert told_list["Content-Type"] == "application/pkix-crl"
    assert x509.load_der_x509_crl(told_list.content).is_signature_valid(authority.certificate.public_key())
    asked = ocsp.OCSPRequestBuilder().add_certificate(seal.certificate, authority.certificate, SHA1()).build()
    request = asked.public_bytes(Encoding.DER)
    by_post = client.post(responder, request, content_type="application/ocsp-request")
    by_get = client.get(f"{responder}/{base64.b64encode(request).decode()}")
    assert by_post.content == by_get.content
    assert ocsp.load_der_ocsp_response(by_post.content).certificate_status == ocsp.OCSPCertStatus.GOOD
    assert by_post["Content-Type"] == "application/ocsp-response"


def test_a_revoked_seal_is_told_at_once(client, ring, seal):
    authority = ring.authorities.present(AGENCY)
    custody.revoke(
        seal.kid, by="Mina", reason="stolen", cause="keyCompromise", since=seal.certificate.not_valid_before_utc
    )

    listed = client.get(path_of(certificates.addresses(authority.name, django_settings.PUBLIC_ADDRESS)["crl"]))

    assert [one.serial_number for one in x509.load_der_x509_crl(listed.content)] == [seal.certificate.serial_number]


def test_the_root_that_others_must_trust_can_be_downloaded(client, ring):
    assert x509.load_pem_x509_certificate(client.get("/pki/root.pem").content) == ring.root
    root = ring.authorities.all()[0]
    assert client.get(f"/pki/{root.name}.crl").status_code == 200


@pytest.mark.parametrize("asked", ["none-00.crl", "none-00.crt", "..%2Froot.key", "root.key"])
def test_what_there_is_not_is_not_found(client, ring, asked):
    assert client.get(f"/pki/{asked}").status_code == 404


@pytest.mark.parametrize("junk", ["", "!!!", "AAAA", "A" * 5000])
def test_a_request_that_can_not_be_read_is_answered_as_such(client, ring, junk):
    answer = client.get(f"/pki/ocsp/{junk or '%20'}").content

    assert ocsp.load_der_ocsp_response(answer).response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_machines_need_no_session_and_no_token_against_forgery(ring):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/pki/ocsp", b"x" * 5000, content_type="application/ocsp-request")

    assert answer.status_code == 200
    assert not answer.cookies
