import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from panjereh.documents import operations as documents
from panjereh.kernel.ids import new_tracking_code

TEMPLATE = b'#import "panjereh.typ": *\n#show: certificate\n#rows(("name",))\n'


@pytest.fixture
def certificate(db):
    return documents.issue(
        key="test:1",
        agency="civil-registry",
        kind="certificate",
        title={"fa": "گواهی آزمون", "en": "Certificate of a test"},
        template=TEMPLATE,
        data={"name": "سارا"},
        public=["name"],
        labels={"name": {"fa": "نام", "en": "Name"}},
    )


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_case_is_tracked_with_its_code_and_a_second_thing(page, nilufar, language):
    number = nilufar.complain()
    typed = f"{number[:3]} {number[3:6]}-{number[6:]}"

    shown = page.send(f"{language}/track/", {"code": typed, "second": "NILUFAR@example.org"})

    assert number in shown.text.replace(" ", "").translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))
    assert "نیلوفر" not in shown.text
    assert "سامانه قطع" not in shown.text


def test_a_wrong_second_thing_answers_like_an_unknown_code(page, nilufar):
    number = nilufar.complain()

    wrong = page.send("/en/track/", {"code": number, "second": "0000"})
    unknown = page.send("/en/track/", {"code": new_tracking_code(), "second": "0000"})

    assert wrong.link("No case fits these two together") == "#code"
    assert wrong.text == unknown.text


@pytest.mark.parametrize("code", ["", "123", "4058317264", "کد", "۱۲۳۴۵۶۷۸۹۰۱۲۳۴", "\x00", "'" * 500])
def test_what_cannot_be_a_code_is_explained(page, code):
    assert page.send("/en/track/", {"code": code, "second": "x"}).title.startswith("Error:")


def test_nobody_may_try_codes_without_end(page):
    for _ in range(20):
        page.client.post("/track/", {"code": "4058317263", "second": "0000"})

    page.send("/track/", {"code": "4058317263", "second": "0000"}, status=429)


def test_the_code_from_the_first_page_stands_in_the_box(page):
    assert page.open("/track/", code="4058317263").value("code") == "4058317263"


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_certificate_is_valid_by_its_code(page, certificate, language):
    shown = page.open(f"{language}/check/{certificate.code}/")

    assert "سارا" in shown.text
    assert shown.h1 == {"": "این گواهی معتبر است", "/en": "This certificate is valid"}[language]


def test_a_code_may_be_typed_with_dashes_and_small_letters(page, certificate):
    shown = page.send("/en/check/", {"code": certificate.shown_code.lower()})

    assert shown.h1 == "This certificate is valid"


def test_a_file_that_is_no_certificate_is_answered_in_words(page):
    for content in (b"", b"nothing", b"%PDF-1.7 broken", b"\x89PNG broken"):
        shown = page.send("/en/check/", {"file": SimpleUploadedFile("a.pdf", content)})
        assert shown.h1 in ("We can say nothing about this file", "We never issued such a certificate")


def test_nothing_to_check_is_explained(page):
    assert page.send("/en/check/").link("Write the code of the certificate") == "#code"
