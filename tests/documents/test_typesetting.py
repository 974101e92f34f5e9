import shutil
import subprocess
from datetime import UTC, date, datetime
from io import BytesIO

import pikepdf
import pytest

from panjereh.documents import certificates, letters, queries, receipts, typesetting, values, wording
from panjereh.documents.errors import TemplateFails
from panjereh.documents.letters import Letter
from panjereh.documents.receipts import Receipt

pytestmark = pytest.mark.django_db


def test_the_template_gets_words_in_every_language_of_the_certificate(issue):
    told = certificates.describe(issue())

    assert told["data"]["given_name"] == {"fa": "سارا", "en": "سارا"}
    assert told["data"]["birth_date"] == {"fa": "۱۲ آبان ۱۴۰۵", "en": "3 November 2026 (12 Aban 1405)"}
    assert told["data"]["national_id"] == {"fa": "۰۰۱۲۳۴۵۶۷۹", "en": "0012345679"}
    assert told["agency"] == {"fa": "سازمان ثبت احوال", "en": "Civil Registry"}
    assert told["issued"] == {"fa": "۲ آذر ۱۴۰۵", "en": "23 November 2026 (2 Azar 1405)"}
    assert told["number"] == {"fa": "۴۰۵\u00a0۸۳۱\u00a0۷۲۶۳", "en": "405\u00a0831\u00a07263"}
    assert told["words"]["code"] == {"fa": "کد استعلام", "en": "Code for checking"}
    assert told["demonstration"] is True


def test_the_qr_code_leads_to_the_public_check_page(issue, settings):
    settings.PUBLIC_ADDRESS = "https://services.example.org"
    certificate = issue()

    assert certificates.describe(certificate)["address"] == f"https://services.example.org/check/{certificate.code}/"


def test_the_pdf_is_archival_tagged_and_carries_title_language_and_record(issue):
    certificate = issue()

    with pikepdf.open(BytesIO(certificates.typeset(certificate))) as document:
        metadata = document.open_metadata()
        attached = document.attachments["record.json"].get_file().read_bytes().decode()

        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "گواهی ولادت"
        assert document.Root.Lang == "fa"
        assert document.Root.MarkInfo.Marked
        assert certificate.signature in attached


@pytest.mark.parametrize("languages", [("fa", "en"), ("en", "fa"), ("fa",), ("en",)])
def test_a_certificate_of_usual_length_fills_one_page_in_any_languages(issue, languages):
    with pikepdf.open(BytesIO(certificates.typeset(issue(languages=languages)))) as document:
        assert len(document.pages) == 1


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../fonts/OFL.txt")',
        '#image("../../../../etc/hostname")',
        '#import "@preview/cetz:0.3.0"',
        '#import "@local/x:0.1.0": *',
        '#let x = { import "form.typ"; 1 }',
        '#include "receipt.typ"',
        '  import("a")',
        '#eval("1 + 1")',
        '#plugin("x.wasm")',
        "#undefined-word",
        "#while true { }",
        "#let f() = f(); #f()",
        b"\xff\xfe",
    ],
)
def test_a_template_that_reaches_out_or_goes_wrong_fails_with_a_reason(source):
    document = {"languages": ["fa"]}

    with pytest.raises(TemplateFails) as failure:
        typesetting.typeset(source if isinstance(source, bytes) else source.encode(), document)

    assert failure.value.params["reason"]


def test_text_of_people_is_never_taken_for_typst(issue):
    certificate = issue(data={"given_name": '#read("/etc/passwd") *bold* $x$ \\ [', "birth_date": date(2026, 11, 3)})

    assert certificates.typeset(certificate).startswith(b"%PDF-")


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="needs pdffonts of poppler-utils")
def test_all_fonts_are_inside_the_file(issue, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(certificates.typeset(issue()))

    lines = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]

    assert any("Vazirmatn" in line for line in lines)
    assert all(" yes yes yes" in line for line in lines)


