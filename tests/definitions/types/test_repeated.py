"""Questions that are asked several times."""

from datetime import date

import pytest
from tests.definitions.types.kinds import make

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import Asking, Channel, Form, Repeated


def repeated(name, least=1, most=3, **options):
    return Repeated(Repeated.Options(of=make(name, **options), min=least, max=most))


def parse(kind, **boxes):
    return kind.parse(Form({f"q.{box.replace('_', '.')}": [text] for box, text in boxes.items()}), "q")


def problems_of(kind, **boxes):
    with pytest.raises(AnswerProblem) as caught:
        parse(kind, **boxes)
    return [(each.code, each.box) for each in caught.value.all]


def test_answers_are_a_list_and_gaps_close():
    assert Repeated(Repeated.Options(of=make("text"))).parse(Form({"q.0": ["a"], "q.1": [" "], "q.7": ["b"]}), "q") == [
        "a",
        "b",
    ]


def test_boxes_with_parts_carry_the_number_before_the_part():
    assert repeated("date").parse(Form({"q.1.day": ["1"], "q.1.month": ["9"], "q.1.year": ["1405"]}), "q") == [
        "2026-11-22"
    ]
    assert "q.2.month" in repeated("date").boxes("q")


def test_fewer_and_more_than_allowed_are_counted():
    assert problems_of(repeated("text", least=2), **{"0": "a"}) == [("too_few", "q")]
    assert problems_of(repeated("text", most=2), **{"0": "a", "2": "c"}) == [("too_many", "q")]
    assert problems_of(repeated("text"), **{"999999": "a"}) == [("too_many", "q")]


def test_mistakes_in_several_answers_are_told_together():
    kind = repeated("number", max=5)

    assert problems_of(kind, **{"0": "9", "1": "3", "2": "x"}) == [("too_large", "q.0"), ("not_a_number", "q.2")]
    with pytest.raises(AnswerProblem) as caught:
        kind.accept(["9", "3", None], "q")
    assert [each.box for each in caught.value.all] == ["q.0", "q.2"]


def test_each_answer_is_shown_on_one_line():
    value = {"national_id": None, "given_name": "A", "family_name": "B", "birth_date": "2000-01-01", "source": None}

    assert repeated("person", by="names").show([value], Asking(language="en")) == ["A B, 1 January 2000"]
    assert repeated("date").to_feel(["2026-11-22"]) == [date(2026, 11, 22)]


def test_a_channel_that_carries_the_question_carries_it_again():
    assert repeated("date").way(Channel.VOICE)
    assert repeated("email").way(Channel.VOICE) is None


def test_min_above_max_is_a_mistake_of_the_definition():
    with pytest.raises(ValueError, match="min can't be larger"):
        repeated("text", least=3, most=2)
