"""Files whose seal bears a time-stamp are made by workers; an authority that is away loses no document."""

import pytest

from panjereh.config.handlers import HANDLERS
from panjereh.documents import operations, queries, raising
from panjereh.documents.models import SealedFile
from panjereh.kernel import clock
from panjereh.outbox import operations as outbox
from panjereh.outbox.models import Effect
from panjereh.signing import custody, timestamps
from panjereh.signing.adapters.tsa_demo import DemonstrationTsa

pytestmark = pytest.mark.django_db
MUNICIPALITY = {"fa": "شهرداری تهران", "en": "Municipality of Tehran"}  # whose seal is B-LT in the demonstration


@pytest.fixture(scope="session")
def tsa(tmp_path_factory):
    return DemonstrationTsa(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def certificate(ring, issue, tsa, monkeypatch):
    monkeypatch.setattr(timestamps, "_demonstration", lambda folder: tsa)
    custody.prepare({"municipality": MUNICIPALITY})
    return issue(agency="municipality")


def work():
    return outbox.run_due(HANDLERS, worker="test")


def levels():
    return list(SealedFile.objects.order_by("pk").values_list("level", flat=True))


def test_the_first_file_is_there_at_once_and_the_one_with_a_time_stamp_follows(certificate):
    first = operations.pdf(certificate)
    assert queries.check_file(first).seal.stamp is None

    work()

    second = operations.pdf(certificate)
    verdict = queries.check_file(second)
    assert (verdict.state, verdict.seal.stamp.state) == ("valid", "good")
    assert queries.check_file(first).state == "valid"
    assert levels() == ["", "B-LT"]


def test_an_authority_that_is_away_is_asked_again_until_it_answers(certificate, settings, tsa):
    settings.TIME_STAMPS = "http://127.0.0.1:9/tsa"
    first = operations.pdf(certificate)
    for hours in range(3):
        with clock.at(clock.now() + hours * 4 * raising.PAUSE):
            work()
    assert levels() == [""]
    assert operations.pdf(certificate) == first
    assert not Effect.objects.filter(state="dead").exists()

    settings.TIME_STAMPS = "demo"
    with clock.at(clock.now() + 20 * raising.PAUSE):
        work()

    assert levels() == ["", "B-LT"]


def test_where_the_seal_carries_nothing_more_nothing_is_asked(issue):
    operations.pdf(issue())

    assert not Effect.objects.filter(kind=raising.RAISE_SEAL).exists()


def test_doing_it_twice_makes_no_second_file(certificate):
    operations.pdf(certificate)
    operations.raise_seal(certificate.pk, "B-LT")
    operations.raise_seal(certificate.pk, "B-LT")

    assert levels() == ["", "B-LT"]
