"""My data: a copy of everything, made by a worker, for somebody who has proven themselves lately, or on paper."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.desk.conftest import Desk, effects
from tests.oversight.test_readings import Somebody
from tests.project import town

from panjereh.audit.models import AccessLog
from panjereh.cases import operations as cases
from panjereh.correspondence.models import Message
from panjereh.definitions.types import Form
from panjereh.identity.adapters import sessions
from panjereh.kernel import clock
from panjereh.oversight import export
from panjereh.oversight.models import DataExport


@pytest.fixture
def laleh(complaint) -> Somebody:
    return Somebody(3)


def prove(who: Somebody, ago: timedelta = timedelta()) -> None:
    session = who.client.session
    session[sessions.WAYS] = [("email", int((clock.now() - ago).timestamp()))]
    session.save()


def copied(who: Somebody) -> zipfile.ZipFile:
    response = who.client.get(f"/my/data/{DataExport.objects.get().pk}.zip")
    assert response.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_a_worker_makes_the_copy_and_everything_is_in_it(laleh, complaint, amini):
    cases.say(complaint.number, actor=laleh.actor, text="یک پیام")
    amini.client.get(f"/desk/case/{complaint.number}/")
    amini.takes(complaint)
    amini.does(complaint, "note", text="A note among officials")
    prove(laleh)

    assert laleh.client.post("/my/data/").status_code == 302
    assert "being made" in laleh.page.open("/en/my/data/").text
    effects()
    assert "ready" in laleh.page.open("/en/my/data/").text

    archive = copied(laleh)
    names = ("identity", "register", "drafts", "cases", "messages", "documents", "readings")
    found = {name: json.loads(archive.read(f"{name}.json")) for name in names}
    assert found["identity"][0]["national_id"] == found["register"][0]["data"]["national_id"]
    (case,) = found["cases"]
    assert case["answers"]["what"] == "نسخهٔ دوم می‌خواهم."
    assert next(event["kind"] for event in case["events"]) == "submitted"
    assert any(message["text"] == "یک پیام" for message in found["messages"])
    assert any(row["purpose"] == "handling" for row in found["readings"])
    page = archive.read("index.html").decode()
    assert "نسخهٔ دوم می‌خواهم." in page
    assert "A note among officials" not in page
    assert Message.objects.filter(party=laleh.party, key__startswith="export:").exists()


def test_files_are_in_it_under_names_that_lead_nowhere_else(laleh):
    draft = cases.start_draft("complaint", actor=laleh.actor)
    said = {"kind": "request", "addressee": "inspectorate", "what": "x"}
    for path, value in said.items():
        assert cases.answer(draft.pk, actor=laleh.actor, path=path, form=Form({path: [value]}), language="fa").ok
    picture = SimpleUploadedFile("..evil name.png", town.PNG, "image/png")
    proof = Form({}, {"proof": [picture]})
    assert cases.answer(draft.pk, actor=laleh.actor, path="proof", form=proof, language="fa").ok

    archive = zipfile.ZipFile(io.BytesIO(export.packed(laleh.party)))

    (name,) = (name for name in archive.namelist() if name.startswith("files/"))
    assert name.startswith("files/draft/")
    assert name.endswith("-evil_name.png")
    assert archive.read(name) == town.PNG


def test_markup_in_answers_stays_text():
    assert export.as_html({"a": ["<script>", None]}) == (
        '<dl><dt>a</dt><dd><ol><li><bdi dir="auto">&lt;script&gt;</bdi></li><li>–</li></ol></dd></dl>'
    )


@pytest.mark.parametrize("ago", [timedelta(minutes=16), timedelta(days=2)])
def test_who_signed_in_long_ago_signs_in_once_more_first(laleh, ago):
    prove(laleh, ago)

    page = laleh.page.open("/en/my/data/")

    assert "Sign in once more" in page.text
    laleh.client.post("/my/data/")
    assert not DataExport.objects.exists()
    again = laleh.client.post("/my/data/prove/")
    assert again.headers["Location"].startswith("/signin/?next=")
    assert laleh.client.get("/my/").status_code == 302


def test_asking_twice_makes_one_copy_and_after_its_days_it_is_gone(laleh):
    prove(laleh)
    for _ in range(2):
        laleh.client.post("/my/data/")
    effects()
    made = DataExport.objects.get()
    assert default_storage.exists(made.stored_as)

    with clock.at(clock.now() + export.KEPT + timedelta(minutes=1)):
        prove(laleh)
        assert laleh.client.get(f"/my/data/{made.pk}.zip").status_code == 404
        assert export.forget() == 1
        assert export.forget() == 0
    assert not default_storage.exists(made.stored_as)


def test_a_copy_is_nobody_elses(laleh):
    prove(laleh)
    laleh.client.post("/my/data/")
    effects()
    other = Somebody(2)
    prove(other)

    assert other.client.get(f"/my/data/{DataExport.objects.get().pk}.zip").status_code == 404


def test_making_and_fetching_it_are_written_down(laleh):
    prove(laleh)
    laleh.client.post("/my/data/")
    effects()
    copied(laleh)

    looks = AccessLog.objects.filter(subject=f"party:{laleh.party}", purpose="data-export").order_by("id")
    assert [look.channel for look in looks] == ["system", "web"]


def test_what_is_kept_of_it_is_encrypted(laleh, complaint):
    prove(laleh)
    laleh.client.post("/my/data/")
    effects()

    with default_storage.open(DataExport.objects.get().stored_as) as file:
        assert file.read(4) != b"PK\x03\x04"


def test_the_help_desk_hands_it_out_on_paper_and_that_is_written_down(laleh, karimi):
    page = karimi.page.open(f"/en/desk/visitors/{laleh.party}/data/")

    assert "نسخهٔ دوم می‌خواهم." in page.text
    assert AccessLog.objects.filter(subject=f"party:{laleh.party}", purpose="data-export", channel="desk").exists()
    officer = Desk("somebody", "officer")
    assert officer.client.get(f"/desk/visitors/{laleh.party}/data/").status_code == 403
