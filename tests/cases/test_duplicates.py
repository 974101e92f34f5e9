"""The same matter twice: a refusal ends it until somebody objects."""

from panjereh.cases import operations as cases

REFUSED = ("accept", {"outcome": "refuse", "conditions": "notice", "reason": "The notice is missing."})


def test_what_was_refused_can_be_asked_for_again_until_somebody_objects(house):
    refused = house.case("mother", *REFUSED)

    assert house.case("father").duplicate_of == ""

    cases.appeal(refused.number, actor=house.person("nilufar"), reason="It is not so.")
    assert house.case("at-home").duplicate_of == refused.number


def test_an_objection_is_taken_and_shows_officials_what_was_asked_for_since(house):
    refused, again = house.case("mother", *REFUSED), house.case("father")

    cases.appeal(refused.number, actor=house.person("nilufar"), reason="It is not so.")

    refused.refresh_from_db()
    assert refused.duplicate_of == again.number
    assert refused.tasks.filter(done_at=None, does="review").exists()
