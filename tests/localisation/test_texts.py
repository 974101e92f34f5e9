"""Digits, letters, numbers, money and languages."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjereh.kernel.money import Money
from panjereh.localisation import digits, languages, letters, money, numbers
from panjereh.localisation.errors import NumberProblem

PERSIAN_WORDS = st.text(alphabet=letters.ALPHABET + "\u200cيكةأ ", max_size=30)


def test_digits_of_three_scripts_become_ascii() -> None:
    assert digits.to_ascii("۰۹ ٠٩ 09") == "09 09 09"


@given(st.text(alphabet="0123456789-/ abc", max_size=30))
def test_digits_survive_the_way_to_persian_and_back(text: str) -> None:
    assert digits.to_ascii(digits.to_persian(text)) == text


@pytest.mark.parametrize(("lang", "text"), [("fa", "۱۲"), ("en", "12"), ("ar", "١٢"), ("ckb", "۱۲"), ("tr", "12")])
def test_each_language_has_its_digits(lang: str, text: str) -> None:
    assert digits.for_language("۱2", lang) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("علي", "علی"),
        ("كتاب", "کتاب"),
        ("  خانه   ها ", "خانه ها"),
        ("خانه\u200c\u200cها", "خانه\u200cها"),
        ("\u200cکتاب\u200c", "کتاب"),
        ("کار\u200cها", "کارها"),
        ("خانه \u200cها", "خانه ها"),
        ("کتـــاب", "کتاب"),
        ("\ufefbله", "لاله"),
        ("a\u200eb\x00c\ufeff", "abc"),
        ("یک\r\nدو", "یک\nدو"),
        ("e\u0301", "é"),
        ("\ud800x", "x"),
        ("مسئول", "مسئول"),
        ("آب", "آب"),
        ("ا\u200c\u0653\u200cب", "آب"),
    ],
)
def test_text_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert letters.normalise(typed) == kept


@given(st.one_of(st.text(max_size=40), PERSIAN_WORDS))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = letters.normalise(text)

    assert letters.normalise(once) == once


@pytest.mark.parametrize(
    "spelling", ["ثبت‌نام خانهٔ مسئول", "ثبت نام خانة مسيول", "ثَبت نام، خانۀ  مسئول!", "ثبت‌نام خانه مسئول"]
)
def test_search_forgives_spellings(spelling: str) -> None:
    assert letters.search_key(spelling) == "ثبت نام خانه مسیول"


def test_search_sees_through_fancy_letters_and_accents() -> None:
    assert letters.search_key("𝔔uébec İ ﻻﻟﻪ ①") == "quebec i لاله 1"


@given(st.one_of(st.text(max_size=40), PERSIAN_WORDS))
def test_a_search_key_is_its_own_search_key(text: str) -> None:
    key = letters.search_key(text)

    assert letters.search_key(key) == key


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("کتابها", "کتاب"),
        ("خانه", "خانه"),
        ("کودکان", "کودک"),
        ("ایران", "ایران"),
        ("بازنشستگان", "بازنشسته"),
        ("اطلاعات", "اطلاع"),
        ("services", "service"),
        ("agencies", "agency"),
        ("address", "address"),
        ("ها", "ها"),
    ],
)
def test_a_stem_is_the_word_without_its_ending(word: str, stem: str) -> None:
    assert letters.stem(word) == stem


def test_names_sort_as_in_a_persian_dictionary() -> None:
    names = ["zoo", "یاس", "گل", "ژاله", "پدر", "بابا", "اسب", "آب", "9", "كاوه", "پ ر"]

    assert sorted(names, key=letters.sort_key) == [
        "9", "آب", "اسب", "بابا", "پ ر", "پدر", "ژاله", "كاوه", "گل", "یاس", "zoo",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "persian", "english"),
    [
        (0, "۰", "0"),
        (45000, "۴۵٬۰۰۰", "45,000"),
        (Decimal("1234.50"), "۱٬۲۳۴٫۵۰", "1,234.50"),
        (-5, "\u200e−۵", "−5"),
        (10**30, "۱" + "٬۰۰۰" * 10, "1" + ",000" * 10),
    ],
)
def test_numbers_are_written_for_their_readers(number: int | Decimal, persian: str, english: str) -> None:
    assert numbers.format_number(number, "fa") == persian
    assert numbers.format_number(number, "en") == english


@pytest.mark.parametrize(
    ("typed", "number"),
    [("۱٬۲۳۴٫۵", "1234.5"), ("1,234.5", "1234.5"), ("۱۲/۵", "12.5"), (" ٤٢ ", "42"), ("-3", "-3"), ("1 000", "1000")],
)
def test_numbers_are_read_as_people_type_them(typed: str, number: str) -> None:
    assert numbers.parse_number(typed) == Decimal(number)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**15), max_value=10**15))
def test_a_written_number_is_read_as_itself(number: Decimal) -> None:
    for lang in ("fa", "en", "ar"):
        assert numbers.parse_number(numbers.format_number(number, lang)) == number


@pytest.mark.parametrize(
    ("typed", "code"), [("", "missing"), ("دو", "not_a_number"), ("1,5", "not_a_number"), ("1.2.3", "not_a_number")]
)
def test_what_is_no_number_is_refused(typed: str, code: str) -> None:
    with pytest.raises(NumberProblem) as caught:
        numbers.parse_number(typed)

    assert caught.value.code == code


def test_a_fraction_is_no_whole_number() -> None:
    assert numbers.parse_whole_number("۱۲٫۰") == 12
    with pytest.raises(NumberProblem, match="not_whole"):
        numbers.parse_whole_number("12.5")


def test_codes_are_shown_in_groups() -> None:
    assert numbers.group("4058317263", (3, 3, 4)) == "405 831 7263"
    assert numbers.group("IR062960000000100324200001", (4,)) == "IR06 2960 0000 0010 0324 2000 01"


def test_money_is_said_in_toman() -> None:
    assert money.format_money(Money(450_000), "fa") == "۴۵٬۰۰۰\u00a0تومان"
    assert money.format_money(Money(450_000), "en") == "45,000\u00a0toman"
    assert money.format_money(Money(5), "en") == "0.5\u00a0toman"


@given(st.integers(0, 10**15))
def test_an_amount_in_toman_is_read_back_to_the_rial(rials: int) -> None:
    said = money.format_money(Money(rials), "fa").removesuffix("\u00a0تومان")

    assert money.parse_toman(said) == Money(rials)


def test_other_currencies_are_said_with_their_code_and_their_places() -> None:
    assert money.format_money(Money(1050, "EUR"), "en") == "10.50\u00a0EUR"
    assert money.format_money(Money(7, "JPY"), "en") == "7\u00a0JPY"


def test_languages_know_their_direction_and_name() -> None:
    assert (languages.direction("fa-IR"), languages.direction("en")) == ("rtl", "ltr")
    assert (languages.name("fa"), languages.name("en"), languages.name("xx")) == ("فارسی", "English", "xx")


@given(st.text(letters.ALPHABET + " abzAZ019-.,'ي\u200c\u0301\n", max_size=30))
def test_usual_texts_are_kept_as_the_long_way_keeps_them(text: str) -> None:
    if letters._USUAL.fullmatch(text):
        long_way = letters.normalise(f"{text}\u200b")  # a sign that goes sends it the long way

        assert letters.normalise(text) == text == long_way
