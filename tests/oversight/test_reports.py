"""The weekly report to the data protection officer, and what they do with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from tests.desk.conftest import AGENCY, Desk

from panjereh.audit import operations as audit
from panjereh.audit.disclosure import Disclosure
from panjereh.cases.models import Case
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence.models import Message
from panjereh.definitions import fields_used
from panjereh.kernel import clock
from panjereh.oversight import reports
from panjereh.oversight.models import Report

WORKDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)  # a Monday, half past eleven in Tehran
AFTERWARDS = WORKDAY + timedelta(days=7)


@pytest.fixture
def parvin() -> Desk:
    return Desk("parvin", "data-protection")


def read(official: Desk, subject: str = "population:1", **more: Any) -> None:
    given = {"source": "population", "fields": ["address"], "purpose": "keeping", "law": "x#1", **more}
    audit.record_access(actor=official.actor, subject=subject, **given)


def report() -> reports.Content:
    with clock.at(AFTERWARDS):
        reports.make_due()
    return reports.read(Report.objects.get(agency=AGENCY))


def test_the_week_begins_on_saturday_and_is_over():
    for day in range(7):
        monday = WORKDAY.date() + timedelta(days=day)
        week = reports.last_week(monday)
        assert week.weekday() == 5
        assert 0 <= (monday - week).days - 7 < 7


def test_reading_for_an_open_case_is_no_finding(complaint, amini):
    Case.objects.filter(pk=complaint.pk).update(submitted_at=WORKDAY - timedelta(days=1))
    with clock.at(WORKDAY):
        read(amini, f"party:{complaint.applicant_id}", case=complaint.number, fields=["what"], source="x")

    found = report()

    assert (found.readings, found.officials, found.people) == (1, 1, 1)
    assert not found.has_findings


@pytest.mark.parametrize("number", ["", "0000000000", "closed"])
def test_reading_without_an_open_case_is_named(complaint, amini, number):
    if number == "closed":
        number = complaint.number
        Case.objects.filter(pk=complaint.pk).update(
            submitted_at=WORKDAY - timedelta(days=9), state="closed", closed_at=WORKDAY - timedelta(days=1)
        )
    with clock.at(WORKDAY):
        read(amini, case=number)
        read(amini, "population:2", case=number)

    (found,) = report().without_case

    assert (found["official"], found["purpose"]) == (str(amini.number), "keeping")
    assert (found["readings"], found["people"], len(found["lines"])) == (2, 2, 2)


def test_who_reads_of_more_people_than_the_setting_allows_is_named(amini, monkeypatch):
    monkeypatch.setattr(settings, "MOST_PEOPLE_READ_A_DAY", 3)
    with clock.at(WORKDAY):
        for place in range(4):
            read(amini, f"population:{place}")
            read(amini, f"population:{place}")
    with clock.at(WORKDAY + timedelta(days=1)):
        read(amini)

    assert report().mass == [{"official": str(amini.number), "day": "2026-11-23", "people": 4}]


@pytest.mark.parametrize(
    "moment", [datetime(2026, 11, 23, 22, tzinfo=UTC), datetime(2026, 11, 27, 8, tzinfo=UTC)], ids=["night", "friday"]
)
def test_reading_at_night_or_on_a_day_without_work_is_named(amini, moment):
    with clock.at(WORKDAY):
        read(amini)
    with clock.at(moment):
        read(amini)

    (found,) = report().odd_hours

    assert (found["official"], found["readings"]) == (str(amini.number), 1)


def test_fields_that_no_rule_page_or_result_uses_are_named(amini):
    with clock.at(WORKDAY):
        read(amini, purpose="register_address", fields=["address", "birth_place", "national_id"])

    found = [(each["service"], each["field"], each["readings"]) for each in report().unused]

    assert ("change-of-address", "birth_place", 1) in found
    assert not any(field == "national_id" for _service, field, _readings in found)


def test_a_field_is_used_if_an_expression_or_a_look_up_names_it():
    country = catalogue.country()
    used = fields_used(country.services["birth-registration"].definition, country.registries["population"])

    assert {"sex", "spouse", "nationality", "family_name", "national_id", "birth_date", "address"} <= used
    assert not {"death_date", "guardian"} & used - {"guardian"}


def test_hidden_readings_are_counted_and_nothing_of_them_is_told(amini):
    with clock.at(WORKDAY):
        read(amini, disclosure=Disclosure("never", law="personal-data-act#14"))

    assert report().hidden == [{"class": "never", "law": "personal-data-act#14", "readings": 1}]


def test_the_report_is_made_once_and_its_officer_is_told(amini, parvin):
    with clock.at(WORKDAY):
        read(amini)
    with clock.at(AFTERWARDS):
        assert reports.make_due() == 1
        assert reports.make_due() == 0

    assert Message.objects.filter(party=parvin.number).count() == 1


def test_the_officer_sees_it_takes_it_away_and_acknowledges_it_with_a_reason(amini, parvin):
    with clock.at(WORKDAY):
        read(amini)
    report()
    (made,) = Report.objects.all()

    assert "Amini Test" in parvin.page.open(f"/en/desk/reports/{made.pk}/").text
    assert "look at it" in parvin.page.open("/en/desk/reports/").text
    assert (
        "without_case,Amini Test,keeping,1,1" in parvin.client.get(f"/en/desk/reports/{made.pk}.csv").content.decode()
    )
    assert parvin.client.post(f"/en/desk/reports/{made.pk}/", {"reason": " "}).status_code == 422
    assert parvin.client.post(f"/en/desk/reports/{made.pk}/", {"reason": "She kept the register."}).status_code == 302
    assert "She kept the register." in parvin.page.open(f"/en/desk/reports/{made.pk}/").text
    assert parvin.client.post(f"/en/desk/reports/{made.pk}/", {"reason": "Again"}).status_code == 422


def test_nobody_else_sees_reports_and_none_of_another_agency(amini, bahrami):
    with clock.at(WORKDAY):
        read(amini)
    report()
    (made,) = Report.objects.all()
    foreign = Desk("other", "data-protection", agency="inspectorate")

    assert bahrami.client.get("/desk/reports/").status_code == 403
    assert foreign.client.get(f"/desk/reports/{made.pk}/").status_code == 404
