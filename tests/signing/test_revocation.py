"""Rotation, revocation, and what is told to everybody about it; openssl judges the lists and answers."""

import shutil
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.db import IntegrityError, transaction
from tests.signing.conftest import AGENCIES
from tests.signing.openssl import openssl, write_pem

from panjereh.kernel import clock
from panjereh.kernel.errors import Conflict, Invalid, NotFound
from panjereh.signing import custody, keys, operations, queries, stores
from panjereh.signing.errors import AlreadyRevoked, NoReason, NoRootKey, WrongRootKey
from panjereh.signing.models import KeyAct, Statement

pytestmark = pytest.mark.django_db
WHO = {"by": "Mina Karimi", "reason": "the laptop of the registrar was stolen"}
DAY = timedelta(days=1)


@pytest.fixture
def ring(session_ring, tmp_path):
    """A copy, for these tests change it."""
    shutil.copytree(session_ring.folder, tmp_path / "seals")
    ring = keys.KeyRing(tmp_path / "seals", demonstration=True)
    with keys.use(ring):
        custody.publish()
        yield ring


def stolen(kid, since=None, cause="keyCompromise"):
    return custody.revoke(kid, cause=cause, since=since or clock.now() - DAY, **WHO)


def acts():
    return [(act.act, act.agency, act.by) for act in reversed(custody.acts())]


class TestRotation:
    def test_gives_a_new_seal_and_destroys_the_old_private_key(self, ring):
        before = ring.seal("inspectorate")
        record = operations.sign_record("inspectorate", {"a": 1})

        after = custody.rotate("inspectorate", **WHO)

        assert after.kid != before.kid
        assert not stores.has(before.place)
        assert queries.verify_record({"a": 1}, record.jws)
        assert acts() == [("rotated", "inspectorate", "Mina Karimi")]

    @pytest.mark.parametrize("missing", [{"by": " "}, {"reason": ""}])
    def test_wants_to_know_who_and_why(self, ring, missing):
        before = ring.seal("inspectorate").kid

        with pytest.raises(NoReason):
            custody.rotate("inspectorate", **{**WHO, **missing})

        assert ring.seal("inspectorate").kid == before
        assert acts() == []

    def test_a_seal_that_ends_soon_is_renewed_by_the_worker_and_others_are_left(self, ring):
        before = {agency: ring.seal(agency).kid for agency in AGENCIES}
        assert custody.renew() == []

        with clock.at(ring.seal("inspectorate").certificate.not_valid_after_utc - 20 * DAY):
            renewed = custody.renew()
            assert custody.renew() == []

        assert sorted(seal.agency for seal in renewed) == sorted(AGENCIES)
        assert all(ring.seal(agency).kid != before[agency] for agency in AGENCIES)


class TestRevocation:
    def test_of_the_present_seal_puts_a_new_one_in_its_place(self, ring):
        before = ring.seal("inspectorate")

        stolen(before.kid)

        assert ring.seal("inspectorate").kid != before.kid
        assert not stores.has(before.place)
        assert acts() == [("revoked", "inspectorate", "Mina Karimi"), ("rotated", "inspectorate", "Mina Karimi")]

    def test_what_a_stolen_key_sealed_holds_only_if_something_else_proves_that_it_is_older(self, ring):
        kid, now = ring.seal("inspectorate").kid, clock.now()
        stolen(kid, since=now - 10 * DAY)

        def state(**moments):
            return queries.standing(kid, **moments).state

        assert state(said=now - 20 * DAY, proven=now - 19 * DAY) == "revoked_later"
        assert state(said=now - 20 * DAY) == "unproven"
        assert state(said=now - 20 * DAY, proven=now - 9 * DAY) == "revoked_before"
        assert state(said=now - DAY) == "revoked_before"
        assert state(said=None) == "revoked_before"

    def test_when_nothing_was_stolen_the_seal_s_own_words_are_believed(self, ring):
        kid, now = ring.seal("inspectorate").kid, clock.now()
        stolen(kid, since=now - 10 * DAY, cause="cessationOfOperation")

        assert queries.standing(kid, said=now - 20 * DAY).state == "revoked_later"
        assert queries.standing(kid, said=now - DAY).state == "revoked_before"

    def test_a_seal_that_was_never_revoked_is_good(self, ring):
        assert queries.standing(ring.seal("inspectorate").kid, said=clock.now()).state == "good"

    def test_of_an_authority_reaches_all_seals_below_it(self, ring):
        before = ring.seal("inspectorate")
        authority = ring.authorities.present("inspectorate")

        stolen(authority.kid, since=clock.now() - DAY, cause="cACompromise")

        assert queries.standing(before.kid, said=clock.now()).state == "revoked_before"
        assert ring.authorities.present("inspectorate").kid != authority.kid
        assert queries.standing(ring.seal("inspectorate").kid, said=clock.now()).state == "good"
        assert queries.standing(ring.seal("civil-registry").kid, said=clock.now()).state == "good"

    def test_of_an_authority_without_the_root_key_holds_at_once_and_names_what_is_missing(self, ring):
        before = ring.seal("inspectorate")
        (ring.folder / "root" / "root.key").unlink()

        with pytest.raises(NoRootKey):
            stolen(ring.authorities.present("inspectorate").kid)

        assert queries.standing(before.kid, said=clock.now()).state == "revoked_before"

    def test_can_be_moved_further_back_but_not_forward(self, ring):
        kid, now = ring.seal("inspectorate").kid, clock.now()
        stolen(kid, since=now - 10 * DAY)

        stolen(kid, since=now - 20 * DAY)
        with pytest.raises(AlreadyRevoked):
            stolen(kid, since=now - 5 * DAY)

        assert queries.standing(kid, said=now, proven=now - 15 * DAY).state == "revoked_before"

    @pytest.mark.parametrize(
        ("given", "error"),
        [
            ({"kid": "nobody"}, NotFound),
            ({"kid": ""}, NotFound),
            ({"cause": "weather"}, Invalid),
            ({"since": clock.now() + 365 * DAY}, Invalid),
            ({"by": ""}, NoReason),
        ],
    )
    def test_refuses_what_makes_no_sense_and_changes_nothing(self, ring, given, error):
        usual = {"kid": ring.seal("inspectorate").kid, "cause": "superseded", "since": clock.now() - DAY, **WHO}

        with pytest.raises(error):
            custody.revoke(**{**usual, **given})

        assert not KeyAct.objects.exists()


