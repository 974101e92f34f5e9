from io import BytesIO
from uuid import uuid4

import pikepdf
import pytest
import segno
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from panjereh.documents import certificates, checking, operations, queries
from panjereh.kernel.actor import Actor
from panjereh.signing import findings, keys
from panjereh.signing import operations as signing

pytestmark = pytest.mark.django_db

OFFICIAL = Actor(party=uuid4(), agency="civil-registry")


@pytest.fixture
def certificate(issue):
    return issue()


@pytest.fixture
def sealed(certificate):
    return operations.pdf(certificate)


def photograph(text, kind="PNG"):
    out = BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=4, border=4)
    page = Image.new("L", (800, 1000), 235)
    page.paste(Image.open(out).convert("L"), (300, 500))
    picture = BytesIO()
    page.save(picture, kind)
    return picture.getvalue()


def with_a_page_more(pdf):
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = PageObject(contents=writer.add_object(generic.StreamObject(stream_data=b"q Q")), media_box=(0, 0, 595, 842))
    writer.insert_page(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_code_shows_what_everybody_may_see_and_no_more(certificate):
    verdict = queries.check_code(certificate.shown_code.lower())

    assert (verdict.state, verdict.seen, verdict.reasons) == ("valid", "code", ())
    assert [(field.name, field.value) for field in verdict.fields] == [
        ("given_name", "سارا"),
        ("birth_date", "2026-11-03"),
    ]
    assert verdict.fields[0].label["en"] == "Given name"
    assert verdict.demonstration
    assert "0012345679" not in repr(verdict)


def test_an_unknown_code_and_a_mistyped_one_are_unknown():
    assert queries.check_code("7K3M-Q9TX-2B4C-D8RE").reasons == ("no_such_code",)
    assert queries.check_code("hello").reasons == ("not_a_code",)


def test_a_revoked_certificate_is_revoked_by_code_and_by_file(certificate, sealed):
    operations.revoke(certificate.pk, reason="به حکم دادگاه", law="civil-registration-act#4", actor=OFFICIAL)

    for verdict in (queries.check_code(certificate.code), queries.check_file(sealed)):
        assert verdict.state == "revoked"
        assert verdict.change_reason == "به حکم دادگاه"
        assert verdict.changed_at is not None


def test_a_replaced_certificate_names_the_one_that_took_its_place(issue, certificate):
    newer = issue("newer", replaces=certificate.pk)

    verdict = queries.check_code(certificate.code)

    assert (verdict.state, verdict.replacement_code) == ("replaced", newer.code)


def test_the_sealed_file_as_issued_is_valid(certificate, sealed):
    verdict = queries.check_file(sealed)

    assert (verdict.state, verdict.seen, verdict.code) == ("valid", "file", certificate.code)


def test_a_file_with_a_page_added_is_altered_and_the_fields_say_what_we_issued(certificate, sealed):
    verdict = queries.check_file(with_a_page_more(sealed))

    assert (verdict.state, verdict.reasons) == ("altered", ("added_after_sealing", "pages_added"))
    assert verdict.fields[0].value == "سارا"


def test_a_file_that_is_both_altered_and_revoked_is_called_altered(certificate, sealed):
    operations.revoke(certificate.pk, reason="x", law="", actor=OFFICIAL)

    assert queries.check_file(with_a_page_more(sealed)).state == "altered"


def test_a_changed_byte_in_the_file_is_altered(sealed):
    place = sealed.index(b"/Title") + 12

    assert queries.check_file(sealed[:place] + b"X" + sealed[place + 1 :]).state in ("altered", "unreadable")


def test_a_file_sealed_by_another_installation_is_foreign(certificate, tmp_path):
    other = keys.KeyRing(tmp_path / "other", demonstration=True)
    with keys.use(other):
        theirs = signing.seal_pdf("civil-registry", pdf_without_seal(), reason=certificate.code)

    assert queries.check_file(theirs).state == "foreign"


def test_a_file_with_our_seal_that_we_know_nothing_of_is_unknown():
    verdict = queries.check_file(signing.seal_pdf("civil-registry", pdf_without_seal(), reason="7K3MQ9TX2B4CD8RE"))

    assert (verdict.state, verdict.reasons) == ("unknown", ("sealed_but_not_recorded",))


def test_a_file_with_our_seal_and_the_code_of_another_agency_is_altered(certificate):
    verdict = queries.check_file(signing.seal_pdf("inspectorate", pdf_without_seal(), reason=certificate.code))

    assert verdict.state == "altered"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_photograph_of_the_paper_leads_to_the_record_to_compare_by_eye(certificate, kind):
    verdict = queries.check_file(photograph(certificates.check_address(certificate.code), kind))

    assert (verdict.state, verdict.seen, verdict.reasons) == ("valid", "picture", ("compare_by_eye",))
    assert verdict.code == certificate.code


def test_a_scan_saved_as_pdf_leads_to_the_record_too(certificate):
    out = BytesIO()
    Image.open(BytesIO(photograph(certificates.check_address(certificate.code)))).save(out, "PDF")

    verdict = queries.check_file(out.getvalue())

    assert (verdict.state, verdict.seen) == ("valid", "picture")
    assert verdict.reasons[-1] == "compare_by_eye"


def test_a_certificate_that_was_saved_anew_without_its_seal_is_altered(certificate):
    verdict = queries.check_file(certificates.typeset(certificate))

    assert (verdict.state, verdict.reasons, verdict.code) == ("altered", ("no_seal",), certificate.code)


def test_a_code_in_somebody_elses_qr_picture_is_not_read():
    assert queries.check_file(photograph("https://example.org/win")).reasons == ("no_code_found",)


@pytest.mark.parametrize("junk", [b"", b"hello", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"PK\x03\x04" + b"\0" * 400])
def test_what_can_not_be_read_is_called_unreadable(junk):
    assert queries.check_file(junk).state == "unreadable"


def test_a_pdf_of_somebody_else_is_unknown():
    assert queries.check_file(pdf_without_seal()).reasons == ("no_seal",)


def test_a_record_that_was_changed_in_the_database_is_altered_and_shows_nothing(certificate):
    certificate.data = {**certificate.data, "given_name": "جعلی"}

    verdict = checking.of_certificate(certificate)

    assert (verdict.state, verdict.reasons, verdict.fields) == ("altered", ("record_changed",), ())


def test_every_reason_that_can_be_given_is_listed():
    assert set(findings.REASONS) <= set(queries.REASONS)


def pdf_without_seal():
    out = BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(out)
    return out.getvalue()
