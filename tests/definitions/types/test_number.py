"""Numbers and amounts of money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.definitions.types.kinds import make

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import HERE, Asking, Channel, Form
from panjereh.definitions.types.number import plain

ENGLISH = Asking(language="en")


def typed(kind, text):
    return kind.parse(Form({"q": [text]}), "q")


def code_of(kind, text):
    with pytest.raises(AnswerProblem) as caught:
        typed(kind, text)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("۱۲٫۵۰", "12.5"),
        ("1,234.5", "1234.5"),
        ("٠٫٥", "0.5"),
        ("007", "7"),
        ("−3", "-3"),
        ("-0", "0"),
        ("۱٬۲۳۴", "1234"),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert typed(make("number", min=-10, decimals=2), text) == number


@pytest.mark.parametrize("text", ["abc", "1e5", "NaN", "Infinity", "1 2 x", "--1", "1.2.3", "۱۲ متر", "9" * 400])
def test_what_is_no_number_is_refused(text):
    assert code_of(make("number"), text) == "not_a_number"


def test_a_number_keeps_to_its_limits():
    kind = make("number", min=1, max=10, decimals=1)

    assert code_of(kind, "0") == "too_small"
    assert code_of(kind, "11") == "too_large"
    assert code_of(kind, "2.55") == "too_many_decimals"
    assert code_of(make("number"), "2.5") == "not_whole"
    assert code_of(make("number"), "-1") == "too_small"
    assert code_of(make("number"), "9" * 30) == "too_large"


def test_limits_of_a_problem_are_plain_numbers():
    with pytest.raises(AnswerProblem) as caught:
        typed(make("number", max="1e3"), "1001")
    assert caught.value.params == {"max": "1000"}


@pytest.mark.parametrize(("value", "stored"), [(12, "12"), (12.5, "12.5"), ("12.50", "12.5"), (1e-2, "0.01")])
def test_numbers_of_json_are_taken_as_written(value, stored):
    assert make("number", decimals=3).accept(value) == stored


@pytest.mark.parametrize("value", [10**400, -(10**400), float("nan"), float("inf"), 1e300, True, None, []])
def test_odd_numbers_of_json_are_problems(value):
    with pytest.raises(AnswerProblem):
        make("number", min=-1).accept(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_plain_number_is_the_same_number(number):
    assert Decimal(plain(number)) == number


def test_a_number_is_shown_with_its_unit_in_the_digits_of_the_reader():
    kind = make("number", unit={"fa": "متر", "en": "m"}, decimals=1)

    assert kind.show("1234.5", HERE) == "۱٬۲۳۴٫۵\u00a0متر"
    assert kind.show("1234.5", ENGLISH) == "1,234.5\u00a0m"
    assert kind.to_feel("1234.5") == Decimal("1234.5")


def test_whole_numbers_can_be_typed_on_any_phone():
    assert make("number", max=999).way(Channel.VOICE).most == 3
    assert make("number", decimals=2).way(Channel.VOICE) is None


@pytest.mark.parametrize(
    ("text", "rials"),
    [
        ("۴۵٬۰۰۰", 450_000), ("45,000 toman", 450_000), ("۴۵۰۰۰ تومان", 450_000), ("450000 ریال", 450_000), ("0", 0),
        ("12.5", 125), ("۴۵۰٬۰۰۰ rials", 450_000),
    ],
)  # fmt: skip
def test_money_is_asked_in_toman_and_stored_in_rials(text, rials):
    assert typed(make("money"), text) == rials


def test_amounts_keep_to_their_limits():
    kind = make("money", min=1000, max=5000)

    assert code_of(kind, "99") == "amount_too_small"
    assert code_of(kind, "501") == "amount_too_large"
    assert code_of(kind, "200.55") == "amount_not_whole"
    assert code_of(kind, "200.5 rial") == "amount_not_whole"
    assert code_of(kind, "a lot") == "not_an_amount"
    assert code_of(kind, "تومان") == "not_an_amount"
    assert code_of(make("money"), "-5") == "amount_too_small"
    assert code_of(make("money"), "9" * 39) == "amount_too_large"


def test_money_is_shown_in_toman():
    assert make("money").show(450_000, HERE) == "۴۵٬۰۰۰\u00a0تومان"
    assert make("money").to_feel(450_000) == Decimal(450_000)
