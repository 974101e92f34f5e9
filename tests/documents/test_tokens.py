"""The token in the QR code of a certificate: what it says, and that nobody else can say it."""

import base64
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import cbor2
import cwt
import pytest
from tests.documents.conftest import NOON

from panjereh.definitions.effects import LARGEST_TOKEN
from panjereh.documents import certificates, checking, operations, pictures, queries, status, tokens, typesetting
from panjereh.documents.errors import BadToken
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.signing import keys
from panjereh.signing import operations as signing
from panjereh.signing import queries as seals

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(issue):
    return issue()


@pytest.fixture
def token(certificate):
    return tokens.make(certificate, status.place_of(certificate))


def raw(token):
    return bytearray(base64.b32decode(token[4:] + "=" * (-len(token[4:]) % 8)))


def reason(text):
    with pytest.raises(BadToken) as caught:
        tokens.read(text)
    return caught.value.params["reason"]


def signed(claims, *, agency="civil-registry", header=None, kid=None):
    """A token with these claims, signed as ours are."""
    if header is None:
        header = {1: -7, 4: kid or seals.current_seal(agency).thumbprint[:8]}
    protected = cbor2.dumps(header, canonical=True)
    payload = claims if isinstance(claims, bytes) else cbor2.dumps(claims, canonical=True)
    value = signing.sign_bytes(agency, cbor2.dumps(["Signature1", protected, b"", payload])).value
    return tokens.to_text(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, value]), canonical=True))


def claims_of(token):
    return cbor2.loads(cbor2.loads(bytes(raw(token))).value[2])


def test_it_says_what_everybody_may_see_and_no_more(certificate, token):
    said = tokens.read(token)

    assert (said.agency, said.code, said.issued_at) == ("civil-registry", certificate.code, NOON)
    assert said.title == {"fa": "گواهی ولادت", "en": "Birth certificate"}
    assert said.fields == (
        ({"fa": "نام", "en": "Given name"}, "سارا"),
        ({"fa": "تاریخ ولادت", "en": "Date of birth"}, "2026-11-03"),
    )
    assert said.expires_at is None
    assert b"0012345679" not in raw(token)


def test_the_library_for_web_tokens_reads_it_with_the_public_key_alone(token):
    key = cwt.COSEKey.from_pem(
        seals.current_seal("civil-registry").public_jwk.as_pem(private=False).decode(),
        kid=seals.current_seal("civil-registry").thumbprint[:8],
        alg="ES256",
    )

    claims = cbor2.loads(cwt.COSE.new().decode(bytes(raw(token)), [key]))

    assert claims[1] == "civil-registry"


def test_a_last_day_ends_with_that_day(issue):
    certificate = issue(valid_until=date(2027, 3, 20))
    said = tokens.read(tokens.make(certificate, 1))

    assert said.expires_at.astimezone(clock.home_zone()).isoformat() == "2027-03-21T00:00:00+03:30"
    with clock.at(said.expires_at - timedelta(seconds=1)):
        assert queries.check_code(certificate.code).state == "valid"
    with clock.at(said.expires_at):
        assert queries.check_code(certificate.code).state == "expired"


def test_the_code_on_paper_leads_to_the_checking_page_and_tells_the_server_nothing(certificate):
    address, token = certificates.qr_parts(certificate)

    assert address.endswith("/check/#")
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 $%*+-./:")  # what QR codes pack densely
    assert tokens.read(token).code == certificate.code


def test_the_printed_code_is_small(certificate):
    code = typesetting.qr_code(*certificates.qr_parts(certificate))

    assert code.symbol_size(border=0)[0] * certificates.MODULE <= 34  # millimetres


def test_a_token_that_would_be_too_large_leaves_the_address(issue):
    certificate = issue(data={"given_name": "س" * 300, "national_id": "0012345679", "birth_date": date(2026, 11, 3)})

    assert tokens.make(certificate, 1) is None
    assert certificates.qr_parts(certificate) == (certificates.check_address(certificate.code),)


def test_what_is_pasted_is_judged_by_its_token(certificate, token):
    for text in (token, f"http://elsewhere.example/check/#{token}", f"  {token}\n"):
        verdict = queries.check_text(text)
        assert (verdict.state, verdict.code) == ("valid", certificate.code)


