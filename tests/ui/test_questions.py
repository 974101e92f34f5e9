from pathlib import Path

import pytest
from django.template import engines
from django.utils import translation
from tests.pages import Shown, check_forms, check_ids, parse, words

from panjereh.definitions.types import TYPES
from panjereh.ui import jinja
from panjereh.ui.questions import Asked, Choice, Kept, id_of

TEMPLATES = Path(jinja.__file__).parent / "jinja2" / "ui" / "questions"
PAGE = (
    "<!doctype html><html lang='en'><title>x</title><body><main><form>"
    "{% import 'ui/components.html' as c %}{{ c.errors(q.summary()) }}{% include q.template %}</form></main>"
)
OPTIONAL_BOXES = {"calendar", "province", "county", "kept"}
"""Parts that a page need not always show."""

CHOICES = [{"id": "a", "text": {"en": "First"}}, {"id": "b", "text": {"en": "Second"}}]
OPTIONS = {
    "one_of": {"choices": CHOICES},
    "several_of": {"choices": CHOICES},
    "declaration": {"text": {"en": "It is so"}},
    "entry": {"field": "number"},
}
"""What a type can't do without."""


def shown(asked: Asked, language: str = "en") -> Shown:
    with translation.override(language):
        html = engines["jinja2"].from_string(PAGE).render({"q": asked})
    return Shown(response=None, root=parse(html))  # type: ignore[arg-type]


def asked(kind: str, **more) -> Asked:
    return Asked(
        kind, "thing", "What is it?", hint="A hint", choices=[Choice("a", "First"), Choice("b", "Second")], **more
    )


def test_every_question_type_has_a_template_and_every_template_a_type():
    assert {path.stem for path in TEMPLATES.glob("*.html")} == {*TYPES, "repeated"}


@pytest.mark.parametrize("kind", sorted(TYPES))
@pytest.mark.parametrize("heading", [True, False])
@pytest.mark.parametrize("error", ["", "Look again"])
def test_a_question_is_labelled_described_and_points_at_its_mistake(kind, heading, error):
    page = shown(asked(kind, heading=heading, errors={"thing": error} if error else {}))

    check_ids(page, kind)
    check_forms(page, kind)
    assert len(page.all("h1")) == heading
    if error:
        assert any(words(each).endswith(error) for each in page.all("p", class_="err"))
        assert any("thing-error" in (each.get("aria-describedby") or "") for each in page.root.iter())


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_question_has_the_boxes_that_its_type_reads(kind):
    options = TYPES[kind].Options.model_validate(OPTIONS.get(kind, {}))
    boxes = TYPES[kind](options).boxes("thing")

    found = shown(asked(kind, options=options))
    names = {each.get("name") for tag in ("input", "select", "textarea") for each in found.all(tag)}

    assert {box for box in boxes if box not in names and box.rpartition(".")[2] not in OPTIONAL_BOXES} == set()
    assert names <= {*boxes, *(f"thing.{part}" for part in OPTIONAL_BOXES)}


def test_what_was_typed_stands_in_the_boxes_again():
    page = shown(asked("date", boxes={"thing.day": ["۷"], "thing.month": ["۱۴"], "thing.year": ["۱۴۰۵"]}))

    assert [page.value(f"thing.{part}") for part in ("day", "month", "year")] == ["۷", "۱۴", "۱۴۰۵"]


def test_only_the_wrong_part_of_a_date_is_marked():
    page = shown(asked("date", errors={"thing.month": "Month must be a number from 1 to 12"}))

    marked = [each.get("name") for each in page.all("input") if each.get("aria-invalid")]
    assert marked == ["thing.month"]
    assert page.link("Month must be") == "#thing-month"


def test_the_summary_of_a_question_in_parts_leads_to_its_first_box():
    page = shown(asked("date", errors={"thing": "Write an answer"}))

    assert page.link("Write an answer") == "#thing-day"


def test_many_choices_stand_in_a_list():
    many = [Choice(str(number), f"Choice {number}") for number in range(13)]
    page = shown(Asked("one_of", "thing", "Which?", choices=many, boxes={"thing": ["7"]}))

    assert [each.get("value") for each in page.all("option") if each.get("selected") is not None] == ["7"]


def test_a_file_that_was_sent_before_stays_unless_its_tick_is_taken_away():
    page = shown(asked("file", kept=[Kept("42", "letter.pdf")]))

    box = page.one("input", type="checkbox")
    assert (box.get("name"), box.get("value"), box.get("checked")) == ("thing.kept", "42", "")


def test_items_of_a_repeated_question_are_questions_of_their_own():
    items = [Asked("text", f"thing.{place}", f"Witness {place + 1}") for place in range(2)]
    page = shown(Asked("repeated", "thing", "Witnesses", items=items, errors={"thing.1": "Write an answer"}))

    assert [each.get("name") for each in page.all("input")] == ["thing.0", "thing.1"]
    assert page.link("Write an answer") == "#thing-1"


def test_only_answers_about_oneself_may_be_filled_in_by_the_browser():
    assert shown(asked("email", own=True)).one("input").get("autocomplete") == "email"
    assert shown(asked("email")).one("input").get("autocomplete") == "off"


def test_ids_have_no_dots():
    assert id_of("children.0.name.day") == "children-0-name-day"
