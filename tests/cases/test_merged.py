"""Somebody who turned out to be known under another number, too: their cases follow them."""

import pytest

from panjereh.cases import queries
from panjereh.cases.models import Case
from panjereh.correspondence import operations as correspondence
from panjereh.identity import queries as identity
from panjereh.identity.models import Party


@pytest.fixture
def case(house) -> Case:
    """A case that was entered for somebody of whom only a name was known, and who then turned out to be Nilufar."""
    case, nilufar = house.case("complaint", service="complaint"), house.person("nilufar")
    earlier = Party.objects.create(given_name="N.", notices="desk", same_as_id=nilufar.party)
    Case.objects.filter(pk=case.pk).update(applicant=earlier)
    case.refresh_from_db()
    return case


def test_officials_see_whom_the_number_stands_for_today(house, case):
    shown = queries.for_official(house.official("amini"), case.number).applicant

    assert shown == identity.party(house.person("nilufar").party)


def test_the_case_is_found_by_the_number_of_today(house, case):
    nilufar = identity.party(house.person("nilufar").party)
    supervisor = house.official("amini")

    assert case.number in [line.number for line in queries.search(supervisor, str(nilufar.national_id))]
    assert case.number in [line.number for line in queries.search(supervisor, nilufar.family_name)]


def test_the_second_fact_of_tracking_is_that_of_today(house, case):
    nilufar = identity.party(house.person("nilufar").party)

    assert queries.track(case.number, str(nilufar.national_id)[-4:]) is not None
    assert queries.track(case.number, "0000") is None


def test_notices_go_where_the_person_wants_them_today(case):
    told = correspondence.tell(case.applicant_id, key="x", subject="x", text="x", agency=case.agency, case=case.number)

    assert not told.on_paper
    assert identity.address_for_notices(case.applicant_id) == "nilufar@example.org"
