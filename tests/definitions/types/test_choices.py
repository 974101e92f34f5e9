"""Yes or no, one of several, several of them, and declarations."""

import pytest
from tests.definitions.types.kinds import ASKING, CHOICES, make

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import Asking, Channel, Form

ENGLISH = Asking(language="en", lists=ASKING.lists)
MANY = {f"c{number}": {"fa": str(number)} for number in range(6)}


def code_of(kind, *texts):
    with pytest.raises(AnswerProblem) as caught:
        kind.parse(Form({"q": texts}), "q", ASKING)
    return caught.value.code


def test_yes_and_no_are_said_in_the_words_of_the_reader():
    kind = make("yes_no")

    assert kind.parse(Form({"q": ["no"]}), "q") is False
    assert kind.show(True) == "بله"
    assert kind.show(False, ENGLISH) == "No"


def test_a_definition_may_have_its_own_words_for_yes_and_no():
    assert make("yes_no", yes={"fa": "می‌پذیرم"}).show(True) == "می‌پذیرم"


def test_what_is_not_offered_cannot_be_chosen():
    assert code_of(make("yes_no"), "perhaps") == "unknown_choice"
    assert code_of(make("one_of", choices=CHOICES), "taxi") == "unknown_choice"
    assert code_of(make("several_of", choices=CHOICES), "home", "taxi") == "unknown_choice"


def test_choices_can_come_from_a_list_of_the_country():
    kind = make("one_of", choices={"from": "agencies"})

    assert kind.parse(Form({"q": ["tax"]}), "q", ASKING) == "tax"
    assert kind.show("tax", ASKING) == "tax"
    assert kind.json_schema(ASKING)["enum"] == ["civil-registry", "tax", "roads"]


def test_a_choice_that_the_list_has_no_more_is_still_shown():
    assert make("one_of", choices={"from": "agencies"}).show("abolished", ASKING) == "abolished"


def test_choices_with_hints_and_short_texts_may_be_written_as_a_mapping():
    kind = make("one_of", choices={"a": {"text": {"fa": "الف"}, "hint": {"fa": "راهنما"}}, "b": {"fa": "ب"}})

    assert [choice.id for choice in kind.choices()] == ["a", "b"]
    assert kind.choices()[0].hint.in_("fa") == "راهنما"


def test_several_are_stored_in_the_order_in_which_they_are_offered():
    kind = make("several_of", choices=CHOICES)

    assert kind.parse(Form({"q": ["home", "hospital", "home"]}), "q") == ["hospital", "home"]
    assert kind.show(["hospital", "home"], ENGLISH) == ["Hospital", "Home"]


def test_too_few_and_too_many_choices_are_counted():
    kind = make("several_of", choices=MANY, min=2, max=3)

    assert code_of(kind, "c1") == "too_few"
    assert code_of(kind, "c1", "c2", "c3", "c4") == "too_many"


def test_a_declaration_must_be_ticked():
    kind = make("declaration", text={"fa": "درست است", "en": "It is true"})

    assert kind.parse(Form({"q": ["yes"]}), "q") is True
    assert kind.parse(Form({}), "q") is None
    assert kind.missing("q").code == "declaration_not_ticked"
    assert code_of(kind, "no") == "declaration_not_ticked"
    with pytest.raises(AnswerProblem, match="declaration_not_ticked"):
        kind.accept(False)
    assert kind.show(True, ENGLISH) == "It is true"


def test_many_choices_do_not_fit_on_a_telephone():
    assert make("one_of", choices=CHOICES).way(Channel.VOICE).how == "keys"
    assert make("one_of", choices=MANY).way(Channel.USSD) is None
    assert make("one_of", choices={"from": "agencies"}).way(Channel.SMS, ASKING)
    assert make("one_of", choices={"from": "agencies"}).way(Channel.SMS) is None


@pytest.mark.parametrize(
    ("choices", "why"),
    [
        ([{"id": "a", "text": {"fa": "a"}}] * 2, "there twice"),
        ({"a": {"fa": "a"}}, "fewer than two"),
        ({"a b": {"fa": "a"}, "c": {"fa": "c"}}, "pattern"),
        ({"a": {"fa": "a"}, "c": {"text": {"fa": "c"}, "hnt": {"fa": "x"}}}, "hnt"),
    ],
)
def test_mistakes_in_choices_are_found(choices, why):
    with pytest.raises(ValueError, match=why):
        make("one_of", choices=choices)
