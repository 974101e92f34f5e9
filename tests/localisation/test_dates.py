"""Dates of two calendars, and the counting of terms."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjereh.localisation import dates
from panjereh.localisation.calendars import Term, WorkingCalendar
from panjereh.localisation.dates import Calendar, Jalali
from panjereh.localisation.errors import DateProblem, InputProblem

DAYS = st.dates(date(1801, 1, 1), date(2199, 12, 31))
FIRST_OF_AZAR = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("boxes", "calendar", "day"),
    [
        (("1", "9", "1405"), "jalali", FIRST_OF_AZAR),
        (("۱", "آذر", "۱۴۰۵"), "jalali", FIRST_OF_AZAR),
        (("٠١", "azar", "١٤٠٥"), "jalali", FIRST_OF_AZAR),
        ((" 1 ", " Aza ", "1405"), "jalali", FIRST_OF_AZAR),
        (("30", "اسفند", "1403"), "jalali", date(2025, 3, 20)),
        (("1", "ارديبهشت", "1400"), "jalali", date(2021, 4, 21)),
        (("22", "November", "2026"), "gregorian", FIRST_OF_AZAR),
        (("22", "nov", "2026"), "gregorian", FIRST_OF_AZAR),
        (("22", "نوامبر", "۲۰۲۶"), "gregorian", FIRST_OF_AZAR),
        (("29", "2", "2024"), "gregorian", date(2024, 2, 29)),
    ],
)
def test_three_boxes_make_a_date(boxes: tuple[str, str, str], calendar: Calendar, day: date) -> None:
    assert dates.parse(*boxes, calendar) == day


@pytest.mark.parametrize(
    ("boxes", "calendar", "code", "part"),
    [
        (("", "", " "), "jalali", "missing", "all"),
        (("1", "", "1405"), "jalali", "missing", "month"),
        (("x", "9", "1405"), "jalali", "not_a_number", "day"),
        (("1", "9", "۱۴۰x"), "jalali", "not_a_number", "year"),
        (("1", "13", "1405"), "jalali", "out_of_range", "month"),
        (("1", "آذذر", "1405"), "jalali", "not_a_month", "month"),
        (("31", "7", "1405"), "jalali", "out_of_range", "day"),
        (("30", "12", "1404"), "jalali", "out_of_range", "day"),
        (("0", "1", "1405"), "jalali", "out_of_range", "day"),
        (("29", "2", "2025"), "gregorian", "out_of_range", "day"),
        (("1", "9", "05"), "jalali", "year_needs_four_digits", "year"),
        (("1", "9", "2026"), "jalali", "other_calendar", "year"),
        (("1", "9", "1405"), "gregorian", "other_calendar", "year"),
        (("1", "9", "9999"), "jalali", "out_of_range", "year"),
        (("²", "9", "1405"), "jalali", "not_a_number", "day"),
        (("1", "²", "1405"), "jalali", "not_a_number", "month"),
        (("9" * 5000, "9", "1405"), "jalali", "not_a_number", "day"),
    ],
)
def test_an_impossible_date_names_the_box_to_correct(
    boxes: tuple[str, str, str], calendar: Calendar, code: str, part: str
) -> None:
    with pytest.raises(DateProblem) as caught:
        dates.parse(*boxes, calendar)

    assert (caught.value.code, caught.value.part) == (code, part)


def test_a_day_out_of_range_says_how_long_the_month_is() -> None:
    with pytest.raises(DateProblem) as caught:
        dates.parse("31", "مهر", "1405")

    assert (caught.value.params["low"], caught.value.params["high"]) == (1, 30)


@given(DAYS, st.sampled_from(["jalali", "gregorian"]))
def test_a_date_survives_its_three_boxes(day: date, calendar: Calendar) -> None:
    assert dates.parse(*dates.unparse(day, calendar), calendar) == day


@given(DAYS)
def test_a_day_survives_the_way_to_jalali_and_back(day: date) -> None:
    assert dates.to_jalali(day).to_date() == day


def test_jalali_days_are_those_of_the_official_calendar() -> None:
    assert dates.to_jalali(date(2026, 3, 21)) == Jalali(1405, 1, 1)
    assert str(dates.to_jalali(date(1979, 2, 11))) == "1357-11-22"
    assert dates.days_in_month(1403, 12) == 30
    assert dates.days_in_month(1404, 12) == 29
    assert dates.days_in_month(2026, 12, "gregorian") == 31


def test_dates_are_written_for_their_readers() -> None:
    assert dates.format_date(FIRST_OF_AZAR, "fa") == "۱ آذر ۱۴۰۵"
    assert dates.format_date(FIRST_OF_AZAR, "fa", weekday=True) == "یکشنبه ۱ آذر ۱۴۰۵"
    assert dates.format_date(FIRST_OF_AZAR, "en") == "22 November 2026"
    assert dates.format_date(FIRST_OF_AZAR, "en", weekday=True) == "Sunday 22 November 2026"
    assert dates.format_date(FIRST_OF_AZAR, "en", solar_hijri=True) == "22 November 2026 (1 Azar 1405)"


def test_moments_are_written_in_the_peoples_zone() -> None:
    moment = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)

    assert dates.format_datetime(moment, "fa") == "۲ آذر ۱۴۰۵، ساعت ۰۰:۳۰"
    assert dates.format_datetime(moment, "en") == "23 November 2026, 00:30"


@pytest.mark.parametrize(
    ("iso", "term"),
    [("P10D", Term(days=10)), ("P2W", Term(days=14)), ("P1Y2M3D", Term(months=14, days=3)), ("p0d", Term())],
)
def test_terms_are_read_from_iso_durations(iso: str, term: Term) -> None:
    assert Term.parse(iso) == term
    assert Term.parse(str(term)) == term


@pytest.mark.parametrize("text", ["", "P", "10", "P1.5D", "PT5H", "-P1D", "P1D2M"])
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(InputProblem, match="not_a_term"):
        Term.parse(text)


YALDA = date(2026, 12, 21)
OFFICE = WorkingCalendar(weekend=frozenset({3, 4}), holidays=frozenset({YALDA}))


def test_weekends_and_holidays_are_not_worked() -> None:
    assert not OFFICE.is_working(date(2026, 11, 27))
    assert not OFFICE.is_working(YALDA)
    assert OFFICE.is_working(FIRST_OF_AZAR)


def test_working_days_skip_weekends_and_holidays() -> None:
    wednesday = date(2026, 12, 16)

    assert OFFICE.add(wednesday, "P1D", "working-days") == date(2026, 12, 19)
    assert OFFICE.add(wednesday, "P3D", "working-days") == date(2026, 12, 22)


def test_plain_days_count_all_days() -> None:
    assert OFFICE.add(date(2026, 12, 11), "P10D") == YALDA


def test_a_deadline_without_work_moves_to_the_next_working_day() -> None:
    assert OFFICE.deadline(date(2026, 12, 11), "P10D") == date(2026, 12, 22)


def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month() -> None:
    last_of_shahrivar = Jalali(1405, 6, 31).to_date()

    assert dates.to_jalali(OFFICE.add(last_of_shahrivar, "P1M")) == Jalali(1405, 7, 30)
    assert dates.to_jalali(OFFICE.add(last_of_shahrivar, "P1Y")) == Jalali(1406, 6, 31)
    assert WorkingCalendar(months="gregorian").add(date(2026, 1, 31), "P1M") == date(2026, 2, 28)
    assert WorkingCalendar(months="thirty-days").add(date(2026, 1, 31), "P1M") == date(2026, 3, 2)


@given(DAYS, st.integers(0, 60))
def test_as_many_working_days_lie_between_as_were_added(start: date, days: int) -> None:
    assert OFFICE.working_days_between(start, OFFICE.add(start, Term(days=days), "working-days")) == days


@given(DAYS, st.integers(1, 60))
def test_a_term_of_working_days_ends_on_a_working_day_and_not_too_early(start: date, days: int) -> None:
    end = OFFICE.add(start, Term(days=days), "working-days")

    assert OFFICE.is_working(end)
    assert end - start >= timedelta(days=days)


def test_a_calendar_without_a_working_day_is_refused() -> None:
    with pytest.raises(ValueError, match="working day"):
        WorkingCalendar(weekend=frozenset(range(7)))


@pytest.mark.parametrize(
    "typed", [("5", "1", "1405"), ("۵", "فروردین", "۱۴۰۵"), ("25", "3", "2026"), ("٢٥", "March", "٢٠٢٦")]
)
def test_the_year_tells_of_which_calendar_a_day_is(typed: tuple[str, str, str]):
    assert dates.parse_either(*typed) == date(2026, 3, 25)


@pytest.mark.parametrize("year", ["", "x", "²", "9", "99999999999"])
def test_a_year_that_is_of_no_calendar_is_a_problem(year: str):
    with pytest.raises(DateProblem):
        dates.parse_either("1", "1", year)