class TestWhatEverybodyIsTold:
    @pytest.fixture
    def seal(self, ring):
        return ring.seal("inspectorate")

    @pytest.fixture
    def authority(self, ring, seal):
        return ring.authorities.above(seal.certificate, "inspectorate")

    def verified(self, ring, seal, authority, tmp_path, at=None):
        """What openssl says of the seal when it looks into both lists."""
        root = ring.authorities.all()[0]
        lists = [x509.load_der_x509_crl(queries.revocation_list(one.name)) for one in (authority, root)]
        (tmp_path / "crl.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in lists))
        return openssl(
            *("verify", "-x509_strict", "-crl_check_all", "-CRLfile", tmp_path / "crl.pem"),
            *("-CAfile", write_pem(tmp_path / "root.pem", root.certificate)),
            *("-untrusted", write_pem(tmp_path / "authority.pem", authority.certificate)),
            *(("-attime", int(at.timestamp())) if at else ()),
            write_pem(tmp_path / "seal.pem", seal.certificate),
        )

    def test_an_independent_program_accepts_a_good_seal_with_the_lists(self, ring, seal, authority, tmp_path):
        good, said = self.verified(ring, seal, authority, tmp_path)

        assert good, said

    def test_and_refuses_a_revoked_one(self, ring, seal, authority, tmp_path):
        stolen(seal.kid)

        good, said = self.verified(ring, seal, authority, tmp_path)

        assert not good
        assert "certificate revoked" in said

    def test_the_list_tells_the_cause_and_since_when(self, ring, seal, authority):
        since = clock.now().replace(microsecond=0) - 3 * DAY
        stolen(seal.kid, since=since)
        entries = list(x509.load_der_x509_crl(queries.revocation_list(authority.name)))

        assert [one.serial_number for one in entries] == [seal.certificate.serial_number]
        extensions = entries[0].extensions
        assert extensions.get_extension_for_class(x509.CRLReason).value.reason == x509.ReasonFlags.key_compromise
        assert extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc == since

    def test_lists_are_numbered_upwards_and_made_anew_when_half_over(self, ring, authority):
        def number():
            told = x509.load_der_x509_crl(queries.revocation_list(authority.name))
            return told.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number

        first = number()
        assert custody.publish() == []
        with clock.at(clock.now() + 4 * DAY):
            assert f"{authority.name}.crl" in custody.publish()
            assert number() > first

    @pytest.mark.parametrize("algorithm", ["-sha1", "-sha256"])
    @pytest.mark.parametrize("is_revoked", [False, True])
    def test_an_independent_program_accepts_the_ocsp_answers(
        self, ring, seal, authority, tmp_path, algorithm, is_revoked
    ):
        if is_revoked:
            stolen(seal.kid)
        issuer = write_pem(tmp_path / "issuer.pem", authority.certificate)
        asked = (algorithm, "-issuer", issuer, "-cert", write_pem(tmp_path / "seal.pem", seal.certificate))
        assert openssl("ocsp", *asked, "-no_nonce", "-reqout", tmp_path / "request.der")[0]

        (tmp_path / "answer.der").write_bytes(queries.ocsp_answer((tmp_path / "request.der").read_bytes()))
        root = write_pem(tmp_path / "root.pem", ring.root)
        good, said = openssl(
            "ocsp", *asked, "-respin", tmp_path / "answer.der", "-CAfile", root, "-verify_other", issuer
        )

        assert good, said
        assert "Response verify OK" in said
        assert ("seal.pem: revoked" if is_revoked else "seal.pem: good") in said

    @pytest.mark.parametrize("request_", [b"", b"\x30", b"x" * 300])
    def test_a_request_that_can_not_be_read_is_refused(self, ring, request_):
        answer = ocsp.load_der_ocsp_response(queries.ocsp_answer(request_))

        assert answer.response_status == ocsp.OCSPResponseStatus.MALFORMED_REQUEST

    def test_of_certificates_of_others_nothing_is_said(self, ring, foreign_ring):
        seal = foreign_ring.seal("inspectorate")
        issuer = foreign_ring.authorities.present("inspectorate").certificate
        asked = ocsp.OCSPRequestBuilder().add_certificate(seal.certificate, issuer, SHA1()).build()

        answer = ocsp.load_der_ocsp_response(queries.ocsp_answer(asked.public_bytes(Encoding.DER)))

        assert answer.response_status == ocsp.OCSPResponseStatus.UNAUTHORIZED

    def test_a_token_that_is_away_leaves_what_lies_ready(self, ring, authority, monkeypatch):
        before = queries.revocation_list(authority.name)
        (authority.place.with_suffix(".key")).unlink()

        with clock.at(clock.now() + 4 * DAY):
            custody.publish()

        assert queries.revocation_list(authority.name) == before


class TestTheRootKey:
    PASSPHRASE = "a window with eight panes"

    def test_is_copied_for_the_safe_tried_and_taken_off_the_machine(self, ring, tmp_path):
        copy = tmp_path / "usb" / "root.key"

        custody.export_root(copy, self.PASSPHRASE, **WHO)
        custody.remove_root(copy, self.PASSPHRASE, **WHO)

        assert b"ENCRYPTED PRIVATE KEY" in copy.read_bytes()
        assert not stores.has(ring.authorities.root_place)
        assert [act for act, _, _ in acts()] == ["root_exported", "root_removed"]
        assert openssl("pkey", "-in", copy, "-passin", f"pass:{self.PASSPHRASE}", "-noout")[0]
        fresh = keys.KeyRing(ring.folder, demonstration=True)
        with keys.use(fresh):
            custody.bring_root(copy, self.PASSPHRASE)
            assert custody.prepare({"water-board": {"en": "Water Board"}}) == []

    def test_stays_when_the_copy_is_not_good(self, ring, tmp_path):
        copy = tmp_path / "root.key"
        custody.export_root(copy, self.PASSPHRASE, **WHO)

        with pytest.raises(WrongRootKey):
            custody.remove_root(copy, "another passphrase", **WHO)

        assert stores.has(ring.authorities.root_place)

    def test_is_not_written_over_something_nor_with_a_short_passphrase(self, ring, tmp_path):
        (tmp_path / "root.key").write_text("holidays")

        with pytest.raises(Conflict):
            custody.export_root(tmp_path / "root.key", self.PASSPHRASE, **WHO)
        with pytest.raises(Invalid):
            custody.export_root(tmp_path / "other.key", "1234", **WHO)

        assert (tmp_path / "root.key").read_text() == "holidays"
        assert acts() == []


def test_operators_are_told_what_ends_and_what_lies_where_it_should_not(ring, tmp_path):
    assert custody.concerns() == []

    ends = ring.authorities.present("inspectorate").certificate.not_valid_after_utc
    with clock.at(ends - 100 * DAY):
        codes = {(one.code, one.name) for one in custody.concerns()}
        assert ("authority_ends", "inspectorate") in codes
        assert ("seal_ends", "inspectorate") in codes
        assert any(code == "list_ends" for code, _ in codes)
    own = keys.KeyRing(tmp_path / "own", demonstration=False)
    own.prepare(AGENCIES)
    with keys.use(own):
        assert [one.code for one in custody.concerns()] == ["root_key_is_here"]


def test_acts_with_keys_can_not_be_changed(ring):
    custody.rotate("inspectorate", **WHO)

    with pytest.raises(IntegrityError), transaction.atomic():
        KeyAct.objects.update(reason="nothing happened")
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyAct.objects.all().delete()
    assert Statement.objects.exists()
