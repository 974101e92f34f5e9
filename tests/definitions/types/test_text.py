"""Lines, texts and names."""

import pytest
from tests.definitions.types.kinds import make

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import Channel, Form


def typed(kind, text):
    return kind.parse(Form({"q": [text]}), "q")


def problem_of(kind, text):
    with pytest.raises(AnswerProblem) as caught:
        typed(kind, text)
    assert caught.value.box == "q"
    return caught.value.code, caught.value.params


def test_a_line_is_stored_in_one_spelling_and_on_one_line():
    assert typed(make("text"), " خيابان\r\nكارگر \u202e ") == "خیابان کارگر"


def test_a_long_text_keeps_its_lines():
    assert typed(make("long_text"), "یک\r\nدو\x00") == "یک\nدو"


def test_a_text_that_is_too_long_is_told_by_how_much():
    assert problem_of(make("text", max=5), "abcdef") == ("too_long", {"max": 5, "got": 6})


def test_a_text_that_is_too_short_is_told_by_how_much():
    assert problem_of(make("text", min=3), "ab") == ("too_short", {"min": 3, "got": 2})


@pytest.mark.parametrize("name", ["سارا", "حسن‌پور", "O'Neil", "Anne-Marie", "José", "مُحَمَّد", "J. R."])
def test_names_of_people_are_taken(name):
    assert typed(make("name"), name)


@pytest.mark.parametrize(("name", "sign"), [("سارا۲", "۲"), ("😀", "😀"), ("a<b", "<"), ("---", "-"), ("سارا@", "@")])
def test_what_stands_in_no_name_is_shown_to_the_person(name, sign):
    assert problem_of(make("name"), name) == ("name_character", {"character": sign})


def test_a_name_in_the_wrong_letters_is_refused():
    assert problem_of(make("name", script="persian"), "Sara") == ("name_not_persian", {})
    assert problem_of(make("name", script="latin"), "سارا") == ("name_not_latin", {})
    assert typed(make("name", script="persian"), "ساراي") == "سارای"


def test_a_text_of_only_half_spaces_and_control_characters_is_no_answer():
    assert typed(make("text"), "\u200c\u202e\x00 ") is None


def test_words_can_be_sent_in_a_message_if_it_can_hold_them_but_not_typed_on_a_keypad():
    assert make("text", max=60).way(Channel.SMS)
    assert make("text", max=200).way(Channel.SMS) is None
    assert make("text").way(Channel.USSD) is None


def test_min_above_max_is_a_mistake_of_the_definition():
    with pytest.raises(ValueError, match="min can't be larger"):
        make("text", min=9, max=3)
