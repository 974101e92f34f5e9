"""Files with a virus are refused, and no official opens one that nobody looked through. Tried with ClamAV itself."""

import shutil
import socket
import subprocess
import time

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.project import town

from panjereh.audit.models import LogEntry
from panjereh.cases import operations as cases
from panjereh.cases import queries, scanning
from panjereh.cases.models import Draft, Upload
from panjereh.config.handlers import HANDLERS
from panjereh.correspondence.models import Message
from panjereh.definitions.types import Form
from panjereh.outbox import operations as outbox

pytestmark = [pytest.mark.clamav, pytest.mark.django_db]
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE!$H+H*").encode()
"""The text by which scanners are tried (eicar.org). In two pieces, so that this file is not taken for one."""
SIGNATURE = f"Panjereh.Test.EICAR:0:*:{EICAR.hex()}\n"
ILL = town.PNG + EICAR


@pytest.fixture(scope="module")
def signatures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signatures")
    (folder / "panjereh.ndb").write_text(SIGNATURE)
    return folder


@pytest.fixture(scope="module")
def clamd(signatures, tmp_path_factory):
    """A daemon of our own, which knows one virus."""
    folder = tmp_path_factory.mktemp("c")
    address = folder / "s"
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {signatures}\nLocalSocket {address}\nForeground yes\nTemporaryDirectory {folder}\n"
    )
    program = subprocess.Popen([shutil.which("clamd"), f"--config-file={folder}/clamd.conf"], stdout=subprocess.DEVNULL)
    try:
        for _attempt in range(300):
            if address.exists() or program.poll() is not None:
                break
            time.sleep(0.1)
        yield f"clamd:{address}"
    finally:
        program.terminate()
        program.wait(20)


@pytest.fixture(params=["clamd", "clamscan"])
def scanner(request, settings, signatures):
    settings.VIRUS_SCANNER = request.getfixturevalue("clamd") if request.param == "clamd" else f"clamscan:{signatures}"


@pytest.fixture
def away(settings, tmp_path):
    settings.VIRUS_SCANNER = f"clamd:{tmp_path}/nobody"


@pytest.fixture
def nilufar():
    town.publish()
    return town.actor_of(town.person("nilufar@example.org"))


def hand_in(nilufar, content=town.PNG):
    """A draft of hers with the file, and what became of it."""
    draft = cases.start_draft("complaint", actor=nilufar)
    for path, boxes in {
        "kind": {"kind": ["request"]}, "addressee": {"addressee": [town.AGENCY]}, "what": {"what": ["x"]},
    }.items():  # fmt: skip
        cases.answer(draft.pk, actor=nilufar, path=path, form=Form(boxes), language="fa")
    proof = Form({}, {"proof": [SimpleUploadedFile("a.png", content, "image/png")]})
    assert cases.answer(draft.pk, actor=nilufar, path="proof", form=proof, language="fa").ok
    return Draft.objects.get(pk=draft.pk)


def stored(draft):
    try:
        return default_storage.listdir(f"uploads/{draft.pk}")[1]
    except FileNotFoundError:
        return []


def test_a_clean_file_is_kept(scanner, nilufar):
    draft = hand_in(nilufar)

    assert Upload.objects.get(draft=draft).scan == Upload.Scan.CLEAN


def test_a_file_with_a_virus_is_refused_recorded_and_not_kept(scanner, nilufar):
    with pytest.raises(scanning.Infected) as refused:
        hand_in(nilufar, ILL)

    draft = Draft.objects.get(applicant=nilufar.party)
    assert "ویروس" in str(refused.value) or "virus" in str(refused.value)
    assert (Upload.objects.count(), stored(draft), "proof" in draft.answers) == (0, [], False)
    (entry,) = LogEntry.objects.filter(kind="virus")
    assert "EICAR" in entry.public["found"]
    assert str(nilufar.party) not in str(entry.public)


def test_while_the_scanner_is_away_files_are_refused(away, nilufar):
    with pytest.raises(scanning.ScannerIsAway):
        hand_in(nilufar)

    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    "text", ["clamd:/nowhere", "clamd:127.0.0.1:1", "clamscan:/nowhere", "clamd:", "avast", "clamd:x"]
)
def test_a_scanner_that_does_not_answer_is_named(text, settings):
    settings.VIRUS_SCANNER = text

    with pytest.raises(scanning.ScannerIsAway):
        scanning.scanner()(b"x")


def test_a_scanner_that_says_nothing_is_not_waited_for_for_ever(settings, monkeypatch):
    monkeypatch.setattr(scanning, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.VIRUS_SCANNER = f"clamd:127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(scanning.ScannerIsAway):
            scanning.scanner()(b"x")


class TestWaiting:
    @pytest.fixture(autouse=True)
    def wait(self, away, settings):
        settings.VIRUS_SCANNER_AWAY = "wait"

    @pytest.fixture
    def case(self, nilufar):
        """Sent while the scanner was away, with a file in which a virus is only put afterwards by `ill`."""
        draft = hand_in(nilufar, ILL)
        return cases.submit(draft.pk, actor=nilufar)

    def official(self):
        return town.actor_of(town.official("officer"), as_official=True)

    def test_no_official_opens_what_waits(self, case):
        upload = Upload.objects.get(case=case)

        with pytest.raises(scanning.NotScanned):
            queries.upload_of_case(self.official(), case.number, upload.pk)

    def test_it_is_tried_again_until_the_scanner_is_back(self, case, clamd, settings):
        outbox.run_due(HANDLERS, worker="w")
        assert Upload.objects.get(case=case).scan == Upload.Scan.WAITING
        settings.VIRUS_SCANNER = clamd

        scanning.scan({"upload": str(Upload.objects.get(case=case).pk)}, None)

        upload = Upload.objects.get(case=case)
        assert upload.scan == Upload.Scan.INFECTED
        assert not default_storage.exists(upload.stored_as)
        assert Message.objects.filter(key=f"virus:{upload.pk}", case=case.number).exists()
        with pytest.raises(scanning.NotScanned, match=r"deleted|پاک"):
            queries.upload_of_case(self.official(), case.number, upload.pk)

    def test_what_turns_out_to_be_clean_can_be_opened(self, nilufar, clamd, settings):
        case = cases.submit(hand_in(nilufar).pk, actor=nilufar)
        upload = Upload.objects.get(case=case)
        settings.VIRUS_SCANNER = clamd

        scanning.scan({"upload": str(upload.pk)}, None)

        _found, content = queries.upload_of_case(self.official(), case.number, upload.pk)
        with content:
            assert content.read() == town.PNG
