"""People and organisations, by number or by name."""

from datetime import date

import pytest
from tests.definitions.types.kinds import make, person, with_check_digit

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import Asking, Channel, Form

NUMBER = with_check_digit(1234567)
BORN = {"q.birth_date.day": "1", "q.birth_date.month": "9", "q.birth_date.year": "1370"}
FOUND = person(
    national_id=NUMBER,
    given_name="سارا",
    family_name="رضایی",
    birth_date="1991-11-22",
    sex="female",
    address={"city": "IR-07-01-1"},
    source={"registry": "population", "entity": "e1", "at": "2026-11-23T00:00:00Z"},
)


def parse(kind, form):
    return kind.parse(Form({box: [text] for box, text in form.items()}), "q")


def problems_of(kind, form):
    with pytest.raises(AnswerProblem) as caught:
        parse(kind, form)
    return [(each.code, each.box) for each in caught.value.all]


def test_a_person_is_asked_for_by_number_and_birth_date():
    assert parse(make("person"), {"q.national_id": NUMBER, **BORN}) == person(
        national_id=NUMBER, birth_date="1991-11-22"
    )


def test_a_number_without_the_birth_date_finds_nobody():
    assert problems_of(make("person"), {"q.national_id": NUMBER}) == [("part_missing", "q.birth_date.day")]


def test_a_person_without_number_may_be_named():
    kind = make("person", by="either")

    assert parse(kind, {"q.given_name": "سارا", "q.family_name": "رضايي"})["family_name"] == "رضایی"
    assert problems_of(kind, {"q.given_name": "سارا"}) == [("part_missing", "q.family_name")]
    assert problems_of(kind, {"q.national_id": NUMBER, "q.given_name": "سارا"}) == [
        ("part_missing", "q.birth_date.day")
    ]


def test_all_that_is_wrong_with_a_person_is_told_at_once():
    form = {"q.national_id": "12", **BORN, "q.birth_date.month": "13"}

    assert problems_of(make("person"), form) == [
        ("national_id_length", "q.national_id"),
        ("date_month_out_of_range", "q.birth_date.month"),
    ]


def test_nobody_but_our_own_store_can_say_that_a_registry_vouches():
    with pytest.raises(AnswerProblem, match="source_not_allowed"):
        make("person").accept(FOUND)
    assert make("person").accept(FOUND, asking=Asking(proven=True)) == FOUND


def test_a_form_cannot_bring_a_source():
    answer = parse(make("person"), {"q.national_id": NUMBER, **BORN, "q.source": "population", "q.sex": "male"})

    assert answer["source"] is None
    assert "sex" not in answer


@pytest.mark.parametrize("change", [{"weight": 1.5}, {"source": {"registry": "x"}}, {"source": "x"}])
def test_what_a_registry_cannot_have_said_is_refused(change):
    with pytest.raises(AnswerProblem, match="wrong_shape"):
        make("person").accept(FOUND | change, asking=Asking(proven=True))


def test_a_person_is_shown_in_lines_and_has_a_real_birth_date():
    assert make("person").show(FOUND) == [
        "سارا رضایی",
        NUMBER.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
        "۱ آذر ۱۳۷۰",
    ]
    assert make("person").to_feel(FOUND)["birth_date"] == date(1991, 11, 22)


def test_an_organisation_is_known_by_identifier_or_name():
    assert parse(make("organisation", by="names"), {"q.name": "بنیاد پل"})["name"] == "بنیاد پل"
    assert problems_of(make("organisation"), {"q.company_id": "12"}) == [("company_id_length", "q.company_id")]


def test_numbers_can_be_typed_on_any_phone_and_names_not():
    assert make("person").way(Channel.VOICE)
    assert make("person", by="names").way(Channel.VOICE) is None
    assert make("organisation").way(Channel.USSD)
    assert make("organisation", by="either").way(Channel.USSD) is None
