"""Who looked at my data, and why: the person's page, questions about a line, what a law hides, files to keep."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from tests.desk.conftest import AGENCY, BACKEND, Desk, person
from tests.pages import Page

from panjereh.audit import disclosure
from panjereh.audit import operations as audit
from panjereh.audit.disclosure import Disclosure
from panjereh.audit.models import AccessLog
from panjereh.cases import operations as cases
from panjereh.cases.models import Case
from panjereh.correspondence.models import Message
from panjereh.identity.models import Account
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor, Channel
from panjereh.oversight import operations as oversight

HIDING = Disclosure("later", timedelta(days=30), "personal-data-act#14")
OFFICER = Actor(party=None, name="x", agency=AGENCY, roles=frozenset({"registrar"}), channel=Channel.DESK)


class Somebody:
    """One of the demonstration's people in their browser."""

    def __init__(self, place: int) -> None:
        self.actor = person(place)
        assert self.actor.party is not None
        self.party = self.actor.party
        self.client = Client()
        self.client.force_login(Account.objects.get(party=self.party), backend=BACKEND)
        self.page = Page(self.client)

    def read(self, **more: object) -> AccessLog:
        given = {"actor": OFFICER, "source": "identity", "fields": ["name"], "purpose": "handling", **more}
        audit.record_access(subject=f"party:{self.party}", **given)
        return AccessLog.objects.filter(subject=f"party:{self.party}").order_by("-id")[0]


@pytest.fixture
def laleh() -> Somebody:
    return Somebody(3)


def test_a_look_is_told_in_plain_words_under_its_day_and_case(laleh, complaint, amini):
    amini.client.get(f"/desk/case/{complaint.number}/")

    page = laleh.page.open("/en/my/seen/")

    assert "In your case" in page.text
    assert f"A registrar of Civil Registry read your case with its answers {complaint.number[:3]}" in page.text
    assert "for working on a case, on Act on Complaints and Requests, article 3." in page.text
    assert "Amini" not in page.text


def test_it_is_told_in_persian(laleh, complaint, amini):
    amini.client.get(f"/desk/case/{complaint.number}/")

    page = laleh.page.open("/my/seen/")

    assert "مسئول ثبت از سازمان ثبت احوال پروندهٔ شما و پاسخ‌های آن" in page.text
    assert "را برای رسیدگی به پرونده خواند؛ بر پایهٔ" in page.text


def test_what_is_done_alike_on_one_day_stands_once(laleh):
    for _ in range(3):
        laleh.read()

    page = laleh.page.open("/en/my/seen/")

    assert page.text.count("your name and contact details") == 1
    assert "3 times that day" in page.text


def test_own_looks_are_left_out_and_others_are_not_ours_to_see(laleh):
    audit.record_access(actor=laleh.actor, subject=f"party:{laleh.party}", source="x", fields=[], purpose="own-data")
    other = Somebody(2)
    row = other.read()

    assert "Nobody has looked" in laleh.page.open("/en/my/seen/").text
    assert laleh.client.get(f"/en/my/seen/{row.pk}/").status_code == 404


def test_a_witness_sees_that_their_data_were_read_in_a_case_that_is_not_theirs(home_birth, amini):
    amini.client.get(f"/desk/case/{home_birth.number}/")

    page = Somebody(2).page.open("/en/my/seen/")

    assert "read your data in somebody else’s case" in page.text
    assert home_birth.number not in page.response.content.decode().replace(" ", "")


def test_the_list_is_narrowed_to_an_agency_and_goes_in_pages(laleh):
    for place in range(105):
        laleh.read(fields=["name", f"f{place}"])
    inspector = Actor(None, "x", agency="inspectorate", roles=frozenset({"officer"}), channel=Channel.DESK)
    laleh.read(actor=inspector)

    assert "Page 1 of 2" in laleh.page.open("/en/my/seen/").text
    assert laleh.page.open("/en/my/seen/?page=2").status == 200
    narrowed = laleh.page.open("/en/my/seen/?agency=inspectorate")
    assert "An officer of General Inspectorate" in narrowed.text
    assert "A registrar" not in narrowed.text


def test_a_question_about_a_line_becomes_a_case_at_the_agency_that_looked(laleh):
    row = laleh.read()
    begun = laleh.client.post(f"/en/my/seen/{row.pk}/")
    case = answer_and_send(laleh, begun.headers["Location"])

    assert (case.service, case.agency) == ("access-question", AGENCY)
    assert case.answers["line"] == str(row.pk)
    assert case.answers["reading"].startswith("A registrar of Civil Registry read your name")
    assert case.deadlines.get(kind="decide").due_at > clock.now()
    page = laleh.page.open(f"/en/my/seen/{row.pk}/")
    assert "The agency answers by" in page.text
    assert "You asked about it" in laleh.page.open("/en/my/seen/").text


