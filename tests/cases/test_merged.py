"""Somebody who turned out to be known under another number, too: their cases follow them."""

import pytest

from panjereh.cases import operations as cases
from panjereh.cases import queries
from panjereh.cases.models import Case
from panjereh.cases.operations.tasks import target_of
from panjereh.correspondence import operations as correspondence
from panjereh.identity import queries as identity
from panjereh.identity.models import Party
from panjereh.kernel.errors import NotFound


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


@pytest.mark.parametrize("role", ["applicant", "helper"])
def test_nobody_opens_at_the_desk_what_they_asked_or_helped_with_under_an_earlier_number(house, case, role):
    amini = house.official("amini")
    earlier = Party.objects.create(given_name="M.", same_as_id=amini.party)
    Case.objects.filter(pk=case.pk).update(**{role: earlier})
    case.refresh_from_db()

    assert amini.party in target_of(case).parties
    with pytest.raises(NotFound):
        queries.for_official(amini, case.number)


def test_whose_matter_it_is_costs_one_question_more_at_most(case, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        target_of(case)


def test_people_see_what_they_wrote_and_were_told_under_every_number(house, case):
    nilufar = house.person("nilufar")
    correspondence.tell(case.applicant_id, key="x", subject="told", text="x", agency=case.agency, case=case.number)
    cases.say(case.number, actor=nilufar, text="written")

    seen = queries.of_applicant(nilufar, case.number).messages

    assert {"told", ""} <= {one.subject for one in seen}
    assert "written" in {one.text for one in seen}
