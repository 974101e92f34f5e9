"""A person always sees by when the agency answers, and what follows if it does not."""

import pytest

from panjereh.cases import operations as cases
from panjereh.identity import operations as identity
from panjereh.identity import queries as identities
from panjereh.kernel.actor import Channel

SUPERVISED = "a supervisor takes over your case"
BY_LAW = "counts as approved by law (Seasonal Stalls Bylaw, article 6)"


@pytest.fixture
def permit(nilufar) -> str:
    draft = cases.start_draft("stall-permit", actor=nilufar.actor)
    draft.answers = {"goods": "کتاب", "square": "میدان فردوسی", "opens_on": "2026-12-21"}
    draft.save()
    return cases.submit(draft.pk, actor=nilufar.actor).number


def test_the_page_of_a_service_says_what_silence_means(page):
    assert SUPERVISED in page.open("/en/services/complaint/").text
    assert BY_LAW in page.open("/en/services/stall-permit/").text


def test_after_sending_and_on_the_case_and_when_tracking_the_same_is_promised(page, nilufar, permit):
    for address in (f"/en/apply/sent/{permit}/", f"/en/my/cases/{permit}/"):
        assert BY_LAW in nilufar.page.open(address).text

    assert BY_LAW in page.send("/en/track/", {"code": permit, "second": "NILUFAR@example.org"}).text


def test_the_page_says_whom_the_agency_waits_for_and_to_the_applicant_alone_why(page, nilufar, permit):
    held = identity.put_in_office("moradi@example.org", agency="municipality", roles=["registrar"])
    moradi = identities.actor_of(held.account, as_official=True, channel=Channel.DESK)
    cases.await_agency(permit, actor=moradi, agency="health-ministry", reason="May <b>this</b> be sold?")

    shown = nilufar.page.open(f"/en/my/cases/{permit}/").text
    tracked = page.send("/en/track/", {"code": permit, "second": "NILUFAR@example.org"}).text

    assert "waits for an answer of Ministry of Health" in tracked
    assert "be sold?" not in tracked
    assert "«" not in tracked
    assert "Ministry of Health" in shown
    assert "May <b>this</b> be sold?" in shown
    assert BY_LAW not in shown


@pytest.mark.parametrize(
    ("address", "words"), [("/en/agencies/inspectorate/", "Saturday to Wednesday"), ("/offices/", "شنبه تا چهارشنبه")]
)
def test_offices_say_when_they_are_open(page, address, words):
    assert words in page.open(address).text
