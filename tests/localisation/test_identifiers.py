"""Identifiers: read leniently, kept in one form, refused with a reason."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjereh.localisation import digits, identifiers
from panjereh.localisation.errors import IdentifierProblem

READ: list[tuple[Callable[[str], str], str, str]] = [
    (identifiers.parse_national_id, "0012345679", "0012345679"),
    (identifiers.parse_national_id, "۰۰۱-۲۳۴۵۶۷-۹", "0012345679"),
    (identifiers.parse_national_id, " ٠٠١ ٢٣٤٥٦٧ ٩ ", "0012345679"),
    (identifiers.parse_company_id, "۱۴۰۰۷۶۵۰۹۱۲", "14007650912"),
    (identifiers.parse_postal_code, "۱۹۳۹۵-۴۶۹۷۵", "1939546975"),
    (identifiers.parse_phone, "۰۹۱۲ ۳۴۵ ۶۷۸۹", "+989123456789"),
    (identifiers.parse_phone, "0098 912 345 6789", "+989123456789"),
    (identifiers.parse_phone, "(021) 8888-1234", "+982188881234"),
    (identifiers.parse_phone, "+49 30 901820", "+4930901820"),
    (identifiers.parse_iban, "IR06 2960 0000 0010 0324 2000 01", "IR062960000000100324200001"),
    (identifiers.parse_iban, "۰۶۲۹۶۰۰۰۰۰۰۰۱۰۰۳۲۴۲۰۰۰۰۱", "IR062960000000100324200001"),
    (identifiers.parse_email, " Sara.K@Example.ORG ", "Sara.K@example.org"),
    (identifiers.parse_email, "a@مثال.ایران", "a@مثال.ایران"),
]


@pytest.mark.parametrize(("parse", "typed", "kept"), READ)
def test_identifiers_are_read_as_people_type_them(parse: Callable[[str], str], typed: str, kept: str) -> None:
    assert parse(typed) == kept
    assert parse(kept) == kept


REFUSED: list[tuple[Callable[[str], str], str, str]] = [
    (identifiers.parse_national_id, "", "missing"),
    (identifiers.parse_national_id, " - ", "characters"),
    (identifiers.parse_national_id, "00123a5679", "characters"),
    (identifiers.parse_national_id, "012345679", "length"),
    (identifiers.parse_national_id, "0012345678", "check_digit"),
    (identifiers.parse_national_id, "1111111111", "repeated"),
    (identifiers.parse_company_id, "14007650913", "check_digit"),
    (identifiers.parse_company_id, "00000000000", "repeated"),
    (identifiers.parse_company_id, "1400765091", "length"),
    (identifiers.parse_postal_code, "0939546975", "check_digit"),
    (identifiers.parse_postal_code, "193954697", "length"),
    (identifiers.parse_phone, "12", "phone"),
    (identifiers.parse_phone, "شماره", "phone"),
    (identifiers.parse_phone, "0912 345 67890123", "phone"),
    (identifiers.parse_iban, "IR072960000000100324200001", "check_digit"),
    (identifiers.parse_iban, "IR0629600000001003242000", "length"),
    (identifiers.parse_iban, "DE89370400440532013000", "country"),
    (identifiers.parse_iban, "IR06÷2960", "characters"),
    (identifiers.parse_email, "a@b", "email"),
    (identifiers.parse_email, "a b@example.org", "email"),
    (identifiers.parse_email, "a@-example.org", "email"),
    (identifiers.parse_email, ".a@example.org", "email"),
    (identifiers.parse_email, "a" * 300 + "@example.org", "email"),
]


@pytest.mark.parametrize(("parse", "typed", "code"), REFUSED)
def test_impossible_identifiers_are_refused_with_a_reason(parse: Callable[[str], str], typed: str, code: str) -> None:
    with pytest.raises(IdentifierProblem) as caught:
        parse(typed)

    assert caught.value.code == code


def test_a_wrong_length_says_how_many_digits_there_are() -> None:
    with pytest.raises(IdentifierProblem) as caught:
        identifiers.parse_national_id("123456789")

    assert caught.value.params == {"expected": 10, "got": 9}


def test_leading_zeros_are_put_back_only_where_asked() -> None:
    assert identifiers.parse_national_id("12345679", pad=True) == "0012345679"
    with pytest.raises(IdentifierProblem, match="length"):
        identifiers.parse_national_id("12345679")


@given(st.integers(0, 10**9 - 1).map(lambda number: f"{number:09}"))
def test_any_nine_digits_and_their_check_digit_are_a_national_id(first_nine: str) -> None:
    number = first_nine + identifiers.national_id_check_digit(first_nine)

    assert identifiers.is_national_id(number) == (len(set(number)) > 1)


@given(st.integers(0, 10**10 - 1).map(lambda number: f"{number:010}"))
def test_any_ten_digits_and_their_check_digit_are_a_company_id(first_ten: str) -> None:
    number = first_ten + identifiers.company_id_check_digit(first_ten)

    assert identifiers.is_company_id(number) == (len(set(number)) > 1)


@given(st.text(max_size=40))
def test_no_text_at_all_breaks_the_readers(text: str) -> None:
    for check in (
        identifiers.is_national_id,
        identifiers.is_company_id,
        identifiers.is_postal_code,
        identifiers.is_phone,
        identifiers.is_iban,
        identifiers.is_email,
    ):
        assert check(text) in (True, False)


def test_stored_forms_are_only_the_stored_forms() -> None:
    assert identifiers.is_phone("+989123456789")
    assert not identifiers.is_phone("09123456789")
    assert not identifiers.is_national_id(digits.to_persian("0012345679"))
    assert identifiers.is_iban("DE89370400440532013000")
    assert identifiers.is_mobile("+989123456789")
    assert not identifiers.is_mobile("+982188881234")
