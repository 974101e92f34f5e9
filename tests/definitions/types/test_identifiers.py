"""Identifiers of people, companies, accounts and places."""

import pytest
from tests.definitions.types.kinds import company_with_check_digit, iban_of, is_described, make, with_check_digit

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import Asking, Channel, Form

PERSON = with_check_digit(1234567)
COMPANY = company_with_check_digit(1010012345)
ACCOUNT = iban_of(12345)


def typed(kind, text):
    return kind.parse(Form({"q": [text]}), "q")


@pytest.mark.parametrize(
    ("name", "text", "stored"),
    [
        (
            "national_id",
            f" {PERSON[:3]}-{PERSON[3:9]}-{PERSON[9]} ".translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
            PERSON,
        ),
        ("company_id", COMPANY.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")), COMPANY),
        ("iban", f"{ACCOUNT[2:6]} {ACCOUNT[6:]}", ACCOUNT),
        ("iban", ACCOUNT.lower(), ACCOUNT),
        ("phone", "۰۹۱۲ ۱۲۳ ۴۵۶۷", "+989121234567"),
        ("phone", "+49 30 123456", "+4930123456"),
        ("email", " Sara@Example.IR ", "Sara@example.ir"),
        ("postal_code", "۱۱۳۶۹-۱۳۴۷۱", "1136913471"),
    ],
)
def test_identifiers_are_read_as_people_write_them(name, text, stored):
    assert typed(make(name), text) == stored


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("national_id", "123456789", "national_id_length"),
        ("national_id", "abcdefghij", "national_id_characters"),
        ("national_id", "1111111111", "national_id_repeated"),
        ("national_id", PERSON[:9] + str((int(PERSON[9]) + 1) % 10), "national_id_check_digit"),
        ("company_id", "1234", "company_id_length"),
        ("company_id", COMPANY[:10] + str((int(COMPANY[10]) + 1) % 10), "company_id_check_digit"),
        ("iban", "IR00" + ACCOUNT[4:], "iban_check_digit"),
        ("iban", "DE89370400440532013000", "iban_country"),
        ("iban", "IR123456", "iban_length"),
        ("iban", "😀", "iban_characters"),
        ("phone", "12", "phone"),
        ("phone", "call me", "phone"),
        ("email", "sara", "email"),
        ("email", "a@b", "email"),
        ("postal_code", "123", "postal_code_length"),
        ("postal_code", "0123456789", "postal_code_check_digit"),
        ("national_id", "1" * 400, "too_long"),
    ],
)
def test_what_can_be_no_identifier_says_why(name, text, code):
    with pytest.raises(AnswerProblem) as caught:
        typed(make(name), text)
    assert (caught.value.code, caught.value.box) == (code, "q")
    assert is_described(caught.value)


def test_a_length_is_told_with_the_right_one():
    with pytest.raises(AnswerProblem) as caught:
        typed(make("national_id"), "123456789")
    assert caught.value.params == {"expected": 10, "got": 9}


def test_a_landline_is_no_mobile():
    with pytest.raises(AnswerProblem, match="phone_not_mobile"):
        typed(make("phone", mobile=True), "021 88881234")
    assert typed(make("phone", mobile=True), "09121234567") == "+989121234567"


def test_identifiers_are_shown_in_groups_and_digits_of_the_reader():
    english = Asking(language="en")

    assert make("phone").show("+989121234567", english) == "0912 123 4567"
    assert make("phone").show("+989121234567") == "۰۹۱۲ ۱۲۳ ۴۵۶۷"
    assert make("iban").show(ACCOUNT).startswith(ACCOUNT[:4] + " ")
    assert make("national_id").show("0012345679") == "۰۰۱۲۳۴۵۶۷۹"
    assert make("national_id").shown_as == "code"


def test_numbers_can_be_typed_on_any_phone_and_addresses_not():
    assert make("national_id").way(Channel.VOICE).how == "digits"
    assert make("email").way(Channel.USSD) is None