def test_a_revoked_one_is_revoked_although_its_token_stays_sound(certificate, token):
    operations.revoke(certificate.pk, reason="به حکم دادگاه", law="x#1", actor=SYSTEM)

    assert queries.check_text(token).state == "revoked"


def test_ours_that_nobody_recorded_is_said_to_be_that(token):
    forged = signed({**claims_of(token), 7: b"\0" * 10})

    verdict = queries.check_text(forged)

    assert (verdict.state, verdict.reasons) == ("unknown", ("sealed_but_not_recorded",))


def test_what_a_stolen_seal_signs_under_a_code_of_ours_is_not_our_record(token):
    good = claims_of(token)
    fields = good[-65539]
    for change in (
        {-65539: [[*fields[0][:-1], "مریم"], *fields[1:]]},
        {-65539: fields[:1]},
        {-65539: [*fields, ["x", "x", "x"]]},
        {-65538: ["گواهی دیگر", "Another certificate"]},
        {6: good[6] - 86400},
    ):
        verdict = queries.check_text(signed({**good, **change}))
        assert (verdict.state, verdict.reasons) == ("altered", ("not_our_record",))


@pytest.mark.parametrize("bit", range(8))
def test_no_bit_of_it_can_be_changed(token, bit):
    content = raw(token)
    found = set()
    for place in range(len(content)):
        content[place] ^= 1 << bit
        found.add(reason(tokens.to_text(bytes(content))))
        content[place] ^= 1 << bit

    assert found == {"not_a_token", "unknown_key", "signature_wrong"}


def test_nothing_can_be_cut_off_or_added(token):
    content = bytes(raw(token))
    for length in range(len(content)):
        assert reason(tokens.to_text(content[:length])) == "not_a_token"
    for more in (b"\0", b"\xa0", content):
        assert reason(tokens.to_text(content + more)) == "not_a_token"


def test_no_second_spelling_of_the_same_token_is_taken(token):
    assert reason("") == "not_a_token"
    assert reason(token.lower()) == "not_a_token"
    assert reason(token.replace("PJ1.", "PJ2.")) == "not_a_token"
    assert reason(token + "=") == "not_a_token"
    assert reason(token + "A") == "not_a_token"
    tag = cbor2.loads(bytes(raw(token)))
    protected, unprotected, payload, signature = tag.value
    for other in (
        cbor2.dumps(tag.value),  # no tag
        cbor2.dumps(cbor2.CBORTag(61, tag)),
        cbor2.dumps(cbor2.CBORTag(98, tag.value)),
        cbor2.dumps(cbor2.CBORTag(18, [protected, {4: b"x"}, payload, signature])),
        cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature, 1])),
        cbor2.dumps(cbor2.CBORTag(18, [protected, unprotected, payload, signature[:63]])),
        b"\xd2\x84\x58" + bytes([len(protected)]) + bytes(raw(token))[3:],  # a length in more bytes than it needs
        b"\xd2\x9f" + bytes(raw(token))[2:] + b"\xff",  # an array without a length
    ):
        assert reason(tokens.to_text(other)) == "not_a_token"


@pytest.mark.parametrize(
    "header",
    [
        {1: -7},
        {1: -8, 4: b"12345678"},
        {1: -35, 4: b"12345678"},
        {4: b"12345678"},
        {1: "ES256", 4: b"12345678"},
        {1: -7, 4: b"1234567"},
        {1: -7, 4: "12345678"},
        {1: -7, 4: b"12345678", 2: [99]},
        {1: -7, 4: b"12345678", 33: b"x"},
        [],
    ],
)
def test_only_one_header_is_taken(token, header):
    assert reason(signed(claims_of(token), header=header)) == "not_a_token"


