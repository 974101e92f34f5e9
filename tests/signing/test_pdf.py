import random
import shutil
import subprocess
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from panjereh.signing import keys, operations, pdf_sealing, queries


@pytest.fixture(scope="session")
def sealed(session_ring, plain):
    with keys.use(session_ring):
        return operations.seal_pdf("civil-registry", plain, reason="CODE")


def with_a_page_more(pdf):
    """An incremental update that adds a page and touches no byte of what was there."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = PageObject(contents=writer.add_object(generic.StreamObject(stream_data=b"q Q")), media_box=(0, 0, 595, 842))
    writer.insert_page(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_sealed_pdf_is_intact_and_names_its_agency(ring, sealed):
    check = queries.check_pdf(sealed)

    assert (check.state, check.reasons) == ("intact", ())
    assert (check.agency, check.reason) == ("civil-registry", "CODE")
    assert check.kid == ring.seal("civil-registry").kid


def test_a_page_added_after_sealing_is_an_alteration(ring, sealed):
    check = queries.check_pdf(with_a_page_more(sealed))

    assert (check.state, check.reasons) == ("altered", ("added_after_sealing", "pages_added"))
    assert check.pages == (1, 2)


@pytest.mark.parametrize("tail", [b"\n", b"% a remark\n", b"\x00" * 2000])
def test_a_single_byte_behind_the_end_is_an_alteration(ring, sealed, tail):
    assert queries.check_pdf(sealed + tail).state != "intact"


def test_a_second_signature_is_an_alteration_even_if_it_covers_the_whole_file(ring, sealed, monkeypatch):
    monkeypatch.setattr(pdf_sealing.signers.PdfSigner, "_enforce_certification_constraints", lambda *_: None)
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    metadata = pdf_sealing.signers.PdfSignatureMetadata(field_name="Another", md_algorithm="sha256")
    signer = pdf_sealing.signer(ring, ring.seal("inspectorate"))
    out = BytesIO()
    pdf_sealing.signers.PdfSigner(metadata, signer).sign_pdf(writer, output=out)

    assert queries.check_pdf(out.getvalue()).reasons == ("added_after_sealing", "several_signatures")


def test_a_pdf_that_was_saved_anew_has_lost_its_seal(ring, sealed):
    with pikepdf.open(BytesIO(sealed)) as document:
        out = BytesIO()
        document.save(out)

    assert queries.check_pdf(out.getvalue()).state in ("altered", "unsealed", "unreadable")


def test_a_pdf_without_a_seal_is_called_unsealed(ring, plain):
    assert queries.check_pdf(plain).state == "unsealed"


def test_a_seal_of_another_installation_is_foreign_even_with_the_same_names(ring, foreign_ring, plain):
    with keys.use(foreign_ring):
        theirs = operations.seal_pdf("civil-registry", plain)

    assert queries.check_pdf(theirs).state == "foreign"


@pytest.mark.parametrize("junk", [b"", b"hello", b"%PDF-1.7", b"%PDF-1.7\n" + b"x" * 500, b"\x89PNG" + b"\0" * 100])
def test_what_is_no_pdf_is_called_unreadable(ring, junk):
    assert queries.check_pdf(junk).state == "unreadable"


def test_a_locked_pdf_is_called_unreadable(ring, plain):
    with pikepdf.open(BytesIO(plain)) as document:
        out = BytesIO()
        document.save(out, encryption=pikepdf.Encryption(user="u", owner="o"))

    assert queries.check_pdf(out.getvalue()).reasons == ("locked",)


def test_no_flipped_bit_goes_unnoticed(ring, sealed):
    chance = random.Random(7)
    for place in chance.sample(range(len(sealed)), 60):
        changed = bytearray(sealed)
        changed[place] ^= 1 << chance.randrange(8)

        check = queries.check_pdf(bytes(changed))

        assert check.state != "intact", (place, check)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="needs pdfsig of poppler-utils")
def test_an_independent_program_accepts_the_seal(ring, sealed, tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)

    said = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout

    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
