"""Dates, times and periods."""

from datetime import date, time

import pytest
from tests.definitions.types.kinds import make

from panjereh.definitions.problems import AnswerProblem
from panjereh.definitions.types import Asking, Form

ENGLISH = Asking(language="en")
DATE = make("date")


def boxes(day="", month="", year="", name="q", **further):
    texts = {"day": day, "month": month, "year": year, **further}
    return {f"{name}.{part}": [text] for part, text in texts.items()}


def problem_of(form, kind=DATE, asking=ENGLISH):
    with pytest.raises(AnswerProblem) as caught:
        kind.parse(Form(form), "q", asking)
    return caught.value.code, caught.value.box, caught.value.params


def test_a_date_is_read_in_the_calendar_of_the_readers_language():
    assert DATE.parse(Form(boxes("۱", "آذر", "۱۴۰۵")), "q") == "2026-11-22"
    assert DATE.parse(Form(boxes("22", "November", "2026")), "q", ENGLISH) == "2026-11-22"


def test_the_form_may_say_which_calendar_it_is():
    assert DATE.parse(Form(boxes("1", "9", "1405", calendar="jalali")), "q", ENGLISH) == "2026-11-22"
    assert DATE.parse(Form(boxes("22", "11", "2026", calendar="gregorian")), "q") == "2026-11-22"
    assert problem_of(boxes("1", "1", "1400", calendar="julian"))[:2] == ("date_unknown_calendar", "q.calendar")


@pytest.mark.parametrize("line", ["1/9/1405", "1405-09-01", "۰۱۰۹۱۴۰۵", "۱ آذر ۱۴۰۵", "1405.9.1"])
def test_a_channel_without_boxes_gives_the_date_in_one_line(line):
    assert DATE.parse(Form({"q": [line]}), "q") == "2026-11-22"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (boxes("31", "مهر", "1405"), ("date_no_such_day", "q.day", {"last": 30})),
        (boxes("30", "اسفند", "1405"), ("date_no_such_day", "q.day", {"last": 29})),
        (boxes("1", "14", "1405"), ("date_month_out_of_range", "q.month", {})),
        (boxes("1", "مهرگان", "1405"), ("date_not_a_month", "q.month", {})),
        (boxes("x", "1", "1405"), ("date_not_a_number", "q.day", {"part": "day"})),
        (boxes("1", "1", "05"), ("date_year_needs_four_digits", "q.year", {})),
        (boxes("1", "1", "9999"), ("date_year_out_of_range", "q.year", {"low": 1178, "high": 1599})),
        (boxes("", "1", "1405"), ("date_missing", "q.day", {"part": "day"})),
        (boxes("1", "1", ""), ("date_missing", "q.year", {"part": "year"})),
        ({"q": ["yesterday"]}, ("date_not_readable", "q", {})),
    ],
)
def test_a_date_that_is_none_points_at_the_box_to_correct(form, expected):
    assert problem_of(form, asking=Asking()) == expected


def test_esfand_has_thirty_days_in_a_leap_year():
    assert DATE.parse(Form(boxes("30", "12", "1403")), "q") == "2025-03-20"


@pytest.mark.parametrize(
    "value", ["2026-02-30", "2026-2-3", "۲۰۲۶-۰۲-۰۳", "0001-01-01", 20260203, None, "2026-11-23T00:00"]
)
def test_a_date_as_data_must_be_a_gregorian_day(value):
    with pytest.raises(AnswerProblem):
        DATE.accept(value)


def test_a_date_is_shown_in_words_and_is_a_date_for_expressions():
    assert DATE.show("2026-11-22") == "۱ آذر ۱۴۰۵"
    assert DATE.show("2026-11-22", ENGLISH) == "22 November 2026"
    assert DATE.to_feel("2026-11-22") == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "stored"), [("14:30", "14:30"), ("۹:۰۵", "09:05"), ("9", "09:00"), ("0930", "09:30"), ("٢٣.٥٩", "23:59")]
)
def test_times_are_read_as_people_write_them(text, stored):
    assert make("time").parse(Form({"q": [text]}), "q") == stored


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("25:00", "time_out_of_range"),
        ("12:60", "time_out_of_range"),
        ("noon", "time_not_readable"),
        ("1:2:3", "time_not_readable"),
    ],
)
def test_what_is_no_time_is_refused(text, code):
    assert problem_of({"q": [text]}, make("time")) == (code, "q", {})


def test_a_time_is_shown_in_the_readers_digits():
    assert make("time").show("09:05") == "۰۹:۰۵"
    assert make("time").to_feel("09:05") == time(9, 5)


def test_a_period_has_a_beginning_and_an_end_after_it():
    form = boxes("1", "1", "1405", name="q.from") | boxes("2", "1", "1405", name="q.to")

    assert make("period").parse(Form(form), "q") == {"from": "2026-03-21", "to": "2026-03-22"}


def test_a_period_that_ends_before_it_begins_is_refused():
    form = boxes("2", "1", "1405", name="q.from") | boxes("1", "1", "1405", name="q.to")

    assert problem_of(form, make("period"), Asking()) == ("period_backwards", "q.to.day", {})


def test_a_period_without_end_is_taken_only_where_it_may_go_on():
    form = boxes("1", "1", "1405", name="q.from")

    assert make("period", open_end=True).parse(Form(form), "q") == {"from": "2026-03-21", "to": None}
    assert problem_of(form, make("period"), Asking()) == ("part_missing", "q.to", {"part": "to"})


def test_mistakes_at_both_ends_of_a_period_are_told_together():
    form = boxes("40", "1", "1405", name="q.from") | boxes("1", "15", "1405", name="q.to")

    with pytest.raises(AnswerProblem) as caught:
        make("period").parse(Form(form), "q")

    assert [problem.box for problem in caught.value.all] == ["q.from.day", "q.to.month"]


def test_a_period_is_shown_in_words():
    value = {"from": "2026-03-21", "to": "2026-03-22"}

    assert make("period").show(value) == "از ۱ فروردین ۱۴۰۵ تا ۲ فروردین ۱۴۰۵"
    assert make("period").show(value, ENGLISH) == "21 March 2026 to 22 March 2026"
    assert make("period", open_end=True).show({"from": "2026-03-21", "to": None}, ENGLISH) == "from 21 March 2026"
    assert make("period").to_feel(value) == {"from": date(2026, 3, 21), "to": date(2026, 3, 22)}


@pytest.mark.parametrize(("year", "asking"), [("1405", ENGLISH), ("1405", Asking("fa")), ("۱۴۰۵", ENGLISH)])
def test_a_year_says_which_calendar_is_meant(year, asking):
    form = Form({"q.day": ["25"], "q.month": ["8"], "q.year": [year]})

    assert DATE.parse(form, "q", asking) == "2026-11-16"


def test_a_gregorian_year_is_understood_on_a_persian_page():
    assert DATE.parse(Form({"q.day": ["16"], "q.month": ["11"], "q.year": ["2026"]}), "q", Asking("fa")) == "2026-11-16"


def test_the_calendar_box_leaves_no_choice():
    form = Form({"q.day": ["16"], "q.month": ["11"], "q.year": ["2026"], "q.calendar": ["jalali"]})

    with pytest.raises(AnswerProblem, match="date_other_calendar"):
        DATE.parse(form, "q", Asking("fa"))
