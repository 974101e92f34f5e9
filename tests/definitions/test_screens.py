"""The way through the questions: which screens there are, what a form says, what becomes of the answers."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.definitions.country import HOME, build, change

from panjereh.definitions import Service, load_country
from panjereh.definitions.types import Asking, Form

FACTS = {"submitted_on": "2026-11-23", "channel": "web", "applicant": {"national_id": "0012345679"}}
MOTHER = {
    "national_id": "0012345679",
    "given_name": None,
    "family_name": None,
    "birth_date": "1991-03-21",
    "source": None,
}
FOUND = {**MOTHER, "given_name": "سارا", "source": {"registry": "population", "entity": "e-1", "at": "2026-11-23"}}
CHILD = {"given_name": "نیما", "birth_date": "2026-11-20", "birth_place": "hospital"}
COMPLETE: dict[str, Any] = {
    "role": "mother",
    "children": [CHILD],
    "children.more": False,
    "paper": "12",
    "mother": FOUND,
    "mother.found": True,
    "mother_note": None,
}


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> Service:
    return load_country(build(tmp_path_factory.mktemp("country"))).services["birth"]


def paths(service: Service, answers: dict[str, Any]) -> list[str]:
    return [screen.path for screen in service.screens(answers, FACTS)]


def answer(service: Service, answers: dict[str, Any], path: str, **boxes: str) -> dict[str, Any]:
    screen = service.screen(path, answers, FACTS)
    assert screen is not None
    parsed = screen.parse(Form({name.replace("__", "."): [text] for name, text in boxes.items()}), Asking())
    assert parsed.ok, parsed.problems
    return service.with_answers(answers, screen, parsed.values)


def test_each_question_is_a_screen_and_a_list_asks_whether_there_is_another(service):
    assert paths(service, {}) == [
        "role",
        "children.0.given_name",
        "children.0.birth_date",
        "children.0.birth_place",
        "children.more",
        "paper",
        "mother",
        "mother_note",
    ]


def test_another_item_opens_its_screens_and_leads_to_the_first_of_them(service):
    answers = answer(service, {"children": [CHILD]}, "children.more", more="yes")

    assert answers["children"] == [CHILD, {}]
    assert service.next("children.more", answers, FACTS).path == "children.1.given_name"


def test_no_further_item_leads_on(service):
    answers = answer(service, {"children": [CHILD]}, "children.more", more="no")

    assert service.next("children.more", answers, FACTS).path == "paper"


def test_a_full_list_does_not_ask_for_another(service):
    assert "children.more" not in paths(service, {"children": [CHILD] * 3})


def test_an_item_can_be_taken_out_again(service):
    answers = service.without_item({"children": [CHILD, {}], "children.more": False}, "children", 1)

    assert answers == {"children": [CHILD]}
    assert service.without_item(answers, "children", 7) == answers


def test_a_condition_sees_the_answers_of_earlier_screens(service):
    at_home = {"children": [{**CHILD, "birth_place": "home"}]}

    assert paths(service, at_home)[5:8] == ["witnesses.0", "witnesses.1", "witnesses.more"]
    assert service.screen("witnesses.0", {"children": [CHILD]}, FACTS) is None


def test_a_condition_does_not_see_answers_of_hidden_screens(tmp_path):
    build(tmp_path)
    change(
        tmp_path,
        f"{HOME}/service.yaml",
        "id: mother_note\n",
        "id: mother_note\n        show_if: count(witnesses) > 0\n",
    )
    service = load_country(tmp_path).services["birth"]
    hidden = {"children": [CHILD], "witnesses": ["رضا", "علی"]}

    assert "mother_note" not in paths(service, hidden)
    assert "mother_note" in paths(service, {**hidden, "children": [{**CHILD, "birth_place": "home"}]})


def test_a_repeated_question_keeps_a_list(service):
    answers = {"children": [{**CHILD, "birth_place": "home"}]}
    answers = answer(service, answers, "witnesses.0", witnesses="رضا")
    answers = answer(service, answers, "witnesses.1", witnesses="علی")
    answers = answer(service, answers, "witnesses.more", more="yes")

    assert answers["witnesses"] == ["رضا", "علی", None]
    assert service.next("witnesses.more", answers, FACTS).path == "witnesses.2"


def test_the_next_and_the_previous_screen_follow_the_visible_ones(service):
    assert service.next("role", COMPLETE, FACTS).path == "children.0.given_name"
    assert service.previous("paper", COMPLETE, FACTS).path == "children.more"
    assert service.previous("role", COMPLETE, FACTS) is None
    assert service.next("mother_note", COMPLETE, FACTS) is None


def test_a_draft_is_resumed_at_the_first_open_question(service):
    started = {"role": "mother", "children": [CHILD]}

    assert service.resume(started, FACTS).path == "children.more"
    assert service.resume(COMPLETE, FACTS) is None


def test_an_optional_question_left_empty_is_remembered_as_seen(service):
    answers = answer(service, {**COMPLETE, "mother_note": "x"}, "mother_note", mother_note="")

    assert answers["mother_note"] is None


def test_a_required_question_left_empty_is_a_problem(service):
    parsed = service.screen("children.0.given_name", {}, FACTS).parse(Form(), Asking())

    assert [(problem.code, problem.question, problem.box) for problem in parsed.problems] == [
        ("missing", "given_name", "given_name")
    ]


def test_required_if_looks_at_other_answers(service):
    late = {"children": [{**CHILD, "birth_date": "2026-10-01"}]}

    assert service.screen("paper", {"children": [CHILD]}, FACTS).parse(Form(), Asking()).ok
    assert not service.screen("paper", late, FACTS).parse(Form(), Asking()).ok


def test_a_check_speaks_with_the_words_of_the_definition(service):
    form = Form({"birth_date.day": ["1"], "birth_date.month": ["12"], "birth_date.year": ["1405"]})

    [problem] = service.screen("children.0.birth_date", {}, FACTS).parse(form, Asking()).problems

    assert problem.text.in_("en") == "This date has not come yet."
    assert (problem.box, problem.path) == ("birth_date.day", "children.0.birth_date")


def test_what_a_register_answered_is_confirmed(service):
    answers = {key: value for key, value in COMPLETE.items() if key != "mother.found"}

    assert service.resume(answers, FACTS).path == "mother.found"
    assert [problem.code for problem in service.problems(answers, FACTS)] == ["not_confirmed"]
    assert [row.label for row in service.found_rows(service.resume(answers, FACTS), answers, "en")] == [
        "National number",
        "Birth date",
    ]
    assert answer(service, answers, "mother.found", found="yes")["mother.found"] is True


def test_a_wrong_answer_of_a_register_is_taken_out_and_asked_again(service):
    answers = answer(service, {**COMPLETE, "mother.found": None}, "mother.found", found="no")

    assert "mother" not in answers
    assert service.resume(answers, FACTS).path == "mother"


def test_a_new_answer_takes_back_the_old_confirmation(service):
    screen = service.screen("mother", COMPLETE, FACTS)

    assert "mother.found" not in service.with_answers(COMPLETE, screen, {"mother": MOTHER})


def test_a_look_up_says_what_it_needs(service):
    lookup = service.screen("mother", {}, FACTS).lookup

    assert (lookup.registry, lookup.name, lookup.asks) == (
        "population",
        "by_national_id",
        ("national_id", "birth_date"),
    )
    assert service.screen("paper", {}, FACTS).lookup is None


def test_a_look_up_can_be_given_what_is_known(tmp_path):
    build(tmp_path)
    old = "source: population.by_national_id"
    new = "source: {lookup: population.by_national_id, given: {national_id: applicant.national_id}}"
    change(tmp_path, f"{HOME}/service.yaml", old, new)

    lookup = load_country(tmp_path).services["birth"].screen("mother", {}, FACTS).lookup

    assert (lookup.given, lookup.asks) == ({"national_id": "0012345679"}, ("birth_date",))


def test_pages_together_are_one_screen(tmp_path):
    build(tmp_path)
    change(
        tmp_path,
        f"{HOME}/service.yaml",
        "    title: {fa: کودک, en: The child}\n",
        "    title: {fa: کودک, en: The child}\n    together: true\n",
    )
    service = load_country(tmp_path).services["birth"]
    screen = service.screen("children.0.child", {}, FACTS)

    assert paths(service, {})[1:3] == ["children.0.child", "children.more"]
    assert screen.asks == ("given_name", "birth_date", "birth_place")
    assert screen.title.in_("en") == "The child"
    assert len(screen.parse(Form(), Asking()).problems) == 3


def test_one_kind_of_applicant_is_not_asked_who_they_are(tmp_path):
    build(tmp_path)
    change(tmp_path, f"{HOME}/service.yaml", "  - {role: other, title: {fa: شخص دیگر, en: Somebody else}}\n", "")
    service = load_country(tmp_path).services["birth"]

    assert paths(service, {})[0] == "children.0.given_name"
    assert service.context({}, FACTS)["role"] == "mother"


def test_complete_answers_have_no_problems_even_when_read_again(service):
    assert service.problems(COMPLETE, FACTS) == []
    assert service.problems(COMPLETE, FACTS, Asking()) == []


def test_a_stored_answer_that_does_not_fit_is_found_when_read_again(service):
    bad = {**COMPLETE, "children": [{**CHILD, "birth_date": "2026-13-01"}]}

    assert [problem.path for problem in service.problems(bad, FACTS, Asking())] == ["children.0.birth_date"]


def test_answers_of_hidden_screens_are_dropped(service):
    answers = {**COMPLETE, "witnesses": ["رضا", "علی"], "unknown": 1}

    pruned = service.prune(answers, FACTS)

    assert "witnesses" not in pruned
    assert "unknown" not in pruned
    assert pruned["children"] == [CHILD]
    assert pruned["mother.found"] is True


def test_answers_that_no_longer_fit_are_named(service):
    fit = service.fit({**COMPLETE, "paper": 12, "gone": "x", "children": [{**CHILD, "birth_place": "moon"}]})

    assert fit.changed == ["birth_place", "paper", "gone"]
    assert fit.kept["mother"] == FOUND
    assert fit.kept["children"] == [{"given_name": "نیما", "birth_date": "2026-11-20"}]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*CHILD, "source", "entity"]), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*COMPLETE, "witnesses", "witnesses.more", "unknown"]), JSON))
def test_whatever_was_stored_what_fits_can_be_asked_shown_and_judged(service, answers):
    kept = service.fit(answers).kept

    assert service.fit(kept).changed == []
    assert service.prune(service.prune(kept, FACTS), FACTS) == service.prune(kept, FACTS)
    assert service.screens(kept, FACTS)
    assert service.rows(kept, FACTS, "fa")
    assert service.context(kept, FACTS)["role"]
    service.problems(kept, FACTS, Asking())


def test_rows_show_questions_and_answers_in_words(service):
    rows = {row.path: row for row in service.rows(COMPLETE, FACTS, "en")}

    assert rows["role"].shown == "Mother"
    assert rows["children.0.birth_place"].shown == "Hospital"
    assert rows["paper"].proves == ("notice",)
    assert rows["mother_note"].shown == ""
    assert "mother.found" not in rows


@pytest.mark.parametrize("path", ["", "nothing", "children.9.given_name", "children", "mother.found", "../x"])
def test_an_unknown_path_is_no_screen(service, path):
    assert service.screen(path, {}, FACTS) is None


def test_a_walk_takes_microseconds(service):
    """Two walks a page must not count: about 20 µs here, and a slow machine is not a failure."""
    import time

    began = time.process_time()
    for _ in range(200):
        service.screens(COMPLETE, FACTS)
    assert (time.process_time() - began) / 200 < 0.002


def test_a_country_that_is_broken_is_not_loaded(tmp_path: Path):
    from panjereh.definitions import DefinitionErrors

    build(tmp_path)
    change(tmp_path, f"{HOME}/service.yaml", "relation: G2C", "relations: G2C")

    with pytest.raises(DefinitionErrors) as caught:
        load_country(tmp_path)
    assert {finding.code for finding in caught.value.findings} == {"P002", "P003"}
