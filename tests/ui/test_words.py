import re
import string

import pytest
from django.utils import translation

from panjereh.definitions.problems import CODES
from panjereh.ui import words

SAMPLES = {
    "part": "day", "calendar": "jalali", "level": "city", "types": ["pdf", "jpeg"],
    "places": ["Rey, Tehran", "Rey, Gilan"],
    "name": "letter.pdf", "character": "#", "low": 1178, "high": 1599, "expected": 10, "last": 30,
}  # fmt: skip


def particulars(code: str) -> dict[str, object]:
    return {name: SAMPLES.get(name, 1234) for name in CODES[code].params}


def test_every_problem_has_a_sentence_and_no_sentence_is_without_a_problem():
    assert set(words.SENTENCES) == set(CODES)


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("code", sorted(CODES))
def test_a_sentence_can_be_said_with_the_particulars_of_its_code(code, language):
    with translation.override(language):
        said = words.sentence(code, **particulars(code))

    assert said
    assert "%(" not in said
    if language == "fa":
        own = re.sub(r"[A-Za-z@.]*(IR|name@example\.ir|letter\.pdf|Rey, \w+|JPEG)[A-Za-z@.]*", "", said)
        assert not set(own) & set(string.ascii_letters), said


def test_numbers_are_said_in_the_digits_of_the_language():
    with translation.override("fa"):
        assert words.sentence("national_id_length", expected=10, got=9) == "شمارهٔ ملی ۱۰ رقم است؛ ۹ رقم نوشته‌اید"
    with translation.override("en"):
        assert words.sentence("too_long", max=2000, got=2001) == "Use at most 2,000 characters; you wrote 2,001"


def test_amounts_are_said_in_toman():
    with translation.override("en"):
        assert words.sentence("amount_too_small", min=450000) == "The amount must be 45,000\u00a0toman or more"


def test_years_have_no_separators_and_parts_have_words():
    with translation.override("fa"):
        assert words.sentence("date_year_out_of_range", low=1178, high=1599) == "سال باید از ۱۱۷۸ تا ۱۵۹۹ باشد"
        assert words.sentence("date_missing", part="month") == "ماه را هم بنویسید"


def test_an_unknown_code_becomes_a_plain_request():
    with translation.override("en"):
        assert words.sentence("of-another-room") == "Look at this answer again"
