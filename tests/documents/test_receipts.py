"""Receipts bear the agency's seal and are checked like certificates."""

from datetime import UTC, datetime

import pytest

from panjereh.documents import operations, queries
from panjereh.documents.models import Certificate, SealedFile
from panjereh.documents.receipts import Receipt
from panjereh.documents.verify import certificates

pytestmark = pytest.mark.django_db


def receipt(number="4058317263"):
    return Receipt(
        number=number,
        agency_id="civil-registry",
        service_title={"fa": "ثبت ولادت", "en": "Register a birth"},
        agency={"fa": "سازمان ثبت احوال", "en": "Civil Registry"},
        submitted_at=datetime(2026, 11, 3, 8, 30, tzinfo=UTC),
        applicant="نیلوفر راد",
        sections=[("The child", [("Given name", "سارا")])],
    )


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_receipt_is_sealed_and_genuine_when_somebody_checks_it(language):
    verdict = queries.check_file(operations.receipt(receipt(), language))

    assert (verdict.state, verdict.kind, verdict.agency) == ("valid", "receipt", "civil-registry")
    assert verdict.title["en"] == "Register a birth"
    assert [(field.name, field.value) for field in verdict.fields] == [("submitted", "2026-11-03")]


def test_a_changed_receipt_is_altered():
    pdf = operations.receipt(receipt(), "en")
    place = pdf.index(b"/Title") + 12

    assert queries.check_file(pdf[:place] + b"X" + pdf[place + 1 :]).state in ("altered", "unreadable")


def test_its_record_is_made_once_and_says_nothing_about_the_person():
    operations.receipt(receipt(), "fa")
    operations.receipt(receipt(), "en")

    record = Certificate.objects.get().record
    assert record["data"] == {"submitted": "2026-11-03"}
    assert "سارا" not in str(record)
    assert "نیلوفر" not in str(record)
    assert not SealedFile.objects.exists()
    assert certificates() == []


def test_it_is_no_result_of_the_case():
    operations.receipt(receipt(), "fa")

    assert queries.of_case("4058317263") == []


def test_the_code_alone_leads_to_what_was_recorded():
    operations.receipt(receipt(), "fa")

    assert queries.check_code(Certificate.objects.get().code).kind == "receipt"