@pytest.mark.parametrize(
    ("value", "fa", "en"),
    [
        (None, "", ""),
        (True, "بله", "Yes"),
        (False, "خیر", "No"),
        (1250, "۱٬۲۵۰", "1,250"),
        ("2026-11-03", "۱۲ آبان ۱۴۰۵", "3 November 2026 (12 Aban 1405)"),
        ("2026-13-45", "2026-13-45", "2026-13-45"),
        ("کوچهٔ ۷", "کوچهٔ ۷", "کوچهٔ 7"),
        (["الف", "ب"], "الف، ب", "الف, ب"),
        ({"amount": 450_000, "currency": "IRR"}, "۴۵٬۰۰۰\u00a0تومان", "45,000\u00a0toman"),
        ({"fa": "شیراز", "en": "Shiraz"}, "شیراز", "Shiraz"),
        ({"given_name": "سارا", "family_name": "راد", "national_id": "0012345679"}, "سارا راد", "سارا راد"),
        ({"city": "شیراز", "street": "زند", "unit": None}, "شیراز، زند", "شیراز, زند"),
    ],
)
def test_values_are_said_in_the_reader_s_words(value, fa, en):
    assert (values.show(value, "fa"), values.show(value, "en")) == (fa, en)


def test_every_word_of_every_document_is_there_in_persian():
    for words in (wording.CERTIFICATE, wording.RECEIPT, wording.FORM):
        for key, said in wording.in_languages(words, ["fa", "en"]).items():
            assert said["fa"] != said["en"], key


def test_a_receipt_says_number_time_answers_and_what_follows():
    receipt = Receipt(
        agency_id="civil-registry",
        number="4058317263",
        service_title={"fa": "ثبت ولادت", "en": "Register a birth"},
        agency={"fa": "سازمان ثبت احوال", "en": "Civil Registry"},
        submitted_at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
        applicant="نیلوفر راد",
        sections=[("فرزند", [("نام", "سارا"), ("مادر", ["نیلوفر راد", "۰۰۱ ۲۳۴۵۶۷ ۹"])])],
        next_step="سازمان ثبت احوال پاسخ می‌دهد.",
        decide_by=date(2026, 11, 26),
        address="http://localhost:8000/track/",
    )

    told = receipts.describe(receipt, "fa", "7K3MQ9TX2B4CD8RE")["receipt"]

    assert told["number"] == "۴۰۵\u00a0۸۳۱\u00a0۷۲۶۳"
    assert [fact["value"] for fact in told["facts"]] == [
        "۲ آذر ۱۴۰۵، ساعت ۱۲:۰۰",
        "نیلوفر راد",
        "پنجشنبه ۵ آذر ۱۴۰۵",
    ]
    assert told["sections"][0]["rows"][1]["value"] == "نیلوفر راد\n۰۰۱ ۲۳۴۵۶۷ ۹"
    assert receipts.typeset(receipt, "en", "7K3MQ9TX2B4CD8RE").startswith(b"%PDF-")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_letter_says_to_whom_when_and_about_which_case(language):
    letter = Letter(
        to="گل زرین",
        agency={"fa": "سازمان ثبت احوال", "en": "Civil Registry"},
        subject="ثبت شد",
        text="درخواست شما ثبت شد.\n\nتا پنجشنبه پاسخ می‌دهیم.",
        written_at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
        language=language,
        case="4058317263",
    )

    told = letters.describe(letter)["letter"]

    assert told["number"] == {"fa": "۴۰۵\u00a0۸۳۱\u00a0۷۲۶۳", "en": "405\u00a0831\u00a07263"}[language]
    assert told["to"] == "گل زرین"
    assert queries.letter(letter).startswith(b"%PDF-")


def test_a_letter_written_after_midnight_bears_the_day_where_the_people_are():
    before_midnight_in_london = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
    letter = Letter(to="x", agency={}, subject="x", text="x", written_at=before_midnight_in_london, language="en")

    told = letters.describe(letter)["letter"]["date"]

    assert "24" in told
    assert "23" not in told
