"""Seals with time-stamps: PAdES B-T and B-LT. Judged by openssl, poppler and rfc3161-client, too."""

import hashlib
import http.server
import shutil
import subprocess
import threading
from io import BytesIO

import pytest
from asn1crypto import cms
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response
from tests.signing.openssl import openssl, write_pem

from panjereh.kernel import clock
from panjereh.signing import custody, keys, operations, queries, timestamps
from panjereh.signing.adapters.tsa_demo import DemonstrationTsa
from panjereh.signing.adapters.tsa_http import HttpTsa
from panjereh.signing.errors import DemonstrationKeys, NoTimeStamp

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def tsa(tmp_path_factory):
    return DemonstrationTsa(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def ring(ring, tsa, monkeypatch):
    monkeypatch.setattr(timestamps, "_demonstration", lambda folder: tsa)
    custody.publish()
    return ring


@pytest.fixture
def stamped(ring, plain):
    return operations.seal_pdf("civil-registry", plain, reason="CODE", level="B-T")


def signature_of(pdf):
    return PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[0]


def token_of(pdf):
    attributes = signature_of(pdf).signer_info["unsigned_attrs"]
    return next(one for one in attributes if one["type"].native == "signature_time_stamp_token")["values"][0]


def test_a_seal_with_a_time_stamp_says_when_and_by_whom(stamped):
    check = queries.check_pdf(stamped)

    assert (check.state, check.reasons) == ("intact", ())
    assert (check.stamp.state, check.stamp.by) == ("good", "Time-stamps")
    assert abs((check.stamp.at - clock.now()).total_seconds()) < 60


def test_without_a_time_stamp_the_check_says_so(ring, plain):
    assert queries.check_pdf(operations.seal_pdf("civil-registry", plain)).stamp is None


def test_a_time_stamp_of_an_authority_that_is_not_trusted_here_is_not_counted(stamped, tmp_path, monkeypatch):
    other = DemonstrationTsa(tmp_path)
    monkeypatch.setattr(timestamps, "_demonstration", lambda folder: other)

    check = queries.check_pdf(stamped)

    assert (check.state, check.stamp.state) == ("intact", "unknown")


def test_b_lt_carries_lists_and_certificates_in_the_same_revision(ring, plain):
    sealed = operations.seal_pdf("civil-registry", plain, level="B-LT")
    reader = PdfFileReader(BytesIO(sealed))

    assert (queries.check_pdf(sealed).state, queries.check_pdf(sealed).stamp.state) == ("intact", "good")
    store = reader.root["/DSS"]
    assert len(store["/CRLs"]) == 3  # of the agency's authority, of the root, of the time-stamps' root
    assert len(store["/Certs"]) >= 4


def test_an_independent_program_accepts_seal_and_time_stamp(stamped, ring, tsa, tmp_path):
    signature = signature_of(stamped)
    covered = bytearray(stamped)
    start, head, tail, _length = signature.byte_range
    (tmp_path / "content").write_bytes(bytes(covered[start:head] + covered[tail:]))
    (tmp_path / "seal.der").write_bytes(cms.ContentInfo.load(signature.pkcs7_content).dump())
    root = write_pem(tmp_path / "root.pem", ring.root)

    good, said = openssl(
        *(
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            tmp_path / "seal.der",
            "-content",
            tmp_path / "content",
        ),
        *("-CAfile", root, "-out", tmp_path / "out"),
    )
    assert good, said
    (tmp_path / "token.der").write_bytes(token_of(stamped).dump())
    (tmp_path / "stamped").write_bytes(signature.signer_info["signature"].native)
    good, said = openssl(
        *("ts", "-verify", "-in", tmp_path / "token.der", "-token_in", "-data", tmp_path / "stamped"),
        *("-CAfile", write_pem(tmp_path / "tsa.pem", *tsa.roots)),
    )
    assert good, said
    (tmp_path / "content").write_bytes(b"something else")
    assert not openssl(
        *(
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            tmp_path / "seal.der",
            "-content",
            tmp_path / "content",
        ),
        *("-CAfile", root, "-out", tmp_path / "out"),
    )[0]


def test_another_library_accepts_the_answers_of_the_demonstration(tsa):
    request = TimestampRequestBuilder().data(b"a record").nonce(nonce=True).build()

    answer = decode_timestamp_response(tsa.answer(request.as_bytes()))

    verifier = VerifierBuilder.from_request(request)
    for root in tsa.roots:
        verifier = verifier.add_root_certificate(root)
    assert verifier.build().verify(answer, hashlib.sha512(b"a record").digest())


@pytest.mark.poppler
@pytest.mark.skipif(shutil.which("certutil") is None, reason="needs certutil of libnss3-tools")
@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LT"])
def test_poppler_trusts_the_seal_once_our_root_is_imported(ring, plain, tmp_path, level):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(operations.seal_pdf("civil-registry", plain, level=level))
    store = f"sql:{tmp_path / 'nss'}"
    (tmp_path / "nss").mkdir()
    root = write_pem(tmp_path / "root.pem", ring.root)
    for arguments in (("-N", "--empty-password"), ("-A", "-n", "root", "-t", "C,C,C", "-i", root)):
        subprocess.run(["certutil", "-d", store, *arguments], check=True, capture_output=True)

    said = subprocess.run(
        ["pdfsig", "-no-ocsp", "-nssdir", tmp_path / "nss", path], capture_output=True, text=True, check=False
    ).stdout

    assert "Signature is Valid" in said
    assert "Certificate is Trusted" in said
    assert "Total document signed" in said


def test_production_refuses_the_demonstration_s_authority(settings, tmp_path):
    settings.PRODUCTION, settings.DATA = True, tmp_path

    with pytest.raises(DemonstrationKeys):
        timestamps.authority()


def test_without_an_authority_in_the_settings_a_time_stamp_can_not_be_had(ring, plain, settings):
    settings.TIME_STAMPS = ""

    with pytest.raises(NoTimeStamp):
        operations.seal_pdf("civil-registry", plain, level="B-T")
    assert queries.check_pdf(operations.seal_pdf("civil-registry", plain)).state == "intact"


class TestOverHttp:
    @pytest.fixture
    def served(self, tsa):
        """(address, what it does): an authority on this machine."""
        mood = {"status": 200, "answer": tsa.answer}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                assert self.headers["Content-Type"] == "application/timestamp-query"
                answer = mood["answer"](self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(mood["status"])
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/tsa", mood
        server.shutdown()
        thread.join()
        server.server_close()

    @pytest.fixture
    def roots(self, tsa, tmp_path):
        return write_pem(tmp_path / "roots.pem", *tsa.roots)

    @pytest.fixture(autouse=True)
    def _configured(self, served, roots, settings):
        settings.TIME_STAMPS, settings.TIME_STAMP_ROOTS = served[0], str(roots)

    def test_any_authority_of_the_settings_is_asked(self, ring, plain):
        check = queries.check_pdf(operations.seal_pdf("civil-registry", plain, level="B-T"))

        assert (check.state, check.stamp.state) == ("intact", "good")

    @pytest.mark.parametrize(
        "change",
        [
            {"status": 503},
            {"status": 302},
            {"answer": lambda request: b""},
            {"answer": lambda request: b"<html>no such page</html>"},
            {"answer": lambda request: b"0" * 100_000},
        ],
    )
    def test_one_that_does_not_answer_as_it_should_gives_no_file(self, ring, plain, served, change):
        served[1].update(change)

        with pytest.raises(NoTimeStamp):
            operations.seal_pdf("civil-registry", plain, level="B-T")

    def test_an_answer_to_another_request_is_refused(self, ring, plain, served, tsa):
        other = TimestampRequestBuilder().data(b"another").nonce(nonce=True).build().as_bytes()
        served[1]["answer"] = lambda request: tsa.answer(other)

        with pytest.raises(NoTimeStamp):
            operations.seal_pdf("civil-registry", plain, level="B-T")

    def test_an_answer_that_is_right_but_for_its_signature_is_refused(self, ring, plain, served, tsa):
        served[1]["answer"] = lambda request: tsa.answer(request)[:-1] + b"x"

        with pytest.raises(NoTimeStamp):
            operations.seal_pdf("civil-registry", plain, level="B-T")

    def test_one_that_is_away_is_named(self, ring, plain, settings):
        settings.TIME_STAMPS = "http://127.0.0.1:9/tsa"

        with pytest.raises(NoTimeStamp, match=r"127\.0\.0\.1:9"):
            operations.seal_pdf("civil-registry", plain, level="B-T")

    def test_its_roots_are_read_from_the_file(self, roots, tsa, served):
        assert HttpTsa(served[0], str(roots)).roots == tsa.roots
        assert all(isinstance(root, x509.Certificate) for root in HttpTsa(served[0], str(roots)).roots)


def test_a_seal_that_was_stolen_holds_for_what_a_time_stamp_proves_to_be_older(ring, plain, session_ring, tmp_path):
    shutil.copytree(session_ring.folder, tmp_path / "seals")
    with keys.use(keys.KeyRing(tmp_path / "seals", demonstration=True)):
        plainly = queries.check_pdf(operations.seal_pdf("inspectorate", plain))
        proven = queries.check_pdf(operations.seal_pdf("inspectorate", plain, level="B-T"))
        tomorrow = clock.now().replace(microsecond=0)
        with clock.at(tomorrow.replace(year=tomorrow.year + 1)):
            custody.revoke(
                plainly.kid, by="Mina", reason="stolen", cause="keyCompromise", since=clock.now().replace(day=1)
            )
            without = queries.standing(plainly.kid, said=plainly.signed_at)
            with_stamp = queries.standing(proven.kid, said=proven.signed_at, proven=proven.stamp.at)

    assert (without.state, with_stamp.state) == ("unproven", "revoked_later")
