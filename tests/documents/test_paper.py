from io import BytesIO

import pikepdf
import pytest
from tests.definitions import country as small

from panjereh import definitions
from panjereh.definitions.types import TYPES, Asking
from panjereh.documents import paper, paper_answers

SERVICE = """
service: visit
agency: civil-registry
title: {fa: بازدید, en: A visit}
summary: {fa: کسی می‌آید, en: Somebody comes}
relation: G2C
in_force: {from: 2026-01-01}
applicants:
  - {role: owner, title: {fa: مالک, en: Owner}}
  - {role: tenant, title: {fa: مستأجر, en: Tenant}}
conditions:
  home: {fa: خانه از شماست, en: The home is yours}
ask:
  - page: matter
    title: {fa: موضوع, en: The matter}
    questions:
      - id: kind
        type: one_of
        choices: {gas: {fa: گاز, en: Gas}, water: {fa: آب, en: Water}}
        label: {fa: چه؟, en: What is it about?}
      - {id: smell, type: yes_no, show_if: 'kind = "gas"', label: {fa: بو می‌آید؟, en: Does it smell?}}
      - {id: since, type: date, show_if: 'smell and role != "tenant"', label: {fa: از کی؟, en: Since when?}}
      - {id: late, type: text, show_if: 'count(rooms) > 2', required: false, label: {fa: چرا؟, en: Why so late?}}
      - {id: deed, type: file, proves: home, hint: {fa: تا ۵ مگابایت, en: Up to 5 MB}, label: {fa: سند, en: Deed}}
      - {id: witness, type: person, repeat: {min: 0, max: 9}, required: false, label: {fa: گواه, en: Witness}}
  - page: rooms
    title: {fa: اتاق‌ها, en: The rooms}
    repeat: {min: 1, max: 5, as: rooms, title: {fa: اتاق, en: Room}}
    questions:
      - {id: area, type: number, max: 999, unit: {fa: متر مربع, en: m²}, label: {fa: مساحت, en: Area}}
"""


@pytest.fixture(scope="session")
def country(tmp_path_factory):
    folder = tmp_path_factory.mktemp("country")
    for name, text in {**small.FILES, "civil-registry/visit/service.yaml": SERVICE}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return definitions.load_country(folder)


@pytest.fixture(scope="session")
def service(country):
    return country.services["visit"]


def described(country, service, language="en"):
    asking = Asking(language=language, lists=country.lists, places=country.places)
    agency = {"fa": "ثبت احوال", "en": "Civil registry"}
    return paper.describe(service, asking, agency=agency, hand_in=["Ray", "Shiraz"])


@pytest.fixture
def form(country, service):
    return described(country, service)["form"]


@pytest.fixture
def questions(form):
    return {each["label"]: each for section in form["sections"] for each in section["questions"]}


def test_every_type_of_question_has_its_room_on_paper():
    assert set(paper_answers.ROOMS) == set(TYPES)


def test_questions_are_numbered_through_in_the_order_of_the_screens(form):
    numbers = [each["number"] for section in form["sections"] for each in section["questions"]]

    assert numbers == [str(each) for each in range(1, len(numbers) + 1)]
    assert [section["title"] for section in form["sections"]] == ["About you", "The matter", "The rooms"]


def test_the_form_asks_who_applies_because_nobody_is_signed_in_on_paper(form):
    labels = [each["label"] for each in form["sections"][0]["questions"]]

    assert labels[0] == "Who are you in this request?"
    assert "Your national number" in labels


def test_a_condition_for_asking_is_said_in_words(questions):
    assert questions["Does it smell?"]["notes"] == ["Only if the answer to “What is it about?” is “Gas”"]
    assert questions["Since when?"]["notes"] == [
        "Only if the answer to “Does it smell?” is “Yes” "
        "and the answer to “Who are you in this request?” is not “Tenant”"
    ]


def test_a_condition_that_can_not_be_said_simply_is_left_to_the_reader(questions):
    assert questions["Why so late?"]["notes"] == ["Only if this concerns you"]
    assert not questions["Why so late?"]["required"]


def test_proofs_name_their_condition_and_speak_of_paper_not_of_megabytes(form, questions):
    assert form["conditions"] == [{"number": "1", "text": "The home is yours"}]
    assert questions["Deed"]["notes"] == ["Proof for condition 1"]
    assert questions["Deed"]["answer"] == {"kind": "ticks", "choices": ["The paper is attached"]}


def test_repeated_questions_have_room_for_three_and_ask_for_another_sheet(questions):
    witness = questions["Witness"]

    assert [row["label"] for row in witness["answer"]["rows"]] == ["1", "2", "3"]
    assert witness["notes"] == ["Up to 9 answers. Use another sheet if there is no room."]


def test_repeated_pages_say_that_they_are_filled_in_once_for_each(form):
    assert form["sections"][-1]["notes"] == ["Fill in one such part for each: Room. Copy this page if you need more."]


def test_numbers_have_one_box_for_each_digit_and_their_unit(questions):
    assert questions["Area"]["answer"] == {"kind": "boxes", "groups": [3], "unit": "m²"}


def test_the_form_names_the_version_that_it_was_made_from(country, service, form):
    assert (form["service"], form["version"]) == ("visit", service.hash[:8])


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_form_is_an_archival_tagged_pdf_in_its_language(country, service, language):
    asking = Asking(language=language, lists=country.lists, places=country.places)

    content = paper.typeset(service, asking, agency={"fa": "ثبت احوال", "en": "Civil registry"}, hand_in=["ری"])

    with pikepdf.open(BytesIO(content)) as document:
        assert document.Root.Lang == language
        assert document.open_metadata()["dc:title"] == service.title[language]


def test_persian_forms_speak_persian_throughout(country, service):
    form = described(country, service, "fa")["form"]

    assert form["sections"][1]["questions"][1]["notes"] == ["فقط اگر پاسخ «چه؟» «گاز» است"]
    assert form["sections"][0]["questions"][0]["number"] == "۱"
