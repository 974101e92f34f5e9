"""Civil counting: the examples of the codes, and what must hold for every term."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjereh.localisation import dates, opening
from panjereh.localisation.calendars import Term, Unit, WorkingCalendar
from panjereh.localisation.dates import Jalali
from panjereh.localisation.errors import InputProblem
from panjereh.localisation.islamic import Islamic, days_in_month, to_islamic

GERMAN = WorkingCalendar(weekend=frozenset({5, 6}), holidays=frozenset({date(2026, 5, 1)}), months="gregorian")
IRANIAN = WorkingCalendar(months="thirty-days", day_of_act_counts=False)
BY_NAME = WorkingCalendar(months="jalali")

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
UNITS = st.sampled_from(["days", "working-days"])
CALENDARS = st.builds(
    WorkingCalendar,
    weekend=st.frozensets(st.integers(0, 6), max_size=3),
    holidays=st.frozensets(DAYS, max_size=40),
    months=st.sampled_from(["jalali", "gregorian", "thirty-days"]),
)


@pytest.mark.parametrize(
    ("start", "term", "last"),
    [
        (date(2026, 3, 2), "P14D", date(2026, 3, 16)),  # sections 187 (1), 188 (1): the day of the event is not counted
        (date(2026, 1, 31), "P1M", date(2026, 3, 2)),  # 188 (3) gives 28 February, a Saturday; 193 moves it to Monday
        (date(2028, 1, 31), "P1M", date(2028, 2, 29)),  # a leap year, and a Tuesday
        (date(2026, 2, 28), "P1M", date(2026, 3, 30)),  # 28 March is a Saturday, and no 31st: the number counts
        (date(2026, 4, 1), "P1M", date(2026, 5, 4)),  # 1 May is a holiday before a weekend
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
    ],
)
def test_terms_end_as_the_german_civil_code_says(start, term, last):
    assert GERMAN.deadline(start, term) == last


def test_a_month_of_the_iranian_procedure_has_thirty_days():
    esfand = Jalali(1405, 12, 1).to_date()

    assert IRANIAN.add(esfand, "P1M") == esfand + timedelta(days=30)
    assert dates.to_jalali(BY_NAME.add(esfand, "P1M")) == Jalali(1406, 1, 1)


def test_a_month_by_the_jalali_calendar_ends_with_a_shorter_month():
    leap, usual = Jalali(1403, 11, 30).to_date(), Jalali(1404, 11, 30).to_date()

    assert dates.to_jalali(BY_NAME.add(leap, "P1M")) == Jalali(1403, 12, 30)
    assert dates.to_jalali(BY_NAME.add(usual, "P1M")) == Jalali(1404, 12, 29)


@given(CALENDARS, DAYS, st.integers(0, 400), UNITS)
def test_the_day_of_the_event_is_never_counted(calendar: WorkingCalendar, start: date, days: int, unit: Unit):
    end = calendar.add(start, Term(days=days), unit)
    counted = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]

    assert sum(1 for day in counted if unit == "days" or calendar.is_working(day)) == days


@given(CALENDARS, DAYS, st.integers(0, 24), st.integers(0, 90), UNITS)
def test_a_deadline_falls_on_the_first_working_day_from_its_end(
    calendar: WorkingCalendar, start: date, months: int, days: int, unit: Unit
):
    term = Term(months=months, days=days)
    end, deadline = calendar.add(start, term, unit), calendar.deadline(start, term, unit)

    assert calendar.is_working(deadline)
    assert not any(calendar.is_working(end + timedelta(days=n)) for n in range((deadline - end).days))


@given(CALENDARS, DAYS, st.integers(1, 36))
def test_months_end_on_the_day_of_the_same_number_or_the_last_of_the_month(
    calendar: WorkingCalendar, start: date, months: int
):
    end = calendar.add(start, Term(months=months))
    if calendar.months == "thirty-days":
        assert end - start == timedelta(days=30 * months)
        return
    day, month, year = map(int, dates.unparse(start, calendar.months))
    last_day, last_month, last_year = map(int, dates.unparse(end, calendar.months))

    assert (last_year * 12 + last_month) - (year * 12 + month) == months
    assert last_day == min(day, dates.days_in_month(last_year, last_month, calendar.months))


@given(CALENDARS, DAYS, DAYS, st.integers(0, 36), st.integers(0, 90), UNITS)
def test_who_begins_later_ends_no_sooner(
    calendar: WorkingCalendar, one: date, other: date, months: int, days: int, unit: Unit
):
    early, late = sorted((one, other))
    term = Term(months=months, days=days)

    assert calendar.deadline(early, term, unit) <= calendar.deadline(late, term, unit)


@given(CALENDARS, DAYS, st.integers(1, 60), st.integers(0, 60), st.integers(0, 60), UNITS)
def test_what_was_left_when_a_term_began_to_rest_is_left_when_it_goes_on(
    calendar: WorkingCalendar, start: date, days: int, until_rest: int, resting: int, unit: Unit
):
    """The rule of `cases.terms.resume`: days of resting are added to the end, as the term counts days."""
    end = calendar.add(start, Term(days=days), unit)
    rest = min(start + timedelta(days=until_rest), end)
    goes_on = rest + timedelta(days=resting)
    rested = calendar.working_days_between(rest, goes_on) if unit == "working-days" else resting
    moved = calendar.add(end, Term(days=rested), unit)

    def left(day: date, last: date) -> int:
        return calendar.working_days_between(day, last) if unit == "working-days" else (last - day).days

    assert left(goes_on, moved) == left(rest, end)


@given(CALENDARS, DAYS, st.integers(0, 40))
def test_a_reminder_lies_as_many_working_days_before_the_end_as_it_says(
    calendar: WorkingCalendar, end: date, days: int
):
    end = calendar.first_working(end)

    assert calendar.working_days_between(calendar.before(end, Term(days=days), "working-days"), end) == days
    assert calendar.before(end, Term(days=days)) == end - timedelta(days=days)


HOURS = WorkingCalendar(opening=opening.parse({"saturday-wednesday": "7:30-14:30", "thursday": "7:30-12"}))
WEDNESDAY, THURSDAY, SATURDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 28)


@pytest.mark.parametrize(
    ("arrived", "counts_as"),
    [
        (datetime.combine(WEDNESDAY, time(5)), WEDNESDAY),
        (datetime.combine(WEDNESDAY, time(14, 29, 59)), WEDNESDAY),
        (datetime.combine(WEDNESDAY, time(14, 30)), THURSDAY),
        (datetime.combine(THURSDAY, time(12)), SATURDAY),
        (datetime.combine(date(2026, 11, 27), time(9)), SATURDAY),
    ],
)
def test_what_comes_after_closing_has_come_on_the_next_working_day(arrived, counts_as):
    assert HOURS.received_on(arrived) == counts_as


def test_without_opening_hours_the_day_of_coming_counts_if_there_is_work_on_it():
    assert WorkingCalendar().received_on(datetime.combine(WEDNESDAY, time(23, 59))) == WEDNESDAY
    assert WorkingCalendar().received_on(datetime.combine(date(2026, 11, 27), time(9))) == SATURDAY


def test_hours_are_put_into_words_with_equal_days_together():
    hours = opening.parse({"saturday-wednesday": "8-13:30, 14-16", "thursday": "8-12"})

    assert opening.in_words(hours, "en") == [
        ("Saturday to Wednesday", "8:00 to 13:30, 14:00 to 16:00"),
        ("Thursday", "8:00 to 12:00"),
    ]
    assert opening.in_words(hours, "fa")[1] == ("پنجشنبه", "۸:۰۰ تا ۱۲:۰۰")


def test_days_with_a_gap_between_them_are_not_joined():
    assert [days for days, _ in opening.in_words(opening.parse({"saturday": "8-12", "monday": "8-12"}), "en")] == [
        "Saturday",
        "Monday",
    ]


@pytest.mark.parametrize(
    "written",
    [{"someday": "8-12"}, {"monday": "8 to 12"}, {"monday": "12-8"}, {"monday": "25-26"}, {"monday": "8-12, 11-13"}],
)
def test_hours_that_make_no_sense_are_refused(written):
    with pytest.raises(InputProblem):
        opening.parse(written)


@given(st.dates(date(1800, 1, 1), date(2200, 1, 1)))
def test_a_day_survives_the_way_to_the_islamic_calendar_and_back(day: date):
    lunar = to_islamic(day)

    assert lunar.to_date() == day
    assert 1 <= lunar.day <= days_in_month(lunar.year, lunar.month)


def test_the_tabular_calendar_agrees_with_known_days():
    assert Islamic(1, 1, 1).to_date() == date(622, 7, 19)  # 16 July 622 by the Julian calendar
    assert to_islamic(date(1945, 11, 12)) == Islamic(1364, 12, 6)  # Reingold and Dershowitz, table of sample dates
    assert Islamic(1446, 10, 1).to_date() == date(2025, 3, 31)  # Eid al-Fitr as Iran kept it