def answer_and_send(asker: Somebody, address: str) -> Case:
    where = asker.client.get(address).headers["Location"]
    assert where.endswith("/q/what/")
    draft = where.split("/q/")[0]
    assert asker.client.post(where, {"what": "Why?"}).status_code == 302
    assert "identity" not in asker.page.open(f"{draft}/check/").text
    assert asker.client.post(f"{draft}/send/", {"declared": "yes"}).status_code == 302
    return Case.objects.latest("submitted_at")


def test_the_answer_stands_at_the_line(laleh, amini):
    row = laleh.read()
    case = answer_and_send(laleh, laleh.client.post(f"/en/my/seen/{row.pk}/").headers["Location"])
    amini.takes(case)
    amini.does(case, "approve", reason="A neighbour of the same name was meant.")

    assert "A neighbour of the same name was meant." in laleh.page.open(f"/en/my/seen/{row.pk}/").text
    assert "A neighbour of the same name was meant." in laleh.page.open("/en/my/seen/").text


def test_what_a_rule_read_no_agency_is_asked_about(laleh):
    row = laleh.read(actor=SYSTEM, purpose="by-rule")

    page = laleh.page.open(f"/en/my/seen/{row.pk}/")

    assert "Ask the agency" not in page.text
    assert laleh.client.post(f"/en/my/seen/{row.pk}/").status_code == 404


def test_what_a_law_hides_is_counted_and_shown_when_it_is_due(laleh):
    row = laleh.read(disclosure=HIDING)
    commitment = disclosure.commitment(row)

    page = laleh.page.open("/en/my/seen/")
    assert "1 look is not shown yet" in page.text
    assert "Personal Data Act, article 14" in page.text
    assert commitment in page.text
    assert "your name and contact" not in page.text
    assert laleh.client.get(f"/en/my/seen/{row.pk}/").status_code == 404

    with clock.at(clock.now() + timedelta(days=31)):
        assert oversight.disclose_due() == 1
        assert oversight.disclose_due() == 0
        page = laleh.page.open(f"/en/my/seen/{row.pk}/")
    assert commitment in page.text
    told = Message.objects.get(party=laleh.party)
    assert "نگاه" in told.text


def test_what_waits_for_a_case_is_shown_when_it_is_closed(laleh, complaint):
    laleh.read(disclosure=Disclosure("closing", law="personal-data-act#14"), case=complaint.number)
    assert oversight.disclose_due() == 0

    cases.withdraw(complaint.number, actor=laleh.actor, reason="")

    assert oversight.disclose_due() == 1
    assert "your name and contact" in laleh.page.open("/en/my/seen/").text


def test_the_list_is_taken_away_as_a_table_that_runs_nothing(laleh):
    laleh.read(fields=["=HYPERLINK(1)"])

    response = laleh.client.get("/en/my/seen/readings.csv")

    head, row = csv.reader(io.StringIO(b"".join(response.streaming_content).decode().lstrip("\ufeff")))
    assert dict(zip(head, row, strict=True))["fields"] == "'=HYPERLINK(1)"
    assert dict(zip(head, row, strict=True))["agency"] == AGENCY


def test_the_file_of_data_lets_anybody_compute_the_commitments_again(laleh):
    with clock.at(clock.now() - timedelta(days=40)):
        laleh.read(disclosure=HIDING)
    laleh.read(disclosure=HIDING)

    found = json.loads(laleh.client.get("/en/my/seen/readings.json").content)

    (shown,) = found["readings"]
    salt, said = bytes.fromhex(shown.pop("salt")), shown.pop("commitment")
    assert disclosure.chain.commit(shown, salt) == said
    assert [len(each["commitments"]) for each in found["hidden"]] == [1]


def test_somebody_without_an_account_gets_it_on_paper_and_that_is_noted(laleh, karimi):
    laleh.read()

    page = karimi.page.open(f"/en/desk/visitors/{laleh.party}/seen/")

    assert "your name and contact details" in page.text
    assert AccessLog.objects.filter(subject=f"party:{laleh.party}", source="access-log").count() == 1


def test_only_the_help_desk_prints_it(laleh, amini):
    officer = Desk("nobody", "officer")

    assert officer.client.get(f"/desk/visitors/{laleh.party}/seen/").status_code == 403
    assert not AccessLog.objects.filter(source="access-log").exists()
