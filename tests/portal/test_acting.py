"""Acting for others on the pages: chosen before a case is begun, shown on every page, and over when the mandate is."""

from datetime import timedelta

import pytest
from tests.portal.conftest import COMPLAINT, Person

from panjereh.cases import operations as cases
from panjereh.cases.models import Case, Draft
from panjereh.config.handlers import HANDLERS
from panjereh.correspondence.models import Message
from panjereh.identity import mandates
from panjereh.identity import operations as identity
from panjereh.identity.errors import BeyondMandate, MandateHasEnded
from panjereh.identity.models import Mandate, Party
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotAllowed, NotFound
from panjereh.outbox import operations as outbox

NAME = "نیلوفر راد"


@pytest.fixture(autouse=True)
def names(nilufar: Person, arash: Person) -> None:
    for one, given, family in ((nilufar, "نیلوفر", "راد"), (arash, "آرش", "کاوه")):
        Party.objects.filter(pk=one.number).update(given_name=given, family_name=family)


def entrust(giver: Person, receiver: Person, **terms: object) -> Mandate:
    wanted: dict[str, object] = {"called": "x", "until": clock.today() + timedelta(days=30), **terms}
    made = identity.give_mandate(actor=giver.actor, to=receiver.account.email, **wanted)  # type: ignore[arg-type]
    return identity.accept_mandate(made.pk, actor=receiver.actor)


def act_for(receiver: Person, mandate: Mandate) -> Actor:
    mandate = mandates.of_agent(receiver.actor, mandate.pk)
    return mandates.act_for(receiver.actor, mandate)


def choose(receiver: Person, mandate: Mandate) -> None:
    assert receiver.client.post("/en/my/acting/", {"mandate": str(mandate.pk)}).status_code == 302


def fill_in_and_send(person: Person) -> Case:
    begun = person.client.get("/en/apply/complaint/start/").headers["Location"]
    for screen, boxes in COMPLAINT.items():
        assert person.client.post(f"{begun}q/{screen}/", boxes).status_code == 302
    assert person.client.post(f"{begun}send/", {"declared": "yes"}).status_code == 302
    return Case.objects.latest("submitted_at")


def test_a_mandate_is_offered_accepted_used_and_taken_back_on_pages(nilufar: Person, arash: Person):
    day = clock.today() + timedelta(days=9)
    nilufar.page.open("/en/my/mandates/new/")
    sent = nilufar.client.post("/en/my/mandates/new/", {
        "to": "arash@example.org", "called": "Arash", "kind": "act", "reach": "services", "services": ["complaint"],
        "until.day": str(day.day), "until.month": str(day.month), "until.year": str(day.year),
    })  # fmt: skip
    address = sent.headers["Location"]
    assert "not accepted yet" in nilufar.page.open(address).text
    assert "Offered to you" in arash.page.open("/en/my/mandates/").text
    arash.page.open(address)

    arash.client.post(address, {"do": "accept"})
    asked = arash.client.get("/en/apply/complaint/start/").headers["Location"]
    assert asked == "/en/my/acting/?next=%2Fen%2Fapply%2Fcomplaint%2Fstart%2F"
    assert NAME in arash.page.open(asked).text
    choose(arash, Mandate.objects.get())
    case = fill_in_and_send(arash)

    assert (case.applicant_id, case.agent_id, case.agent_as) == (nilufar.number, arash.number, "given")
    assert case.number in "".join(nilufar.client.get("/en/my/").content.decode().split())
    assert "You act for" in arash.page.open(f"/en/my/cases/{case.number}/").response.content.decode()
    assert "Sent by آرش کاوه" in nilufar.page.open(f"/en/my/cases/{case.number}/").text

    nilufar.client.post(address, {"do": "revoke"})
    ended = arash.page.open(f"/en/my/cases/{case.number}/", status=403)
    assert "Nothing is lost" in ended.text
    assert "Taken back by the giver" in arash.page.open(address).text
    assert arash.client.get(f"/en/my/cases/{case.number}/").status_code == 404


