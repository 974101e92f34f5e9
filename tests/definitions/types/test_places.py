"""Places of the administrative tree, and addresses."""

import pytest
from tests.definitions.types.kinds import ASKING, PLACES, make

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import Asking, Form

ENGLISH = Asking(language="en", places=PLACES)


def problem_of(kind, form):
    with pytest.raises(AnswerProblem) as caught:
        kind.parse(Form({box: [text] for box, text in form.items()}), "q", ASKING)
    return caught.value


@pytest.mark.parametrize("typed", ["IR-07-02", "ري", "rey", "  ری "])
def test_a_place_is_known_by_code_and_by_name(typed):
    assert make("place").parse(Form({"q": [typed]}), "q", ASKING) == "IR-07-02"


def test_places_of_one_name_are_told_apart_by_what_they_lie_in():
    city = make("place", level="city")

    problem = problem_of(city, {"q": "حسن آباد"})
    assert problem.code == "place_ambiguous"
    assert problem.params["places"] == ["حسن‌آباد، ری، تهران", "حسن‌آباد، کاشان، اصفهان"]
    for label in problem.params["places"]:
        assert city.parse(Form({"q": [label]}), "q", ASKING)


def test_the_level_tells_a_city_from_its_province():
    assert make("place", level="city").parse(Form({"q": ["تهران"]}), "q", ASKING) == "IR-07-01-1"
    assert make("place", level="province").parse(Form({"q": ["تهران"]}), "q", ASKING) == "IR-07"
    assert problem_of(make("place", level="city"), {"q": "اصفهان"}).code == "place_level"


def test_a_place_that_is_not_there_is_told():
    assert problem_of(make("place"), {"q": "آتلانتیس"}).code == "unknown_place"
    with pytest.raises(AnswerProblem, match="unknown_place"):
        make("place").accept("تهران", asking=ASKING)


def test_a_place_is_shown_with_all_it_lies_in():
    assert make("place").show("IR-07-02-1", ENGLISH) == "Hasanabad, Rey, Tehran"
    assert make("place").show("gone", ENGLISH) == "gone"


ADDRESS = {"q.city": "تهران", "q.street": "خیابان کارگر، ۵", "q.postal_code": "۱۱۳۶۹۱۳۴۷۱"}


def test_an_address_knows_its_county_and_province():
    address = make("address").parse(Form({box: [text] for box, text in ADDRESS.items()}), "q", ASKING)

    assert address == {
        "province": "IR-07",
        "county": "IR-07-01",
        "city": "IR-07-01-1",
        "street": "خیابان کارگر، ۵",
        "postal_code": "1136913471",
    }
    assert make("address").show(address, ENGLISH) == ["Tehran, Tehran, Tehran", "خیابان کارگر، ۵", "1136913471"]


def test_a_forged_province_is_found_again_from_the_city():
    given = {"province": "IR-10", "city": "IR-07-01-1", "street": "x", "postal_code": "1136913471"}

    assert make("address").accept(given, asking=ASKING)["province"] == "IR-07"


def test_the_province_tells_towns_of_one_name_apart():
    form = ADDRESS | {"q.city": "حسن‌آباد", "q.province": "اصفهان"}

    address = make("address").parse(Form({box: [text] for box, text in form.items()}), "q", ASKING)

    assert address["city"] == "IR-10-01-1"


def test_all_that_is_wrong_with_an_address_is_told_at_once():
    problem = problem_of(make("address"), {"q.city": "", "q.street": "کوچه", "q.postal_code": "12"})

    assert [(each.code, each.box) for each in problem.all] == [
        ("part_missing", "q.city"),
        ("postal_code_length", "q.postal_code"),
    ]


def test_a_postal_code_may_be_optional():
    form = {box: [text] for box, text in ADDRESS.items() if box != "q.postal_code"}

    assert problem_of(make("address"), {box: text for box, (text,) in form.items()}).box == "q.postal_code"
    assert make("address", postal_code="optional").parse(Form(form), "q", ASKING)["postal_code"] is None


def test_the_tree_can_be_walked():
    assert [place.code for place in PLACES.within(None)] == ["IR-07", "IR-10"]
    assert [place.code for place in PLACES.within("IR-10")] == ["IR-10-01"]
    assert [place.code for place in PLACES.path("IR-10-01-1")] == ["IR-10", "IR-10-01", "IR-10-01-1"]
    assert len(PLACES) == 8
