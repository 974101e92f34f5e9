"""Offices, changed on pages: what people read and what the legal clock counts by."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.desk.conftest import Desk
from tests.pages import Page

from panjereh.catalogue import offices
from panjereh.catalogue import queries as catalogue
from panjereh.catalogue.errors import ChangedMeanwhile, NothingChanged
from panjereh.catalogue.models import OfficeChange
from panjereh.kernel import clock
from panjereh.kernel.errors import Invalid, NotAllowed
from panjereh.localisation.calendars import WorkingCalendar

AT = "/en/desk/officials/offices/civil-registry/tehran/"
NEW = {
    "title-fa": "ثبت احوال تهران",
    "title-en": "Civil Registry of Tehran",
    "address-fa": "خیابان سپه، شمارهٔ ۲",
    "address-en": "2 Sepah Street",
    "phone": "۰۲۱ ۶۶۷۰ ۰۰۹۹",
    "open-saturday": "۸-۱۲، ۱۳-۱۵",
    "open-monday": "9-11:30",
    "reason": "the house is rebuilt",
    "seen": "0",
}
HOURS = {f"open-{day}": "8-14" for day in ("saturday", "sunday", "monday", "tuesday", "wednesday")}
SUNDAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """What this process learned of a test's own changes it forgets again."""
    catalogue.forget()
    yield
    catalogue.forget()


def test_people_read_what_an_operator_changed_and_deadlines_count_by_it(yazdani: Desk, page: Page) -> None:
    assert "12 Sepehr Lane" in page.open("/en/offices/").text
    assert catalogue.calendar_of("civil-registry", "tehran").is_working(SUNDAY)

    assert yazdani.client.post(AT, NEW).status_code == 302

    shown = page.open("/en/offices/").text
    assert "2 Sepah Street" in shown
    assert "12 Sepehr Lane" not in shown
    assert "8:00 to 12:00, 13:00 to 15:00" in shown
    assert "02166700099" in shown
    assert "خیابان سپه" in page.open("/offices/").text
    assert not catalogue.calendar_of("civil-registry", "tehran").is_working(SUNDAY)
    assert catalogue.calendar_of("civil-registry", "shiraz").is_working(SUNDAY)


def test_each_change_stays_readable_with_its_reason(yazdani: Desk) -> None:
    assert AT in str(yazdani.page.open("/en/desk/officials/offices/").link("Civil Registry of Tehran"))
    yazdani.client.post(AT, NEW)
    yazdani.client.post(AT, {**NEW, "phone": "", "reason": "line cut", "seen": "1"})

    text = yazdani.page.open(AT).text
    assert "the house is rebuilt" in text
    assert "line cut" in text
    assert "Yazdani Test" in text
    assert offices.changes_of("civil-registry", "tehran")[0].fields == {"phone": None}
    with pytest.raises(DatabaseError), transaction.atomic():
        OfficeChange.objects.update(reason="another")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"open-monday": "12-8"}, "Write hours such as"),
        ({"open-monday": "morning"}, "Write hours such as"),
        ({"phone": "12"}, "area code"),
        ({"address-en": ""}, "in this language, too"),
        ({"address-en": "x" * 301}, "too long"),
        ({"title-fa": "", "title-en": ""}, "what the office is called"),
        (
            {"closed.day": "1", "closed.month": "1", "closed.year": "1405", "why-fa": "x", "why-en": "x"},
            "still to come",
        ),
        (
            {"closed.day": "31", "closed.month": "12", "closed.year": "1499", "why-fa": "x", "why-en": "x"},
            "still to come",
        ),
        ({"closed.day": "5", "closed.month": "", "closed.year": "1499"}, "still to come"),
        ({"closed.day": "5", "closed.month": "1", "closed.year": "1499"}, "why the office is closed"),
        ({"closed.day": "5", "closed.month": "1", "closed.year": "1499", "why-fa": "برف"}, "in this language, too"),
        ({"why-fa": "برف", "why-en": "Snow"}, "still to come"),
        ({"reason": " "}, "Say why"),
        ({"reason": "x" * 301}, "too long"),
        ({"seen": "7"}, "Somebody else changed"),
        ({"seen": "²"}, "Somebody else changed"),
    ],
)
def test_what_an_office_cannot_have_is_said_and_nothing_changes(
    yazdani: Desk, wrong: dict[str, str], said: str
) -> None:
    shown = yazdani.page.send(AT, {**NEW, **wrong}, status=422)

    assert said in shown.text
    assert shown.value("phone") == wrong.get("phone", NEW["phone"])
    assert not OfficeChange.objects.exists()
    yazdani.page.send(AT.removeprefix("/en"), {**NEW, **wrong}, status=422)