def test_the_banner_stands_on_every_page_while_acting_and_leads_back(nilufar: Person, arash: Person):
    choose(arash, entrust(nilufar, arash))

    for path in ("/en/", "/en/services/complaint/", "/en/my/", "/en/my/messages/", "/en/my/profile/"):
        page = arash.client.get(path).content.decode()
        assert f"You act for {NAME}" in page, path
    begun = arash.client.get("/en/apply/complaint/start/").headers["Location"]
    assert f"You act for {NAME}" in arash.client.get(begun, follow=True).content.decode()

    arash.client.post("/en/my/acting/", {"mandate": ""})
    assert "You act for" not in arash.client.get("/en/my/").content.decode()
    assert "You act for" not in nilufar.client.get("/en/my/").content.decode()


def test_who_acts_for_nobody_is_asked_nothing_before_a_case_is_begun(nilufar: Person):
    assert "/apply/draft/" in nilufar.client.get("/en/apply/complaint/start/").headers["Location"]


def test_actor_and_applicant_stay_apart_in_events_and_messages(nilufar: Person, arash: Person):
    mandate = entrust(nilufar, arash)
    choose(arash, mandate)
    case = fill_in_and_send(arash)
    arash.client.post(f"/en/my/cases/{case.number}/message/", {"text": "hello"})

    event = case.events.get(kind="submitted").public
    assert (event["actor"], event["applicant"]) == (str(arash.number), str(nilufar.number))
    assert (event["mandate"], event["acts_as"]) == (str(mandate.pk), "given")
    said = Message.objects.get(direction="to_agency")
    assert (said.party_id, said.written_by) == (nilufar.number, arash.number)
    assert Message.objects.get(key__contains=":submitted:").party_id == nilufar.number


def test_a_mandate_for_one_agency_or_service_shows_and_opens_nothing_else(nilufar: Person, arash: Person):
    number = nilufar.complain()
    reaching = act_for(arash, entrust(nilufar, arash, services=["complaint"]))
    elsewhere = act_for(arash, entrust(nilufar, arash, agency="municipality"))

    assert cases.withdraw(number, actor=reaching).outcome == "withdrawn"
    for act in (cases.withdraw, cases.rate_case):
        more = {"score": 5} if act is cases.rate_case else {}
        with pytest.raises(BeyondMandate):
            act(number, actor=elsewhere, **more)
    with pytest.raises(BeyondMandate):
        cases.start_draft("complaint", actor=elsewhere)
    choose(arash, Mandate.objects.get(agency="municipality"))
    assert number not in arash.client.get("/en/my/").content.decode()
    assert "complaint" not in arash.page.open("/en/my/messages/").text.lower()
    for page in ("profile", "seen"):
        assert "does not reach this page" in arash.page.open(f"/en/my/{page}/", status=403).text


