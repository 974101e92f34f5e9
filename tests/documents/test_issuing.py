from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from panjereh.documents import codes, operations, queries
from panjereh.documents.errors import CertificateIsNotValid, KeyMeansAnother, UnfitValue
from panjereh.documents.models import Certificate, SealedFile, StatusChange, Template
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import NotFound
from panjereh.kernel.money import Money
from panjereh.signing import queries as signing
from panjereh.signing.errors import UnfitRecord
from panjereh.storage import append_only

pytestmark = pytest.mark.django_db

OFFICIAL = Actor(party=uuid4(), agency="civil-registry", roles=frozenset({"registrar"}))


def test_a_certificate_is_a_record_signed_at_once(issue):
    certificate = issue()

    kept = queries.get(certificate.pk)
    assert kept.state == "valid"
    assert kept.data == {"given_name": "سارا", "national_id": "0012345679", "birth_date": "2026-11-03"}
    assert signing.verify_record(kept.record, kept.signature, agency="civil-registry")
    assert not SealedFile.objects.exists()


def test_issuing_twice_with_the_same_key_gives_the_same_certificate(issue):
    first = issue()

    second = issue(data={"given_name": "other"})

    assert second.pk == first.pk
    assert Certificate.objects.count() == 1


def test_a_key_can_not_mean_two_kinds_of_certificate(issue):
    issue()

    with pytest.raises(KeyMeansAnother):
        issue(kind="birth-registration/other")


def test_codes_are_random_and_forgive_how_people_type(issue):
    code = issue().code

    assert codes.parse(code) == code
    assert codes.parse(codes.shown(code).lower()) == code
    assert codes.parse("۷k3mo9tx 2b4c-d8ri") == "7K3M09TX2B4CD8R1"
    assert issue(key="another").code != code


@pytest.mark.parametrize(
    "text", ["", "7K3M", "7K3M-Q9TX-2B4C-D8R", "7K3M-Q9TX-2B4C-D8RU", "<script>alert(1)</script>", "ا" * 16]
)
def test_what_can_not_be_a_code_is_not_taken_for_one(text):
    assert not queries.is_code(text)


def test_values_of_every_kind_become_plain_json(issue):
    data = {
        "area": Decimal("12.50"),
        "fee": Money(450_000),
        "place": {"fa": "شیراز", "en": "Shiraz"},
        "witnesses": ("الف", "ب"),
        "twin": False,
        "note": None,
    }

    assert issue(data=data).data == {
        "area": "12.5",
        "fee": {"amount": 450_000, "currency": "IRR"},
        "place": {"fa": "شیراز", "en": "Shiraz"},
        "witnesses": ["الف", "ب"],
        "twin": False,
        "note": None,
    }


@pytest.mark.parametrize(("value", "error"), [(1.5, UnfitValue), (object(), UnfitValue), (2**70, UnfitRecord)])
def test_a_value_without_a_canonical_form_stops_the_issue_and_nothing_is_kept(issue, value, error):
    with pytest.raises(error):
        issue(data={"value": value})

    assert not Certificate.objects.exists()


def test_templates_are_kept_once(issue):
    issue("a")
    issue("b")

    assert Template.objects.count() == 1


def test_people_and_cases_find_their_certificates(issue):
    mine, other = issue("a"), issue("b", subjects=["population:other"], case="1234567890")

    assert [one.pk for one in queries.of_subject("population:one")] == [mine.pk]
    assert [one.pk for one in queries.of_case("1234567890")] == [other.pk]
    assert queries.of_case("") == []


def test_a_revoked_certificate_says_why_and_stays_so(issue):
    certificate = issue()

    operations.revoke(certificate.pk, reason="دادگاه آن را باطل کرد", law="civil-registration-act#4", actor=OFFICIAL)

    kept = queries.get(certificate.pk)
    assert (kept.state, kept.change_law) == ("revoked", "civil-registration-act#4")
    assert signing.verify_record(kept.change.record, kept.change.signature)
    with pytest.raises(CertificateIsNotValid):
        operations.revoke(certificate.pk, reason="again", law="", actor=OFFICIAL)
    with pytest.raises(CertificateIsNotValid):
        operations.replace(certificate.pk, issue("b").pk, reason="", actor=OFFICIAL)


def test_a_certificate_that_replaces_another_ends_it(issue):
    first = issue("a")

    second = issue("b", replaces=first.pk)

    assert queries.get(first.pk).state == "replaced"
    assert queries.get(first.pk).replaced_by_id == second.pk
    assert queries.get(second.pk).state == "valid"


def test_nobody_can_revoke_or_replace_what_does_not_exist(issue):
    with pytest.raises(NotFound):
        operations.revoke(uuid4(), reason="", law="", actor=SYSTEM)
    with pytest.raises(NotFound):
        operations.replace(issue().pk, uuid4(), reason="", actor=SYSTEM)
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    "change", [{"data": {}}, {"code": "X" * 16}, {"signature": ""}, {"issued_at": "2020-01-01T00:00Z"}]
)
def test_the_database_refuses_to_change_a_certificate(issue, change):
    certificate = issue()

    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**change)


@pytest.mark.parametrize("table", ["template", "certificate", "subject", "statuschange", "sealedfile"])
def test_every_table_only_grows(table):
    assert append_only.is_guarded(f"documents_{table}")


def test_the_pdf_is_made_once_and_kept(issue):
    certificate = issue()

    first = operations.pdf(certificate)

    assert operations.pdf(certificate) == first
    assert signing.check_pdf(first).state == "intact"
    assert signing.check_pdf(first).reason == certificate.code
    assert SealedFile.objects.get().size == len(first)


def test_when_two_make_the_pdf_at_once_both_get_the_same(issue, monkeypatch):
    certificate = issue()
    original = operations.signing.seal_pdf

    def slow(*args, **kwargs):
        monkeypatch.setattr(operations.signing, "seal_pdf", original)
        operations.pdf(certificate)  # the other one finishes while we seal
        return original(*args, **kwargs)

    monkeypatch.setattr(operations.signing, "seal_pdf", slow)

    assert operations.pdf(certificate) == operations.pdf(certificate)
    assert SealedFile.objects.count() == 1


def test_the_date_of_issue_is_kept_to_the_second_so_that_the_signature_survives_any_database(issue):
    certificate = issue()

    assert certificate.issued_at.microsecond == 0
    assert certificate.record["issued_at"] == queries.get(certificate.pk).record["issued_at"]
    assert certificate.data["birth_date"] == date(2026, 11, 3).isoformat()
