"""A register answers yes or no to what a rule lets be asked; nobody gets the field, the person sees the question."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.registries.definition import BIRTH, CLERK, LAW, POPULATION, POSTMAN, cause, maryam

from panjereh import rules
from panjereh.audit import queries as audit
from panjereh.definitions.registry import Answering
from panjereh.definitions.texts import Text
from panjereh.definitions.vocabulary import Answerable
from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.registries import operations, questions
from panjereh.registries.errors import ReadingNotAllowed, UnknownQuestion

pytestmark = pytest.mark.django_db

THAT = 'birth_date + duration("P" + string(years) + "Y") <= today()'
IS_OVER = Answerable("is_over", Text({"en": "…"}), ("years",), rules.compile(THAT), ("birth_date",))
ADULTS = Answering(question="is_over", given={"years": 18}, purpose="letters", law=LAW, by=["post-office"])
ASKED = replace(POPULATION, questions={"is_over": IS_OVER}, answers=(ADULTS,))


@pytest.fixture
def entry():
    return operations.create(POPULATION, maryam(national_id="0499370899"), valid_from=BIRTH, cause=cause(), key="birth")


def asked(entry, *, actor=POSTMAN, purpose="letters", **given):
    return questions.ask(ASKED, "is_over", entity=entry.entity, given=given, actor=actor, purpose=purpose, case="1")


@pytest.mark.parametrize(("day", "answer"), [(date(2017, 12, 31), False), (date(2018, 1, 1), True)])
def test_the_answer_turns_on_the_birthday(entry, day, answer):
    with clock.at(datetime(day.year, day.month, day.day, 12, tzinfo=clock.home_zone())):
        assert asked(entry, years=18).answer is answer


def test_the_person_sees_the_question_with_what_the_rule_sets_and_its_law(entry):
    asked(entry, years=18)

    row = audit.accesses_of(f"population:{entry.entity}")[0]
    assert (row.fields, row.purpose, row.law, row.case) == (["is_over?years=18"], "letters", LAW, "1")
    assert questions.read_back(row.fields[0]) == ("is_over", {"years": "18"})


@pytest.mark.parametrize(
    "otherwise", [{"years": 19}, {"actor": CLERK, "years": 18}, {"purpose": "family", "years": 18}]
)
def test_another_threshold_agency_or_purpose_is_refused_before_looking(entry, otherwise):
    with pytest.raises(ReadingNotAllowed):
        asked(entry, **otherwise)

    assert not audit.accesses_of(f"population:{entry.entity}")


def test_what_the_register_does_not_know_is_neither_yes_nor_no():
    unknown = operations.create(
        POPULATION, {"given_name": "بی‌تاریخ", "national_id": "0939092001"}, valid_from=BIRTH, cause=cause(), key="x"
    )

    assert asked(unknown, years=18).answer is None


def test_nobody_is_no_answer_and_a_question_without_its_number_is_none(entry):
    assert (
        questions.ask(ASKED, "is_over", entity=new_id(), given={"years": 18}, actor=POSTMAN, purpose="letters") is None
    )
    with pytest.raises(UnknownQuestion):
        asked(entry)
    with pytest.raises(UnknownQuestion):
        questions.ask(ASKED, "is_rich", entity=entry.entity, given={}, actor=POSTMAN, purpose="letters")
