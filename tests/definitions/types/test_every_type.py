"""What all types of question promise."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.definitions.types.kinds import ASKING, EVERY, IDS, JPEG, PDF, PLACES, Sent, is_described, outcome

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import HERE, TYPES, Asking, Channel, Form, QuestionType

every_type = pytest.mark.parametrize(("kind", "answers"), EVERY, ids=IDS)

ODD = [
    "\x00", "\ud800", "\u202edrowssap", "\u200c", "😀", "-1", "0", "9" * 400, "1e999", "NaN", "۳۱", "٣٠", "مهر",
    "esfand", "1403", "2026", "jalali", "gregorian", "yes", "no", "IR-07-01-1", "تهران", "حسن‌آباد", "hospital", "f1",
    "٫", "/", ",,", "\ufdfa" * 20, "a\u0301\u0327", "=cmd|'/c calc'!A1", "' OR 1=1 --", "<script>", "../../etc/passwd",
    "{{7*7}}", "۱۴:۳۰", "+98912", "@", "a@b", "IR062960000000100324200001", "0" * 10, "۰۰۱۲۳۴۵۶۷۹", "²", "Ⅷ", "१२",
    "1_000", "0x10", "+5",
]  # fmt: skip
any_text = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=()), max_size=30)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["from", "to", "id", "name", "source", "city", "street", "postal_code", "birth_date", "national_id"]
            )
            | any_text,
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def names_of_boxes(kind: QuestionType) -> list[str]:
    return ["q", *kind.boxes("q"), "q.0", "q.99", "q.999999", "q.x", "q.province", "q.0.day", "q.2.month"]


def test_the_language_has_all_types():
    assert set(TYPES) == {
        "text", "long_text", "name", "number", "money", "yes_no", "one_of", "several_of", "declaration", "date", "time",
        "period", "national_id", "company_id", "postal_code", "iban", "phone", "email", "place", "address", "entry",
        "file", "person", "organisation",
    }  # fmt: skip
    assert {kind.name for kind, _ in EVERY} == {*TYPES, "repeated"}


@every_type
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_the_boxes_gives_an_answer_or_a_described_problem(kind, answers, data):
    boxes = data.draw(st.dictionaries(st.sampled_from(names_of_boxes(kind)), st.lists(any_text, max_size=3)))
    language = data.draw(st.sampled_from(["fa", "en", "ar"]))
    asking = Asking(language=language, lists=ASKING.lists, places=PLACES, file=ASKING.file)

    answer = outcome(kind.parse, Form(boxes), "q", asking)

    if isinstance(answer, AnswerProblem):
        assert is_described(answer)
    elif answer is not None:
        assert json.loads(json.dumps(answer).encode()) == answer
        assert json.dumps(answer, ensure_ascii=False).encode("utf-8")
        assert kind.accept(answer, "q", asking) == answer
        assert kind.show(answer, asking)


@every_type
@given(value=any_json, proven=st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_comes_as_data_gives_an_answer_or_a_described_problem(kind, answers, value, proven):
    asking = Asking(lists=ASKING.lists, places=PLACES, file=ASKING.file, proven=proven)

    answer = outcome(kind.accept, value, "q", asking)

    if isinstance(answer, AnswerProblem):
        assert is_described(answer)
    else:
        assert json.dumps(answer, ensure_ascii=False).encode("utf-8")
        assert kind.accept(answer, "q", asking) == answer


@every_type
@given(data=st.data(), language=st.sampled_from(["fa", "en"]))
@settings(max_examples=40, deadline=None)
def test_a_form_filled_with_an_answer_says_that_answer(kind, answers, data, language):
    answer = data.draw(answers)
    asking = Asking(language=language, lists=ASKING.lists, places=PLACES, file=ASKING.file)

    boxes = kind.unparse(answer, "q", asking)

    assert kind.parse(Form(boxes), "q", asking) == answer
    assert kind.accept(answer, "q", asking) == answer
    assert set(boxes) <= set(kind.boxes("q"))
    assert kind.show(answer, asking)
    kind.to_feel(answer)


@every_type
def test_empty_boxes_are_no_answer_and_the_lack_is_described(kind, answers):
    assert kind.parse(Form(), "q", ASKING) is None
    assert kind.parse(Form({box: ["", "  \u200c "] for box in kind.boxes("q")[:1]}), "q", ASKING) is None
    assert is_described(kind.missing("q"))
    assert kind.missing("q").box in kind.boxes("q")


@every_type
def test_ten_megabytes_in_a_box_are_refused_at_once(kind, answers):
    huge = "۱" * 10_000_000
    boxes = kind.boxes("q") if kind.name != "file" else ["q.kept"]

    for box in boxes:
        with pytest.raises(AnswerProblem) as caught:
            kind.parse(Form({box: [huge]}), "q", ASKING)
        assert is_described(caught.value)


@every_type
def test_a_type_describes_itself_in_json_schema(kind, answers):
    assert json.loads(json.dumps(kind.json_schema(ASKING)))


@every_type
def test_a_type_with_its_options_is_a_value_that_never_changes(kind, answers):
    assert hash(kind) == hash(kind)
    assert isinstance(kind.choices(ASKING), tuple | list)
    with pytest.raises(AttributeError):
        kind.options = None


@every_type
def test_web_and_desk_can_ask_everything(kind, answers):
    assert kind.way(Channel.WEB, ASKING)
    assert kind.way(Channel.DESK, ASKING)


@every_type
def test_files_sent_for_another_question_do_no_harm(kind, answers):
    form = Form({}, {box: [Sent("x.pdf", PDF), Sent("y", JPEG)] for box in kind.boxes("q")})

    answer = outcome(kind.parse, form, "q", HERE)

    assert is_described(answer) if isinstance(answer, AnswerProblem) else answer is None or kind.name == "file"


def test_two_different_answers_in_one_box_are_not_guessed_between():
    with pytest.raises(AnswerProblem) as caught:
        TYPES["yes_no"](TYPES["yes_no"].Options()).parse(Form({"q": ["yes", "no"]}), "q")
    assert caught.value.code == "one_answer_only"


def test_unknown_options_are_mistakes():
    with pytest.raises(ValueError, match="maximum"):
        TYPES["number"].Options.model_validate({"maximum": 3})