def test_only_operators_of_the_agency_change_its_offices(yazdani: Desk, amini: Desk) -> None:
    elsewhere = Desk("rostami", "operator", agency="inspectorate")

    assert amini.client.post(AT, NEW).status_code == 403
    assert elsewhere.client.post(AT, NEW).status_code == 404
    assert yazdani.client.get(AT.replace("tehran", "moon")).status_code == 404
    with pytest.raises(NotAllowed):
        offices.change("civil-registry", "tehran", {"phone": None}, actor=elsewhere.actor, reason="x")
    assert not OfficeChange.objects.exists()


def test_an_office_closes_on_a_day_and_opens_on_it_after_all(yazdani: Desk, page: Page) -> None:
    ahead = (clock.today() + timedelta(days=n) for n in range(3, 30))
    day, next_day = [one for one in ahead if at_tehran().is_working(one)][:2]

    for seen, (closed, why) in enumerate(((day, "Snow"), (next_day, "Paint"))):
        boxes = {"closed.day": str(closed.day), "closed.month": str(closed.month), "closed.year": str(closed.year)}
        yazdani.client.post(AT, {**NEW, **HOURS, **boxes, "why-fa": "برف", "why-en": why, "seen": str(seen)})

    assert not at_tehran().is_working(day)
    assert catalogue.calendar_of("civil-registry", "shiraz").is_working(day)
    assert "Snow" in page.open("/en/offices/").text
    assert "برف" in page.open("/offices/").text
    assert "Closed days" in yazdani.page.open(AT).text
    box = yazdani.page.open(AT).all("input", type="checkbox")[0].get("name")

    yazdani.client.post(AT, {**NEW, **HOURS, "seen": "2", box: "yes"})

    assert at_tehran().is_working(day)
    assert not at_tehran().is_working(next_day)
    assert "Snow" not in page.open("/en/offices/").text


def test_an_office_gets_another_name(yazdani: Desk, page: Page) -> None:
    yazdani.client.post(AT, {**NEW, "title-fa": "ثبت احوال شمال تهران", "title-en": "Civil Registry of North Tehran"})

    assert "North Tehran" in page.open("/en/offices/").text
    assert "North Tehran" in yazdani.page.open("/en/desk/officials/offices/").text


def at_tehran() -> WorkingCalendar:
    return catalogue.calendar_of("civil-registry", "tehran")


def test_two_who_change_at_once_and_changes_of_nothing_are_told(yazdani: Desk) -> None:
    def change(phone: str, seen: int) -> None:
        offices.change("civil-registry", "tehran", {"phone": phone}, actor=yazdani.actor, reason="x", seen=seen)

    change("02166700099", 0)
    with pytest.raises(ChangedMeanwhile):
        change("02166700098", 0)
    with pytest.raises(NothingChanged):
        change("02166700099", 1)
    with pytest.raises(Invalid):
        offices.change("civil-registry", "tehran", {"open": {"noday": "8-9"}}, actor=yazdani.actor, reason="x")
    with pytest.raises(Invalid):
        offices.change("civil-registry", "tehran", {"place": "070101"}, actor=yazdani.actor, reason="x")
