"""Officials who act for a visitor: what they did for them keeps them from handling the case."""

from dataclasses import replace

import pytest
from tests.cases.test_correcting import asked

from panjereh.cases import operations as cases
from panjereh.cases import queries
from panjereh.cases.models import Case
from panjereh.identity import operations as identity
from panjereh.identity import queries as identities
from panjereh.kernel.actor import Channel
from panjereh.kernel.errors import NotAllowed, NotFound


@pytest.fixture
def helper(house):
    """An official of the agency with every role: helps, checks, decides and reviews."""
    amini = house.official("amini")
    return replace(amini, roles=amini.roles | {"helpdesk", "registrar", "supervisor", "officer"})


@pytest.fixture
def entered(house, helper):
    """A case that a colleague entered at the agency's desk, with one answer asked about."""
    case = house.case("mother", asked("setting"))
    Case.objects.filter(pk=case.pk).update(helper=house.official("bahrami").party)
    return case


def test_who_enters_a_correction_for_a_visitor_has_no_part_in_the_case(house, helper, entered):
    cases.send_correction(entered.number, actor=helper)

    task = entered.tasks.get(done_at=None)
    assert task.assignee_id is None
    assert entered.number not in [line.number for line in queries.queue(helper).lines]
    with pytest.raises(NotFound):
        cases.take(task.pk, actor=helper, reason="I know the case.")


def test_a_colleague_is_not_offered_who_has_helped(house, helper, entered):
    cases.send_correction(entered.number, actor=helper)
    supervisor = identities.actor_of(
        identity.create_account("bahrami@example.org"), as_official=True, channel=Channel.DESK
    )

    Case.objects.filter(pk=entered.pk).update(helper=None)
    view = queries.for_official(supervisor, entered.number)

    assert helper.party not in [colleague.party_id for colleague in view.colleagues]


def test_who_withdraws_for_a_visitor_is_written_down(helper, entered):
    cases.withdraw(entered.number, actor=helper, reason="The visitor wants it.")

    entered.refresh_from_db()
    helped = entered.assistance.get()
    assert (entered.outcome, helped.by_id, helped.what) == ("withdrawn", helper.party, "withdraw")
    assert entered.events.filter(kind="withdrawn").get().public["actor"] == str(helper.party)


def test_mended_answers_go_to_the_agency_that_they_make_responsible(house):
    moved = {"applicant": "correct", "answers": {"addressee": "inspectorate"}}
    case = house.case("complaint", asked("addressee"), moved, service="complaint")

    case.refresh_from_db()
    assert (case.agency, case.tasks.get(done_at=None).agency) == ("inspectorate", "inspectorate")
    assert case.events.get(kind="corrected").public["from_agency"] == "civil-registry"


def test_mended_answers_must_still_tie_the_applicant_to_the_matter(house):
    case = house.case("mother", asked("setting"))
    case.facts = {**case.facts, "applicant": {**case.facts["applicant"], "sex": "male"}}
    case.save(update_fields=["facts"])

    with pytest.raises(NotAllowed):
        cases.send_correction(case.number, actor=house.person("nilufar"))

    assert case.corrections.get().answered_at is None


def test_what_the_register_holds_when_answers_are_sent_counts(house):
    nilufar, first = house.person("nilufar"), house.case()
    draft = cases.start_draft("birth-registration", actor=nilufar)
    draft.answers = first.answers
    draft.facts = {**draft.facts, "applicant": {**draft.facts["applicant"], "sex": "male"}}
    draft.save(update_fields=["answers", "facts"])

    case = cases.submit(draft.pk, actor=nilufar)

    assert case.facts["applicant"] == first.facts["applicant"]


def test_the_queue_says_nothing_of_whose_cases_wait(house, helper):
    case = house.case()

    (line,) = [line for line in queries.queue(helper).lines if line.number == case.number]

    names = {case.applicant.given_name, case.applicant.family_name, case.applicant.name}
    assert not any(name in str(value) for value in vars(line).values() for name in names)
