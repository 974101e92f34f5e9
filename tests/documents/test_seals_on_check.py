"""What the check says when a seal was revoked, and what a time-stamp or the log can prove."""

import shutil
from datetime import timedelta

import pytest
from tests.documents.test_checking import pdf_without_seal

from panjereh.audit import sequencer
from panjereh.config.logged import SOURCES
from panjereh.documents import operations, queries
from panjereh.kernel import clock
from panjereh.signing import custody, keys
from panjereh.signing import operations as signing

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def own(ring, tmp_path):
    """A copy of the keys, for these tests revoke."""
    shutil.copytree(ring.folder, tmp_path / "seals")
    own = keys.KeyRing(tmp_path / "seals", demonstration=True)
    with keys.use(own):
        yield own


@pytest.fixture
def certificate(issue, own):
    return issue()


def stolen(kid, since, cause="keyCompromise"):
    custody.revoke(kid, by="Mina", reason="stolen", cause=cause, since=since)


def test_a_file_tells_when_it_was_sealed_and_that_nobody_else_says_so(certificate):
    verdict = queries.check_file(operations.pdf(certificate))

    assert (verdict.state, verdict.reasons) == ("valid", ())
    assert abs(verdict.seal.sealed_at - clock.now()) < timedelta(minutes=1)
    assert verdict.seal.stamp is None


def test_after_a_theft_what_nobody_proves_to_be_older_no_longer_counts(certificate):
    pdf = operations.pdf(certificate)
    with clock.at(clock.now() + 10 * DAY):
        stolen(certificate.kid, clock.now() - DAY)

        by_code, by_file = queries.check_code(certificate.code), queries.check_file(pdf)

    assert (by_code.state, by_code.reasons) == ("seal_revoked", ("seal_unproven",))
    assert by_file.state == "seal_revoked"
    assert "seal_unproven" in by_file.reasons
    assert by_file.seal.revoked_since is not None


def test_the_log_proves_what_is_older_than_the_theft(certificate):
    pdf = operations.pdf(certificate)
    sequencer.drain(SOURCES)
    with clock.at(clock.now() + 10 * DAY):
        stolen(certificate.kid, clock.now() - DAY)

        by_code, by_file = queries.check_code(certificate.code), queries.check_file(pdf)

    assert (by_code.state, by_code.reasons) == ("valid", ("seal_revoked_later",))
    assert by_file.state == "valid"


def test_what_the_thief_seals_does_not_count_even_for_a_genuine_certificate(certificate, own):
    seal = own.seal("civil-registry")
    seal.key  # noqa: B018 - the thief has it
    genuine = operations.pdf(certificate)
    sequencer.drain(SOURCES)
    with clock.at(clock.now() + 10 * DAY):
        forged = signing.seal_pdf("civil-registry", pdf_without_seal(), reason=certificate.code)
        stolen(certificate.kid, clock.now() - DAY)

        assert queries.check_file(forged).state == "seal_revoked"
        assert queries.check_file(genuine).state == "valid"


def test_a_seal_that_merely_ended_leaves_what_it_sealed_before(certificate, own):
    pdf = operations.pdf(certificate)
    ends = own.seal("civil-registry").certificate.not_valid_after_utc

    with clock.at(ends + DAY):
        verdict = queries.check_file(pdf)

    assert (verdict.state, verdict.reasons) == ("valid", ("seal_expired",))


def test_a_seal_of_a_dissolved_agency_is_believed_for_the_time_before(certificate):
    with clock.at(clock.now() + 10 * DAY):
        stolen(certificate.kid, clock.now() - DAY, cause="cessationOfOperation")

        assert queries.check_code(certificate.code).reasons == ("seal_revoked_later",)
