"""An example that says something else than what happens is told what happened, so that anybody can read it."""

from typing import Any

import pytest

from panjereh.config.trying import world
from panjereh.config.trying.report import try_one, try_services
from panjereh.definitions import Country
from panjereh.definitions.scenarios import Expected, Scenario, ScenarioFile

pytestmark = pytest.mark.django_db


def told(country: Country, name: str, service: str = "birth-registration", **changes: Any) -> str:
    """What is said when the example expects or does something else than it should."""
    file = world.examples(country, service)
    assert file is not None
    example = dict(next(each for each in file.scenarios if each.scenario == name))
    expect = Expected.model_validate({**dict(example["expect"]), **changes.pop("expect", {})})
    changed = Scenario.model_validate({**example, **changes, "expect": expect})
    return "\n".join(try_one(country, service, changed, file))


def test_another_fee_is_shown_beside_the_one_that_was_expected(country: Country):
    assert told(country, "late", expect={"fee": 1}) == "fee\n    - 1\n    + 500000"


def test_another_route_is_shown_step_by_step(country: Country):
    shown = told(country, "late", expect={"route": ["check", "decide", "confirm"]})

    assert shown == "route\n      check\n      decide\n    - confirm\n    + payment"


def test_another_entry_of_a_register_is_shown_field_by_field(country: Country):
    shown = told(
        country,
        "mother",
        expect={"records": [{"registry": "population", "data": {"given_name": "سارا", "sex": "female"}}]},
    )

    assert shown == "records[0].data\n    - given_name: سارا\n    + given_name: نورا"


def test_other_words_of_a_notice_are_shown_whole(country: Country):
    notices = ["submitted", {"notice": "approved", "contains": "شناسنامه"}]

    shown = told(country, "mother", expect={"notices": notices})

    assert shown.startswith("notices.approved\n    - … شناسنامه …\n    + ولادت ثبت شد\n    + ولادت نورا کاوه ثبت شد")


def test_a_document_with_other_words_is_shown(country: Country):
    shown = told(country, "mother", expect={"documents": [{"data": {"mother": "مریم سپهر"}}]})

    assert shown == "documents[0].data\n    - mother: مریم سپهر\n    + mother: نیلوفر راد"


def test_a_form_that_can_not_be_sent_names_the_questions(country: Country):
    shown = told(country, "tomorrow", expect={"problems": None})

    assert shown == "It could not be sent; what is wrong:\n    + birth_date"


def test_a_step_that_is_not_open_says_which_are(country: Country):
    shown = told(country, "mother", then=["approve"])

    assert shown == "approve: no such step is open. Open: check"


def test_an_answer_of_another_shape_is_named(country: Country):
    shown = told(country, "mother", answers={"role": "mother", "setting": "hospital", "birth_date": "yesterday"})

    assert shown.startswith("birth_date: the answer has not the shape of its question")


def test_what_the_house_refuses_is_told_with_its_place(country: Country):
    shown = told(country, "mother", then=["accept", {"outcome": "refuse", "reason": "No."}])

    assert shown.startswith("then, number 2 (refuse): ")


def test_only_what_went_wrong_is_named_when_quiet(country: Country, capsys: pytest.CaptureFixture[str]):
    assert try_services(country, ["complaint"], quiet=True)

    assert capsys.readouterr().out == "9 examples ended as they say\n"


def test_scenarios_take_over_what_is_usual_and_what_they_are_like():
    file = ScenarioFile.model_validate(
        {
            "usual": {"on": "2026-05-03", "answers": {"kind": "request", "proof": "a.pdf"}, "expect": {"fee": 0}},
            "scenarios": [
                {"scenario": "first", "title": {"en": "First"}, "answers": {"proof": None}, "then": ["approve", "P3D"]},
                {"scenario": "second", "title": {"en": "Second"}, "like": "first", "answers": {"what": "x"}},
            ],
        }
    )

    first, second = file.scenarios
    assert first.answers == {"kind": "request"}
    assert second.answers == {"kind": "request", "what": "x"}
    assert second.then == []
    assert second.expect.fee == 0
    assert first.then[0].outcome == "approve"
    assert str(first.then[1].wait) == "P3D"
