"""When offices work: the country's holidays and weekend, and what each agency and office says of its own hours."""

from collections.abc import Mapping

from panjereh.definitions.country_files import Agency, CountryFile, Office, jalali_day
from panjereh.definitions.holidays import Holidays
from panjereh.localisation import opening
from panjereh.localisation.calendars import WorkingCalendar
from panjereh.localisation.opening import DAYS, Opening

WHOLE_COUNTRY = ("", "")


def calendars_of(
    file: CountryFile, holidays: Holidays, agencies: Mapping[str, Agency]
) -> dict[tuple[str, str], WorkingCalendar]:
    """(agency, office) → its calendar; without an office that of the whole agency, ("", "") that of the country.

    An agency works when any of its offices does: what nobody in particular received has come while one was open.
    """
    found = {WHOLE_COUNTRY: _calendar(file, holidays, {}, [])}
    for name, agency in agencies.items():
        offices = list(agency.offices.values())
        found[name, ""] = _calendar(file, holidays, _together(offices), offices)
        for id_, office in agency.offices.items():
            found[name, id_] = _calendar(file, holidays, opening.parse(office.open), [office])
    return found


def _calendar(file: CountryFile, holidays: Holidays, hours: Opening, offices: list[Office]) -> WorkingCalendar:
    weekend = {DAYS.index(day) for day in file.weekend}
    open_days = set(hours) - weekend
    if open_days:
        weekend = set(range(7)) - open_days
    closed = [{jalali_day(day) for day in office.closed} for office in offices]
    return WorkingCalendar(
        weekend=frozenset(weekend),
        holidays=frozenset(holidays.days) | (set.intersection(*closed) if closed else set()),
        months=file.months,
        opening=hours,
        day_of_act_counts=file.day_of_act == "counts",
    )


def _together(offices: list[Office]) -> Opening:
    """From the first opening to the last closing of any office; nothing if one doesn't say when it is open."""
    if not offices or not all(office.open for office in offices):
        return {}
    found: dict[int, set[opening.Span]] = {}
    for office in offices:
        for day, spans in opening.parse(office.open).items():
            found.setdefault(day, set()).update(spans)
    return {
        day: (opening.Span(min(span.opens for span in spans), max(span.closes for span in spans)),)
        for day, spans in found.items()
    }
