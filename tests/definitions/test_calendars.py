"""When agencies and offices work: the lists of a country, what is computed beyond them, and opening hours."""

from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from panjereh.definitions.country_files import Agency, CalendarFile, CountryFile, Office
from panjereh.definitions.holidays import YEARS_AHEAD, Holidays, holidays_of
from panjereh.definitions.office_calendars import calendars_of
from panjereh.localisation.dates import Jalali
from panjereh.localisation.islamic import to_islamic

FITR = {"fa": "عید فطر", "en": "Eid al-Fitr"}
NOWRUZ = {"fa": "نوروز", "en": "Nowruz"}
TEHRAN = ZoneInfo("Asia/Tehran")
COUNTRY = CountryFile.model_validate({"name": {"en": "Testland"}, "languages": ["en"], "weekend": ["friday"]})


def holidays(**file: object) -> Holidays:
    return holidays_of(CalendarFile.model_validate(file))[0]


def agency(**offices: Office) -> Agency:
    return Agency(title={"en": "Registry"}, offices=offices)


def office(open_: dict[str, str] | None = None, closed: dict[str, dict[str, str]] | None = None) -> Office:
    return Office.model_validate({"title": {"en": "Office"}, "open": open_ or {}, "closed": closed or {}})


def test_a_listed_year_holds_what_its_list_says_and_nothing_computed():
    known = holidays(holidays={"1405": {"01-01": NOWRUZ}}, yearly={"islamic": {"10-01": FITR}})

    assert [day for day, _text in known.between(Jalali(1405, 1, 1).to_date(), Jalali(1405, 12, 29).to_date())] == [
        Jalali(1405, 1, 1).to_date()
    ]
    assert known.known(date(2026, 11, 23)) == "listed"


def test_a_year_without_a_list_is_computed_and_says_so():
    known = holidays(holidays={"1405": {}}, yearly={"jalali": {"01-01": NOWRUZ}, "islamic": {"10-01": FITR}})

    assert known.known(Jalali(1408, 5, 1).to_date()) == "computed"
    assert known.days[Jalali(1408, 1, 1).to_date()]["en"] == "Nowruz"
    assert known.days[date(2029, 2, 15)]["en"] == "Eid al-Fitr"  # 1 Shawwal 1450, in the Jalali year 1407


def test_a_lunar_feast_comes_once_in_each_lunar_year():
    known = holidays(holidays={"1410": {}}, yearly={"islamic": {"10-01": FITR}})

    days = sorted(known.days)

    assert [to_islamic(day)[1:] for day in days] == [(10, 1)] * len(days)
    assert {(later - earlier).days for earlier, later in pairwise(days)} == {354, 355}


def test_years_without_list_or_rule_are_unknown():
    assert holidays(holidays={"1405": {}}).known(Jalali(1406, 1, 1).to_date()) == "unknown"
    beyond = holidays(holidays={"1405": {}}, yearly={"jalali": {"01-01": NOWRUZ}})
    assert beyond.known(Jalali(1405 + YEARS_AHEAD + 1, 1, 1).to_date()) == "unknown"


def test_a_day_that_no_year_has_is_named():
    _known, wrong = holidays_of(CalendarFile.model_validate({"holidays": {"1405": {"13-01": NOWRUZ}}}))

    assert wrong == [("1405", "13-01")]


def test_an_office_works_on_the_days_on_which_it_is_open():
    registry = agency(ray=office({"saturday-wednesday": "7:30-14:30"}))
    calendars = calendars_of(COUNTRY, Holidays(), {"registry": registry})
    thursday = date(2026, 11, 26)

    assert not calendars["registry", "ray"].is_working(thursday)
    assert not calendars["registry", ""].is_working(thursday)
    assert calendars["", ""].is_working(thursday)


def test_an_agency_works_while_any_of_its_offices_does():
    both = agency(a=office({"saturday-wednesday": "8-12"}), b=office({"thursday": "9-15", "sunday": "7-11, 13-16"}))
    calendar = calendars_of(COUNTRY, Holidays(), {"registry": both})["registry", ""]

    assert calendar.is_working(date(2026, 11, 26))
    assert calendar.received_on(datetime(2026, 11, 22, 15, 59, tzinfo=TEHRAN)) == date(2026, 11, 22)
    assert calendar.received_on(datetime(2026, 11, 22, 16, 0, tzinfo=TEHRAN)) == date(2026, 11, 23)
    assert calendar.received_on(datetime(2026, 11, 23, 12, 0, tzinfo=TEHRAN)) == date(2026, 11, 24)


def test_an_office_that_says_nothing_of_its_hours_works_as_the_country_does():
    calendar = calendars_of(COUNTRY, Holidays(), {"registry": agency(a=office(), b=office({"monday": "8-12"}))})

    assert calendar["registry", ""].weekend == frozenset({4})
    assert calendar["registry", ""].received_on(datetime(2026, 11, 23, 23, tzinfo=TEHRAN)) == date(2026, 11, 23)


def test_a_day_is_without_work_for_the_agency_when_all_its_offices_are_closed():
    smog = {"1405-09-10": {"en": "Smog"}}
    tenth = Jalali(1405, 9, 10).to_date()
    one = calendars_of(COUNTRY, Holidays(), {"registry": agency(a=office(closed=smog), b=office())})
    both = calendars_of(COUNTRY, Holidays(), {"registry": agency(a=office(closed=smog), b=office(closed=smog))})

    assert not one["registry", "a"].is_working(tenth)
    assert one["registry", ""].is_working(tenth)
    assert not both["registry", ""].is_working(tenth)


@pytest.mark.parametrize("wrong", [{"moonday": "8-12"}, {"monday": "8"}, {"monday": "8-12", "saturday-monday": "9-10"}])
def test_hours_that_cannot_be_read_are_refused(wrong):
    with pytest.raises(ValueError, match="opening hours"):
        office(wrong)