def test_claims_that_make_no_sense_are_refused_though_signed(token):
    good = claims_of(token)
    for claim, wrong in [
        (1, 5), (1, None), (6, "now"), (6, 2**70), (7, b"short"), (7, "text"), (7, None), (-65537, ["fa"]), (-65537, 1),
        (-65538, ["x"]), (-65538, None), (-65539, 1), (-65539, [["a"]]), (-65539, [[]]), (-65540, "x"), (4, "x"),
    ]:  # fmt: skip
        assert reason(signed({**good, claim: wrong})) in ("not_a_token", "other_agency")
    for claim in (1, 6, 7, -65537, -65538, -65539, -65540):
        assert reason(signed({name: value for name, value in good.items() if name != claim})) == "not_a_token"
    assert reason(signed(b"\xff")) == "not_a_token"
    assert reason(signed(cbor2.dumps([1]))) == "not_a_token"


def test_an_agency_cannot_speak_for_another(ring, token):
    ring.prepare({"inspectorate": {"fa": "بازرسی", "en": "Inspectorate"}})

    assert reason(signed(claims_of(token), agency="inspectorate")) == "other_agency"
    wrong_key = seals.current_seal("civil-registry").thumbprint[:8]
    assert reason(signed(claims_of(token), agency="inspectorate", kid=wrong_key)) == "signature_wrong"


def test_a_key_does_not_speak_of_what_came_after_its_end(token):
    assert reason(signed({**claims_of(token), 6: 2**33})) == "not_of_its_time"


def test_another_installation_is_foreign(issue, tmp_path):
    foreign = keys.KeyRing(tmp_path / "foreign", demonstration=True)
    foreign.prepare({"civil-registry": {"en": "Civil Registry"}})
    with keys.use(foreign):
        token = tokens.make(issue(), 1)

    assert queries.check_text(token).state == "foreign"


def test_every_reason_has_words():
    assert {"not_a_token", "unknown_key", "signature_wrong", "other_agency", "not_of_its_time"} <= set(checking.REASONS)


def test_a_picture_of_the_token_is_read(certificate, token):
    from tests.documents.test_checking import photograph

    verdict = queries.check_file(photograph(f"http://localhost/check/#{token}"))

    assert (verdict.state, verdict.seen, verdict.code) == ("valid", "picture", certificate.code)
    assert "compare_by_eye" in verdict.reasons
    assert pictures.is_ours(token)


def test_the_largest_token_makes_a_code_that_fits_the_sheet():
    code = typesetting.qr_code("https://services.example.gov.ir/check/#", "PJ1." + "A" * (LARGEST_TOKEN * 8 // 5))

    assert code.symbol_size(border=0)[0] * certificates.MODULE <= 44


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs pdftoppm of poppler-utils")
def test_the_printed_page_of_a_birth_is_one_sheet_whose_picture_proves_it(issue, tmp_path):
    home = Path(__file__).parents[2] / "services" / "civil-registry" / "birth-registration"
    names = ["given_name", "family_name", "birth_date", "national_id"]
    texts = ["sex", "birth_place", "mother", "father"]
    certificate = issue(
        template=(home / "certificate.typ").read_bytes(),
        data={
            **dict.fromkeys(texts, "محمدحسن حسینی‌نژاد"),
            **dict.fromkeys(names, "سیده فاطمهٔ زهرا"),
            "birth_date": date(2026, 11, 3),
            "national_id": "0012345679",
        },
        public=names,
        labels={name: {"fa": "نام خانوادگی کودک", "en": "Family name of the child"} for name in [*names, *texts]},
        valid_until=date(2031, 3, 20),
    )
    (tmp_path / "c.pdf").write_bytes(operations.pdf(certificate))

    subprocess.run(["pdftoppm", "-r", "200", "-jpeg", tmp_path / "c.pdf", tmp_path / "page"], check=True)

    [page] = tmp_path.glob("page*.jpg")
    verdict = queries.check_file(page.read_bytes())
    assert (verdict.state, verdict.code) == ("valid", certificate.code)
    assert tokens.read(pictures.text_of_code(page.read_bytes())).code == certificate.code


def test_a_title_in_one_language_only_is_said_in_both(issue):
    certificate = issue(title={"fa": "گواهی"})
    token = tokens.make(certificate, 1)

    assert tokens.read(token).title == {"fa": "گواهی", "en": "گواهی"}
    assert queries.check_text(token).state == "valid"
