"""Several people sign one document, each in their own session; it is sent when all have, and falls with any change."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from tests.cases.conftest import NOON
from tests.identity.authenticator import Authenticator
from tests.pages import Page
from tests.portal.conftest import BACKEND, Person
from tests.portal.test_passkeys import add
from tests.standing import standing_country

from panjereh import cases as room
from panjereh.audit.models import AccessLog
from panjereh.cases import operations as cases
from panjereh.cases import rounds, signatures
from panjereh.cases import verify as verification
from panjereh.cases.models import Case, Draft, Signatory, Signature, SignatureRequest
from panjereh.config.trying import world
from panjereh.config.trying.play import Trial
from panjereh.correspondence.models import Message
from panjereh.definitions import Country
from panjereh.definitions.scenarios import Scenario
from panjereh.definitions.types import Form
from panjereh.identity import queries as identities
from panjereh.kernel import clock

SCRIPT = Path(room.__path__[0]) / "check_signature.py"
SERVICE = "marriage-registration"


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[Country]:
    with standing_country(django_db_blocker) as country:
        yield country


@pytest.fixture(autouse=True)
def published(country: Country, db: None) -> Iterator[None]:
    """On a Monday in November, in the whole demonstration country."""
    with clock.at(NOON):
        yield


class Couple:
    """Maryam asks to register her marriage with Sohrab; Kamran and Laleh are the witnesses."""

    def __init__(self, country: Country) -> None:
        self.country = country
        self.people = {name: Person(f"{name}@example.org") for name in ("maryam", "sohrab", "kamran", "laleh")}
        self.devices = {name: Authenticator(credential_id=f"{name:_<32}".encode()) for name in self.people}
        for name, person in self.people.items():
            add(person.page, self.devices[name])
        self.draft = self.fill_in()

    def fill_in(self) -> UUID:
        file = world.examples(self.country, SERVICE)
        assert file is not None
        scenario = Scenario.model_validate({**dict(file.scenarios[0]), "on": NOON.date()})
        trial = Trial(self.country, SERVICE, scenario)
        actor = self.people["maryam"].actor
        draft = cases.start_draft(SERVICE, actor=actor)
        assert trial.fill_in(draft, actor)
        return draft.pk

    def ask(self) -> Any:
        """Maryam signs and has the others asked."""
        maryam = self.people["maryam"]
        asked = maryam.client.get(f"/en/apply/draft/{self.draft}/sign/").json()
        answer = self.devices["maryam"].answer(asked)
        sent = {"declared": "yes", "credential": json.dumps(answer)}
        return maryam.client.post(f"/en/apply/draft/{self.draft}/send/", sent)

    def place(self, name: str) -> Signatory:
        waiting = Signatory.objects.filter(request__ended_at=None, request__draft=self.draft)
        return waiting.get(party=self.people[name].number)

    def sign(self, name: str, *, by: str = "") -> Any:
        where = f"/en/apply/document/{self.place(name).pk}/"
        person = self.people[by or name]
        asked = person.client.get(f"{where}ask/")
        if asked.status_code != 200:
            return asked
        answer = self.devices[by or name].answer(asked.json())
        return person.client.post(where, {"declared": "yes", "credential": json.dumps(answer)})

    def told(self, name: str) -> list[str]:
        messages = Message.objects.filter(party=self.people[name].number).order_by("sent_at", "pk")
        return [message.key.split(":")[2] for message in messages if message.key.startswith("signing:")]


@pytest.fixture
def couple(country: Country) -> Couple:
    return Couple(country)


@pytest.fixture
def asked(couple: Couple) -> Couple:
    assert couple.ask().status_code == 302
    return couple


def test_the_page_before_sending_says_who_else_signs_and_how_long_they_have(couple: Couple) -> None:
    shown = couple.people["maryam"].page.open(f"/en/apply/draft/{couple.draft}/check/")

    assert "The other spouse: سهراب نوری" in shown.text
    assert "14 days" in shown.text
    assert "Sign and ask the others" in shown.text


def test_nothing_is_sent_before_all_have_signed_and_each_finds_what_waits_for_them(asked: Couple) -> None:
    assert not Case.objects.exists()
    for name in ("sohrab", "kamran", "laleh"):
        shown = asked.people[name].page.open("/en/my/")
        assert "Waits for your signature" in shown.text
        assert asked.told(name) == ["asked"]
    shown = asked.people["maryam"].page.open(f"/en/apply/draft/{asked.draft}/signatures/")
    assert "Waits for signatures" in shown.text
    assert shown.text.count("not signed yet") == 3


def test_all_sign_one_document_by_its_hash_and_the_last_signature_sends_it(asked: Couple) -> None:
    request = SignatureRequest.objects.get()
    for name in ("kamran", "sohrab", "laleh"):
        assert asked.sign(name).status_code == 302

    case = Case.objects.get()
    assert case.number == request.number
    kept = Signature.objects.filter(case=case)
    assert {one.sha256 for one in kept} == {request.sha256}
    assert sorted(one.who for one in kept) == ["", "other_spouse"]
    assert [signatures.fault(one) for one in kept] == ["", ""]
    told = list(case.events.order_by("seq"))
    assert [event.kind for event in told][:5] == ["signed"] * 4 + ["submitted"]
    assert [event.public["with_"] for event in told[:4]] == ["passkey", "passkey", "declaration", "declaration"]
    assert verification.chains() == []
    assert asked.told("sohrab") == ["asked", "sent"]


def test_a_signatory_sees_the_answers_that_the_definition_shows_and_no_other(asked: Couple) -> None:
    spouse = asked.people["sohrab"].page.open(f"/en/apply/document/{asked.place('sohrab').pk}/")
    witness = asked.people["kamran"].page.open(f"/en/apply/document/{asked.place('kamran').pk}/")

    assert "test.pdf" in spouse.text
    assert "test.pdf" not in witness.text
    assert "more answers are for the agency alone" in witness.text
    row = AccessLog.objects.filter(purpose="signing", actor=asked.people["kamran"].number).get()
    assert row.subject == f"party:{asked.people['maryam'].number}"
    assert row.fields == ["married_on", "other_spouse", "place", "witnesses"]


def test_the_published_script_checks_a_signature_with_whichever_answers_its_reader_may_see(
    asked: Couple, tmp_path: Path
) -> None:
    for name in ("kamran", "sohrab", "laleh"):
        asked.sign(name)
    number = Case.objects.get().number

    file = tmp_path / "signature.json"
    for name in ("maryam", "sohrab"):
        file.write_bytes(asked.people[name].client.get(f"/en/my/cases/{number}/signature.json").content)
        assert "test.pdf" in file.read_text()
        assert check(file) == 0
    fewer = rounds.opened_for(SignatureRequest.objects.get(), "witness")
    said = signatures.evidence(Signature.objects.get(who="other_spouse"), fewer)
    file.write_text(json.dumps(said))
    assert "test.pdf" not in file.read_text()
    assert check(file) == 0
    said["disclosures"][0][2] = "something else"
    file.write_text(json.dumps(said))
    assert check(file) == 1


def check(file: Path) -> int:
    command = [sys.executable, "-S", "-I", str(SCRIPT), str(file)]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode


def test_a_changed_answer_makes_all_signatures_fall_and_everybody_is_told(asked: Couple) -> None:
    asked.sign("kamran")
    maryam = asked.people["maryam"]

    day = {"married_on.day": ["27"], "married_on.month": ["8"], "married_on.year": ["1405"]}
    cases.answer(asked.draft, actor=maryam.actor, path="married_on", form=Form(day), language="fa")

    assert SignatureRequest.objects.get().outcome == "changed"
    assert asked.told("kamran") == ["asked", "changed"]
    assert "Sign and ask the others" in maryam.page.open(f"/en/apply/draft/{asked.draft}/check/").text
    assert asked.ask().status_code == 302
    assert asked.told("kamran") == ["asked", "changed", "asked"]
    assert len({each.number for each in SignatureRequest.objects.all()}) == 1
    assert asked.place("kamran").state == "waiting"


def test_the_same_answer_given_again_leaves_the_signatures_alone(asked: Couple) -> None:
    day = {"married_on.day": ["28"], "married_on.month": ["8"], "married_on.year": ["1405"]}
    cases.answer(asked.draft, actor=asked.people["maryam"].actor, path="married_on", form=Form(day), language="fa")

    assert SignatureRequest.objects.get().ended_at is None


def test_who_declines_says_why_and_everybody_learns_that_nothing_was_sent(asked: Couple) -> None:
    where = f"/en/apply/document/{asked.place('sohrab').pk}/decline/"
    sohrab = asked.people["sohrab"].client
    assert sohrab.post(where, {"reason": " "}).status_code == 422

    assert sohrab.post(where, {"reason": "تاریخ درست نیست"}).status_code == 302

    assert SignatureRequest.objects.get().outcome == "declined"
    assert not Case.objects.exists()
    (message,) = Message.objects.filter(party=asked.people["maryam"].number, key__startswith="signing:")
    assert "تاریخ درست نیست" in message.text
    assert asked.told("kamran") == ["asked", "declined"]


def test_what_was_not_signed_in_time_lapses_after_a_reminder(asked: Couple) -> None:
    request = SignatureRequest.objects.get()
    with clock.at(request.due_at - rounds.timedelta(days=2)):
        rounds.sweep()
        rounds.sweep()
    assert asked.told("kamran") == ["asked", "reminder"]

    with clock.at(request.due_at + rounds.timedelta(seconds=1)):
        assert rounds.sweep() == 1

    assert asked.told("kamran") == ["asked", "reminder", "lapsed"]
    assert asked.told("maryam") == ["lapsed"]
    assert Draft.objects.get(pk=asked.draft).answers["witnesses"]


def test_nobody_signs_for_somebody_else(asked: Couple) -> None:
    assert asked.sign("sohrab", by="kamran").status_code == 404
    assert asked.place("sohrab").state == "waiting"


def test_a_passkey_that_signed_another_document_signs_nothing(asked: Couple) -> None:
    where = f"/en/apply/document/{asked.place('sohrab').pk}/"
    sohrab = asked.people["sohrab"]
    question = sohrab.client.get(f"{where}ask/").json()
    other = SignatureRequest.objects.get()
    other.document = other.document.replace("300000", "300001")
    other.save(update_fields=["document"])

    answer = asked.devices["sohrab"].answer(question)
    refused = sohrab.client.post(where, {"declared": "yes", "credential": json.dumps(answer)})

    assert refused.status_code == 409
    assert asked.place("sohrab").state == "waiting"


def test_a_declaration_does_not_do_where_a_passkey_must_sign(asked: Couple) -> None:
    where = f"/en/apply/document/{asked.place('sohrab').pk}/"

    assert asked.people["sohrab"].client.post(where, {"declared": "yes"}).status_code == 409
    assert asked.people["kamran"].client.post(f"/en/apply/document/{asked.place('kamran').pk}/", {}).status_code == 422
    assert (
        asked.people["kamran"]
        .client.post(f"/en/apply/document/{asked.place('kamran').pk}/", {"declared": "yes"})
        .status_code
        == 302
    )


def test_the_tracking_code_tells_who_is_missing_without_names(asked: Couple) -> None:
    number = SignatureRequest.objects.get().number

    shown = Client().post("/en/track/", {"code": number, "second": "6907"}).content.decode()

    assert "Not all have signed yet." in shown
    assert shown.count("Witness") == 2
    assert "سهراب" not in shown
    assert "Not all have signed" not in Client().post("/en/track/", {"code": number, "second": "0000"}).content.decode()


def test_somebody_without_an_account_signs_on_paper_before_an_official(asked: Couple) -> None:
    clerk = Client()
    account = identities.accounts_of(official(asked.country))[0]
    clerk.force_login(account, backend=BACKEND)
    person, place = asked.people["laleh"], asked.place("laleh")
    visitor = Page(clerk).open(f"/en/desk/visitors/{person.number}/")
    assert "Waits for their signature" in visitor.text

    where = f"/en/desk/apply/document/{place.pk}/"
    assert clerk.post(where, {"papers": ""}).status_code == 422
    assert clerk.post(where, {"papers": "کارت ملی ۱۲"}).status_code == 302

    place.refresh_from_db()
    assert (place.state, place.how, place.words) == ("signed", "paper", "کارت ملی ۱۲")
    assert place.helper_id == account.party_id
    asked.sign("sohrab")
    asked.sign("kamran")
    case = Case.objects.get()
    event = case.events.get(kind="signed", public__with_="paper")
    assert event.public["actor"] == str(account.party_id)
    assert event.personal == {"papers": "کارت ملی ۱۲"}
    assert verification.chains() == []


def official(country: Country) -> UUID:
    found = next(one for one in identities.officials("civil-registry", role="helpdesk"))
    return found.party_id


def test_the_pages_of_the_case_name_who_signed_and_how(asked: Couple) -> None:
    for name in ("kamran", "sohrab", "laleh"):
        asked.sign(name)
    number = Case.objects.get().number

    shown = asked.people["maryam"].page.open(f"/en/my/cases/{number}/")

    assert "Who signed" in shown.text
    assert shown.text.count("with a passkey") >= 2
    assert "by a declaration" in shown.text