def test_who_may_only_look_changes_nothing(nilufar: Person, arash: Person):
    number, draft = nilufar.complain(), nilufar.begin_complaint()
    looking = act_for(arash, entrust(nilufar, arash, reads_only=True))
    choose(arash, Mandate.objects.get())
    assert "only to look" in arash.client.get(f"/en/my/cases/{number}/").content.decode()
    before = list(Case.objects.values_list("head", "state")), list(Draft.objects.values_list("pk", "answers"))

    for refused in (
        lambda: cases.withdraw(number, actor=looking),
        lambda: cases.appeal(number, actor=looking, reason="x"),
        lambda: cases.say(number, actor=looking, text="x"),
        lambda: cases.rate_case(number, actor=looking, score=1),
        lambda: cases.discard_draft(draft, actor=looking),
        lambda: cases.submit(draft, actor=looking),
        lambda: cases.start_draft("complaint", actor=looking),
        lambda: identity.update_contact(nilufar.number, actor=looking, email="x@example.org"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert (list(Case.objects.values_list("head", "state")), list(Draft.objects.values_list("pk", "answers"))) == before


def test_a_mandate_that_ended_a_moment_ago_changes_nothing_any_more(nilufar: Person, arash: Person):
    mandate = entrust(nilufar, arash)
    acting = act_for(arash, mandate)
    number = nilufar.complain()
    draft = cases.start_draft("complaint", actor=acting)
    identity.revoke_mandate(mandate.pk, actor=nilufar.actor)

    for refused in (
        lambda: cases.withdraw(number, actor=acting),
        lambda: cases.say(number, actor=acting, text="x"),
        lambda: cases.submit(draft.pk, actor=acting),
        lambda: cases.start_draft("complaint", actor=acting),
    ):
        with pytest.raises(MandateHasEnded):
            refused()
    assert Draft.objects.filter(pk=draft.pk, applicant=nilufar.number).exists()


def test_what_was_typed_when_the_mandate_ended_waits_for_a_new_one(nilufar: Person, arash: Person):
    mandate = entrust(nilufar, arash)
    choose(arash, mandate)
    begun = arash.client.get("/en/apply/complaint/start/").headers["Location"]
    for screen in ("kind", "addressee", "since"):
        arash.client.post(f"{begun}q/{screen}/", COMPLAINT[screen])
    identity.revoke_mandate(mandate.pk, actor=nilufar.actor)

    refused = arash.client.post(f"{begun}q/what/", {"what": "a long story"})
    assert refused.status_code == 403
    choose(arash, entrust(nilufar, arash))
    assert "a long story" in arash.client.get(f"{begun}q/what/").content.decode()


def test_nobody_acts_by_a_mandate_of_somebody_else(nilufar: Person, arash: Person):
    mandate = entrust(nilufar, arash)
    third = Person("third@example.org")

    assert third.client.post("/en/my/acting/", {"mandate": str(mandate.pk)}).status_code == 404
    assert third.client.get(f"/en/my/mandates/{mandate.pk}/").status_code == 404
    assert third.client.post(f"/en/my/mandates/{mandate.pk}/", {"do": "revoke"}).status_code == 404
    with pytest.raises(NotFound):
        mandates.of_agent(third.actor, mandate.pk)
    session = third.client.session
    session["acts_by"] = str(mandate.pk)
    session.save()
    assert "You act for" not in third.client.get("/en/my/").content.decode()


def test_both_are_told_and_a_party_without_an_address_through_those_who_act_for_it(
    nilufar: Person, arash: Person, mailoutbox: list[object]
):
    entrust(nilufar, arash)
    Party.objects.filter(pk=nilufar.number).update(email="")
    Party.objects.filter(pk=arash.number).update(email="arash@example.org")
    outbox.run_until_idle(HANDLERS)
    told = [one.text for one in Message.objects.filter(party=nilufar.number)]
    assert any("accepted" in text or "پذیرفت" in text for text in told)

    nilufar.complain()
    outbox.run_until_idle(HANDLERS)
    assert {address for mail in mailoutbox for address in mail.to} == {"arash@example.org"}  # type: ignore[attr-defined]


def test_mistakes_in_the_form_are_said_at_their_boxes(nilufar: Person):
    page = nilufar.page.send("/en/my/mandates/new/", {"reach": "services", "kind": "act", "to": "12"}, status=422)
    for words in ("Write the name", "Choose at least one service", "Write the last day"):
        assert words in page.text
    good = {"to": "12", "called": "A", "reach": "all", "kind": "act"}
    until = {"until.day": "1", "until.month": "1", "until.year": "2090"}
    assert "10 digits" in nilufar.page.send("/en/my/mandates/new/", {**good, **until}, status=422).text
    late = {**good, "to": "a@example.org", **until}
    assert "5 years at most" in nilufar.page.send("/en/my/mandates/new/", late, status=422).text
    assert not Mandate.objects.exists()


def test_nobody_is_asked_for_whom_where_no_mandate_of_theirs_could_begin_the_service(nilufar: Person, arash: Person):
    entrust(nilufar, arash, services=["change-of-address"])

    begun = arash.client.get("/en/apply/complaint/start/").headers["Location"]

    assert begun.startswith("/en/apply/")
    assert Draft.objects.get().applicant_id == arash.number
